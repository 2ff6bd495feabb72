"""Why customers churn, and what goes with them."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np

from outsidein.canonical.observation import FROM_THE_START, ObservationStart
from outsidein.churn.declaration import ChurnRule, Silence
from outsidein.churn.figures import (
    CHURN_MONEY,
    CHURN_REASONS,
    CUSTOMERS,
    INCIDENCE,
    MEAN_REVENUE_PER_MONTH,
    REVENUE_PER_MONTH,
    REVENUE_PER_MONTH_LOST,
)
from outsidein.churn.grid import Counts, Grid, grids, in_groups, rule_sentence
from outsidein.churn.known_start import known_start
from outsidein.churn.survival import NOBODY
from outsidein.churn.tenure import PLACES
from outsidein.errors import TooLittleData
from outsidein.figures.figure import FEWEST, Estimate, Figure, Group
from outsidein.stats.incidence import Incidence, cumulative_incidence
from outsidein.stats.mean import mean
from outsidein.stats.proportion import Proportion

HORIZONS = (12, 24)
"""Months of tenure by which the share who churned for each reason is estimated."""

MOST_REASONS = 25
"""The most frequent reasons are kept apart; the rest are 'other reasons'."""

OTHERS = "other reasons"
LAST_DAYS = 365


def churn_reasons(
    spells: ir.Table,
    *,
    rule: ChurnRule,
    silence: Silence | None,
    observation: ObservationStart = FROM_THE_START,
) -> Figure:
    """Estimate the share of customers who churn for each reason, and count those who did.

    Args:
        spells: From `spells`.
        rule: The project's.
        silence: From `silence_days`.
        observation: Since when the sources are complete.

    Returns:
        Figure by `reason` and `month`: `cumulative incidence` by 12 and 24 months of
        tenure; where `month` is null, `customers` (gone today) and their `revenue per month`.
    """
    gone = _gone(_named_reasons(spells)).aggregate(
        by="reason",
        customers=lambda t: t.count(),
        revenue_per_month=lambda t: t.revenue_per_month.sum().cast("decimal(38, 0)"),
    )
    rows = gone.order_by("reason").to_pyarrow().to_pylist()
    return CHURN_REASONS.figure(
        (*_incidence(_named_reasons(spells)), *(e for row in rows for e in _gone_for(row))),
        start=known_start(spells, silence=silence, observation=observation).method,
        rule=rule_sentence(rule, silence),
    )


def churn_money(
    spells: ir.Table,
    *,
    groups: ir.Table | None,
    rule: ChurnRule,
    silence: Silence | None,
    as_of: date,
) -> Figure:
    """Say what those who churned in the last 365 days, and are still gone, brought per month.

    Returns:
        Figure by `reason` and `group` (one of them null, or both: all): `revenue per month lost`
        (sum) and `mean revenue per month`, whose n are those who churned.
    """
    since = as_of - timedelta(days=LAST_DAYS)
    gone = _gone(_named_reasons(spells)).filter(lambda t: t.churned_on >= ibis.literal(since))
    by_group = _sums(in_groups(gone, groups), "group")
    by_reason = _sums(gone, "reason")
    cells = [{"reason": None, "group": row.pop("group")} | row for row in by_group]
    cells += [{"group": None} | row for row in by_reason]
    return CHURN_MONEY.figure(
        [e for cell in cells for e in _lost(cell)]
        or [REVENUE_PER_MONTH_LOST.unanswered("nobody churned in the last year")],
        last_days=LAST_DAYS,
        as_of=as_of,
        rule=rule_sentence(rule, silence),
    )


def _gone(spells: ir.Table) -> ir.Table:
    return spells.filter(spells.is_latest, spells.churned_on.notnull())


def _named_reasons(spells: ir.Table) -> ir.Table:
    """Join rare reasons into one, where there are more than can be told apart."""
    counts = (
        spells.filter(spells.reason.notnull())
        .group_by("reason")
        .aggregate(customers=lambda t: t.count())
    )
    common = counts.order_by(ibis.desc("customers"), "reason").limit(MOST_REASONS)
    joined = spells.left_join(common.select("reason", is_common=True), "reason")
    reason = ibis.ifelse(joined.is_common.isnull(), ibis.literal(OTHERS), joined.reason)
    return joined.select(
        *[name for name in spells.columns if name != "reason"],
        reason=ibis.ifelse(joined.reason.isnull(), ibis.null("string"), reason),
    )


def _incidence(spells: ir.Table) -> Iterator[Estimate]:
    for grid in grids(spells, None):
        places = PLACES * max(HORIZONS)
        by_reason = {name: counts[:places] for name, counts in grid.churned.items()}
        late = grid.all_reasons[places:].sum() + grid.censored[places:].sum()
        censored = _with_last(grid.censored[:places], late)
        curves = cumulative_incidence(by_reason, censored, entered=grid.entered[:places])
        for reason in by_reason:
            for month in HORIZONS:
                yield _incidence_at(grid, curves, reason, month)
        return
    yield INCIDENCE.unanswered(NOBODY)


def _with_last(censored: Counts, late: np.int64) -> Counts:
    return np.append(censored[:-1], censored[-1] + late)


def _incidence_at(grid: Grid, curves: Incidence, reason: str, month: int) -> Estimate:
    group: Group = {"reason": reason, "month": month}
    if grid.first_month or month > grid.months_followed:
        why = f"fewer than {FEWEST} customers were observed for {month} months"
        return INCIDENCE.unanswered(why, group=group)
    curve, end = curves.reasons[reason], PLACES * month - 1
    value, low, high = (float(line[end]) for line in (curve.incidence, curve.low, curve.high))
    share = Proportion(value, low, high, curves.n)
    return INCIDENCE.estimated(share, value="share", group=group)


def _gone_for(row: dict[str, Any]) -> Iterator[Estimate]:
    group, n = {"reason": row["reason"], "month": None}, row["customers"]
    yield CUSTOMERS.counted(n, n=n, group=group)
    if row["revenue_per_month"] is None:
        yield REVENUE_PER_MONTH.unanswered("no prices are known", group=group)
    else:
        money = float(row["revenue_per_month"])
        yield REVENUE_PER_MONTH.counted(money, n=n, group=group)


def _sums(gone: ir.Table, by: str) -> list[dict[str, Any]]:
    money = gone.revenue_per_month.cast("decimal(19, 0)")
    sums = gone.filter(gone.revenue_per_month.notnull()).aggregate(
        by=by,
        n=lambda t: t.count(),
        total=money.sum(),
        total_of_squares=(money * money).sum(),
    )
    rows: list[dict[str, Any]] = sums.to_pyarrow().to_pylist()
    return sorted(rows, key=lambda row: (row[by] is not None, row[by]))


def _lost(cell: dict[str, Any]) -> Iterator[Estimate]:
    group = {"reason": cell["reason"], "group": cell["group"]}
    n, total = cell["n"], cell["total"]
    yield REVENUE_PER_MONTH_LOST.counted(float(total), n=n, group=group)
    try:
        answer = mean(n, total, cell["total_of_squares"])
    except TooLittleData as error:
        yield MEAN_REVENUE_PER_MONTH.too_little(error, group=group)
    else:
        yield MEAN_REVENUE_PER_MONTH.estimated(answer, value="mean", group=group)
