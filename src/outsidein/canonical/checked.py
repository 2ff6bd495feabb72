"""From what a model selects to typed rows, each with the reason why it is turned away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ibis.backends import BaseBackend

from outsidein.canonical.query import Query
from outsidein.canonical.tables import CanonicalTable
from outsidein.errors import ProjectError, QueryError, nearest
from outsidein.lake.engine import duckdb_type
from outsidein.lake.queries import column_types
from outsidein.lake.sql import literal, quoted
from outsidein.tables.table import Column

OLDEST = "TIMESTAMPTZ '1900-01-01 00:00:00+00'"
"""No moment of a customer's lies before; `0001-01-01` and its like are placeholders."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a table's models select, typed and checked.

    Attributes:
        table: The canonical table.
        relations: Of each model a SELECT of every column of the table, of `_raw` (the row as it
            was selected), `_origin` (the model), `_failed` (the column whose value is of the
            wrong type) and `_reason` (null where the row is acceptable).
        supplied: The columns of the table that any model selects, and the traits.
        currency: The project's.
    """

    table: CanonicalTable
    relations: tuple[str, ...]
    supplied: tuple[str, ...]
    currency: str

    @property
    def sql(self) -> str:
        """All relations as one."""
        return " UNION ALL BY NAME ".join(self.relations) or _nothing(self.table)

    def in_key_order(self, rows: str, constants: Mapping[str, str]) -> str:
        """Select the table's columns from some of the rows, ordered by key.

        What no model supplies, and the text that all rows agree on, is filled in after sorting,
        which is spared carrying it along.
        """
        carried = [name for name in self.supplied if name not in constants]
        columns = ", ".join(
            f"{_one_text(literal(constants[name]))} AS {quoted(name)}"
            if name in constants
            else self._column(name)
            for name in (*self.table.all_columns, *self.traits)
        )
        kept = ", ".join(quoted(name) for name in carried) or "1"
        key = ", ".join(quoted(name) for name in self.table.key if name in carried)
        order = f"ORDER BY {key}" if key else ""
        return f"SELECT {columns} FROM (SELECT {kept} FROM ({rows}) {order})"

    @property
    def traits(self) -> tuple[str, ...]:
        """The traits among the columns supplied."""
        return tuple(name for name in self.supplied if self.table.is_open_column(name))

    def _column(self, name: str) -> str:
        if name in self.supplied:
            return quoted(name)
        if name in self.table.days:
            return f"CAST({quoted(self.table.days[name])} AS DATE) AS {quoted(name)}"
        column = self.table.columns[name]
        filled = _filled(column.default or "NULL", self.currency)
        if column.type == "string":
            return f"{_one_text(filled)} AS {quoted(name)}"
        return f"CAST({filled} AS {duckdb_type(column.type)}) AS {quoted(name)}"


def _one_text(value: str) -> str:
    """One text, or null, for all rows: as an enumeration it is written at no cost, and as text."""
    member = "''" if value == "NULL" else value
    return f"CAST({value} AS ENUM({member}))"


def checked(
    backend: BaseBackend,
    table: CanonicalTable,
    models: Sequence[Query],
    *,
    currency: str,
) -> Checked:
    """Type and check what `models` select.

    Raises:
        ProjectError: A model does not run, lacks a required column or has an unknown one.
    """
    selected = [_selected_columns(backend, model) for model in models]
    relations = tuple(
        _relation(table, model, columns, currency=currency)
        for model, columns in zip(models, selected, strict=True)
    )
    named = {name for columns in selected for name in columns}
    traits = sorted(name for name in named if table.is_open_column(name))
    supplied = (*(name for name in table.columns if name in named), *traits)
    return Checked(table, relations, supplied, currency)


def _relation(
    table: CanonicalTable, model: Query, selected: dict[str, str], *, currency: str
) -> str:
    """Select a model's rows as the table wants them, with `_reason` where one is turned away."""
    _refuse_columns(table, model, selected)
    typed = ", ".join(
        f"{_value(table, name, selected, currency=currency)} AS {quoted(name)}"
        for name in table.columns
    )
    traits = "".join(f", {quoted(name)}" for name in selected if table.is_open_column(name))
    raw = "to_json(_model)::VARCHAR"
    days = "".join(f", CAST({moment} AS DATE) AS {day}" for day, moment in table.days.items())
    failed = _failed_casts(table, selected)
    return (
        f"SELECT *{days}, CASE {_reasons(table, currency)} END AS _reason FROM ("
        f"SELECT {typed}{traits}, {raw} AS _raw, {literal(model.path)} AS _origin, "
        f"CASE {failed} END AS _failed FROM ({model.sql}) AS _model)"
    )


def _selected_columns(backend: BaseBackend, model: Query) -> dict[str, str]:
    try:
        return column_types(backend, model.sql)
    except QueryError as error:
        raise ProjectError(model.path, "", str(error)) from error


def _refuse_columns(table: CanonicalTable, model: Query, selected: dict[str, str]) -> None:
    for name in selected:
        if name not in table.columns and not table.is_open_column(name):
            hint = nearest(name, table.columns)
            raise ProjectError(model.path, name, f"is no column of {table.name}. {hint}")
    for name in table.required:
        if name not in selected:
            raise ProjectError(model.path, name, f"{table.name} needs this column")


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
    value, wanted = f"_model.{quoted(name)}", duckdb_type(column.type)
    if column.type == "string":
        return ""
    if _is_safe(name, column, selected):
        is_day = wanted in ("TIMESTAMPTZ", "DATE")
        return f"CAST({value} AS {wanted}) < {OLDEST}" if is_day else ""
    lost = f"{_cast(name, column, selected)} IS NULL AND {value} IS NOT NULL"
    return f"{lost} AND CAST({value} AS VARCHAR) <> ''"


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
