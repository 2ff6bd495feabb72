"""Queries written as SQL, run on DuckDB as they stand."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from outsidein.errors import QueryError
from outsidein.lake.sql import literal, quoted

if TYPE_CHECKING:
    from ibis.backends import BaseBackend

CLOCKS = frozenset(
    {"current_date", "current_time", "current_timestamp", "localtime", "localtimestamp"}
)
"""Functions that SQL lets be called without brackets, so that they look like columns."""

BATCH = 100_000
"""Rows that are in memory at once when a query is read in batches."""

NULL_TYPE = '"NULL"'
"""What the engine calls the type of a column that holds nothing but nulls."""

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


@cache
def changing_functions() -> frozenset[str]:
    """Return the functions whose answer may change while their arguments stay the same.

    The engine's catalogue marks them, and macros that call one of them, or read a catalogue, are
    such functions too. `error` always gives the same: none.

    Example:
        >>> {"random", "now", "nextval", "ago"} <= changing_functions()
        True
    """
    with duckdb.connect() as connection:
        rows = connection.execute(
            "SELECT lower(function_name), stability, macro_definition FROM duckdb_functions() "
            "WHERE function_type IN ('scalar', 'aggregate', 'macro')"
        ).fetchall()
    changing = {name for name, stability, _ in rows if stability and stability != "CONSISTENT"}
    words = {
        name: set(re.findall(r"\w+", macro.lower())) for name, _, macro in rows if macro is not None
    }
    before = 0
    while before != len(changing):
        before = len(changing)
        sources = changing | CLOCKS | {"select"}
        changing |= {name for name, used in words.items() if used & sources}
    return frozenset(changing - {"error"})


def create_temp_view(backend: "BaseBackend", name: str, sql: str) -> None:
    """Create or replace a temporary view of a query.

    Raises:
        QueryError: DuckDB refuses the query.
    """
    _run(backend, f"CREATE OR REPLACE TEMP VIEW {quoted(name)} AS {sql}")


def create_empty_table(backend: "BaseBackend", name: str, columns: Mapping[str, str]) -> None:
    """Create a table of these columns and DuckDB types, without rows."""
    typed = ", ".join(
        f"{quoted(column)} {kind.replace(NULL_TYPE, 'INTEGER')}" for column, kind in columns.items()
    )
    _run(backend, f"CREATE TABLE {quoted(name)} ({typed})")


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


def row_batches(backend: "BaseBackend", sql: str) -> pa.RecordBatchReader:
    """Return the rows of a query in batches, as they are read.

    Raises:
        QueryError: DuckDB refuses the query.
    """
    return _run(backend, sql).to_arrow_reader(BATCH)


def forbid_other_files(backend: "BaseBackend", files: Iterable[Path]) -> None:
    """Let later queries read these files and no other, for as long as the engine is open.

    Python variables, extensions and the network are out of reach as well. The engine may still
    write to the files, so run later queries by `select_rows`.
    """
    paths = ", ".join(literal(path) for path in files)
    _run(backend, f"SET allowed_paths = [{paths}]")
    _run(backend, "SET python_enable_replacements = false")
    _run(backend, "SET enable_external_access = false")
    _run(backend, "SET lock_configuration = true")


def select_rows(backend: "BaseBackend", sql: str) -> pa.Table:
    """Return the rows of exactly one SELECT.

    Raises:
        QueryError: It is no SELECT or more than one statement, or DuckDB refuses it.
    """
    connection: duckdb.DuckDBPyConnection = backend.con
    try:
        statements = connection.extract_statements(sql)
        if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
            raise QueryError("give exactly one SELECT statement")
        return connection.execute(statements[0]).to_arrow_table()
    except duckdb.Error as error:
        raise QueryError(_first_line(error)) from error


def missing_table(error: QueryError) -> str | None:
    """Return the name of the table that a refused query did not find."""
    match = re.search(r"Table with name (.+) does not exist!", str(error))
    return match[1] if match else None


def _first_line(error: duckdb.Error) -> str:
    return str(error).strip().splitlines()[0]


def _run(backend: "BaseBackend", sql: str) -> Any:  # noqa: ANN401  DuckDB's cursor
    try:
        return backend.raw_sql(sql)
    except duckdb.Error as error:
        raise QueryError(_first_line(error)) from error
