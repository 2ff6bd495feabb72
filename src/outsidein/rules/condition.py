"""A user's condition: parsed, checked against what is allowed, turned into an Ibis expression."""

import re
from collections.abc import Callable
from operator import add, and_, eq, ge, gt, inv, le, lt, mod, mul, ne, neg, or_, sub, truediv
from typing import Any

import ibis
import ibis.expr.types as ir
import sqlglot
from sqlglot import exp

from outsidein.errors import InputError, UnknownName

_APPLIED: dict[type[exp.Expr], Callable[..., Any]] = {
    exp.And: and_,
    exp.Or: or_,
    exp.Not: inv,
    exp.EQ: eq,
    exp.NEQ: ne,
    exp.GT: gt,
    exp.GTE: ge,
    exp.LT: lt,
    exp.LTE: le,
    exp.Add: add,
    exp.Sub: sub,
    exp.Mul: mul,
    exp.Div: truediv,
    exp.Mod: mod,
    exp.Neg: neg,
    exp.Paren: lambda value: value,
    exp.In: lambda value, *listed: value.isin(listed),
    exp.Between: lambda value, low, high: value.between(low, high),
    exp.Like: lambda value, pattern: value.like(pattern),
    exp.ILike: lambda value, pattern: value.ilike(pattern),
    exp.Abs: lambda value: value.abs(),
    exp.Lower: lambda value: value.lower(),
    exp.Upper: lambda value: value.upper(),
    exp.Length: lambda value: value.length(),
    exp.Coalesce: ibis.coalesce,
}
"""What may be applied to values, each to the values of its operands."""

_MISSING = re.compile(r"Required keyword: '\w+' missing for <class '[\w.]+'>")

_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In)
_CASTS = {"DATE": "date", "INT": "int64", "BIGINT": "int64", "DOUBLE": "float64", "TEXT": "string"}


def condition(sql: str, table: ir.Table) -> ir.BooleanValue:
    """Turn a user's SQL condition into an expression over the columns of `table`.

    Allowed are columns, literals, comparison, arithmetic, `and or not in between like is null`,
    `case`, casts to date, number and text, and `abs lower upper length coalesce`. A null answer
    counts as no.

    Raises:
        InputError: It does not parse, uses something else, or is not a condition.
        UnknownName: It names a column that is not there; the nearest is named.

    Example:
        >>> customers = ibis.table({"orders": "int64", "region": "string"}, name="customers")
        >>> condition("orders >= 2 and region in ('SP', 'RJ')", customers).type()
        Boolean(nullable=True)
    """
    try:
        answer = _expression(_parse(sql), table)
    except (TypeError, ibis.IbisError) as error:
        reason = str(error).strip().splitlines()[0]
        raise InputError(f"The condition {sql!r} does not fit its columns: {reason}") from error
    if not isinstance(answer, ir.BooleanValue):
        raise InputError(
            f"The condition {sql!r} is a value, not a condition that is true or false."
        )
    return answer.fill_null(False)  # noqa: FBT003  the Ibis method takes a value


def columns_named(sql: str) -> set[str]:
    """Return the columns a condition names.

    Raises:
        InputError: It does not parse.

    Example:
        >>> sorted(columns_named("orders >= 2 and region = 'SP'"))
        ['orders', 'region']
    """
    return {column.name for column in _parse(sql).find_all(exp.Column)}


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
    for column in _parse(sql).find_all(exp.Column):
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


def _parse(sql: str) -> exp.Expr:
    try:
        parsed = sqlglot.parse(sql, dialect="duckdb")
    except sqlglot.errors.SqlglotError as error:
        raise InputError(f"The condition {sql!r} is not SQL: {_worded(error)}") from error
    if len(parsed) != 1 or parsed[0] is None:
        raise InputError(f"The condition {sql!r} must be exactly one expression.")
    return parsed[0]


def _worded(error: sqlglot.errors.SqlglotError) -> str:
    """Say what does not parse without naming the parser's own classes."""
    reason = str(error).splitlines()[0]
    return _MISSING.sub("something is missing after the operator", reason)


def _expression(node: exp.Expr, table: ir.Table) -> Any:  # noqa: ANN401  column or literal
    if type(node) in _LEAVES:
        return _LEAVES[type(node)](node, table)
    operands = _operands(node)
    inner = [_expression(operand, table) for operand in operands]
    if type(node) in _FORMS:
        return _FORMS[type(node)](node, *inner)
    return _APPLIED[type(node)](*inner)


def _operands(node: exp.Expr) -> list[exp.Expr]:
    """Sub-expressions whose values the node needs, once it is known to be allowed."""
    if (type(node) not in _APPLIED and type(node) not in _FORMS) or node.args.get("query"):
        raise InputError(f"{node.sql(dialect='duckdb')!r} may not be used in a condition.")
    parts = [node.this, *(node.args.get(name) for name in ("expression", "low", "high"))]
    if isinstance(node, exp.Is | exp.Cast):
        parts = [node.this]
    return [part for part in parts if part is not None] + list(node.expressions)


def _is(node: exp.Is, value: Any) -> Any:  # noqa: ANN401  column or literal
    what = node.expression
    if isinstance(what, exp.Null):
        return value.isnull()
    if isinstance(what, exp.Boolean):
        return (value == what.this).fill_null(False)  # noqa: FBT003
    raise InputError(f"'is {what.sql()}' may not be used in a condition.")


def _cast(node: exp.Cast, value: Any) -> Any:  # noqa: ANN401  column or literal
    wanted = node.to.this.name
    if wanted not in _CASTS:
        raise InputError(f"A condition may cast to {', '.join(_CASTS)}, not to {wanted}.")
    return ibis.literal(value).cast(_CASTS[wanted])


def _case(node: exp.Case, table: ir.Table) -> Any:  # noqa: ANN401  column or literal
    if node.this is not None:
        raise InputError("A condition may use `case when`, not `case x when`.")
    branches = [
        (_expression(branch.this, table), _expression(branch.args["true"], table))
        for branch in node.args["ifs"]
    ]
    default = node.args.get("default")
    return ibis.cases(*branches, else_=None if default is None else _expression(default, table))


def _column(node: exp.Column, table: ir.Table) -> ir.Value:
    if node.table or node.name not in table.columns:
        raise UnknownName("column", node.sql(), table.columns)
    return table[node.name]


def _literal(node: exp.Literal, _: ir.Table) -> ir.Value:
    return ibis.literal(node.this if node.is_string else _number(node.this))


def _number(text: str) -> int | float:
    return int(text) if text.isdigit() else float(text)


_LEAVES: dict[type[exp.Expr], Callable[[Any, ir.Table], Any]] = {
    exp.Column: _column,
    exp.Literal: _literal,
    exp.Boolean: lambda node, _: ibis.literal(bool(node.this)),
    exp.Null: lambda *_: ibis.null(),
    exp.Case: _case,
}
_FORMS: dict[type[exp.Expr], Callable[..., Any]] = {exp.Is: _is, exp.Cast: _cast}
