"""Where the command writes, and how it words what went wrong."""

import warnings
from typing import Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from outsidein.errors import InputError

out = Console(highlight=False, soft_wrap=True)
"""Answers go here, plain and stable where they are not for a terminal."""

err = Console(stderr=True, highlight=False, soft_wrap=True)
"""Progress and errors go here."""


class Commands(TyperGroup):
    """Shows an `InputError` as one line and exit code 1; lets bugs show their traceback."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401, D102  click's own signature
        with warnings.catch_warnings():
            warnings.showwarning = _show_warning
            try:
                return super().invoke(ctx)
            except InputError as error:
                err.print(f"[red]Error:[/red] {_plain(str(error))}")
                raise typer.Exit(1) from error


def _show_warning(message: Warning | str, *_: object, **__: object) -> None:
    err.print(f"Warning: {_plain(str(message))}")


def _plain(text: str) -> str:
    return " ".join(text.split()).replace("[", r"\[")


def row(*cells: object) -> None:
    """Print one line of tab-separated cells."""
    typer.echo("\t".join("" if cell is None else str(cell) for cell in cells))
