"""Queries written as SQL, run on DuckDB as they stand."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from outsidein.errors import QueryError
from outsidein.lake.sql import literal, quoted

if TYPE_CHECKING:
    from ibis.backends import BaseBackend

SyntaxTree = dict[str, Any]
"""What DuckDB's parser makes of a text: `statements`, or `error` and where it lies."""


@contextmanager
def sql_parser() -> Iterator[Callable[[str], SyntaxTree]]:
    """Open DuckDB's own parser of SELECT statements.

    Example:
        >>> with sql_parser() as parse:
        ...     len(parse("SELECT 1; SELECT 2")["statements"])
        2
    """
    with duckdb.connect() as connection:

        def parse(sql: str) -> SyntaxTree:
            # A literal, not a parameter: DuckDB would import pandas to look at a parameter's type.
            query = f"SELECT json_serialize_sql({literal(sql)}::VARCHAR)"
            row = connection.execute(query).fetchone()
            tree: SyntaxTree = json.loads(row[0]) if row else {}
            return tree

        yield parse


def create_temp_view(backend: "BaseBackend", name: str, sql: str) -> None:
    """Create or replace a temporary view of a query.

    Raises:
        QueryError: DuckDB refuses the query.
    """
    _run(backend, f"CREATE OR REPLACE TEMP VIEW {quoted(name)} AS {sql}")


def column_types(backend: "BaseBackend", sql: str) -> dict[str, str]:
    """Return the columns of a query and their DuckDB types.

    Raises:
        QueryError: DuckDB refuses the query.
    """
    rows = _run(backend, f"DESCRIBE SELECT * FROM ({sql})").fetchall()
    return {row[0]: row[1] for row in rows}


def first_row(backend: "BaseBackend", sql: str) -> tuple[Any, ...]:
    """Return the first row of a query that has one.

    Raises:
        QueryError: DuckDB refuses the query, or cannot read its rows.
    """
    row: tuple[Any, ...] = _run(backend, sql).fetchone()
    return row


def write_query(
    backend: "BaseBackend", sql: str, path: Path, *, compression: str = "snappy"
) -> None:
    """Write the rows of a query to a Parquet file, in their order.

    Raises:
        QueryError: DuckDB refuses the query, or cannot read its rows.
    """
    _run(backend, f"COPY ({sql}) TO {literal(path)} (FORMAT parquet, COMPRESSION {compression})")


def _run(backend: "BaseBackend", sql: str) -> Any:  # noqa: ANN401  DuckDB's cursor
    try:
        return backend.raw_sql(sql)
    except duckdb.Error as error:
        raise QueryError(str(error).strip().splitlines()[0]) from error
