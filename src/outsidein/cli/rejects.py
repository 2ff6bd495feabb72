"""`outsidein rejects`: what was turned away, and why."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from outsidein.cli.console import row
from outsidein.workspace.project import open_project


def show(
    rows: Annotated[int, typer.Option(help="Show so many of the rows themselves.", min=0)] = 0,
    folder: Annotated[
        Path, typer.Option("--project", "-p", help="Folder of the project.")
    ] = Path(),
) -> None:
    """Count the rows that the build in use turned away, by origin and reason.

    Mend the source or the model and build again: every row is read anew.

    Example: outsidein rejects --rows 5
    """
    turned_away = open_project(folder).table("rejects").to_pylist()
    counts = Counter((reject["origin"], reject["reason"]) for reject in turned_away)
    row("rows", "origin", "reason")
    for (origin, reason), number in counts.most_common():
        row(number, origin, reason)
    for reject in turned_away[:rows]:
        row(reject["origin"], reject["line"], reject["reason"], reject["raw"])
