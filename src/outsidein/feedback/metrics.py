"""Figures: scores and distributions of answers."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir

from outsidein.errors import TooLittleData
from outsidein.feedback.figures import (
    BOTTOM_BOX,
    EASY,
    FEEDBACK_DISTRIBUTION,
    FEEDBACK_SCORES,
    MEAN,
    NPS,
    SATISFIED,
    SHARE_OF_ANSWERS,
    TOP_BOX,
    WOULD_BUY,
    WOULD_REFER,
)
from outsidein.feedback.totals import EXACT, FAVOURABLE, Row, totals, totals_by_dimension
from outsidein.feedback.weights import FULL, with_recent
from outsidein.figures.figure import Estimate, Figure
from outsidein.figures.spec import Measure
from outsidein.stats.nps import responses_needed
from outsidein.stats.weighted import Totals, weighted_mean, weighted_nps, weighted_share

VERDICTS = {"csat": SATISFIED, "ces": EASY, "repurchase": WOULD_BUY, "referral": WOULD_REFER}
"""Measure of favourable answers, by instrument."""

CHANGE = 5
"""Change of NPS (points) whose sample size the method states."""

MOST_LEVELS = 11
"""Longest scale (steps) shown step by step; longer ones are shown in tenths."""


def scores_figure(answers: ir.Table, groups: ir.Table, *, as_of: date) -> Figure:
    """Return the scores of every item, overall and by touchpoint, channel, unit, month and group.

    Args:
        answers: From `weights.answers`, written or cached.
        groups: One row per customer and group: `customer_id`, `dimension`, `value`.
        as_of: First day that does not count.
    """
    rows = totals_by_dimension(with_recent(answers, as_of), groups)
    return FEEDBACK_SCORES.figure(
        (estimate for row in rows for estimate in _scores(row)),
        change=CHANGE,
        responses_needed=responses_needed(CHANGE),
    )


def _scores(row: Row) -> Iterator[Estimate]:
    group = {"item": row["item"], "dimension": row["dimension"], "group": row["value"]}
    yield _share(BOTTOM_BOX, totals(row, "bottom"), group)
    yield _share(TOP_BOX, totals(row, "top"), group)
    if row["instrument"] == "nps":
        yield _nps(row, group)
    elif row["instrument"] in FAVOURABLE:
        yield _share(VERDICTS[row["instrument"]], totals(row, "verdict"), group)
    yield _mean(row, group)


def _share(measure: Measure, sums: Totals, group: dict[str, Any]) -> Estimate:
    return measure.estimated(weighted_share(sums), value="share", group=group)


def _nps(row: Row, group: dict[str, Any]) -> Estimate:
    promoters, detractors = (int(row[name]) / int(row["w"]) for name in ("up", "down"))
    score = weighted_nps(totals(row, "verdict"), promoters=promoters, detractors=detractors)
    return NPS.estimated(score, value="score", group=group)


def _mean(row: Row, group: dict[str, Any]) -> Estimate:
    sums, low, high = totals(row, "points"), row["scale_low"], row["scale_high"]
    try:
        mean_score = weighted_mean(sums)
    except TooLittleData as error:
        return MEAN.too_little(error, group=group)
    value, least, most = (low + (high - low) * x / FULL for x in mean_score[:3])
    return MEAN.estimate(mean_score.n, value, max(least, low), min(most, high), group=group)


def distribution_figure(answers: ir.Table) -> Figure:
    """Return the distribution of the answers to every item, and the share of each choice.

    Args:
        answers: From `weights.answers`, written or cached.
    """
    rows = _levels(answers).to_pyarrow().to_pylist()
    ordered = sorted(rows, key=lambda r: (r["item"], r["level"], r["text"] or ""))
    return FEEDBACK_DISTRIBUTION.figure(
        (
            _share(SHARE_OF_ANSWERS, _totals_of(row), {"item": row["item"], "answer": _answer(row)})
            for row in ordered
        ),
        most_levels=MOST_LEVELS,
    )


def _answer(row: Row) -> str:
    return row["text"] if row["text"] is not None else f"{row['level']:g}"


def _totals_of(row: Row) -> Totals:
    sums = (int(row[name]) for name in ("w", "y", "ww", "wy", "yy"))
    return Totals(row["customers"], row["answers"], *sums)


def _levels(answers: ir.Table) -> ir.Table:
    """One row per item and level: sums over customers of the weight there and of all weight."""
    scale = answers.scale_high - answers.scale_low
    is_short = (scale <= MOST_LEVELS - 1) & (answers.score == answers.score.round())
    tenth = ibis.least(answers.points * 10 // FULL, 9)
    level = ibis.ifelse(is_short, answers.score, answers.scale_low + scale * tenth / 10)
    leveled = answers.mutate(level=level.fill_null(0.0))
    responses = leveled.aggregate(by=["item", "customer", "response"], w=leveled.weight.max())
    whole = responses.aggregate(
        by=["item", "customer"], answers=responses.count(), w=responses.w.sum().cast("int64")
    ).cache()
    once = leveled.aggregate(
        by=["item", "customer", "response", "level", "text"], y=leveled.weight.max()
    )
    there = once.aggregate(by=["item", "customer", "level", "text"], y=once.y.sum().cast("int64"))
    joined = there.inner_join(whole, ["item", "customer"])
    w, y = joined.w.cast(EXACT), joined.y.cast(EXACT)
    rows = joined.aggregate(
        by=["item", "level", "text"], y=joined.y.sum(), wy=(w * y).sum(), yy=(y * y).sum()
    )
    w = whole.w.cast(EXACT)
    of_item = whole.aggregate(
        by=["item"],
        customers=whole.count(),
        answers=whole.answers.sum().cast("int64"),
        w=whole.w.sum(),
        ww=(w * w).sum(),
    )
    return rows.inner_join(of_item, "item")
