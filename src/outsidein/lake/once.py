"""A value that is read several times and reckoned once."""

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
