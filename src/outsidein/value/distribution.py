"""Distribution of profit over customers, extremes first."""

from collections.abc import Iterator, Mapping

import ibis
import ibis.expr.types as ir

from outsidein.figures.figure import Estimate, Figure
from outsidein.figures.spec import Measure
from outsidein.value.figures import BEST_AT_LEAST, MEDIAN_PROFIT, PROFIT_DISTRIBUTION, WORST_AT_MOST
from outsidein.value.revenue import NO_REVENUE, has_revenue

TAILS = {"1 %": 100, "5 %": 20, "quarter": 4}
"""Name of each tail, and the number of customers of which one is in it."""


def profit_distribution(profits: ir.Table, *, rule: str) -> Figure:
    """Show the profit that separates the worst and the best customers from the others.

    Args:
        profits: One row per customer, as by `customer_profit`.
        rule: How the cost of goods was computed.
    """
    if not has_revenue(profits):
        unknown = MEDIAN_PROFIT.unanswered(NO_REVENUE)
        return PROFIT_DISTRIBUTION.figure([unknown], rule=rule)
    n = int(profits.count().to_pyarrow().as_py())
    return PROFIT_DISTRIBUTION.figure(
        _distribution_estimates(n, _profits_at(profits, n)), rule=rule
    )


def _profits_at(profits: ir.Table, n: int) -> Mapping[int, int]:
    """Profit by rank of the tails and the median, rank 1 being the least profitable."""
    sizes = {n // of for of in TAILS.values()}
    ranks = sizes | {n - size + 1 for size in sizes} | {_median_rank(n)}
    order = [profits.profit, profits.customer_id]
    ranked = profits.select("profit", place=ibis.row_number().over(order_by=order) + 1)
    rows = ranked.filter(ranked.place.isin(sorted(ranks))).to_pyarrow().to_pylist()
    return {row["place"]: row["profit"] for row in rows}


def _distribution_estimates(n: int, profit_at: Mapping[int, int]) -> Iterator[Estimate]:
    for end, of in TAILS.items():
        yield _limit_estimate(WORST_AT_MOST.named(end=end), n // of, profit_at.get(n // of))
    for end, of in TAILS.items():
        yield _limit_estimate(BEST_AT_LEAST.named(end=end), n // of, profit_at.get(n - n // of + 1))
    yield _limit_estimate(MEDIAN_PROFIT, n, profit_at.get(_median_rank(n)))


def _median_rank(n: int) -> int:
    return (n + 1) // 2


def _limit_estimate(measure: Measure, size: int, profit: int | None) -> Estimate:
    if profit is None:
        return measure.unanswered("there are too few customers")
    return measure.counted(profit, n=size)
