"""The chart of a standard, what it signals, and since when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from outsidein.standards.declaration import Standard
from outsidein.standards.figures import BEYOND, DRIFTING, NEW_LEVEL
from outsidein.standards.periods import Count
from outsidein.stats.charts.chart import SIGMAS, Chart, Floats
from outsidein.stats.charts.cusum import cusum, cusum_limit
from outsidein.stats.charts.ewma import ewma, ewma_limit
from outsidein.stats.charts.individuals import individuals_chart
from outsidein.stats.charts.phases import PhasedChart, phase_starts, phased_chart
from outsidein.stats.charts.run_length import shewhart_run_length
from outsidein.stats.charts.shares import rates_chart, shares_chart

Flags = NDArray[np.bool_]

DRIFT_TESTS = 2
"""Sums and smoothed means: each may be wrong half as often as both together."""

WORSE, BETTER = "worse", "better"
IN_CONTROL, BACK_IN_CONTROL = "in control", "back in control"
NOW = {"day": 28, "week": 8, "month": 3}
"""Periods that say how a standard is met now: about a month, two months, a quarter."""


NEW_FOR = {"day": 91, "week": 26, "month": 6}
"""Periods for which the level of a phase counts as new: about half a year, of days a quarter."""


@dataclass(frozen=True, slots=True)
class Control:
    """A chart and its signals.

    Attributes:
        chart: Values, centres and limits, set anew after each confirmed step.
        signals: One per period; empty where it signals nothing.
        status: "worse" or "better": of the last period, or of its level where that is new;
            "in control" where no period signals, "back in control" where only earlier ones do.
        since: First day of the excursion that the last period is in, or of the quiet after the
            last signal; empty while in control.
    """

    chart: PhasedChart
    signals: tuple[str, ...]
    status: str
    since: str


def control(counts: Sequence[Count], standard: Standard) -> Control:
    """Chart the periods of a standard, and test them three ways within each phase.

    A period lies beyond its limits, which a quiet one does once in 370 times. Or small deviations
    have added up (CUSUM), or their weighted mean has moved (EWMA), so far as a quiet process has
    them do once in `false_alarm_every` periods, both tests together. Those two see no deviation
    larger than three, so that a single bad day is no drift, and allow for the likeness of
    neighbours. A period is worse only where it is worse than its centre, and the first period of
    a phase says that the level has changed.

    Raises:
        TooLittleData: There are fewer than 8 periods.
    """
    chart = _chart(counts, standard)
    drifts = [_drift(part, chart.alike, standard) for part in _phases(chart)]
    ups, downs = (np.concatenate([drift[place] for drift in drifts]) for place in (0, 1))
    walks = drifts[-1][2:]
    is_above, is_below = chart.values > chart.centres, chart.values < chart.centres
    up = (chart.scores > SIGMAS, ups & is_above, _new_level(chart, is_up=True))
    down = (chart.scores < -SIGMAS, downs & is_below, _new_level(chart, is_up=False))
    is_up_worse = standard.chart == "share" or standard.better == "low"
    worse, better = (up, down) if is_up_worse else (down, up)
    signals = _signals(worse, better)
    state = signals[-1].split(",")[0]
    since = ""
    if state:
        walk = walks[0] if (state == WORSE) == is_up_worse else walks[1]
        since = counts[chart.starts[-1] + _began(walk)].name
    if not state and len(counts) - chart.starts[-1] <= NEW_FOR[standard.period]:
        state, since = _level(signals[chart.starts[-1]]), counts[chart.starts[-1]].name
    if state:
        return Control(chart, signals, state, since)
    return Control(chart, signals, *_quiet(counts, signals))


def _quiet(counts: Sequence[Count], signals: Sequence[str]) -> tuple[str, str]:
    """Return the status of a last period that signals nothing, and since when none has."""
    places = [place for place, signal in enumerate(signals) if signal]
    return (BACK_IN_CONTROL, counts[places[-1] + 1].name) if places else (IN_CONTROL, "")


def _level(signal: str) -> str:
    """Return whether a phase began with a level that is worse or better; empty for the first."""
    state, _, how = signal.partition(", ")
    return state if how == NEW_LEVEL else ""


def _phases(chart: PhasedChart) -> list[Floats]:
    return np.split(chart.scores, chart.starts[1:])


def _drift(scores: Floats, alike: float, standard: Standard) -> tuple[Flags, Flags, Floats, Floats]:
    """Return where a phase drifts up and down, and the sums of both directions."""
    seldom = float(DRIFT_TESTS * standard.false_alarm_every)
    steadied = np.clip(scores, -SIGMAS, SIGMAS) * ((1 - alike) / (1 + alike)) ** 0.5
    sums = cusum(steadied, limit=cusum_limit(seldom))
    smooth = ewma(steadied, limit=ewma_limit(seldom))
    return sums.is_up | smooth.is_up, sums.is_down | smooth.is_down, sums.ups, sums.downs


def _new_level(chart: PhasedChart, *, is_up: bool) -> Flags:
    """Mark the first period of each phase whose centre is above, or below, the one before."""
    flags = np.zeros(len(chart.values), dtype=bool)
    for start in chart.starts[1:]:
        flags[start] = (chart.centres[start] > chart.centres[start - 1]) == is_up
    return flags


def false_alarms_every(standard: Standard) -> float:
    """Return the mean number of periods between two false alarms of all tests together.

    Rates add up where tests signal on their own; they do so together at times, so that this is
    the least.

    Example:
        >>> from outsidein.standards.declaration import TargetVersion
        >>> from datetime import date
        >>> target = TargetVersion(since=date(2020, 1, 1), by="head of service", reason="promised")
        >>> standard = Standard(
        ...     description="", encounters="true", missed="false", owner="x", target=(target,)
        ... )
        >>> round(false_alarms_every(standard))
        185
    """
    return 1 / (1 / shewhart_run_length(SIGMAS) + 1 / standard.false_alarm_every)


def _signals(worse: Sequence[Flags], better: Sequence[Flags]) -> tuple[str, ...]:
    """Return each period's signal in words: a new level first, then beyond limits, then drifts."""
    length = len(worse[0])
    words = np.full(length, "", dtype=object)
    for place, how in ((1, DRIFTING), (0, BEYOND), (2, NEW_LEVEL)):
        words[better[place]] = f"{BETTER}, {how}"
        words[worse[place]] = f"{WORSE}, {how}"
    return tuple(str(word) for word in words)


