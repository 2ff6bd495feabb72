"""Where the command writes: answers on standard output, progress and errors on standard error."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Annotated

import typer
from rich.table import Table

from outsidein.cli.visible_console import VisibleConsole
from outsidein.present.visible_text import visible, visible_json

out = VisibleConsole(highlight=False, soft_wrap=True)
"""Answers go here."""

err = VisibleConsole(stderr=True, highlight=False, soft_wrap=True)
"""Progress and errors go here."""

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
By = Annotated[str, typer.Option(help="Who does it; your login name if omitted.")]

Row = Sequence[object]


def print_table(head: Sequence[str], rows: Iterable[Row], *, as_json: bool = False) -> None:
    """Print rows: aligned on a terminal, tab-separated elsewhere, or as a JSON array.

    Tab-separated output and JSON are stable, for scripts; JSON keeps numbers as numbers.

    Args:
        head: Names of the columns.
        rows: One per line, as long as `head`.
        as_json: Print one object per row, keyed by the columns in snake case.
    """
    if as_json:
        keys = [name.replace(" ", "_").replace("-", "_") for name in head]
        print_json([dict(zip(keys, row, strict=True)) for row in rows])
    elif out.is_terminal:
        _print_aligned(head, rows)
    else:
        for row in (head, *rows):
            print_row(*row)


def print_row(*cells: object) -> None:
    """Print one line of tab-separated cells."""
    typer.echo("\t".join(_text(cell) for cell in cells))


def print_json(value: object) -> None:
    """Print a value as JSON; dates and times in ISO 8601."""
    typer.echo(visible_json(json.dumps(value, ensure_ascii=False, indent=1, default=_plain)))


def _print_aligned(head: Sequence[str], rows: Iterable[Row]) -> None:
    table = Table(*head, box=None, header_style="bold", pad_edge=False)
    for row in rows:
        table.add_row(*(_text(cell).replace("[", r"\[") for cell in row))
    out.print(table, soft_wrap=False)


def _text(cell: object) -> str:
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="seconds")
    return "" if cell is None else visible(" ".join(str(cell).splitlines()).replace("\t", " "))


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else str(value)
