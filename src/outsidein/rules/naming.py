"""What a user's condition names, and what it compares that with: read off without an engine."""

import re

import sqlglot
from sqlglot import exp

from outsidein.errors import InputError

_MISSING = re.compile(r"Required keyword: '\w+' missing for <class '[\w.]+'>")
_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In)


def parsed(sql: str) -> exp.Expr:
    """Parse a condition.

    Raises:
        InputError: It does not parse, or is more than one expression.

    Example:
        >>> parsed("orders >= 2").sql()
        'orders >= 2'
    """
    try:
        found = sqlglot.parse(sql, dialect="duckdb")
    except sqlglot.errors.SqlglotError as error:
        raise InputError(f"The condition {sql!r} is not SQL: {_worded(error)}") from error
    if len(found) != 1 or found[0] is None:
        raise InputError(f"The condition {sql!r} must be exactly one expression.")
    return found[0]


def _worded(error: sqlglot.errors.SqlglotError) -> str:
    """Say what does not parse without naming the parser's own classes."""
    reason = str(error).splitlines()[0]
    return _MISSING.sub("something is missing after the operator", reason)


def columns_named(sql: str) -> set[str]:
    """Return the columns a condition names.

    Raises:
        InputError: It does not parse.

    Example:
        >>> sorted(columns_named("orders >= 2 and region = 'SP'"))
        ['orders', 'region']
    """
    return {column.name for column in parsed(sql).find_all(exp.Column)}


def thresholds(sql: str) -> dict[str, set[int] | None]:
    """Return the numbers that each column of a condition is compared with.

    None stands for a column that is used otherwise than compared with whole numbers, so that
    where its answer turns cannot be read off.

    Raises:
        InputError: It does not parse.

    Example:
        >>> found = thresholds("silent <= 90 and orders between 2 and 5 and age / 2 > 9")
        >>> sorted(found["silent"]), sorted(found["orders"]), found["age"]
        ([90], [2, 5], None)
    """
    found: dict[str, set[int] | None] = {}
    for column in parsed(sql).find_all(exp.Column):
        numbers, before = _compared_with(column), found.get(column.name, set())
        found[column.name] = None if numbers is None or before is None else numbers | before
    return found


def _compared_with(column: exp.Column) -> set[int] | None:
    comparison = column.parent
    if not isinstance(comparison, _COMPARISONS):
        return None
    parts = list(comparison.iter_expressions())
    numbers = [str(part.this) for part in parts if isinstance(part, exp.Literal)]
    is_plain = len(numbers) == len(parts) - 1 and all(number.isdigit() for number in numbers)
    return {int(number) for number in numbers} if is_plain else None
