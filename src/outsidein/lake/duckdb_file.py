"""A DuckDB file with tables and the comments on them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import duckdb
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from outsidein.errors import QueryError
from outsidein.lake.sql import literal, quoted


class DatabaseFile(NamedTuple):
    """A DuckDB file that an engine writes to, under the name by which it is attached."""

    backend: Backend
    name: str

    def create_table(
        self, schema: str, table: str, rows: ir.Table, *, comment: str, columns: Mapping[str, str]
    ) -> None:
        """Create a table of these rows, with comments on it and its columns."""
        run, place = self.backend.raw_sql, ".".join(map(quoted, (self.name, schema, table)))
        run(f"CREATE SCHEMA IF NOT EXISTS {quoted(self.name)}.{quoted(schema)}")
        run(f"CREATE TABLE {place} AS {self.backend.compile(rows)}")
        run(f"COMMENT ON TABLE {place} IS {literal(comment)}")
        for column, text in columns.items():
            run(f"COMMENT ON COLUMN {place}.{quoted(column)} IS {literal(text)}")


@contextmanager
def new_database_file(backend: Backend, path: Path) -> Iterator[DatabaseFile]:
    """Create a DuckDB file; it is complete once the block has ended.

    Raises:
        QueryError: DuckDB cannot write it.
    """
    name = "written_file"
    try:
        backend.raw_sql(f"ATTACH {literal(path)} AS {quoted(name)} (TYPE duckdb)")
        yield DatabaseFile(backend, name)
        backend.raw_sql(f"DETACH {quoted(name)}")
    except duckdb.Error as error:
        raise QueryError(str(error).splitlines()[0]) from error