def _began(walk: Floats) -> int:
    """Return where the sum last left 0: the likeliest start of a drift that lasts to the end."""
    resting = np.flatnonzero(walk == 0)
    return int(min(resting[-1] + 1, len(walk) - 1)) if len(resting) else 0


def _chart(counts: Sequence[Count], standard: Standard) -> PhasedChart:
    until = standard.limits_until
    baseline = sum(date.fromisoformat(count.name) < until for count in counts) if until else None
    events = np.array([count.missed for count in counts], dtype=float)
    sizes = np.array([count.encounters for count in counts], dtype=float)
    middles = np.array([count.middle or 0.0 for count in counts])

    def charted(phase: slice) -> Chart:
        if standard.chart == "middle":
            return individuals_chart(middles[phase], baseline=baseline)
        attributes = rates_chart if standard.count else shares_chart
        return attributes(events[phase], sizes[phase], baseline=baseline)

    can_step = baseline is None and standard.chart == "share" and bool((events <= sizes).all())
    starts = phase_starts(events, sizes) if can_step else (0,)
    if standard.chart == "middle":
        return phased_chart(charted, starts, len(counts), baseline=baseline)
    most = np.inf if standard.count else 1.0
    return phased_chart(charted, starts, len(counts), baseline=baseline, least=0.0, most=most)
