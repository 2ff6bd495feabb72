"""`outsidein store`: backup, restore, audit."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from outsidein.cli.console import Commands, out, row
from outsidein.workspace.project import open_project

commands = typer.Typer(cls=Commands, no_args_is_help=True, help="The store of a project.")

Folder = Annotated[Path, typer.Option("--project", "-p", help="Folder of the project.")]
By = Annotated[str, typer.Option(help="Who does it; your login name when not said.")]
File = Annotated[Path, typer.Argument(help="The backup: one file.")]


@commands.command()
def backup(file: File, by: By = "", folder: Folder = Path()) -> None:
    """Write everything the store holds at this moment into one file, while others work on.

    Snapshots are not in it: they are rebuilt from the sources, or copied as they lie.

    Example: outsidein store backup monday.db
    """
    rows = open_project(folder).operations.backup(file, by=by or None)
    out.print(f"{sum(rows.values()):,} rows of {len(rows)} tables are in {file}.", markup=False)


@commands.command()
def restore(
    file: File,
    replace: Annotated[  # noqa: FBT002  a flag of the command
        bool, typer.Option("--replace", help="Throw away what the store holds now.")
    ] = False,
    by: By = "",
    folder: Folder = Path(),
) -> None:
    """Fill the store with a backup, made on SQLite or PostgreSQL: all of it or nothing.

    Stop workers and pages first.

    Example: outsidein store restore monday.db
    """
    operations = open_project(folder).operations
    rows = operations.restore(file, by=by or None, replace=replace)
    out.print(f"{sum(rows.values()):,} rows of {len(rows)} tables are restored.")


@commands.command()
def audit(
    who: Annotated[str | None, typer.Option(help="Only what this one did.")] = None,
    about: Annotated[str | None, typer.Option(help="Only what concerns this.")] = None,
    since: Annotated[
        datetime | None, typer.Option(help="Only what was done then or later (UTC).")
    ] = None,
    rows: Annotated[int, typer.Option(help="Show so many.", min=1)] = 100,
    folder: Folder = Path(),
) -> None:
    """Tell who did what, the latest first.

    Example: outsidein store audit --about case:17
    """
    then = since.replace(tzinfo=UTC) if since else None
    row("number", "at", "who", "did", "about", "details")
    for act in open_project(folder).operations.audit(who=who, about=about, since=then, rows=rows):
        details = json.dumps(dict(act.details), ensure_ascii=False)
        row(act.number, act.at.isoformat(timespec="seconds"), act.who, act.did, act.about, details)
