"""From what a project's models select to canonical rows, and the rows that are turned away."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from outsidein.canonical.query import Query
from outsidein.canonical.tables import TRAIT, CanonicalTable, Column
from outsidein.errors import ProjectError, nearest
from outsidein.lake.engine import duckdb_type
from outsidein.lake.sql import literal, quoted

OLDEST = "TIMESTAMPTZ '1900-01-01 00:00:00+00'"
"""No moment of a customer's lies before; `0001-01-01` and its like are placeholders."""


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
    relations = [_relation(connection, table, model, currency=currency) for model in models]
    checked = " UNION ALL BY NAME ".join(relations) or _nothing(table)
    columns = _written(connection, table, checked)
    connection.execute(f"CREATE OR REPLACE TEMP VIEW checked AS {checked}")
    try:
        _copy(connection, f"SELECT {columns} FROM checked WHERE _reason IS NULL", table, rows_to)
        turned_away = _turned_away(connection, rows_to)
        if _has_duplicates(connection, table, rows_to):
            turned_away += (
                f" UNION ALL BY NAME SELECT * FROM ({_duplicates(table)}) WHERE _turn > 1"
            )
            first = f"SELECT {columns} FROM ({_duplicates(table)}) WHERE _turn = 1"
            _copy(connection, first, table, rows_to)
        _write_rejects(connection, turned_away, rejects_to)
    except duckdb.Error as error:
        raise _culprit(connection, models, relations, error) from error
    admitted, rejected = (_count(connection, path) for path in (rows_to, rejects_to))
    return Admission(table.name, len(models), admitted, rejected)


def _turned_away(connection: duckdb.DuckDBPyConnection, rows_to: Path) -> str:
    """Select the rejected rows; where as many were admitted as selected, without looking again."""
    row = connection.execute("SELECT count(*) FROM checked").fetchone()
    are_all_in = bool(row and row[0] == _count(connection, rows_to))
    return f"SELECT * FROM checked WHERE {'false' if are_all_in else '_reason IS NOT NULL'}"


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
            return ProjectError(model.path, "", _first_line(own))
    return error


def stage(connection: duckdb.DuckDBPyConnection, query: Query) -> None:
    """Make a query a view that other queries of the project may read.

    Raises:
        ProjectError: It does not run.
    """
    try:
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {quoted(query.name)} AS {query.sql}")
    except duckdb.Error as error:
        raise ProjectError(query.path, "", _first_line(error)) from error


def _relation(
    connection: duckdb.DuckDBPyConnection, table: CanonicalTable, model: Query, *, currency: str
) -> str:
    """Select a model's rows as the table wants them, with `_reason` where one is turned away."""
    selected = _columns_of(connection, model)
    _refuse_columns(table, model, selected)
    typed = ", ".join(
        f"{_value(table, name, selected, currency=currency)} AS {quoted(name)}"
        for name in table.columns
    )
    traits = "".join(f", {quoted(name)}" for name in selected if _is_trait(table, name))
    raw = "to_json(_model)::VARCHAR"
    days = "".join(f", CAST({moment} AS DATE) AS {day}" for day, moment in table.days.items())
    failed = _failed_casts(table, selected)
    return (
        f"SELECT *{days}, CASE {_reasons(table, currency)} END AS _reason FROM ("
        f"SELECT {typed}{traits}, {raw} AS _raw, {literal(model.path)} AS _origin, "
        f"CASE {failed} END AS _failed FROM ({model.sql}) AS _model)"
    )


def _columns_of(connection: duckdb.DuckDBPyConnection, model: Query) -> dict[str, str]:
    try:
        rows = connection.execute(f"DESCRIBE SELECT * FROM ({model.sql})").fetchall()
    except duckdb.Error as error:
        raise ProjectError(model.path, "", _first_line(error)) from error
    return {row[0]: row[1] for row in rows}


def _refuse_columns(table: CanonicalTable, model: Query, selected: dict[str, str]) -> None:
    for name in selected:
        if name not in table.columns and not _is_trait(table, name):
            hint = nearest(name, table.columns)
            raise ProjectError(model.path, name, f"is no column of {table.name}. {hint}")
    for name in table.required:
        if name not in selected:
            raise ProjectError(model.path, name, f"{table.name} needs this column")


def _is_trait(table: CanonicalTable, name: str) -> bool:
    return table.name == "records" and name.startswith(TRAIT)


WHOLE = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"}
SAFE = {
    "BIGINT": WHOLE,
    "DOUBLE": WHOLE | {"FLOAT", "DOUBLE"},
    "BOOLEAN": {"BOOLEAN"},
    "DATE": {"DATE"},
    "TIMESTAMPTZ": {"TIMESTAMP", "TIMESTAMP WITH TIME ZONE"},
}
"""Types in which a model may select a value so that casting it cannot fail."""


