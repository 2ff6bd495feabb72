"""Figure: who orders again after a low first score of each factor, and who otherwise."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir

from outsidein.errors import TooLittleData
from outsidein.factors.declaration import FactorSettings
from outsidein.factors.figures import (
    RATIO_OF_RETURNING,
    RETURNED_AFTER_LOW,
    RETURNED_OTHERWISE,
    RETURNING,
)
from outsidein.factors.responses import SCORE_STEPS
from outsidein.figures.figure import FEWEST, Estimate, Figure
from outsidein.stats.proportion import proportion
from outsidein.stats.risk_ratio import risk_ratio

WATCHED_DAYS = 365
"""Days after the first order within which another counts, and for which everybody is watched."""

SCORED_WITHIN_DAYS = 90
"""Days after the first order within which a score is about it."""


def returning_figure(
    responses: ir.Table, order_days: ir.Table, *, settings: FactorSettings, as_of: date
) -> Figure:
    """Compare who orders again after a low first score with who does otherwise, by factor.

    Args:
        responses: One row per score, as by `factor_responses`.
        order_days: One row per customer and day with orders: `customer_id`, `ordered_on`,
            `is_order`.
        settings: Defines low answers.
        as_of: First day that does not count.
    """
    rows = returns_after_first_score(responses, order_days, settings=settings, as_of=as_of)
    counts = {
        (row["factor"], row["is_low"]): (row["returned"], row["customers"])
        for row in rows.order_by("factor", "is_low").to_pyarrow().to_pylist()
    }
    factors = sorted({factor for factor, _ in counts})
    estimates = [e for factor in factors for e in _factor_estimates(factor, counts)]
    if not estimates:
        why = "nobody scored a factor soon after a first order that lies a year back"
        estimates = [RATIO_OF_RETURNING.unanswered(why)]
    return RETURNING.figure(
        estimates, days=WATCHED_DAYS, within=SCORED_WITHIN_DAYS, low_to=settings.low_to
    )


def returns_after_first_score(
    responses: ir.Table, order_days: ir.Table, *, settings: FactorSettings, as_of: date
) -> ir.Table:
    """Count customers by their first score of each factor, and who of them ordered again.

    Only customers whose first order lies a year or more before `as_of` count, so that everybody
    is watched equally long, and only scores of the 90 days after it, so that nobody needs to come
    back to be scored. Orders before the score count as well: both sides then stand at the same
    risk, as most who come back do so soon. A bad experience cannot have caused those, which makes
    the difference rather too small.

    Returns:
        One row per factor and `is_low`: `customers`, `returned` (counts).
    """
    orders = order_days.filter(order_days.is_order)
    begun = orders.group_by("customer_id").aggregate(first_on=orders.ordered_on.min())
    begun = begun.filter(ibis.literal(as_of).delta(begun.first_on, unit="day") > WATCHED_DAYS)
    first = _first_scores(responses, round(settings.low_to * SCORE_STEPS))
    scored = begun.inner_join(first, "customer_id")
    wait = scored.scored_on.delta(scored.first_on, unit="day")
    scored = scored.filter(wait.between(0, SCORED_WITHIN_DAYS))
    joined = scored.inner_join(orders.select("customer_id", "ordered_on"), "customer_id")
    after = joined.ordered_on.delta(joined.first_on, unit="day")
    each = joined.group_by("customer_id", "factor", "is_low").aggregate(
        again=after.between(1, WATCHED_DAYS).cast("int64").sum()
    )
    return each.group_by("factor", "is_low").aggregate(
        customers=each.count(), returned=(each.again > 0).cast("int64").sum()
    )


def _first_scores(responses: ir.Table, low_to: int) -> ir.Table:
    days = responses.group_by("customer_id", "factor", "signalled_on").aggregate(
        steps=responses.steps.sum(), times=responses.count()
    )
    window = ibis.window(group_by=["customer_id", "factor"], order_by="signalled_on")
    ranked = days.mutate(place=ibis.row_number().over(window))
    first = ranked.filter(ranked.place == 0)
    is_low = first.steps <= first.times * low_to
    return first.select("customer_id", "factor", scored_on="signalled_on", is_low=is_low)


def _factor_estimates(
    factor: str, counts: Mapping[tuple[str, bool], tuple[Any, Any]]
) -> Iterator[Estimate]:
    group = {"factor": factor}
    low, other = (
        tuple(int(count) for count in counts.get((factor, is_low), (0, 0)))
        for is_low in (True, False)
    )
    if min(low[1], other[1]) < FEWEST:
        few = TooLittleData(min(low[1], other[1]), needed=FEWEST, of="customers on either side")
        yield RATIO_OF_RETURNING.too_little(few, group=group)
        return
    for measure, (returned, n) in ((RETURNED_AFTER_LOW, low), (RETURNED_OTHERWISE, other)):
        yield measure.estimated(proportion(returned, n), value="share", group=group)
    try:
        ratio = risk_ratio(*low, *other)
    except TooLittleData as error:
        yield RATIO_OF_RETURNING.too_little(error, group=group)
        return
    yield RATIO_OF_RETURNING.estimate(
        min(ratio.n_a, ratio.n_b), ratio.ratio, ratio.low, ratio.high, group=group
    )
