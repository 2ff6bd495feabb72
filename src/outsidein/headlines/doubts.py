"""Doubts about the project's rule of churn, which silence what rests on it."""

from outsidein.churn.calendar_months import months_within
from outsidein.churn.doubts import unknown_start
from outsidein.churn.figures import (
    CHURN_HAZARD,
    CHURN_MONEY,
    CHURN_REASONS,
    CHURN_RULE,
    CHURN_SENSITIVITY,
    CHURNED,
    PREDICTION_CALIBRATION,
    PREDICTION_QUALITY,
    PROPOSED_DAYS,
    SHARE_WITH_KNOWN_START,
    SURVIVAL,
    WON_BACK,
)
from outsidein.extremes.figures import HAZARD_JUMPS, MONEY_AT_RISK
from outsidein.figures.figure import Estimate
from outsidein.ladder.figures import LADDER_HISTORY, LADDER_TODAY, LADDER_TRANSITIONS
from outsidein.present.figure_set import FigureSet, number_of
from outsidein.present.wording import share
from outsidein.value.figures import HOLD_OUT_ORDERS, LIFETIME_MODEL_CHOICE

OBSERVED = "observed"
"""The group of a hold-out that holds what came, beside what each model expected."""

HALF = 0.5
"""Share of customers with a known start from which on a first order is one for most of them."""

QUARTER = 0.25
"""Share of those counted as gone who came back, above which the rule is not believed."""


RESTS_ON_CHURN_RULE = frozenset(
    spec.name
    for spec in (
        *(SURVIVAL, CHURN_HAZARD, CHURN_REASONS, CHURN_MONEY, CHURN_SENSITIVITY),
        *(PREDICTION_QUALITY, PREDICTION_CALIBRATION, HAZARD_JUMPS, MONEY_AT_RISK),
        *(LADDER_TODAY, LADDER_HISTORY, LADDER_TRANSITIONS),
    )
)
"""Figures that count customers as gone, or as still here, by the rule of churn."""


def rejected_rule(figures: FigureSet) -> str:
    """Name a rule of churn that its own customers contradict; empty where it holds.

    Example:
        "by a rule that 88 % of those it called lost have contradicted"
    """
    back = figures.one(CHURN_SENSITIVITY, WON_BACK, times=1.0)
    if not back or number_of(back) <= QUARTER:
        return ""
    share_back = figures.words.value(back)
    return f"by a rule that {share_back} of those it called lost have contradicted"


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
    return unknown_start(figures.figures.get(SURVIVAL.name))


def first_order_doubts(figures: FigureSet) -> tuple[str, ...]:
    """Object to what follows a first order where most customers may have ordered before the data.

    The first order in the data is then any order of theirs, and not how a relationship begins.
    """
    starts = _known_starts(figures)
    if starts is None or number_of(starts) >= HALF:
        return ()
    who = f"{share(1 - number_of(starts))} of the customers"
    return (f"{who} may have ordered before the data begin: their first order is not known",)


def first_order(figures: FigureSet) -> str:
    """Name the first order, which is only the first in the data where customers may be older."""
    starts = _known_starts(figures)
    return "first order in the data" if starts and number_of(starts) < 1 else "first order"


def _known_starts(figures: FigureSet) -> Estimate | None:
    """Return the share of customers who were under observation from their first day on."""
    return figures.one(SURVIVAL, SHARE_WITH_KNOWN_START, group=None, month=None)


def hold_out(figures: FigureSet) -> tuple[Estimate, Estimate] | None:
    """Return the orders that the best purchase model expected in the hold-out, and those placed."""
    orders = figures.numbers(LIFETIME_MODEL_CHOICE, HOLD_OUT_ORDERS)
    placed = next((e for e in orders if e.group["model"] == OBSERVED), None)
    expected = next((e for e in orders if e.low is not None and e.high is not None), None)
    return (expected, placed) if expected and placed else None


def forecast_doubts(figures: FigureSet) -> tuple[str, ...]:
    """Object to a forecast of orders whose model missed the hold-out."""
    orders = hold_out(figures)
    if orders is None:
        return ()
    expected, placed = orders
    if (expected.low or 0.0) <= number_of(placed) <= (expected.high or 0.0):
        return ()
    words = figures.words
    trial = (
        f"tried on the last third of the time observed, the model expected {words.value(expected)} "
        f"({words.interval(expected)}), and customers placed {words.value(placed)}"
    )
    return (trial,)


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
