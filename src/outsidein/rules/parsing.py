"""Parse a user's condition and list its columns and thresholds, without an engine."""

import re

import sqlglot
from sqlglot import exp

from outsidein.errors import InputError
from outsidein.rules.former_columns import rename_former_columns

_MISSING = re.compile(r"Required keyword: '\w+' missing for <class '[\w.]+'>")
MOST_LEVELS = 100
"""Of a condition: engines walk it by recursion."""

_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In)


def parse_condition(sql: str) -> exp.Expr:
    """Parse a condition.

    Raises:
        InputError: It does not parse, is more than one expression, nests too deep or divides by 0.

    Example:
        >>> parse_condition("orders >= 2").sql()
        'orders >= 2'
    """
    try:
        expressions = sqlglot.parse(sql, dialect="duckdb")
    except sqlglot.errors.SqlglotError as error:
        raise InputError(f"The condition {sql!r} is not SQL: {_parse_problem(error)}") from error
    except RecursionError as error:
        raise _too_deep(sql) from error
    if len(expressions) != 1 or expressions[0] is None:
        raise InputError(f"The condition {sql!r} must be exactly one expression.")
    if _depth(expressions[0]) > MOST_LEVELS:
        raise _too_deep(sql)
    for division in expressions[0].find_all(exp.Div, exp.Mod, exp.IntDiv):
        if _is_zero(division.expression):
            raise InputError(f"The condition {sql!r} divides by 0, which gives no number.")
    return rename_former_columns(expressions[0])


def _too_deep(sql: str) -> InputError:
    beginning = f"{sql[:40]}..." if len(sql) > 40 else sql  # noqa: PLR2004  one line to read
    return InputError(
        f"The condition {beginning!r} nests too deep. "
        "Write `in (...)` for many alternatives, or split it."
    )


def _depth(condition: exp.Expr) -> int:
    """Return how many levels a condition has, without recursion."""
    level, levels = [condition], 0
    while level:
        level, levels = [child for node in level for child in node.iter_expressions()], levels + 1
    return levels


def _is_zero(divisor: exp.Expr) -> bool:
    number = divisor.unnest()
    while isinstance(number, exp.Neg):
        number = number.this.unnest()
    return isinstance(number, exp.Literal) and number.is_number and float(number.this) == 0


def _parse_problem(error: sqlglot.errors.SqlglotError) -> str:
    """Word a parse error without the parser's class names."""
    reason = str(error).splitlines()[0]
    return _MISSING.sub("something is missing after the operator", reason)


def condition_columns(sql: str) -> set[str]:
    """Return the columns that a condition names.

    Raises:
        InputError: It does not parse.

    Example:
        >>> sorted(condition_columns("orders >= 2 and region = 'SP'"))
        ['orders', 'region']
    """
    return {column.name for column in parse_condition(sql).find_all(exp.Column)}


def column_thresholds(sql: str) -> dict[str, set[int] | None]:
    """Return the numbers that each column of a condition is compared with.

    None stands for a column that is not only compared with whole numbers, so that its
    thresholds are unknown.

    Raises:
        InputError: It does not parse.

    Example:
        >>> numbers = column_thresholds("silent <= 90 and orders between 2 and 5 and age / 2 > 9")
        >>> sorted(numbers["silent"]), sorted(numbers["orders"]), numbers["age"]
        ([90], [2, 5], None)
    """
    numbers_by_column: dict[str, set[int] | None] = {}
    for column in parse_condition(sql).find_all(exp.Column):
        numbers, before = _compared_with(column), numbers_by_column.get(column.name, set())
        numbers_by_column[column.name] = (
            None if numbers is None or before is None else numbers | before
        )
    return numbers_by_column


def _compared_with(column: exp.Column) -> set[int] | None:
    comparison = column.parent
    if not isinstance(comparison, _COMPARISONS):
        return None
    parts = list(comparison.iter_expressions())
    numbers = [str(part.this) for part in parts if isinstance(part, exp.Literal)]
    is_plain = len(numbers) == len(parts) - 1 and all(number.isdigit() for number in numbers)
    return {int(number) for number in numbers} if is_plain else None
