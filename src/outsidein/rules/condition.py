"""A user's condition: parsed, checked against an allow-list, turned into an Ibis expression."""

from collections.abc import Callable
from datetime import date
from operator import add, and_, eq, ge, gt, inv, le, lt, mod, mul, ne, neg, or_, sub, truediv
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis.common.annotations import SignatureValidationError, ValidationError
from sqlglot import exp

from outsidein.errors import InputError, UnknownName
from outsidein.rules.parsing import parse_condition


def _in_floats(apply: Callable[..., Any]) -> Callable[..., Any]:
    """Compute whole numbers as floats, which overflow to infinity instead of an error."""

    def applied(*values: Any) -> Any:  # noqa: ANN401  columns or literals
        floats = (v.cast("float64") if isinstance(v, ir.IntegerValue) else v for v in values)
        return apply(*floats)

    return applied


def _dividing(apply: Callable[..., Any]) -> Callable[..., Any]:
    """Divide where the divisor is not 0; the answer is null elsewhere."""
    return _in_floats(lambda number, divisor: apply(number, divisor.nullif(0)))


def _is_in(value: Any, *options: Any) -> Any:  # noqa: ANN401  column or literal
    for option in options:
        eq(value, option)  # refuses what is of another type
    return value.isin(options)


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
    exp.Add: _in_floats(add),
    exp.Sub: _in_floats(sub),
    exp.Mul: _in_floats(mul),
    exp.Div: _dividing(truediv),
    exp.Mod: _dividing(mod),
    exp.Neg: _in_floats(neg),
    exp.Paren: lambda value: value,
    exp.In: _is_in,
    exp.Between: lambda value, low, high: value.between(low, high),
    exp.Like: lambda value, pattern: value.like(pattern),
    exp.ILike: lambda value, pattern: value.ilike(pattern),
    exp.Abs: _in_floats(lambda value: value.abs()),
    exp.Lower: lambda value: value.lower(),
    exp.Upper: lambda value: value.upper(),
    exp.Length: lambda value: value.length(),
    exp.Coalesce: ibis.coalesce,
}
"""Allowed operators and functions, by syntax node."""

_CASTS = {"DATE": "date", "INT": "int64", "BIGINT": "int64", "DOUBLE": "float64", "TEXT": "string"}

_CASTABLE = {
    "date": (ir.StringValue, ir.DateValue, ir.TimestampValue),
    "int64": (ir.StringValue, ir.NumericValue),
    "float64": (ir.StringValue, ir.NumericValue),
}
"""Values that can be cast to a type; everything can be cast to text."""

_READERS: dict[str, Callable[[str], object]] = {
    "date": date.fromisoformat,
    "int64": int,
    "float64": float,
}


def condition(sql: str, table: ir.Table) -> ir.BooleanValue:
    """Turn a user's SQL condition into an expression over the columns of `table`.

    Allowed are columns, literals, comparison, arithmetic, `and or not in between like is null`,
    `case`, casts to date, number and text, and `abs lower upper length coalesce`. No row can make
    the engine fail: a division by 0 and a value that cannot be cast give null, whole numbers are
    computed as floats (exact up to 2^53). A null result counts as false.

    Raises:
        InputError: It does not parse, uses anything else, or is not boolean.
        UnknownName: It names an unknown column; the closest one is suggested.

    Example:
        >>> customers = ibis.table({"orders": "int64", "region": "string"}, name="customers")
        >>> condition("orders >= 2 and region in ('SP', 'RJ')", customers).type()
        Boolean(nullable=True)
    """
    try:
        answer = _expression(parse_condition(sql), table)
    except AttributeError as error:
        raise _misfit(sql, f"`{error.name}` is for another type") from error
    except SignatureValidationError as error:
        raise _misfit(sql, "an operator in it is for other types") from error
    except (TypeError, ibis.IbisError, ValidationError) as error:
        raise _misfit(sql, str(error).strip().splitlines()[0]) from error
    if not isinstance(answer, ir.BooleanValue):
        raise InputError(f"The condition {sql!r} is not boolean: write one that is true or false.")
    return answer.fill_null(False)  # noqa: FBT003  the Ibis method takes a value


def _misfit(sql: str, reason: str) -> InputError:
    return InputError(f"The condition {sql!r} does not fit its columns: {reason}")


def _expression(node: exp.Expr, table: ir.Table) -> Any:  # noqa: ANN401  column or literal
    if type(node) in _LEAVES:
        return _LEAVES[type(node)](node, table)
    operands = _operands(node)
    inner = [_expression(operand, table) for operand in operands]
    if type(node) in _FORMS:
        return _FORMS[type(node)](node, *inner)
    return _APPLIED[type(node)](*inner)


def _operands(node: exp.Expr) -> list[exp.Expr]:
    """Return the operands of a node, after checking that it is allowed."""
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
    kind = _CASTS[wanted]
    if not isinstance(value, _CASTABLE.get(kind, ir.Value)):
        raise InputError(f"{node.sql(dialect='duckdb')!r}: {value.type()} is never {wanted}.")
    if isinstance(node.this, exp.Literal):
        _check_literal(node, kind)
    return value.try_cast(kind)


def _check_literal(node: exp.Cast, kind: str) -> None:
    """Refuse to cast a literal that every row would fail on."""
    try:
        _READERS.get(kind, str)(node.this.this)
    except ValueError as error:
        text, wanted = node.this.this, node.to.this.name
        raise InputError(f"{node.sql(dialect='duckdb')!r}: {text!r} is no {wanted}.") from error


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
