"""`outsidein builds`: list, compare, roll back, prune."""

from pathlib import Path
from typing import Annotated

import typer

from outsidein.cli.console import Commands, out, row
from outsidein.workspace.project import open_project

commands = typer.Typer(cls=Commands, no_args_is_help=True, help="Builds and their snapshots.")

Folder = Annotated[Path, typer.Option("--project", "-p", help="Folder of the project.")]
Number = Annotated[int, typer.Argument(help="Number of a build.")]


@commands.command("list")
def list_builds(folder: Folder = Path()) -> None:
    """List all builds, the newest first; the one in use is marked.

    Example: outsidein builds list
    """
    row("build", "finished", "state")
    for snapshot in open_project(folder).snapshots():
        state = "in use" if snapshot.is_current else "pruned" if snapshot.is_pruned else "kept"
        row(snapshot.number, snapshot.finished_at.isoformat(timespec="seconds"), state)


@commands.command()
def compare(before: Number, after: Number, folder: Folder = Path()) -> None:
    """Tell table by table what changed from one build to another.

    Example: outsidein builds compare 1 2
    """
    row("table", "rows before", "rows after", "only before", "only after")
    for change in open_project(folder).compare(before, after):
        if not change.is_same:
            row(
                change.table,
                change.rows_before,
                change.rows_after,
                change.only_before,
                change.only_after,
            )


@commands.command()
def rollback(number: Number, folder: Folder = Path()) -> None:
    """Make an earlier build the one to read.

    Example: outsidein builds rollback 1
    """
    project = open_project(folder)
    snapshot = project.rollback(number)
    out.print(f"Build {snapshot.number} is the one to read now.")


@commands.command()
def prune(
    keep: Annotated[int, typer.Option(help="How many of the newest to keep.", min=2)] = 10,
    folder: Folder = Path(),
) -> None:
    """Delete the oldest snapshots; the newest and the one in use stay.

    Example: outsidein builds prune --keep 3
    """
    project = open_project(folder)
    gone = project.prune(keep=keep)
    told = ", ".join(map(str, gone))
    out.print(f"{len(gone)} pruned{': ' + told if told else ''}.")
