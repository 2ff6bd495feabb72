"""Rows of a snapshot's tables, a page at a time, and the tables behind a figure."""

from dataclasses import dataclass
from typing import NamedTuple

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from outsidein.errors import UnknownName
from outsidein.figures.spec import FigureSpec
from outsidein.pipeline.catalogue import CATALOGUE
from outsidein.pipeline.order import STEPS
from outsidein.tables.table import Personal, Table
from outsidein.workspace.workspace import Workspace

ROWS = 50
"""Rows on a page (count)."""

MOST_EXPORTED = 100_000
"""Rows that one file holds at most (count)."""


class TablePage(NamedTuple):
    """Some rows of a table, and how many there are that match."""

    rows: pa.Table
    matching: int


@dataclass(frozen=True, slots=True)
class RowsWanted:
    """Which rows of a table.

    Attributes:
        search: A text that a text column contains, in any case; empty for all rows.
        sort: Column to sort by; the table's key if there is no such column.
        is_descending: Whether the largest value comes first.
        with_contact_data: Whether columns with names, contact data and own words are included.
    """

    search: str = ""
    sort: str = ""
    is_descending: bool = False
    with_contact_data: bool = False


@dataclass(frozen=True, slots=True)
class TableRows:
    """Tables of one project's current build."""

    work: Workspace

    def tables(self) -> dict[str, str]:
        """Return the tables of the build: what a row of each is, by name."""
        there = self.work.snapshot().tables()
        return {name: CATALOGUE[name].grain for name in sorted(there) if name in CATALOGUE}

    def page(
        self, name: str, wanted: RowsWanted, *, offset: int = 0, limit: int = ROWS
    ) -> TablePage:
        """Return rows of a table.

        Raises:
            UnknownName: The build has no such table.
        """
        if name not in self.tables():
            raise UnknownName("table", name, self.tables())
        with self.work.reading() as reading:
            rows = _wanted(reading.table(name), CATALOGUE[name], wanted)
            matching = int(reading.backend.execute(rows.count()))
            return TablePage(reading.backend.to_pyarrow(rows.limit(limit, offset=offset)), matching)

    def behind(self, figure: str) -> list[str]:
        """Return the tables that a figure is computed from, by name."""
        there = self.tables()
        for step in STEPS:
            if figure in {f.name if isinstance(f, FigureSpec) else f for f in step.figures}:
                return [table.name for table in (*step.writes, *step.reads) if table.name in there]
        return []


def _wanted(rows: ir.Table, table: Table, wanted: RowsWanted) -> ir.Table:
    """Leave out what may not be seen, search, and sort."""
    direct = {name for name, column in table.columns.items() if column.personal is Personal.DIRECT}
    if not wanted.with_contact_data:
        hidden = [c for c in rows.columns if c in direct or c.startswith("trait_")]
        rows = rows.drop(*hidden) if hidden else rows
    if wanted.search:
        texts = [rows[c] for c, kind in rows.schema().items() if kind.is_string()]
        matches = [text.lower().contains(wanted.search.lower()) for text in texts]
        rows = rows.filter(ibis.or_(*matches)) if matches else rows.limit(0)
    if wanted.sort not in rows.columns and not wanted.is_descending:
        return rows  # they lie in the order of their key, and the engine keeps it
    by = (
        [wanted.sort]
        if wanted.sort in rows.columns
        else [k for k in table.key if k in rows.columns]
    )
    return rows.order_by([ibis.desc(c) if wanted.is_descending else c for c in by]) if by else rows
