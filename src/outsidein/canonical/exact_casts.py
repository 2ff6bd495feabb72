"""SQL that casts a value to its column's type only where the cast loses nothing."""

import re
from typing import NamedTuple

from outsidein.lake.engine import duckdb_type
from outsidein.tables.table import Column

SMALL_WHOLE = frozenset({"TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT", "UINTEGER"})
WHOLE = SMALL_WHOLE | {"BIGINT", "UBIGINT", "HUGEINT", "UHUGEINT", "BIGNUM"}
EXACT_UP_TO = {"FLOAT": 2**24, "DOUBLE": 2**53}
"""Floating-point types, and below which every whole number stands for itself alone."""

MOMENTS = frozenset({"DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE"}) | {
    f"TIMESTAMP_{unit}" for unit in ("S", "MS", "NS")
}
PLACEHOLDER = "DATE '1900-01-01'"
"""No date of a customer's lies before; it, `1899-12-30` and `0001-01-01` stand for none."""

NOISE = 2.0**-50
"""Relative error that a few floating-point operations leave: 19.99 * 100 is 1998.9999999999998."""
MOST_NOISE = 1e-6

_WHOLE_TEXT = r"\s*[+-]?\d+(\.0*)?\s*"
_DECIMAL_TEXT = r"\s*[+-]?(\d+\.?\d*|\.\d+)\s*"
_FLOAT_TEXT = r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*"
_FRACTION_TEXT = r"\s*[+-]?\d*\.\d+\s*"
_KINDS = {"int64": "whole number", "float64": "number", "decimal": "number"}
_DECIMAL = re.compile(r"DECIMAL\((\d+),\s*(\d+)\)")


class Fault(NamedTuple):
    """Why a value is not taken: a condition in SQL, and the reason."""

    condition: str
    reason: str


class ExactCast(NamedTuple):
    """SQL of a typed value, and what makes it a value that must not be taken.

    Attributes:
        value: The typed value.
        faults: Why a row with the value is rejected.
        is_placeholder: The condition under which the value stands for none and is left out.
    """

    value: str
    faults: tuple[Fault, ...] = ()
    is_placeholder: str = "false"


def exact_cast(value: str, selected: str, name: str, column: Column) -> ExactCast:
    """Cast a value to the type of its column.

    A fraction, an overflow, digits that a floating-point number does not hold, `NaN`, infinity,
    and a value of another kind (a boolean for a number) are faults, never rounded or guessed.
    Empty text is null.

    Args:
        value: SQL of the value as a model selects it.
        selected: Its DuckDB type.
        name: Of the column.
        column: Its declaration.
    """
    wanted = duckdb_type(column.type)
    if column.type == "string":
        faults = _float_faults(value, selected, name) + text_faults(value, selected, name)
        return ExactCast(f"CAST({value} AS VARCHAR)", faults)
    if selected == "JSON":
        value, selected = f"({value} ->> '$')", "VARCHAR"
    if wanted in ("TIMESTAMPTZ", "DATE"):
        return _moment(value, selected, column, _not_a(name, column))
    if wanted == "BOOLEAN":
        return _boolean(value, selected, _not_a(name, column))
    return _number(value, selected, name, column)


def text_faults(value: str, selected: str, name: str) -> tuple[Fault, ...]:
    """Return why a text is not taken: a NUL ends it wherever it stands in a query or a store."""
    if not _is_text(selected):
        return ()
    return (Fault(f"contains(CAST({value} AS VARCHAR), chr(0))", f"{name} contains a NUL byte"),)


def _moment(value: str, selected: str, column: Column, reason: str) -> ExactCast:
    """Read a moment; `infinity` and words such as `now` are faults.

    A placeholder is one too where a date is required; elsewhere the row stays without it.
    """
    wanted = duckdb_type(column.type)
    if selected not in MOMENTS and not _is_text(selected):
        return _never(value, wanted, reason)
    cast, is_there = f"TRY_CAST({value} AS {wanted})", f"{value} IS NOT NULL"
    is_date = f"isfinite({cast})"
    if _is_text(selected):
        value = f"CAST({value} AS VARCHAR)"
        is_there = _is_there(value)
        is_date += rf" AND regexp_matches({value}, '^\s*\d')"
    is_older = f"CAST({cast} AS DATE) <= {PLACEHOLDER}"
    exact = f"CASE WHEN {is_date} AND NOT {is_older} THEN {cast} END"
    if column.required:
        return ExactCast(exact, (Fault(f"{is_there} AND {exact} IS NULL", reason),))
    fault = Fault(f"{is_there} AND ({is_date}) IS NOT TRUE", reason)
    return ExactCast(exact, (fault,), f"({is_date} AND {is_older}) IS TRUE")


def _never(value: str, wanted: str, reason: str) -> ExactCast:
    """Take no value of a type that cannot mean what the column holds."""
    return ExactCast(f"CAST(NULL AS {wanted})", (Fault(f"{value} IS NOT NULL", reason),))


def _boolean(value: str, selected: str, reason: str) -> ExactCast:
    cast = f"TRY_CAST({value} AS BOOLEAN)"
    if selected == "BOOLEAN":
        return ExactCast(cast)
    if selected in WHOLE or selected in EXACT_UP_TO or _DECIMAL.fullmatch(selected):
        return ExactCast(cast, (Fault(f"{value} NOT IN (0, 1)", reason),))
    return ExactCast(cast, (Fault(f"{_is_there(value)} AND {cast} IS NULL", reason),))


