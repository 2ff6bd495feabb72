"""What is read several times, or by many rows, and reckoned once."""

from collections.abc import Callable
from typing import Any

import ibis
import ibis.expr.types as ir


def once(value: ir.Value, then: Callable[[Any], ir.Value]) -> ir.Value:
    """Give `then` of a value that the engine reckons once, however often `then` reads it.

    Ibis writes an expression out wherever it is read, and DuckDB reckons what stands in the
    branches of a CASE anew each time.

    Args:
        value: What is read several times.
        then: What comes of it; it may read columns, but no other expression cheaply.

    Example:
        >>> import pyarrow as pa
        >>> names = ibis.memtable(pa.table({"name": [" Ana ", " "]}))
        >>> told = once(names.name.strip(), lambda name: name.nullif(""))
        >>> names.select(told=told).to_pyarrow()["told"].to_pylist()
        ['Ana', None]
    """
    return ibis.array([value]).map(then)[0]


def by_value(
    table: ir.Table, column: str, then: Callable[[Any], ir.Value], *, of: ir.Table
) -> ir.Table:
    """Put `then` of a text column in its place, reckoned once for each value that it has.

    For columns that have far fewer values than rows: names, towns.

    Args:
        table: Any rows.
        column: A column of both tables.
        then: What comes of a value.
        of: A table, cheap to read, that has all values of the column.

    Example:
        >>> import pyarrow as pa
        >>> people = ibis.memtable(pa.table({"n": [1, 2], "name": [" Ana ", None]}))
        >>> told = by_value(people, "name", lambda name: name.strip(), of=people)
        >>> told.order_by("n").to_pyarrow()["name"].to_pylist()
        ['Ana', None]
    """
    values = of.select(value_=of[column]).distinct()
    told = values.select("value_", told_=then(values.value_))
    joined = table.left_join(told, table[column] == told.value_)
    return joined.select(
        *(name for name in table.columns if name != column), **{column: joined.told_}
    )
