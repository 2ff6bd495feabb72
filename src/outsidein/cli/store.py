"""`outsidein store`: backup, restore, audit."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from outsidein.cli.console import By, Json, out, print_table
from outsidein.cli.groups import noun
from outsidein.cli.project import opened

app = noun("The operational store: backup, restore, audit.")

File = Annotated[Path, typer.Argument(help="The backup: one file.")]


@app.command()
def backup(context: typer.Context, file: File, by: By = "") -> None:
    """Back up everything the store holds into one file; others may keep working.

    Snapshots are not included: rebuild them from the sources, or copy their folders.

    Example: outsidein store backup monday.db
    """
    rows = opened(context).operations.backup(file, by=by or None)
    out.print(
        f"{sum(rows.values()):,} rows of {len(rows)} tables were written to {file}.", markup=False
    )


@app.command()
def restore(
    context: typer.Context,
    file: File,
    replace: Annotated[
        bool, typer.Option("--replace", help="Discard what the store holds now.")
    ] = False,
    by: By = "",
) -> None:
    """Restore a backup made on SQLite or PostgreSQL, all of it or nothing.

    Stop workers and pages first.

    Example: outsidein store restore monday.db
    """
    operations = opened(context).operations
    rows = operations.restore(file, by=by or None, replace=replace)
    out.print(f"{sum(rows.values()):,} rows of {len(rows)} tables were restored.")


@app.command()
def audit(
    context: typer.Context,
    who: Annotated[str | None, typer.Option(help="Only what this person or process did.")] = None,
    about: Annotated[
        str | None, typer.Option(help="Only entries about this, such as case:17.")
    ] = None,
    since: Annotated[datetime | None, typer.Option(help="Only entries from then on (UTC).")] = None,
    rows: Annotated[int, typer.Option(help="Show up to this many.", min=1)] = 100,
    as_json: Json = False,
) -> None:
    """List who did what, latest first.

    Example: outsidein store audit --about case:17
    """
    then = since.replace(tzinfo=UTC) if since else None
    acts = opened(context).operations.audit(who=who, about=about, since=then, rows=rows)
    print_table(
        ("number", "at", "who", "did", "about", "details"),
        [
            (
                *(act.number, act.at, act.who, act.did, act.about),
                dict(act.details) if as_json else json.dumps(dict(act.details), ensure_ascii=False),
            )
            for act in acts
        ],
        as_json=as_json,
    )
