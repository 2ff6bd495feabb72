"""Who left after a low score of a factor, and who after another one, at equal tenure."""

from collections.abc import Iterable
from datetime import timedelta

import ibis
import ibis.expr.types as ir

from outsidein.errors import TooLittleData
from outsidein.stats.mantel_haenszel import FEWEST, Jump, JumpStratum, risk_jump
from outsidein.strategy.questions import Row, StrategySheet

CONTRACT_DAYS = 365
"""Days after a score that contracts are watched; orders are watched for the silence of churn."""

STRATUM_DAYS = 30
LAST_STRATUM = 12
"""Customers of this many periods of 30 days, or more, are compared with each other."""


def watched_days(sheet: StrategySheet) -> int | TooLittleData:
    """Return for how many days after a score it is watched who leaves."""
    silence = sheet.silence
    if isinstance(silence, TooLittleData):
        return silence
    return silence.days if silence else CONTRACT_DAYS


def departures_after_scores(sheet: StrategySheet, *, days: int) -> ir.Table:
    """Count who left within so many days of the first score that they gave a factor.

    Who scores often has more chances of a low score, and who came long ago more time to leave.
    So only the first score counts, only customers at the time of it, only those who could be
    watched for all of the days, and each is compared with those of the same tenure.

    Args:
        sheet: What the questions are asked of.
        days: Watched after the score (days).

    Returns:
        One row per segment, factor and stratum of tenure: `low`, `low_gone`, `others`,
        `others_gone` (customers).
    """
    scores = _first_scores(sheet.canonical["signals"])
    watched = scores.filter(scores.scored_on <= sheet.as_of - timedelta(days=days))
    follow = _by_contracts if sheet.silence is None else _by_orders
    seen = follow(watched, sheet, days)
    at_risk = seen.filter(seen.is_customer.fill_null(False))  # noqa: FBT003  Ibis takes a value
    tenure = at_risk.scored_on.delta(at_risk.first_on, unit="day") // STRATUM_DAYS
    judged = at_risk.select(
        "customer_id", "factor", "is_low", "gone", stratum=ibis.least(tenure, LAST_STRATUM)
    )
    joined = judged.join(sheet.members, "customer_id")
    low, left = joined.is_low, joined.gone
    return joined.group_by("segment", "factor", "stratum").aggregate(
        low=low.cast("int64").sum(),
        low_gone=(low & left).cast("int64").sum(),
        others=(~low).cast("int64").sum(),
        others_gone=(~low & left).cast("int64").sum(),
    )


def matched_difference(rows: Iterable[Row]) -> Jump:
    """Return how many more left after a low score, within strata of tenure.

    Raises:
        TooLittleData: Fewer than 5 left, or stayed, on one of the sides.
    """
    strata = [
        JumpStratum(row["low_gone"], row["low"], row["others_gone"], row["others"]) for row in rows
    ]
    compared = [s for s in strata if s.trials and s.other_trials]
    stayed = (
        sum(int(s.trials) - s.events for s in compared),
        sum(int(s.other_trials) - s.other_events for s in compared),
    )
    if min(stayed) < FEWEST:
        raise TooLittleData(min(stayed), needed=FEWEST, of="customers who stayed, on one side")
    return risk_jump(strata)


def own_scores(signals: ir.Table) -> ir.Table:
    """Return scores of the firm's own factors, with `is_low`: in the lower half of their scale."""
    scored = signals.filter(
        signals.subject == "own",
        signals.factor.notnull() & signals.customer_id.notnull() & signals.score.notnull(),
        signals.scale_high > signals.scale_low,
    )
    half = (scored.scale_high - scored.scale_low) / 2
    return scored.mutate(is_low=scored.score - scored.scale_low < half)


def _first_scores(signals: ir.Table) -> ir.Table:
    scored = own_scores(signals)
    in_order = ["signalled_at", "source", "signal_id"]
    return scored.group_by("customer_id", "factor").aggregate(
        scored_on=scored.signalled_on.min(),
        is_low=lambda t: t.is_low.first(order_by=in_order),
    )


def _by_orders(scores: ir.Table, sheet: StrategySheet, days: int) -> ir.Table:
    """Add whether the next order came too late; who had been silent for long was no customer."""
    joined = scores.join(sheet.order_days.filter(sheet.order_days.is_order), "customer_id")
    after = joined.ordered_on.delta(joined.scored_on, unit="day")
    orders = joined.group_by("customer_id", "factor", "scored_on", "is_low").aggregate(
        first_on=joined.ordered_on.min(),
        is_customer=((after <= 0) & (after > -days)).any(),
        came_back=((after > 0) & (after <= days)).any(),
    )
    return orders.mutate(gone=~orders.came_back)


def _by_contracts(scores: ir.Table, sheet: StrategySheet, days: int) -> ir.Table:
    """Add whether the contract under which a score was given ended in time."""
    joined = scores.join(sheet.spells, "customer_id")
    after = joined.churned_on.delta(joined.scored_on, unit="day")
    is_current = (joined.started_on <= joined.scored_on) & (after.isnull() | (after > 0))
    has_ended = is_current & after.notnull() & (after <= days)
    return joined.group_by("customer_id", "factor", "scored_on", "is_low").aggregate(
        first_on=joined.started_on.min(),
        is_customer=is_current.any(),
        gone=has_ended.any().fill_null(False),  # noqa: FBT003  Ibis takes a value
    )
