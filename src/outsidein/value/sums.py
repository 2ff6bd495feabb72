"""Exact integer sums of money, equal on every engine and in every order of rows."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import ibis.expr.types as ir

from outsidein.stats.mean import Mean, mean

Sums = Mapping[str, int | Decimal]


def total(column: ir.IntegerValue) -> ir.IntegerScalar:
    """Sum whole numbers to int64, 0 over no rows.

    The cast goes through a decimal because DuckDB sums int64 to 128 bits, which Ibis takes
    for int64 and Parquet would hold as a float.
    """
    return column.sum().fill_null(0).cast("decimal(38, 0)").cast("int64")


def moments(table: ir.Table, columns: Iterable[str]) -> dict[str, Any]:
    """Return the aggregates from which means of `columns` follow: sums, and sums of squares."""
    exact = {name: table[name].cast("decimal(19, 0)") for name in columns}
    sums = {name: total(table[name]) for name in exact}
    return sums | {f"{name}_squared": (value * value).sum() for name, value in exact.items()}


def mean_of(name: str, sums: Sums, *, n: int, sign: int = 1) -> Mean:
    """Estimate the mean of a column from its `moments`.

    Raises:
        TooLittleData: There are fewer than two customers.
    """
    return mean(n, sign * sums[name], sums[f"{name}_squared"])
