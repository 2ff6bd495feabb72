"""What is read several times, or by many rows, and reckoned once."""

from collections.abc import Callable, Mapping
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


def by_value(table: ir.Table, texts: Mapping[str, Callable[[Any], ir.Value]]) -> ir.Table:
    """Put in the place of text columns what comes of them, reckoned once for each value.

    For columns that have far fewer values than rows: names, towns.

    Args:
        table: Any rows, cheap to read several times.
        texts: What comes of a value, by column.

    Example:
        >>> import pyarrow as pa
        >>> people = ibis.memtable(pa.table({"n": [1, 2], "name": [" Ana ", None]}))
        >>> told = by_value(people, {"name": lambda name: name.strip()})
        >>> told.order_by("n").to_pyarrow()["name"].to_pylist()
        ['Ana', None]
    """
    table = table.view()  # a join is extended by the next, which then finds no column of its own
    joined = table
    for column, then in texts.items():
        value, told = f"value_of_{column}", f"told_of_{column}"
        values = table.select(**{value: table[column]}).distinct()
        values = values.select(value, **{told: then(values[value])})
        joined = joined.left_join(values, [(column, value)])
    return joined.select(
        **{name: joined[f"told_of_{name}" if name in texts else name] for name in table.columns}
    )
