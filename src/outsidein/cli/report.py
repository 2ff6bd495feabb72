"""`outsidein report`: the report of the current build."""

from pathlib import Path
from typing import Annotated

import typer

from outsidein.cli.console import out
from outsidein.cli.groups import verb
from outsidein.cli.project import opened

app = verb()


@app.command()
def report(
    context: typer.Context,
    to: Annotated[
        Path | None, typer.Option(help="Folder to write to; by default `report` in the project.")
    ] = None,
) -> None:
    """Write the report of the current build: one HTML file, and its figures as tables.

    Example: outsidein report --project shop
    """
    out.print(f"The report is {opened(context).report(to)}", markup=False)
