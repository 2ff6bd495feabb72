"""How profit is spread over customers, the extremes first."""

from collections.abc import Iterator, Mapping

import ibis
import ibis.expr.types as ir

from outsidein.figures.figure import Estimate, Figure
from outsidein.figures.spec import Measure
from outsidein.value.figures import BEST_AT_LEAST, MEDIAN_PROFIT, PROFIT_DISTRIBUTION, WORST_AT_MOST

ENDS = {"1 %": 100, "5 %": 20, "quarter": 4}
"""One customer in how many is in the group at either end."""


def profit_distribution(profits: ir.Table, *, rule: str) -> Figure:
    """Show the profit at which the worst and best customers are divided from the others.

    Args:
        profits: One row per customer, as by `customer_profit`.
        rule: How goods' cost was reckoned.
    """
    n = int(profits.count().to_pyarrow().as_py())
    return PROFIT_DISTRIBUTION.figure(_spread(n, _profits_at(profits, n)), rule=rule)


def _profits_at(profits: ir.Table, n: int) -> Mapping[int, int]:
    """Profit of the customers at the ranks that matter, counted from the least profitable."""
    sizes = {n // of for of in ENDS.values()}
    ranks = sizes | {n - size + 1 for size in sizes} | {_middle(n)}
    order = [profits.profit, profits.customer_id]
    ranked = profits.select("profit", place=ibis.row_number().over(order_by=order) + 1)
    rows = ranked.filter(ranked.place.isin(sorted(ranks))).to_pyarrow().to_pylist()
    return {row["place"]: row["profit"] for row in rows}


def _spread(n: int, profit_at: Mapping[int, int]) -> Iterator[Estimate]:
    for end, of in ENDS.items():
        yield _limit(WORST_AT_MOST.named(end=end), n // of, profit_at.get(n // of))
    for end, of in ENDS.items():
        yield _limit(BEST_AT_LEAST.named(end=end), n // of, profit_at.get(n - n // of + 1))
    yield _limit(MEDIAN_PROFIT, n, profit_at.get(_middle(n)))


def _middle(n: int) -> int:
    return (n + 1) // 2


def _limit(measure: Measure, size: int, profit: int | None) -> Estimate:
    if profit is None:
        return measure.unanswered("there are too few customers")
    return measure.counted(profit, n=size)
