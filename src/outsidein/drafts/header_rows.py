"""Finds the header of a table: titles above it, and rows that name a column together."""

import re
from collections.abc import Sequence
from typing import NamedTuple

LEAST_FILLED = 0.6
"""Share of the widest row's cells that a header fills."""
MOST_ROWS = 3
FEWEST_GROUPS = 2
"""Names in a row above the header that make it more than a title (count)."""
LEAST_VALUES = 0.8
"""Share of a column's cells that hold a digit where the column holds values."""
_DIGIT = re.compile(r"\d")


class HeaderPlace(NamedTuple):
    """Where a header begins (rows above it), and of how many rows it is (counts)."""

    above: int
    rows: int


def header_place(rows: Sequence[Sequence[str]]) -> HeaderPlace:
    """Return the place of the header: the first row that fills most of the width.

    A row above it belongs to it where it names groups of columns; one below it where it holds
    words over columns of values.

    Example:
        >>> header_place([["Sales of May"], [], ["id", "name", "town"], ["1", "Ana", "Bonn"]])
        HeaderPlace(above=2, rows=1)
        >>> header_place([["Order", "", "Customer"], ["No", "Total", "Name"], ["1", "9", "Ana"]])
        HeaderPlace(above=0, rows=2)
    """
    filled = [sum(1 for cell in row if cell.strip()) for row in rows]
    widest = max(filled, default=0)
    first = next((n for n, width in enumerate(filled) if width >= widest * LEAST_FILLED), 0)
    last = first
    while last + 1 < len(rows) and last - first + 1 < MOST_ROWS and _is_header(rows, last + 1):
        last += 1
    while first > 0 and last - first + 1 < MOST_ROWS and _names_groups(rows, first - 1):
        first -= 1
    return HeaderPlace(first, last - first + 1)


def _is_header(rows: Sequence[Sequence[str]], place: int) -> bool:
    """Say whether a row holds words alone, one of them at least over a column of values."""
    row = rows[place]
    if any(map(_DIGIT.search, row)):
        return False
    below = rows[place + 1 :]
    return any(cell.strip() and _holds_values(below, at) for at, cell in enumerate(row))


def _holds_values(rows: Sequence[Sequence[str]], at: int) -> bool:
    cells = [row[at] for row in rows if at < len(row) and row[at].strip()]
    return bool(cells) and sum(1 for cell in cells if _DIGIT.search(cell)) >= LEAST_VALUES * len(
        cells
    )


def _names_groups(rows: Sequence[Sequence[str]], place: int) -> bool:
    """Say whether a row that fills little of the width holds names, rather than a title.

    A row such as "Firm: | Tea House" holds no names of columns.
    """
    row, below = rows[place], rows[place + 1]
    places = [at for at, cell in enumerate(row) if cell.strip()]
    if len(places) < FEWEST_GROUPS or any(
        _DIGIT.search(cell) or cell.strip().endswith(":") for cell in row
    ):
        return False
    return places != [0, 1] or not below[0].strip()
