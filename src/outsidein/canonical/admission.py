"""From what a project's models select to canonical rows, and the rows that are turned away."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from outsidein.canonical.checked import Checked, checked, first_line
from outsidein.canonical.order import has_repeated_key
from outsidein.canonical.query import Query
from outsidein.canonical.tables import CanonicalTable
from outsidein.errors import ProjectError
from outsidein.lake.sql import file_list, literal, quoted


@dataclass(frozen=True, slots=True)
class Admission:
    """What became of one canonical table's rows."""

    table: str
    models: int
    admitted: int
    rejected: int


def admit(
    connection: duckdb.DuckDBPyConnection,
    table: CanonicalTable,
    models: Sequence[Query],
    *,
    currency: str,
    rows_to: Path,
    rejects_to: Path,
) -> Admission:
    """Write the rows of `models` that satisfy `table`, in key order, and those that do not.

    A row is turned away for the first of: a value of the wrong type, a missing required
    value, a failed check, a key that an earlier row has.

    Raises:
        ProjectError: A model does not run, lacks a required column or has an unknown one.
    """
    found = checked(connection, table, models, currency=currency)
    connection.execute(f"CREATE OR REPLACE TEMP VIEW checked AS {found.sql}")
    try:
        accepted, turned_away, constants = _sorted_out(connection, found)
        _copy(connection, found.in_key_order(accepted, constants), rows_to)
        if has_repeated_key(rows_to, table.key):
            accepted, repeated = _told_apart(found.table)
            turned_away = f"{turned_away} UNION ALL BY NAME {repeated}"
            _copy(connection, found.in_key_order(accepted, constants), rows_to)
        _write_rejects(connection, turned_away, rejects_to)
    except duckdb.Error as error:
        raise _culprit(connection, models, found.relations, error) from error
    admitted, rejected = (_count(connection, path) for path in (rows_to, rejects_to))
    return Admission(table.name, len(models), admitted, rejected)


def _sorted_out(
    connection: duckdb.DuckDBPyConnection, found: Checked
) -> tuple[str, str, dict[str, str]]:
    """Select the rows to take and those to turn away, and tell the one source if there is one.

    Most tables have no bad row: to look first costs less than to filter all rows.
    """
    source = "source" if "source" in found.supplied else "NULL"
    row = connection.execute(
        f"SELECT count(_reason), min({source}), max({source}) FROM checked"
    ).fetchone()
    failed, first, last = row or (0, None, None)
    constants = {"source": first} if first is not None and first == last else {}
    accepted = f"SELECT * FROM checked {'WHERE _reason IS NULL' if failed else ''}"
    turned_away = f"SELECT * FROM checked WHERE {'_reason IS NOT NULL' if failed else 'false'}"
    return accepted, turned_away, constants


def _told_apart(table: CanonicalTable) -> tuple[str, str]:
    """Select the first row of each key, and the others."""
    numbered = _duplicates(table)
    kept = f"SELECT * FROM ({numbered}) WHERE _turn = 1"
    return kept, f"SELECT * FROM ({numbered}) WHERE _turn > 1"


def _culprit(
    connection: duckdb.DuckDBPyConnection,
    models: Sequence[Query],
    relations: Sequence[str],
    error: duckdb.Error,
) -> Exception:
    """Find the model whose rows cannot be read, by reading each alone."""
    for model, relation in zip(models, relations, strict=True):
        try:
            connection.execute(f"SELECT max(COLUMNS(*)) FROM ({relation})")
        except duckdb.Error as own:
            return ProjectError(model.path, "", first_line(own))
    return error


def stage(connection: duckdb.DuckDBPyConnection, query: Query) -> None:
    """Make a query a view that other queries of the project may read.

    Raises:
        ProjectError: It does not run.
    """
    try:
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {quoted(query.name)} AS {query.sql}")
    except duckdb.Error as error:
        raise ProjectError(query.path, "", first_line(error)) from error


def _copy(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    connection.execute(f"COPY ({query}) TO {literal(path)} (FORMAT parquet, COMPRESSION zstd)")


def _duplicates(table: CanonicalTable) -> str:
    key = ", ".join(table.key)
    return (
        "SELECT * REPLACE ('another row has the same key' AS _reason), row_number() OVER "
        f"(PARTITION BY {key} ORDER BY _origin, _raw) AS _turn FROM checked WHERE _reason IS NULL"
    )


def _write_rejects(connection: duckdb.DuckDBPyConnection, turned_away: str, path: Path) -> None:
    connection.execute(
        "COPY (SELECT _origin AS origin, CAST(NULL AS VARCHAR) AS file, CAST(NULL AS BIGINT) AS "
        "line, NULLIF(_failed, '') AS \"column\", _reason AS reason, _raw AS raw "
        f"FROM ({turned_away}) ORDER BY ALL) TO {literal(path)} (FORMAT parquet)"
    )


def _count(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    row = connection.execute(f"SELECT count(*) FROM read_parquet({file_list([path])})").fetchone()
    return int(row[0]) if row else 0
