"""When and why are customers churning?"""

from dataclasses import replace

import ibis
import ibis.expr.types as ir

from outsidein.churn.declaration import Silence
from outsidein.churn.figures import MEDIAN_TENURE, SHARE_STILL_CUSTOMERS, SURVIVAL
from outsidein.figures.figure import Figure
from outsidein.segments.declaration import EVERYBODY
from outsidein.strategy.figures import (
    CHURNED,
    HALF_CHURNED,
    REASON,
    REVENUE_LOST,
    STILL_CUSTOMERS,
    UNKNOWN_CHURN,
)
from outsidein.strategy.questions import (
    FEWEST,
    LEAVING,
    Answers,
    StrategySheet,
    average,
    group,
    moments,
    not_answerable,
    per_segment,
    share,
)

SHOWN_MONTHS = (3, 12)
MOST_REASONS = 3
TOO_EARLY = "all came too lately for the rule of silence to call anybody gone"


def churn_answers(sheet: StrategySheet) -> Answers:
    """How many have churned, how soon, for which reasons, and what they brought a month."""
    inside = sheet.in_segments.filter(sheet.in_segments.is_churned.notnull())
    gone = inside.is_churned
    rows = per_segment(
        inside.group_by("segment").aggregate(
            n=inside.count(),
            gone=gone.cast("int64").sum(),
            could_leave=_could_leave(sheet, inside).cast("int64").sum(),
            **moments(gone.ifelse(inside.revenue_per_month, None), "lost"),
        )
    )
    reasons = _reasons(inside)
    for segment in sheet.names():
        row, of = rows.get(segment), group(segment, LEAVING)
        if row is None or row["n"] < FEWEST:
            yield from not_answerable(
                [segment], LEAVING, UNKNOWN_CHURN, needs="10 customers who ever bought"
            )
            continue
        if row["could_leave"]:
            yield share(CHURNED, row["gone"], row["n"], of=of)
        else:
            yield CHURNED.unanswered(TOO_EARLY, group=of)
        yield from _from_survival(sheet.survival, segment, of)
        for reason, n in reasons.get(segment, [])[:MOST_REASONS]:
            yield share(REASON.named(reason=reason), n, row["gone"], of=of)
        yield average(REVENUE_LOST, row, "lost", of=of)


def _could_leave(sheet: StrategySheet, inside: ir.Table) -> ir.BooleanValue:
    """Whether a customer came so long ago that the rule of silence could call them gone."""
    if not isinstance(sheet.silence, Silence):
        return inside.is_churned.notnull()
    watched = ibis.literal(sheet.as_of).delta(inside.first_seen_on, unit="day")
    return inside.is_churned | (watched > sheet.silence.days)


def _from_survival(survival: Figure, segment: str, of: dict[str, str]) -> Answers:
    """Repeat what the survival figure says of the segment, so that no page contradicts another."""
    name = None if segment == EVERYBODY else f"segment {segment}"
    for e in SURVIVAL.select(survival, SHARE_STILL_CUSTOMERS, group=name):
        if e.group.get("month") in SHOWN_MONTHS:
            still = STILL_CUSTOMERS.named(months=e.group["month"])
            yield replace(e, measure=still.name, group=of)
    for e in SURVIVAL.select(survival, MEDIAN_TENURE, group=name):
        yield replace(e, measure=HALF_CHURNED.name, group=of)


def _reasons(inside: ir.Table) -> dict[str, list[tuple[str, int]]]:
    gone = inside.filter(inside.is_churned)
    counts = gone.group_by("segment", "reason").aggregate(n=gone.count())
    counted: dict[str, list[tuple[str, int]]] = {}
    for row in counts.to_pyarrow().to_pylist():
        counted.setdefault(row["segment"], []).append((row["reason"] or "unknown", row["n"]))
    return {s: sorted(reasons, key=lambda r: (-r[1], r[0])) for s, reasons in counted.items()}
