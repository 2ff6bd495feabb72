"""`outsidein init`: a new project."""

from pathlib import Path
from typing import Annotated

import typer

from outsidein.cli.console import out
from outsidein.cli.groups import verb
from outsidein.workspace.template import write_project

app = verb()


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Folder to create; must not hold a project yet.")],
) -> None:
    """Write a new project, starting with its objectives and data needs.

    Example: outsidein init shop
    """
    for path in write_project(folder):
        out.print(str(path), markup=False)
    out.print(f"Next: in {folder / 'objectives.toml'}, state what you want to achieve and why.")
