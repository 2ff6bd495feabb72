"""Who comes back: cohorts by month of first purchase, and the time to the next order."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np

from outsidein.churn.figures import ACTIVE, ORDERED_AGAIN, REPURCHASE, RETENTION_COHORTS
from outsidein.churn.orders import orders_only
from outsidein.errors import TooLittleData
from outsidein.figures.figure import FEWEST, Estimate, Figure, Group
from outsidein.stats.proportion import Proportion, proportion
from outsidein.stats.survival import kaplan_meier, survival_at

COHORTS = 36
"""So many months of first purchase are shown, the last ones, each for as many months."""

WITHIN = (30, 90, 180, 365)
"""Days after an order by which the next one is asked for."""

STEPS = (1, 2, 3)
"""From the 1st order to the 2nd, from the 2nd to the 3rd, from the 3rd to the 4th."""

NO_ORDERS = "there are no orders"


def retention_cohorts(days: ir.Table, *, as_of: date) -> Figure:
    """Estimate the share of each month's new customers who order in each month after.

    Args:
        days: From `order_days`.
        as_of: First day that does not count; only calendar months over by then are shown.

    Returns:
        Figure by `cohort` (month of the first order, YYYY-MM) and `months_since`: `share who
        ordered in the month`, whose n are the cohort's customers.
    """
    rows = cohort_counts(days).to_pyarrow().to_pylist()
    counts = {(row["cohort"], row["months_since"]): row["customers"] for row in rows}
    this = _month_number(as_of)
    cohorts = sorted({c for c, _ in counts if this - COHORTS <= c < this})
    estimates = tuple(
        _active(counts, cohort, since)
        for cohort in cohorts
        for since in range(min(this - cohort, COHORTS + 1))
    )
    first = min((cohort for cohort, _ in counts), default=None)
    return RETENTION_COHORTS.figure(
        estimates or (ACTIVE.unanswered(NO_ORDERS),), as_of=as_of, start=_start(first)
    )


def _start(first: int | None) -> str:
    if first is None:
        return ""
    return (
        f"The data begin in {_month_name(first)}: the first cohorts may hold customers who ordered "
        "before."
    )


def _month_name(number: int) -> str:
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def cohort_counts(days: ir.Table) -> ir.Table:
    """Count the customers of each cohort who ordered in each month.

    Returns:
        One row per `cohort` (months since year 0) and `months_since`: `customers` (count).
    """
    orders = orders_only(days)
    month = 12 * orders.ordered_on.year() + orders.ordered_on.month() - 1
    before = 12 * orders.previous_on.year() + orders.previous_on.month() - 1
    dated = orders.select("customer_id", month=month.cast("int64"), before=before.cast("int64"))
    first = orders.filter(orders.nth == 1).select("customer_id", first="ordered_on")
    once = dated.filter(dated.before.isnull() | (dated.before < dated.month)).inner_join(
        first, "customer_id"
    )
    cohort = (12 * once.first.year() + once.first.month() - 1).cast("int64")
    named = once.select(cohort=cohort, months_since=once.month - cohort)
    return named.aggregate(by=["cohort", "months_since"], customers=lambda t: t.count())


def repurchase(days: ir.Table, *, as_of: date) -> Figure:
    """Estimate the share who order again within some days of their 1st, 2nd and 3rd order.

    Orders on one day are one. Whoever has not ordered again is censored at `as_of`, so that
    recent customers are not counted as having stayed away.

    Returns:
        Figure by `from_order` (1 to 3) and `days`: `share who ordered again`, whose n
        are the customers with the order it counts from.
    """
    waits = wait_counts(days, as_of=as_of).to_pyarrow().to_pylist()
    estimates = tuple(e for nth in STEPS for e in _again(nth, waits))
    return REPURCHASE.figure(estimates)


def wait_counts(days: ir.Table, *, as_of: date) -> ir.Table:
    """Count how long customers waited for, or have been without, their next order.

    Returns:
        One row per `nth` (1 to 3), `days` (at most a day more than 365) and `is_over` (the
        next order came): `customers` (count).
    """
    orders = orders_only(days).filter(lambda t: t.nth <= max(STEPS) + 1)
    in_a_row = ibis.window(group_by="customer_id", order_by="nth")
    following = orders.mutate(next_on=orders.ordered_on.lead().over(in_a_row))
    last_seen = ibis.literal(as_of).delta(following.ordered_on, unit="day") - 1
    wait = following.next_on.delta(following.ordered_on, unit="day")
    waits = following.filter(following.nth <= max(STEPS)).select(
        "nth",
        days=ibis.least(ibis.coalesce(wait, last_seen), max(WITHIN) + 1),
        is_over=following.next_on.notnull(),
    )
    return waits.aggregate(by=["nth", "days", "is_over"], customers=lambda t: t.count())


def _active(counts: dict[tuple[int, int], int], cohort: int, since: int) -> Estimate:
    size = counts[cohort, 0]
    group: Group = {"cohort": _month_name(cohort), "months_since": since}
    if since == 0:
        return ACTIVE.counted(1.0, n=size, group=group)
    share = proportion(counts.get((cohort, since), 0), size)
    return ACTIVE.estimated(share, value="share", group=group)


def _month_number(day: date) -> int:
    return 12 * day.year + day.month - 1


def _again(nth: int, waits: list[dict[str, Any]]) -> Iterator[Estimate]:
    came, censored = np.zeros((2, max(WITHIN) + 2), dtype=np.int64)
    for row in waits:
        if row["nth"] == nth:
            (came if row["is_over"] else censored)[row["days"]] += row["customers"]
    try:
        curve = kaplan_meier(came, censored)
    except TooLittleData as error:
        yield from (
            ORDERED_AGAIN.too_little(error, group={"from_order": nth, "days": within})
            for within in WITHIN
        )
        return
    for within in WITHIN:
        group = {"from_order": nth, "days": within}
        if curve.at_risk[within] < FEWEST and censored[:within].any():
            why = f"fewer than {FEWEST} customers without another order were observed so long"
            yield ORDERED_AGAIN.unanswered(why, group=group)
        else:
            stayed = survival_at(curve, within)
            share = Proportion(1 - stayed.survival, 1 - stayed.high, 1 - stayed.low, stayed.n)
            yield ORDERED_AGAIN.estimated(share, value="share", group=group)
