"""The chart of a standard, what it signals, and since when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from outsidein.standards.declaration import Standard
from outsidein.standards.periods import Count
from outsidein.stats.charts.chart import SIGMAS, Chart, Floats
from outsidein.stats.charts.cusum import cusum, cusum_limit
from outsidein.stats.charts.ewma import ewma, ewma_limit
from outsidein.stats.charts.individuals import individuals_chart
from outsidein.stats.charts.run_length import shewhart_run_length
from outsidein.stats.charts.shares import rates_chart, shares_chart

Flags = NDArray[np.bool_]

DRIFT_TESTS = 2
"""Sums and smoothed means: each may be wrong half as often as both together."""

WORSE, BETTER = "worse", "better"
BEYOND, DRIFTING = "beyond the limits", "drifting"
IN_CONTROL = "in control"
NOW = {"day": 28, "week": 8, "month": 3}
"""Periods that say how a standard is met now: about a month, two months, a quarter."""


@dataclass(frozen=True, slots=True)
class Control:
    """A chart and its signals.

    Attributes:
        chart: Values, centre and limits.
        signals: One per period; empty where it signals nothing.
        status: "in control", "worse" or "better", of the last period.
        since: First day of the excursion that the last period is in; empty while in control.
    """

    chart: Chart
    signals: tuple[str, ...]
    status: str
    since: str


def control(counts: Sequence[Count], standard: Standard) -> Control:
    """Chart the periods of a standard, and test them three ways.

    A period lies beyond its limits, which a quiet one does once in 370 times. Or small deviations
    have added up (CUSUM), or their weighted mean has moved (EWMA), so far as a quiet process has
    them do once in `false_alarm_every` periods, both tests together. Those two see no deviation
    larger than three, so that a single bad day is no drift.

    Raises:
        TooLittleData: There are fewer than 8 periods.
    """
    chart = _chart(counts, standard)
    seldom = float(DRIFT_TESTS * standard.false_alarm_every)
    scores = np.clip(chart.scores, -SIGMAS, SIGMAS)
    sums = cusum(scores, limit=cusum_limit(seldom))
    smooth = ewma(scores, limit=ewma_limit(seldom))
    ups = (chart.scores > SIGMAS, sums.is_up | smooth.is_up)
    downs = (chart.scores < -SIGMAS, sums.is_down | smooth.is_down)
    is_up_worse = standard.chart == "share" or standard.better == "low"
    worse, better = (ups, downs) if is_up_worse else (downs, ups)
    signals = _signals(worse, better)
    state = signals[-1].split(",")[0]
    since = ""
    if state:
        walk = sums.ups if (state == WORSE) == is_up_worse else sums.downs
        since = counts[_began(walk)].name
    return Control(chart, signals, state or IN_CONTROL, since)


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


def _signals(worse: tuple[Flags, Flags], better: tuple[Flags, Flags]) -> tuple[str, ...]:
    """Return each period's signal in words; beyond the limits before drifting."""
    length = len(worse[0])
    words = np.full(length, "", dtype=object)
    for place, how in ((1, DRIFTING), (0, BEYOND)):
        words[better[place]] = f"{BETTER}, {how}"
        words[worse[place]] = f"{WORSE}, {how}"
    return tuple(str(word) for word in words)


def _began(walk: Floats) -> int:
    """Return where the sum last left 0: the likeliest start of a drift that lasts to the end."""
    resting = np.flatnonzero(walk == 0)
    return int(min(resting[-1] + 1, len(walk) - 1)) if len(resting) else 0


def _chart(counts: Sequence[Count], standard: Standard) -> Chart:
    until = standard.limits_until
    baseline = sum(date.fromisoformat(count.name) < until for count in counts) if until else None
    if standard.chart == "middle":
        return individuals_chart([count.middle or 0.0 for count in counts], baseline=baseline)
    events, sizes = [c.missed for c in counts], [c.encounters for c in counts]
    charted = rates_chart if standard.count else shares_chart
    return charted(events, sizes, baseline=baseline)