def _number(value: str, selected: str, name: str, column: Column) -> ExactCast:
    wanted, not_a = duckdb_type(column.type), _not_a(name, column)
    if selected in WHOLE or _DECIMAL.fullmatch(selected):
        cast = _from_exact(value, selected, name, column)
    elif selected in EXACT_UP_TO:
        cast = _from_float(value, selected, name, column)
    elif _is_text(selected):
        cast = _from_text(f"CAST({value} AS VARCHAR)", name, column)
    else:
        return _never(value, wanted, not_a)
    if column.limit is None:
        return cast
    beyond = Fault(
        f"{cast.value} NOT BETWEEN -{column.limit} AND {column.limit}", _beyond(name, column)
    )
    is_within = selected in SMALL_WHOLE
    return cast if is_within else cast._replace(faults=(*cast.faults, beyond))


def _from_exact(value: str, selected: str, name: str, column: Column) -> ExactCast:
    wanted = duckdb_type(column.type)
    cast = f"TRY_CAST({value} AS {wanted})"
    digits, scale = _digits(selected)
    if wanted == "DOUBLE":
        most = EXACT_UP_TO["DOUBLE"]
        beyond = Fault(f"{value} NOT BETWEEN -{most} AND {most}", _beyond(name, column))
        return ExactCast(cast, (beyond,) if digits > len(str(most)) - 1 else ())
    most_digits, most_scale = _digits(wanted)
    faults = []
    if scale > most_scale:
        text = f"CAST({value} AS VARCHAR)"
        faults.append(Fault(f"NOT {_has_decimals(text, most_scale)}", _fraction(name, column)))
    if digits > most_digits - (wanted == "BIGINT" and selected != "BIGINT"):
        faults.append(Fault(f"{value} IS NOT NULL AND {cast} IS NULL", _beyond(name, column)))
    return ExactCast(cast, tuple(faults))


def _from_float(value: str, selected: str, name: str, column: Column) -> ExactCast:
    wanted = duckdb_type(column.type)
    infinite = Fault(f"NOT isfinite({value})", f"{name} is not a finite number")
    if wanted == "DOUBLE":
        return ExactCast(f"CAST({value} AS DOUBLE)", (infinite,))
    if selected == "FLOAT":  # its shortest text is the number that was meant
        value = f"CAST(CAST({value} AS VARCHAR) AS DOUBLE)"
    _, scale = _digits(wanted)
    scaled = f"({value} * 1e{scale})"
    noise = f"least(abs({scaled}) * {NOISE!r}, {MOST_NOISE!r})"
    beyond = f"abs({value}) >= {EXACT_UP_TO[selected]}"
    return ExactCast(
        f"TRY_CAST(round({value}, {scale}) AS {wanted})",
        (
            infinite,
            Fault(beyond, _inexact(name)),
            Fault(f"abs({scaled} - round({scaled})) > {noise}", _fraction(name, column)),
        ),
    )


def _from_text(text: str, name: str, column: Column) -> ExactCast:
    wanted, not_a = duckdb_type(column.type), _not_a(name, column)
    cast = f"TRY_CAST({text} AS {wanted})"
    shape = {"BIGINT": _WHOLE_TEXT, "DOUBLE": _FLOAT_TEXT}.get(wanted, _DECIMAL_TEXT)
    faults = [Fault(f"{_is_there(text)} AND NOT {_matches(text, shape)}", not_a)]
    if wanted == "DOUBLE":
        faults.append(Fault(f"NOT isfinite({cast})", f"{name} is not a finite number"))
    else:
        _, scale = _digits(wanted)
        fraction = f"{_matches(text, _FRACTION_TEXT)} AND NOT {_has_decimals(text, scale)}"
        faults.insert(0, Fault(fraction, _fraction(name, column)))
    faults.append(Fault(f"{_is_there(text)} AND {cast} IS NULL", _beyond(name, column)))
    return ExactCast(cast, tuple(faults))


def _float_faults(value: str, selected: str, name: str) -> tuple[Fault, ...]:
    """Faults of a floating-point number that becomes text, such as an id."""
    if selected not in EXACT_UP_TO:
        return ()
    return (
        Fault(f"NOT isfinite({value})", f"{name} is not a finite number"),
        Fault(f"abs({value}) >= {EXACT_UP_TO[selected]}", _inexact(name)),
    )


def _digits(kind: str) -> tuple[int, int]:
    """Return how many digits before the decimal point a type may hold, and how many after."""
    if match := _DECIMAL.fullmatch(kind):
        return int(match[1]) - int(match[2]), int(match[2])
    if kind in SMALL_WHOLE:
        return 10, 0
    return (19, 0) if kind == "BIGINT" else (40, 0)


def _is_text(selected: str) -> bool:
    return selected == "VARCHAR" or selected.startswith("ENUM(")


def _is_there(text: str) -> str:
    return f"trim(CAST({text} AS VARCHAR)) <> ''"


def _matches(text: str, pattern: str) -> str:
    return f"regexp_full_match({text}, '{pattern}')"


def _has_decimals(text: str, scale: int) -> str:
    """The condition that a decimal number has at most so many decimals, zeros at its end apart."""
    return _matches(text, rf"\s*[+-]?\d*(\.\d{{0,{scale}}}0*)?\s*")


def _fraction(name: str, column: Column) -> str:
    if column.is_money:
        return f"{name} is a fraction; an amount is in whole minor units, such as cents"
    if column.type == "int64":
        return f"{name} is a fraction; it must be a whole number"
    return f"{name} has more than {_digits(duckdb_type(column.type))[1]} decimals"


def _beyond(name: str, column: Column) -> str:
    if column.is_money:
        return f"{name} is above {column.limit:,} minor units; is it an amount?"
    return f"{name} is too large"


def _inexact(name: str) -> str:
    return f"{name} is a floating-point number whose last digits are lost"


def _not_a(name: str, column: Column) -> str:
    kind = column.type.partition("(")[0]
    return f"{name} is not a {_KINDS.get(kind, kind)}"
