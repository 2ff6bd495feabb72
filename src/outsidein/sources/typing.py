"""SQL that converts texts to declared types, stricter than DuckDB casts, which round and guess."""

import re
from collections.abc import Collection
from typing import NamedTuple

from outsidein.lake.sql import literal
from outsidein.sources.date_forms import moment

COLUMN_TYPE = re.compile(
    r"VARCHAR|BOOLEAN|SMALLINT|INTEGER|BIGINT|DECIMAL\((?P<digits>\d{1,2}),(?P<scale>\d{1,2})\)"
    r"|DOUBLE|DATE|TIME|TIMESTAMP|TIMESTAMPTZ"
)

_DAY = r"\d{4}-\d{1,2}-\d{1,2}"
_CLOCK = r"\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?"
_GAP = r"[\s\x{00a0}\x{202f}]*"
_WHOLE = r"[+-]?\d+"
_WHOLE_TYPES = frozenset({"SMALLINT", "INTEGER", "BIGINT"})
_SHAPES = {
    "SMALLINT": _WHOLE,
    "INTEGER": _WHOLE,
    "BIGINT": _WHOLE,
    "DOUBLE": r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?",
    "DATE": rf"{_DAY}([ T]00:00(:00(\.0+)?)?Z?)?",
    "TIME": _CLOCK,
    "TIMESTAMP": rf"{_DAY}([ T]{_CLOCK}Z?)?",
    "TIMESTAMPTZ": rf"{_DAY}[ T]{_CLOCK}(Z|[+-]\d{{2}}(:?\d{{2}})?)",
}


class TypedValue(NamedTuple):
    """SQL that converts one text column to its type."""

    value: str
    """SQL of the typed value, null where the text is invalid."""
    misfit: str
    """SQL that is true where the text is invalid."""


def is_number_type(kind: str) -> bool:
    """Say whether a decimal mark means something to the type.

    Example:
        >>> is_number_type("DECIMAL(12,2)"), is_number_type("DATE")
        (True, False)
    """
    return kind.startswith("DECIMAL") or kind == "DOUBLE"


def may_group_thousands(kind: str) -> bool:
    """Say whether numbers of the type may have marks between their thousands."""
    return is_number_type(kind) or kind in _WHOLE_TYPES


def is_time_type(kind: str) -> bool:
    """Say whether values of the type have a day.

    Example:
        >>> is_time_type("DATE"), is_time_type("TIME")
        (True, False)
    """
    return kind == "DATE" or kind.startswith("TIMESTAMP")


def fit(
    column: str,
    kind: str,
    *,
    decimal: str = ".",
    thousands: str | None = None,
    units: Collection[str] = (),
    form: str | None = None,
) -> TypedValue:
    """Turn a column of text into its declared type.

    Nothing is rounded, cut or guessed: 1.7 is no INTEGER, 1.239 no DECIMAL(9,2), nan no DOUBLE, a
    time of day no DATE, a time with an offset no TIMESTAMP, one without no TIMESTAMPTZ.
    With a decimal comma a value holding a point does not fit: it may mean thousands,
    unless they are said to have that mark, and then groups of three digits.

    Args:
        column: SQL of the text.
        kind: A type that `COLUMN_TYPE` matches.
        decimal: Mark before the fraction.
        thousands: Mark between thousands, which a number may have.
        units: Texts, such as a currency, of which one may stand before and one after a number.
        form: How a day or time is written, where not in ISO form.
    """
    if kind == "VARCHAR":
        return TypedValue(column, "FALSE")
    if form is not None:
        return _fit_to_form(column, kind, form)
    text = f"trim({column})"
    wrong = "FALSE"
    if units and may_group_thousands(kind):
        text = _without_units(text, units)
    if thousands and may_group_thousands(kind):
        text = _without_thousands(text, thousands, decimal)
    if decimal == "," and is_number_type(kind):
        wrong = f"contains({text}, '.')"
        text = f"replace({text}, ',', '.')"
    value = f"TRY_CAST({text} AS {kind})"
    if kind == "DOUBLE":
        wrong += f" OR NOT isfinite({value})"
    shape = _shape(kind)
    if shape:
        # A value that is written as it was read needs no look at its shape, which is slower.
        is_same = f"CAST({value} AS VARCHAR) IS NOT DISTINCT FROM {column}"
        wrong += f" OR NOT ({is_same} OR regexp_full_match({text}, '{shape}'))"
    return TypedValue(value, f"({column} IS NOT NULL AND ({value} IS NULL OR {wrong}))")


def _fit_to_form(column: str, kind: str, form: str) -> TypedValue:
    value = moment(f"trim({column})", form)
    cut = ""
    if kind == "DATE":
        cut = f" OR ({value}) <> date_trunc('day', {value})"
    return TypedValue(
        f"CAST({value} AS {kind})", f"({column} IS NOT NULL AND (({value}) IS NULL{cut}))"
    )


def _without_thousands(text: str, mark: str, decimal: str) -> str:
    """Drop the mark where it groups digits by three; elsewhere the text stays and does not fit."""
    groups = rf"[+-]?\d{{1,3}}({re.escape(mark)}\d{{3}})+({re.escape(decimal)}\d*)?"
    return (
        f"CASE WHEN regexp_full_match({text}, {literal(groups)}) "
        f"THEN replace({text}, {literal(mark)}, '') ELSE {text} END"
    )


def _without_units(text: str, units: Collection[str]) -> str:
    """Drop a unit before the number, or between it and its sign, and one after it."""
    longest_first = sorted(units, key=len, reverse=True)
    unit = f"({'|'.join(map(re.escape, longest_first))})"
    before = literal(rf"^([+-]?){_GAP}{unit}{_GAP}")
    after = literal(f"{_GAP}{unit}$")
    return rf"regexp_replace(regexp_replace({text}, {before}, '\1'), {after}, '')"


def _shape(kind: str) -> str | None:
    match = COLUMN_TYPE.fullmatch(kind)
    if match and match["scale"]:
        return rf"[+-]?\d*(\.\d{{0,{int(match['scale'])}}}0*)?"
    return _SHAPES.get(kind)
