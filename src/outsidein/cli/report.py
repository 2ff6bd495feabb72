"""`outsidein report`: the report of the current build."""

from pathlib import Path
from typing import Annotated

import typer

from outsidein.cli.console import out
from outsidein.cli.groups import verb
from outsidein.cli.project import opened
from outsidein.errors import InputError
from outsidein.report.documents import Document

app = verb()

NAMES = {
    Document.REPORT: "report",
    Document.PACK: "board pack",
    Document.APPENDIX: "appendix",
}


@app.command()
def report(
    context: typer.Context,
    to: Annotated[
        Path | None, typer.Option(help="Folder to write to; by default `report` in the project.")
    ] = None,
    *,
    pack: Annotated[
        bool, typer.Option("--pack", help="Write the board pack: six pages to print.")
    ] = False,
    full: Annotated[
        bool, typer.Option("--full", help="Write the appendix alone: every table and method.")
    ] = False,
) -> None:
    """Write the report of the current build, its appendix, and its figures as tables.

    Example: outsidein report --pack --project shop
    """
    if pack and full:
        raise InputError("--pack and --full exclude each other: write one after the other.")
    document = Document.PACK if pack else Document.APPENDIX if full else Document.REPORT
    path = opened(context).report(to, document=document)
    out.print(f"The {NAMES[document]} is {path}", markup=False)