def _cast(name: str, column: Column, selected: dict[str, str]) -> str:
    wanted = duckdb_type(column.type)
    if name not in selected:
        return f"CAST(NULL AS {wanted})"
    if column.type == "string":
        text = f"CAST(_model.{quoted(name)} AS VARCHAR)"
        return f"NULLIF(TRIM({text}), '')" if column.required or name.endswith("_id") else text
    how = "CAST" if _is_safe(name, column, selected) else "TRY_CAST"
    value = f"{how}(_model.{quoted(name)} AS {wanted})"
    if wanted in ("TIMESTAMPTZ", "DATE"):
        return f"CASE WHEN {value} >= {OLDEST} THEN {value} END"
    return value


def _is_safe(name: str, column: Column, selected: dict[str, str]) -> bool:
    return selected[name] in SAFE.get(duckdb_type(column.type), ())


def _value(table: CanonicalTable, name: str, selected: dict[str, str], *, currency: str) -> str:
    """Cast a column and fill its default, which may be another column."""
    column = table.columns[name]
    value = _cast(name, column, selected)
    if column.default is None:
        return value
    if column.default in table.columns:
        other = _cast(column.default, table.columns[column.default], selected)
        return f"COALESCE({value}, {other})"
    return f"COALESCE({value}, {_filled(column.default, currency)})"


def _filled(expression: str, currency: str) -> str:
    return expression.replace("$currency", literal(currency))


def _failed_casts(table: CanonicalTable, selected: dict[str, str]) -> str:
    """Name the first column whose value is there but not of the column's type."""
    failed = [
        f"WHEN {condition} THEN {literal(name)}"
        for name, column in table.columns.items()
        if name in selected and (condition := _failure(name, column, selected))
    ]
    return " ".join(failed) or "WHEN false THEN ''"


def _failure(name: str, column: Column, selected: dict[str, str]) -> str:
    """The condition under which a value that is there cannot be had; empty if it always can."""
    given, wanted = f"_model.{quoted(name)}", duckdb_type(column.type)
    if column.type == "string":
        return ""
    if _is_safe(name, column, selected):
        is_day = wanted in ("TIMESTAMPTZ", "DATE")
        return f"CAST({given} AS {wanted}) < {OLDEST}" if is_day else ""
    lost = f"{_cast(name, column, selected)} IS NULL AND {given} IS NOT NULL"
    return f"{lost} AND CAST({given} AS VARCHAR) <> ''"


def _reasons(table: CanonicalTable, currency: str) -> str:
    """Give the first reason; the type's is asked for once, or the engine casts anew each time."""
    types = " ".join(
        f"WHEN {literal(name)} THEN {literal(f'{name} is not a {_plain(column)}')}"
        for name, column in table.columns.items()
    )
    missing = " ".join(
        f"WHEN {name} IS NULL THEN {literal(f'{name} is missing')}" for name in table.required
    )
    checks = " ".join(
        f"WHEN NOT ({_filled(check.condition, currency)}) THEN {literal(check.reason)}"
        for check in table.checks
    )
    return f"WHEN _failed IS NOT NULL THEN CASE _failed {types} END {missing} {checks}"


def _plain(column: Column) -> str:
    kind = column.type.partition("(")[0]
    return {"int64": "whole number", "float64": "number", "decimal": "number"}.get(kind, kind)


def _nothing(table: CanonicalTable) -> str:
    columns = ", ".join(
        f"CAST(NULL AS {duckdb_type(kind)}) AS {name}" for name, kind in table.all_columns.items()
    )
    hidden = ", ".join(f"'' AS {name}" for name in ("_raw", "_origin", "_failed", "_reason"))
    return f"SELECT {columns}, {hidden} WHERE false"


def _written(connection: duckdb.DuckDBPyConnection, table: CanonicalTable, checked: str) -> str:
    present = [row[0] for row in connection.execute(f"DESCRIBE {checked}").fetchall()]
    traits = sorted(name for name in present if _is_trait(table, name))
    return ", ".join(quoted(name) for name in [*table.all_columns, *traits])


def _copy(
    connection: duckdb.DuckDBPyConnection, query: str, table: CanonicalTable, path: Path
) -> None:
    key = ", ".join(table.key)
    partial = path.with_suffix(".partial")
    connection.execute(
        f"COPY ({query} ORDER BY {key}) TO {literal(partial)} (FORMAT parquet, COMPRESSION zstd)"
    )
    partial.replace(path)


def _has_duplicates(
    connection: duckdb.DuckDBPyConnection, table: CanonicalTable, path: Path
) -> bool:
    """Compare rows with distinct keys; a clash of hashes costs a closer look, no wrong answer."""
    key = ", ".join(table.key)
    row = connection.execute(
        f"SELECT count(*) > count(DISTINCT hash({key})) FROM read_parquet(?)", [str(path)]
    ).fetchone()
    return bool(row and row[0])


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
    row = connection.execute("SELECT count(*) FROM read_parquet(?)", [str(path)]).fetchone()
    return int(row[0]) if row else 0


def _first_line(error: duckdb.Error) -> str:
    return str(error).strip().splitlines()[0]
