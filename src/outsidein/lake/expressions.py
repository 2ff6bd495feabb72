"""Expressions evaluated once, although read several times or by many rows."""

from collections.abc import Callable, Mapping
from typing import Any

import ibis
import ibis.expr.types as ir


def evaluate_once(value: ir.Value, then: Callable[[Any], ir.Value]) -> ir.Value:
    """Apply `then` to a value that the engine evaluates once, however often `then` reads it.

    Ibis repeats an expression wherever it is read, and DuckDB evaluates it again in each branch of
    a CASE.

    Args:
        value: The expression that is read several times.
        then: Makes the result; it should read plain columns besides the value.

    Example:
        >>> import pyarrow as pa
        >>> names = ibis.memtable(pa.table({"name": [" Ana ", " "]}))
        >>> cleaned = evaluate_once(names.name.strip(), lambda name: name.nullif(""))
        >>> names.select(cleaned=cleaned).to_pyarrow()["cleaned"].to_pylist()
        ['Ana', None]
    """
    return ibis.array([value]).map(then)[0]


def map_distinct_values(
    table: ir.Table, texts: Mapping[str, Callable[[Any], ir.Value]]
) -> ir.Table:
    """Replace text columns by functions of them, evaluated once per distinct value.

    For columns with far fewer values than rows, such as names and towns.

    Args:
        table: Any rows, cheap to read several times.
        texts: Makes the new value, by column.

    Example:
        >>> import pyarrow as pa
        >>> people = ibis.memtable(pa.table({"n": [1, 2], "name": [" Ana ", None]}))
        >>> cleaned = map_distinct_values(people, {"name": lambda name: name.strip()})
        >>> cleaned.order_by("n").to_pyarrow()["name"].to_pylist()
        ['Ana', None]
    """
    table = table.view()  # else chained joins confuse its columns
    joined = table
    for column, then in texts.items():
        value, mapped = f"value_of_{column}", f"mapped_{column}"
        values = table.select(**{value: table[column]}).distinct()
        values = values.select(value, **{mapped: then(values[value])})
        joined = joined.left_join(values, [(column, value)])
    return joined.select(
        **{name: joined[f"mapped_{name}" if name in texts else name] for name in table.columns}
    )
