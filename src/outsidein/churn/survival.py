"""How long customers stay: survival and hazard by month of tenure."""

from collections.abc import Iterator

import ibis.expr.types as ir

from outsidein.canonical.observation import FROM_THE_START, ObservationStart
from outsidein.churn.declaration import ChurnRule, Silence
from outsidein.churn.figures import (
    CHURN_HAZARD,
    HAZARD,
    MEDIAN_TENURE,
    SHARE_STILL_CUSTOMERS,
    SURVIVAL,
)
from outsidein.churn.grid import Grid, grids, monthly_curve, months_before_any, rule_sentence
from outsidein.churn.known_start import known_start
from outsidein.figures.figure import FEWEST, Estimate, Figure
from outsidein.stats.proportion import Proportion
from outsidein.stats.survival import SurvivalCurve, median_time, survival_at

HORIZONS = (3, 6, 12, 24)
"""Months of tenure that are always answered, or said why not."""

NOBODY = "no customer has been observed for a month yet"


def survival(
    spells: ir.Table,
    *,
    groups: ir.Table | None,
    rule: ChurnRule,
    silence: Silence | None,
    observation: ObservationStart = FROM_THE_START,
) -> Figure:
    """Estimate the share still customers after each month of tenure, and the median.

    Args:
        spells: From `spells`.
        groups: One row per customer and group; None for all customers only.
        rule: The project's.
        silence: From `silence_days`.
        observation: Since when the sources are complete.

    Returns:
        Figure by `group` (null: all customers) and `month`: `share still customers` at each month
        to which 10 customers were observed; `median tenure` (months), whose `month` is null, as
        is that of the `share of customers with a known start`.
    """
    first = months_before_any(silence)
    estimates = [e for grid in grids(spells, groups) for e in _survival(grid, first, silence)]
    start = known_start(spells, silence=silence, observation=observation)
    return SURVIVAL.figure(
        [*estimates, start.share] if estimates else [SHARE_STILL_CUSTOMERS.unanswered(NOBODY)],
        start=start.method,
        rule=rule_sentence(rule, silence),
    )


def churn_hazard(
    spells: ir.Table,
    *,
    groups: ir.Table | None,
    rule: ChurnRule,
    silence: Silence | None,
    observation: ObservationStart = FROM_THE_START,
) -> Figure:
    """Estimate, month by month of tenure, the share of those still customers who churn.

    Returns:
        Figure by `group` (null: all customers) and `month` (1 is the first): `hazard`,
        whose n are the customers at risk, while they are 10 or more.
    """
    first = months_before_any(silence)
    estimates = [e for grid in grids(spells, groups) for e in _hazards(grid, first)]
    return CHURN_HAZARD.figure(
        estimates or [HAZARD.unanswered(NOBODY)],
        start=known_start(spells, silence=silence, observation=observation).method,
        rule=rule_sentence(rule, silence),
    )


def _survival(grid: Grid, first: int, silence: Silence | None) -> Iterator[Estimate]:
    curve, seen = monthly_curve(grid), grid.months_followed
    for month in sorted({*range(first + 1, seen + 1), *HORIZONS}):
        group = {"group": grid.group, "month": month}
        if silence and month <= first:
            why = f"by the rule nobody churns in the first {silence.days} days"
            yield SHARE_STILL_CUSTOMERS.unanswered(why, group=group)
        elif grid.first_month:
            yield SHARE_STILL_CUSTOMERS.unanswered(_late(grid.first_month), group=group)
        elif month > seen:
            why = f"fewer than {FEWEST} customers were observed for {month} months"
            yield SHARE_STILL_CUSTOMERS.unanswered(why, group=group)
        else:
            share = survival_at(curve, month - 1)
            yield SHARE_STILL_CUSTOMERS.estimated(share, value="survival", group=group)
    yield _median(curve, grid.group, grid.first_month, seen)


def _late(months: int) -> str:
    return f"fewer than {FEWEST} customers were observed before month {months + 1} of tenure"


def _median(curve: SurvivalCurve, name: str | None, first_month: int, seen: int) -> Estimate:
    half, group = median_time(curve), {"group": name, "month": None}
    if first_month:
        return MEDIAN_TENURE.unanswered(_late(first_month), group=group)
    if half.time is None or half.time >= seen:
        still = f"more than half are still customers after the {seen} months observed"
        return MEDIAN_TENURE.unanswered(still, group=group)
    low, high = (None if limit is None else limit + 1 for limit in (half.low, half.high))
    why = "the curve has not come down far enough for an upper limit" if high is None else None
    return MEDIAN_TENURE.estimate(half.n, half.time + 1, low, high, why=why, group=group)


def _hazards(grid: Grid, first: int) -> Iterator[Estimate]:
    curve = monthly_curve(grid)
    for t in range(first, grid.months_followed):
        if grid.followed[t] < FEWEST:
            continue
        value, low, high = (
            float(line[t]) for line in (curve.hazard, curve.hazard_low, curve.hazard_high)
        )
        share = Proportion(value, low, high, int(curve.at_risk[t]))
        group = {"group": grid.group, "month": t + 1}
        yield HAZARD.estimated(share, value="share", group=group)
