"""`outsidein figures`: the published numbers, as text."""

from pathlib import Path
from typing import Annotated

import typer

from outsidein.cli.console import out, row
from outsidein.errors import UnknownName
from outsidein.workspace.project import open_project


def show(
    name: Annotated[str | None, typer.Argument(help="Figure to show; all names if none.")] = None,
    folder: Annotated[
        Path, typer.Option("--project", "-p", help="Folder of the project.")
    ] = Path(),
) -> None:
    """List the figures of the snapshot in use, or show one with n and interval.

    Example: outsidein figures ladder_steps
    """
    figures = open_project(folder).figures()
    if name is None:
        for figure in figures.values():
            row(figure.name, figure.title)
        return
    if name not in figures:
        raise UnknownName("figure", name, figures)
    figure = figures[name]
    out.print(f"{figure.title}. {figure.method}", markup=False)
    row(*figure.groups, "measure", "unit", "n", "value", "low", "high", "why")
    for e in figure.estimates:
        groups = [e.group[group] for group in figure.groups]
        row(*groups, e.measure, e.unit, e.n, e.value, e.low, e.high, e.why)
