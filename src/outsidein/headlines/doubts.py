"""Doubts about the project's rule of churn, which silence what rests on it."""

from outsidein.churn.calendar_months import months_within
from outsidein.churn.figures import (
    CHURN_RULE,
    CHURN_SENSITIVITY,
    CHURNED,
    PROPOSED_DAYS,
    SHARE_WITH_KNOWN_START,
    SURVIVAL,
    WON_BACK,
)
from outsidein.figures.figure import Estimate
from outsidein.present.figure_set import FigureSet, number_of

QUARTER = 0.25
"""Share of those counted as gone who came back, above which the rule is not believed."""


def rule_doubts(figures: FigureSet) -> tuple[str, ...]:
    """Return what speaks against the project's rule of churn, and so against what rests on it."""
    back = figures.one(CHURN_SENSITIVITY, WON_BACK, times=1.0)
    if not back or number_of(back) <= QUARTER:
        return ()
    who = f"the project's rule of {number_of_days(back)} days counts customers as gone of whom"
    proposed = figures.one(CHURN_RULE, PROPOSED_DAYS)
    better = f"; after {figures.words.value(proposed)} at most a quarter did" if proposed else ""
    return (f"{who} {figures.words.value(back)} came back{better}",)


def start_doubts(figures: FigureSet) -> tuple[str, ...]:
    """Object to when customers leave where their start, or those who left early, may be missing."""
    starts = figures.select(SURVIVAL, SHARE_WITH_KNOWN_START)
    return tuple(dict.fromkeys(_clause(e.why) for e in starts if e.value is None and e.why))


def _clause(sentence: str) -> str:
    return f"{sentence[:1].lower()}{sentence[1:]}".rstrip(".")


def earliest_doubts(figures: FigureSet, hazard: Estimate) -> tuple[str, ...]:
    """Object to a month before which the rule lets nobody leave: it says what the rule is."""
    gone = figures.one(CHURN_SENSITIVITY, CHURNED, times=1.0)
    if not gone:
        return ()
    earliest = months_within(int(float(gone.group["days"] or 0))) + 1
    if int(float(hazard.group["month"] or 0)) > earliest:
        return ()
    return (f"it is the earliest that the rule of {number_of_days(gone)} days lets anybody leave",)


def number_of_days(estimate: Estimate) -> str:
    """Return the silence that a figure of the rule is about, in days."""
    return f"{float(estimate.group['days'] or 0):.0f}"
