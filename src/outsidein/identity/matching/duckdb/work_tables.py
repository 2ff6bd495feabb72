"""Temporary tables that the matcher fills by its own SQL, dropped on exit."""

from collections.abc import Iterator
from contextlib import contextmanager

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends.duckdb import Backend

from outsidein.lake.scratch import Scratch, scratch
from outsidein.lake.sql import quoted


class WorkTables:
    """Temporary tables of one task, written in DuckDB's SQL.

    Attributes:
        backend: The engine.
    """

    def __init__(self, backend: Backend, temporary: Scratch) -> None:
        self.backend = backend
        self._temporary = temporary

    def table(self, stem: str, query: str) -> str:
        """Fill a temporary table and return its name."""
        name = self._temporary.table_name(f"matching_{stem}")
        self.backend.con.execute(f"CREATE TEMP TABLE {quoted(name)} AS {query}")
        return name

    def view(self, stem: str, table: ir.Table | pa.Table) -> str:
        """Create a view of an expression or an Arrow table and return its name."""
        name = self._temporary.view_name(f"matching_{stem}")
        expression = ibis.memtable(table) if isinstance(table, pa.Table) else table
        self.backend.create_view(name, expression)
        return name

    def drop_early(self, *tables: str) -> None:
        """Drop tables that nothing reads any more, to free their memory before exit."""
        for name in tables:
            self.backend.raw_sql(f"DROP TABLE IF EXISTS {quoted(name)}")

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Return the rows of a query."""
        rows: list[tuple[object, ...]] = self.backend.con.execute(query).fetchall()
        return rows


@contextmanager
def work_tables(backend: Backend) -> Iterator[WorkTables]:
    """Open a set of temporary tables and drop them on exit."""
    with scratch(backend) as temporary:
        yield WorkTables(backend, temporary)
