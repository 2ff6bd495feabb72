"""Tiers: customers ranked and divided by profit, with the policy decided for each tier."""

from collections.abc import Iterator, Sequence
from typing import Any

import ibis
import ibis.expr.types as ir

from outsidein.errors import TooLittleData
from outsidein.figures.figure import Estimate, Figure
from outsidein.figures.spec import Measure
from outsidein.value.declaration import Tier
from outsidein.value.figures import (
    CUSTOMERS,
    FAILURE_COST,
    LOSS_BY_FAILURES,
    MEAN_COST_TO_SERVE,
    MEAN_PROFIT,
    MEDIAN_PROFIT,
    POLICY,
    PROFIT,
    PROFIT_WITHOUT_FAILURES,
    SHARE_OF_CUSTOMERS,
    TIERS,
)
from outsidein.value.revenue import NO_REVENUE, has_revenue
from outsidein.value.sums import mean_of, moments, total

UNDECIDED = "nobody has decided yet"


def customer_tiers(profits: ir.Table, tiers: Sequence[Tier]) -> ir.Table:
    """Divide customers by profit.

    Ranks run from the most profitable customer down, ties in the order of `customer_id`.
    Customers with a profit below 0 are in the tier of losses at any rank; a customer is
    among the top share if rank / customers is at most that share. Without revenue nobody has a
    tier: profit would rank customers by what they cost.

    Args:
        profits: One row per customer, as by `customer_profit`.
        tiers: The declared `Tiers`.

    Returns:
        One row per customer: `customer_id`, `tier` (its name) and `rank` (int64, from 1); none
        where no revenue is loaded.
    """
    if not has_revenue(profits):
        profits = profits.limit(0)
    ranked = profits.mutate(
        rank=ibis.row_number().over(order_by=[profits.profit.desc(), profits.customer_id]) + 1,
        customers=profits.customer_id.count().over(ibis.window()),
    )
    share = ranked["rank"] / ranked.customers
    lost = [(ranked.profit < 0, tier.name) for tier in tiers if tier.losses]
    tops = [(share <= tier.top_share, tier.name) for tier in tiers if tier.top_share is not None]
    rest = next(tier.name for tier in tiers if tier.is_rest)
    return ranked.select(
        "customer_id",
        tier=ibis.cases(*lost, *tops, else_=rest),
        rank=ranked["rank"].cast("int64"),
    )


def tiers_figure(
    profits: ir.Table, customers: ir.Table, *, tiers: Sequence[Tier], rule: str
) -> Figure:
    """Show the size, profit, cost and policy of each tier.

    Args:
        profits: One row per customer, as by `customer_profit`.
        customers: One row per customer, as by `customer_tiers`.
        tiers: The declared `Tiers`.
        rule: How the cost of goods was computed.
    """
    if not has_revenue(profits):
        unknown = (PROFIT.unanswered(NO_REVENUE, group={"tier": tier.name}) for tier in tiers)
        return TIERS.figure(unknown, division=_division_sentence(tiers), rule=rule)
    sums = {row["tier"]: row for row in _tier_sums(profits, customers).to_pyarrow().to_pylist()}
    everyone = sum(row["n"] for row in sums.values())
    estimates = (
        estimate
        for tier in tiers
        for estimate in _tier_estimates(tier, sums.get(tier.name), everyone)
    )
    return TIERS.figure(estimates, division=_division_sentence(tiers), rule=rule)


def _tier_sums(profits: ir.Table, customers: ir.Table) -> ir.Table:
    """One row per tier: counts, sums and sums of squares, and the median profit."""
    ranked_profits = profits.inner_join(customers, "customer_id")
    tier = ibis.window(group_by="tier")
    ranked_profits = ranked_profits.mutate(
        place=ibis.row_number().over(ibis.window(group_by="tier", order_by="rank")) + 1,
        size=ranked_profits.customer_id.count().over(tier),
    )
    is_median = ranked_profits.place * 2 - ranked_profits.size
    is_failed = (ranked_profits.profit < 0) & (ranked_profits.profit_without_failures >= 0)
    return ranked_profits.group_by("tier").aggregate(
        n=total(ibis.ifelse(ranked_profits.place > 0, 1, 0).cast("int64")),
        median=ranked_profits.profit.max(where=is_median.isin([0, 1])),
        failed=total(is_failed.cast("int64")),
        failure_cost=total(ranked_profits.failure_cost),
        profit_without_failures=total(ranked_profits.profit_without_failures),
        **moments(ranked_profits, ["profit", "cost_to_serve"]),
    )


def _tier_estimates(tier: Tier, row: dict[str, Any] | None, everyone: int) -> Iterator[Estimate]:
    group, n = {"tier": tier.name}, row["n"] if row else 0
    yield CUSTOMERS.counted(n, n=n, group=group)
    if row:
        yield SHARE_OF_CUSTOMERS.counted(n / everyone, n=n, group=group)
        yield PROFIT.counted(row["profit"], n=n, group=group)
        yield _mean_estimate(MEAN_PROFIT, "profit", row, group)
        yield MEDIAN_PROFIT.counted(row["median"], n=n, group=group)
        yield _mean_estimate(MEAN_COST_TO_SERVE, "cost_to_serve", row, group)
        yield FAILURE_COST.counted(row["failure_cost"], n=n, group=group)
        without = row["profit_without_failures"]
        yield PROFIT_WITHOUT_FAILURES.counted(without, n=n, group=group)
        failed = row["failed"]
        yield LOSS_BY_FAILURES.counted(failed, n=n, group=group)
    policy = tier.policy.sentence if tier.policy else UNDECIDED
    yield POLICY.unanswered(policy, group=group)


def _mean_estimate(
    measure: Measure, column: str, row: dict[str, Any], group: dict[str, str]
) -> Estimate:
    try:
        answer = mean_of(column, row, n=row["n"])
    except TooLittleData as error:
        return measure.too_little(error, group=group)
    return measure.estimated(answer, value="mean", group=group)


def _division_sentence(tiers: Sequence[Tier]) -> str:
    tops = ", ".join(f"{t.name} to the top {t.top_share:.0%}" for t in tiers if t.top_share)
    losses = next(tier.name for tier in tiers if tier.losses)
    rest = next(tier.name for tier in tiers if tier.is_rest)
    ranked = f"Customers ranked by profit: {tops}, " if tops else "Customers by profit: "
    return f"{ranked}{rest} the others, {losses} all with a profit below 0."
