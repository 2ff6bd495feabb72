"""What each tier brought so far, beside what it is expected to bring, and its policy."""

from collections.abc import Iterator, Sequence
from typing import Any

import ibis.expr.types as ir

from outsidein.errors import TooLittleData
from outsidein.figures.figure import Estimate, Figure
from outsidein.value.declaration import Tier
from outsidein.value.figures import (
    BROUGHT_PER_CUSTOMER,
    EXPECTED_PER_CUSTOMER,
    EXPECTED_VALUE,
    POLICY,
    TIER_OUTLOOK,
    VALUED_CUSTOMERS,
)
from outsidein.value.revenue import NO_REVENUE, has_revenue
from outsidein.value.sums import mean_of, moments
from outsidein.value.tiers import UNDECIDED


def tier_outlook(
    profits: ir.Table, tiers: ir.Table, lifetime_values: ir.Table, lifetime_value: Figure,
    *, declared: Sequence[Tier], horizon_days: int,
) -> Figure:  # fmt: skip
    """Compare what customers brought with expected value, per customer of each tier.

    Both are means over the customers whose lifetime value is estimated, and before the cost to
    serve and own failures, for the value expected is.

    Args:
        profits: One row per customer, as by `customer_profit`.
        tiers: One row per customer, as by `customer_tiers`.
        lifetime_values: One row per customer valued, as by `lifetime_values`.
        lifetime_value: The figure with the expected value of each tier.
        declared: The declared `Tiers`.
        horizon_days: How far ahead (days).
    """
    valued = lifetime_values.filter(lifetime_values.value.notnull()).select("customer_id")
    brought = profits.profit + profits.cost_to_serve + profits.failure_cost
    joined = valued.join(profits.mutate(brought=brought), "customer_id").join(tiers, "customer_id")
    missing = "no customer of it is valued" if has_revenue(profits) else NO_REVENUE
    sums = joined.group_by("tier").aggregate(n=joined.count(), **moments(joined, ["brought"]))
    rows = {row["tier"]: row for row in sums.to_pyarrow().to_pylist()}
    estimates = (
        estimate
        for tier in declared
        for estimate in _tier_estimates(tier, rows.get(tier.name), lifetime_value, missing)
    )
    return TIER_OUTLOOK.figure(estimates, horizon_days=horizon_days)


def _tier_estimates(
    tier: Tier, row: dict[str, Any] | None, lifetime_value: Figure, missing: str
) -> Iterator[Estimate]:
    group = {"tier": tier.name}
    if row is None:
        yield EXPECTED_PER_CUSTOMER.unanswered(missing, group=group)
    else:
        yield VALUED_CUSTOMERS.counted(row["n"], n=row["n"], group=group)
        yield _brought(row, group)
        yield _expected(tier, row["n"], lifetime_value)
    yield POLICY.unanswered(tier.policy.sentence if tier.policy else UNDECIDED, group=group)


def _brought(row: dict[str, Any], group: dict[str, str]) -> Estimate:
    try:
        answer = mean_of("brought", row, n=row["n"])
    except TooLittleData as error:
        return BROUGHT_PER_CUSTOMER.too_little(error, group=group)
    return BROUGHT_PER_CUSTOMER.estimated(answer, value="mean", group=group)


def _expected(tier: Tier, n: int, lifetime_value: Figure) -> Estimate:
    """Add orders and contracts; their errors are taken as fully correlated."""
    parts = [
        e
        for e in lifetime_value.estimates
        if e.measure == EXPECTED_VALUE.name and e.group["tier"] == tier.name
    ]
    value, low, high = ([getattr(e, bound) for e in parts] for bound in ("value", "low", "high"))
    group = {"tier": tier.name}
    if not parts or None in value:
        return EXPECTED_PER_CUSTOMER.unanswered("no value is expected of it", group=group)
    if None in low or None in high:
        why = next((e.why for e in parts if e.why), None)
        return EXPECTED_PER_CUSTOMER.estimate(n, sum(value) / n, why=why, group=group)
    return EXPECTED_PER_CUSTOMER.estimate(
        n, sum(value) / n, sum(low) / n, sum(high) / n, group=group
    )
