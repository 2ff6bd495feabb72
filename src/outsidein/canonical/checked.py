"""From what a model selects to typed rows, each with the reason why it is turned away."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ibis.backends import BaseBackend

from outsidein.canonical.exact_casts import ExactCast, Fault, exact_cast, text_faults
from outsidein.canonical.model_errors import model_error, place_of
from outsidein.canonical.query import Query
from outsidein.canonical.tables import CanonicalTable
from outsidein.errors import ProjectError, QueryError, nearest
from outsidein.lake.engine import duckdb_type
from outsidein.lake.queries import column_types
from outsidein.lake.sql import literal, quoted
from outsidein.tables.table import Column


@dataclass(frozen=True, slots=True)
class Checked:
    """What a table's models select, typed and checked.

    Attributes:
        table: The canonical table.
        relations: Of each model a SELECT of every column of the table, of `_raw` (the row as it
            was selected), `_origin` (the model's path within the project), `_failed` (the
            column whose value is of the wrong type), `_reason` (null where the row is
            acceptable) and `_placeholders` (how many dates were left out because they stand for
            none).
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
    faults = _faults(table, selected)
    number = _numbered((fault.condition, str(place)) for place, (_, fault) in enumerate(faults))
    failed = _cases("_fault", [name for name, _ in faults])
    reason = _cases("_fault", [fault.reason for _, fault in faults])
    return (
        f"SELECT * EXCLUDE (_fault){days}, {failed} AS _failed, "
        f"CASE WHEN _fault IS NOT NULL THEN {reason} {_reasons(table, currency)} END AS _reason "
        f"FROM (SELECT {typed}{traits}, {raw} AS _raw, {literal(model.origin)} AS _origin, "
        f"{_placeholders(table, selected)} AS _placeholders, {number} AS _fault "
        f"FROM ({model.sql}) AS _model)"
    )


def _placeholders(table: CanonicalTable, selected: Mapping[str, str]) -> str:
    """Count the dates of a row that stand for none."""
    casts = (_cast(name, column, selected) for name, column in table.columns.items())
    counted = [
        f"CAST({cast.is_placeholder} AS INT)" for cast in casts if cast.is_placeholder != "false"
    ]
    return " + ".join(counted) or "0"


def _numbered(conditions: Iterable[tuple[str, str]]) -> str:
    """Return the value of the first condition that holds."""
    cases = " ".join(f"WHEN {condition} THEN {value}" for condition, value in conditions)
    return f"CASE {cases} END" if cases else "CAST(NULL AS INTEGER)"


def _cases(number: str, texts: Sequence[str]) -> str:
    """Return the text that stands at a number."""
    cases = " ".join(f"WHEN {place} THEN {literal(text)}" for place, text in enumerate(texts))
    return f"CASE {number} {cases} END" if cases else "CAST(NULL AS VARCHAR)"


def _selected_columns(backend: BaseBackend, model: Query) -> dict[str, str]:
    try:
        return column_types(backend, model.sql)
    except QueryError as error:
        raise model_error(backend, model, error) from error


def _refuse_columns(table: CanonicalTable, model: Query, selected: dict[str, str]) -> None:
    for name in selected:
        if name not in table.columns and not table.is_open_column(name):
            hint = nearest(name, table.columns)
            problem = f"{name!r} is no column of {table.name}. {hint}"
            raise ProjectError(model.path, place_of(model.path, name), problem)
    for name in table.required:
        if name not in selected:
            raise ProjectError(model.path, name, f"{table.name} needs this column")


def _cast(name: str, column: Column, selected: Mapping[str, str]) -> ExactCast:
    if name not in selected:
        return ExactCast(f"CAST(NULL AS {duckdb_type(column.type)})")
    cast = exact_cast(f"_model.{quoted(name)}", selected[name], name, column)
    if column.type == "string" and (column.required or name.endswith("_id")):
        return cast._replace(value=f"NULLIF(TRIM({cast.value}), '')")
    return cast


def _value(table: CanonicalTable, name: str, selected: dict[str, str], *, currency: str) -> str:
    """Cast a column and fill its default, which may be another column."""
    column = table.columns[name]
    value = _cast(name, column, selected).value
    if column.default is None:
        return value
    if column.default in table.columns:
        other = _cast(column.default, table.columns[column.default], selected).value
        return f"COALESCE({value}, {other})"
    return f"COALESCE({value}, {_filled(column.default, currency)})"


def _filled(expression: str, currency: str) -> str:
    return expression.replace("$currency", literal(currency))


def _faults(table: CanonicalTable, selected: Mapping[str, str]) -> list[tuple[str, Fault]]:
    """Return what may be wrong with a value, by column."""
    faults = [
        (name, fault)
        for name, column in table.columns.items()
        for fault in _cast(name, column, selected).faults
    ]
    traits = [name for name in selected if table.is_open_column(name)]
    return faults + [
        (name, fault)
        for name in traits
        for fault in text_faults(f"_model.{quoted(name)}", selected[name], name)
    ]


def _reasons(table: CanonicalTable, currency: str) -> str:
    """Give the first reason; the type's is asked for once, or the engine casts anew each time."""
    missing = " ".join(
        f"WHEN {name} IS NULL THEN {literal(f'{name} is missing')}" for name in table.required
    )
    checks = " ".join(
        f"WHEN NOT ({_filled(check.condition, currency)}) THEN {literal(check.reason)}"
        for check in table.checks
    )
    return f"{missing} {checks}"


def _nothing(table: CanonicalTable) -> str:
    columns = ", ".join(
        f"CAST(NULL AS {duckdb_type(kind)}) AS {name}" for name, kind in table.all_columns.items()
    )
    hidden = ", ".join(f"'' AS {name}" for name in ("_raw", "_origin", "_failed", "_reason"))
    return f"SELECT {columns}, {hidden}, 0 AS _placeholders WHERE false"
