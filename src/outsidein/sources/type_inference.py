"""Infers the type of a column of Python values while streaming them."""

import json
from datetime import date, datetime, time
from decimal import Decimal

MOST_DIGITS = 38
FLOAT_DIGITS = 15
"""Digits of a whole number that every floating-point number holds."""
_LARGEST = 2**63
_TYPES = {
    frozenset({"bool"}): "BOOLEAN",
    frozenset({"int"}): "BIGINT",
    frozenset({"float"}): "DOUBLE",
    frozenset({"date"}): "DATE",
    frozenset({"time"}): "TIME",
    frozenset({"datetime"}): "TIMESTAMP",
    frozenset({"zoned"}): "TIMESTAMPTZ",
}
_FLOATS = frozenset({"float", "int"})
_DECIMALS = (frozenset({"decimal"}), frozenset({"decimal", "int"}))


class TypeInference:
    """The kinds of value seen so far in a column.

    A column of one kind takes its type; decimals stay exact, with whole numbers among
    them; floating-point numbers take whole numbers that they hold exactly; whatever
    clashes, and whatever no type holds, is text.

    Example:
        >>> prices = TypeInference()
        >>> prices.text(Decimal("9.90")), prices.text(12), prices.type()
        ('9.90', '12', 'DECIMAL(38,2)')
    """

    def __init__(self) -> None:
        self._kinds: set[str] = set()
        self._whole_digits = 0
        self._scale = 0

    def text(self, value: object) -> str | None:
        """Return a value as lossless text, and record its kind."""
        if value is None:
            return None
        kind, text = _kind_and_text(value)
        self._kinds.add(kind)
        if kind in ("decimal", "int"):
            whole, _, fraction = text.lstrip("-").partition(".")
            self._whole_digits = max(self._whole_digits, len(whole))
            self._scale = max(self._scale, len(fraction))
        return text

    def type(self) -> str:
        """Return the DuckDB type that holds every value seen."""
        kinds = frozenset(self._kinds)
        if kinds in _DECIMALS and self._whole_digits + self._scale <= MOST_DIGITS:
            return f"DECIMAL({MOST_DIGITS},{self._scale})"
        if kinds == _FLOATS and self._whole_digits <= FLOAT_DIGITS:
            return "DOUBLE"
        return _TYPES.get(kinds, "VARCHAR")


def _kind_and_text(value: object) -> tuple[str, str]:  # noqa: PLR0911  a table of types
    if isinstance(value, bool):
        return "bool", str(value).lower()
    if isinstance(value, int):
        return ("int" if -_LARGEST <= value < _LARGEST else "huge"), str(value)
    if isinstance(value, float):
        return "float", repr(value)
    if isinstance(value, Decimal):
        return ("decimal", format(value, "f")) if value.is_finite() else ("text", str(value))
    if isinstance(value, datetime):
        return ("datetime" if value.tzinfo is None else "zoned"), value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return ("date" if isinstance(value, date) else "time"), value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return "bytes", bytes(value).hex()
    if isinstance(value, dict | list):
        return "json", json.dumps(value, ensure_ascii=False, default=str)
    return "text", str(value)
