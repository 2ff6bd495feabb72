"""Whether revenue is loaded: without it there is no profit and no tier."""

from functools import reduce
from operator import or_

import ibis
import ibis.expr.types as ir

NO_REVENUE = "not answerable: no revenue is loaded"

REVENUE_COLUMNS = ("revenue", "contract_revenue", "returns", "discounts")


def is_loaded(profits: ir.Table) -> ir.BooleanColumn:
    """Return on every row whether any customer of the table has revenue."""
    brings = reduce(or_, (profits[name] != 0 for name in REVENUE_COLUMNS))
    return brings.cast("int64").max().over(ibis.window()) > 0


def has_revenue(profits: ir.Table) -> bool:
    """Return whether any customer has a profit, or the table is empty.

    Args:
        profits: One row per customer, as by `customer_profit`; `profit` is null without revenue.
    """
    counts = profits.aggregate(customers=profits.count(), with_profit=profits.profit.count())
    (row,) = counts.to_pyarrow().to_pylist()
    return not row["customers"] or row["with_profit"] > 0
