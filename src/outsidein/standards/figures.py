"""The figures about service standards."""

from outsidein.figures.figure import MEASURED_IN, Estimate, Unit
from outsidein.figures.spec import Better, FigureSpec, Measure

NO_PROMISE, KEPT, BROKEN, OPEN = "none", "kept", "not kept", "cannot be told yet"
"""How a promise stands."""

NEW_LEVEL = "at a new level"
"""How the chart of a standard goes on after a confirmed step."""

BEYOND, DRIFTING = "beyond the limits", "drifting"
"""How the chart of a standard signals."""

IN_FORCE, PROPOSED = "in force", "proposed"
"""States of a target."""

SHARE_MISSED_NOW = Measure("share missed now", Unit.SHARE, Better.LESS)
EVENTS_PER_ENCOUNTER_NOW = Measure("events per encounter now", Unit.NUMBER, Better.LESS)
TARGET = Measure("target", Unit.NUMBER)
PROMISED_SHARE = Measure("promised share met", Unit.SHARE, Better.MORE)
PERIODS_THAT_SIGNAL = Measure("periods that signal", Unit.NUMBER)

STANDARDS = FigureSpec(
    "standards",
    "Service standards today",
    (
        *("standard", "description", "owner", "chart", "since", "promise", "window"),
        *("encounters", MEASURED_IN),
    ),
    (
        SHARE_MISSED_NOW,
        EVENTS_PER_ENCOUNTER_NOW,
        TARGET,
        PROMISED_SHARE,
        PERIODS_THAT_SIGNAL,
    ),
    "Now = the last 28 days, 8 weeks or 3 months, by the period of the standard, as "
    "`window` says, or fewer where there are fewer, without periods of few encounters; "
    "`description` is what is promised, `measured_in` the unit of the target; "
    "`encounters` counts what the share is of. An encounter missed the standard where its "
    "measure lies beyond the target in force on its day. The interval of the share is "
    "Wilson's, over as many encounters as remain when the variation between periods beyond "
    "chance is taken out. A promise is kept, or not, where the whole interval says so. {alarms}",
)

SHARE_MISSED = Measure("share missed", Unit.SHARE, Better.LESS)
EVENTS_PER_ENCOUNTER = Measure("events per encounter", Unit.NUMBER, Better.LESS)
MEDIAN = Measure("median {column}", Unit.NUMBER)
ENCOUNTERS = Measure("encounters", Unit.NUMBER)
LOWER_LIMIT = Measure("lower limit", Unit.SHARE)
CENTRE = Measure("centre", Unit.SHARE)
UPPER_LIMIT = Measure("upper limit", Unit.SHARE)
SHARE_LIMITS = (LOWER_LIMIT, CENTRE, UPPER_LIMIT)
NUMBER_LIMITS = tuple(Measure(limit.name, Unit.NUMBER) for limit in SHARE_LIMITS)
"""Limits count in what they limit."""

STANDARD_CHARTS = FigureSpec(
    "standard_charts",
    "Control charts of the standards",
    ("standard", "period", "signal"),
    (SHARE_MISSED, EVENTS_PER_ENCOUNTER, MEDIAN, *SHARE_LIMITS, *NUMBER_LIMITS, ENCOUNTERS),
    "One value per complete period, the last {shown} at most. Shares: Laney's p' chart, "
    "whose limits, three standard deviations wide, take in how much neighbouring periods "
    "really vary; counts: Laney's u'; medians: XmR. Behind each stand a CUSUM (for a shift "
    "of one standard deviation) and an EWMA (weight 0.2), with limits chosen for the "
    "stated rate of false alarms. Limits of shares are set anew after a confirmed step (p "
    "{p_value}, eight periods or more on either side), unless `limits_until` fixes them, and are "
    "widened where neighbouring periods are alike. Periods with fewer than a tenth of the usual "
    "encounters are left out. Limits are no confidence intervals.",
)

WOULD_MISS = Measure("would miss it", Unit.SHARE, Better.LESS)

STANDARD_TARGETS = FigureSpec(
    "standard_targets",
    "Targets of the standards",
    ("standard", "state", "since", "by", "reason", MEASURED_IN),
    (TARGET, PROMISED_SHARE, WOULD_MISS),
    "Every version of a target: from when, by whom and why. A target found from data "
    "stands where the rate of disasters begins to rise with the measure: flat log odds up "
    "to a point, rising from it, by maximum likelihood over the twelve months before, with "
    "a profile-likelihood interval; it moves where that interval leaves the target out. "
    "The proposed row says where it would stand now. The rise is associated with the "
    "measure; whether shorter waits would prevent disasters, only an experiment shows.",
)

DISASTERS_PER_ENCOUNTER = Measure("disasters per encounter", Unit.SHARE, Better.LESS)
DISASTERS_PER_UNIT = Measure("disasters per unit of the measure", Unit.SHARE, Better.LESS)

STANDARD_DISASTERS = FigureSpec(
    "standard_disasters",
    "Where disasters begin",
    ("standard", "measure_from", "measure_mean"),
    (DISASTERS_PER_ENCOUNTER, DISASTERS_PER_UNIT),
    "Encounters of the twelve months before the build's day that tell whether they were a "
    "disaster, in bins of the standard's measure; the value of the bin is its mean. Where "
    "the disaster ends the measure (hanging up ends a wait), the rate is that of those who "
    "had got so far, per unit of the measure. Intervals: Wilson.",
)

STANDARD_FUNNEL = FigureSpec(
    "standard_funnel",
    "Units compared",
    ("standard", "unit_name", "signal"),
    (SHARE_MISSED, *SHARE_LIMITS, ENCOUNTERS),
    "Share missed by unit over the last year, with limits three standard deviations from "
    "the share of all, which narrow as units get larger and take in how much units vary "
    "beyond chance: 1 in 370 units like the others lies outside by chance. A unit outside "
    "is unlike the others; its customers may be too. Units with fewer than 10 known "
    "customers are left out.",
)


def is_found_from_data(target: Estimate) -> bool:
    """Tell whether a target was found from data; one that somebody declared has no interval."""
    return target.low is not None or target.high is not None


def promise_in_words(estimate: Estimate) -> str:
    """Return what a standard promises, as its project describes it.

    Example:
        >>> group = {"standard": "hang_ups", "description": "Callers are answered"}
        >>> promise_in_words(SHARE_MISSED_NOW.estimate(90, 0.1, group=group))
        'Callers are answered'
        >>> promise_in_words(SHARE_MISSED_NOW.estimate(90, 0.1, group={"standard": "hang_ups"}))
        'hang ups'
    """
    group = estimate.group
    return str(group.get("description") or str(group["standard"]).replace("_", " "))
