"""Phases of a process: stretches of time between confirmed steps, each with limits of its own."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from scipy.stats import f as f_distribution

from outsidein.stats.charts.chart import FEWEST_PERIODS, Chart, Floats
from outsidein.stats.charts.step import step

P_VALUE = 0.001
"""Probability of a step as clear as this in a series without one, below which it is confirmed."""

MOST_ALIKE = 0.9
"""Likeness of neighbours that limits allow for at most."""

Charted = Callable[[slice], Chart]


class PhasedChart(NamedTuple):
    """A control chart whose limits are set anew after each confirmed step.

    Attributes:
        values: One per period, in the order of time.
        centres: Centre of each period's phase.
        lows: Lower limit of each period.
        highs: Upper limit of each period.
        scores: Distance of each value from its centre (standard deviations).
        starts: First period of each phase.
        alike: Correlation of neighbouring periods within the phases, 0 or above.
        dispersion: How many times the values of the last phase vary as chance alone would let
            them; 1 for charts of single values.
    """

    values: Floats
    centres: Floats
    lows: Floats
    highs: Floats
    scores: Floats
    starts: tuple[int, ...]
    alike: float
    dispersion: float


def phase_starts(events: Sequence[int] | Floats, sizes: Sequence[int] | Floats) -> tuple[int, ...]:
    """Return the first period of each phase of a series of shares.

    The series is split at its clearest step, and both parts again, as long as a step is confirmed
    and leaves eight periods or more on either side.

    Args:
        events: Events of each period (count).
        sizes: Of how many (count, above 0); no fewer than the events.

    Example:
        >>> missed = [8, 12, 9, 11, 10, 9, 12, 9, 10, 11] + [30, 33, 29, 31, 28, 32, 30, 31, 29, 33]
        >>> phase_starts(missed, [100] * 20)
        (0, 10)

    Source:
        Binary segmentation, as in Scott & Knott (1974), "A cluster analysis method for grouping
        means in the analysis of variance", Biometrics 30(3), with the test of `step`; the two steps
        of an excursion as in Olshen, Venkatraman, Lucito & Wigler (2004), "Circular binary
        segmentation", Biostatistics 5(4).
    """
    k, n = np.asarray(events, dtype=float), np.asarray(sizes, dtype=float)
    return (0, *_steps(k, n, 0))


def _steps(k: Floats, n: Floats, first: int) -> list[int]:
    if len(k) < 2 * FEWEST_PERIODS:
        return []
    clearest = step(k, n)
    place = clearest.place
    if clearest.p_value <= P_VALUE and FEWEST_PERIODS <= place <= len(k) - FEWEST_PERIODS:
        places = [place]
    else:
        places = _excursion(k, n)
    if not places:
        return []
    edges = [0, *places, len(k)]
    parts = [_steps(k[start:end], n[start:end], first + start) for start, end in pairwise(edges)]
    return sorted([*(first + place for place in places), *(p for part in parts for p in part)])


def _excursion(k: Floats, n: Floats) -> list[int]:
    """Return the two steps of a level that changed for a while, which a single step misses."""
    y, weights = np.arcsin(np.sqrt((k + 0.375) / (n + 0.75))), 4 * n + 2
    y = y - np.average(y, weights=weights)
    sums = np.concatenate([[0.0], np.cumsum(weights * y)])
    mass = np.concatenate([[0.0], np.cumsum(weights)])
    length = len(y)
    places = np.arange(FEWEST_PERIODS, length - FEWEST_PERIODS + 1)
    start, end = np.meshgrid(places, places, indexing="ij")
    is_long = end - start >= FEWEST_PERIODS
    if not is_long.any():
        return []
    start, end = start[is_long], end[is_long]
    inner, size = sums[end] - sums[start], mass[end] - mass[start]
    gains = inner**2 * (1 / size + 1 / (mass[-1] - size))
    best = int(np.argmax(gains))
    inside = (np.arange(length) >= start[best]) & (np.arange(length) < end[best])
    rest = y - np.where(inside, inner[best] / size[best], -inner[best] / (mass[-1] - size[best]))
    noise = _noise(np.sqrt(weights) * rest, length - 2)
    tail = float(f_distribution.sf(gains[best] / noise, 1, length - 2))
    return [int(start[best]), int(end[best])] if tail * len(gains) <= P_VALUE else []


def _noise(rest: Floats, free: int) -> float:
    """Return the variance of what is left, allowing for the likeness of neighbours."""
    total = float(rest @ rest)
    alike = max(float(rest[1:] @ rest[:-1]) / total if total else 0.0, 0.0)
    return max(total / free, 1.0) * (1 + alike) / (1 - alike)


def phased_chart(
    charted: Charted,
    starts: Sequence[int],
    periods: int,
    *,
    baseline: int | None = None,
    least: float = -np.inf,
    most: float = np.inf,
) -> PhasedChart:
    """Chart each phase by itself, with limits that allow for the likeness of neighbours.

    The moving range understates how much alike neighbours vary over a longer time. Where the
    correlation within the phases is positive, limits are widened by the root of one less it.

    Args:
        charted: Makes the chart of some periods.
        starts: First period of each phase.
        periods: How many there are in all.
        baseline: How many of the first periods the likeness of neighbours rests on; all when None.
        least: The least that a value can be, below which no limit lies.
        most: The most that it can be.

    Source:
        The variance of a first-order autoregression whose innovations the moving range sees:
        Montgomery & Mastrangelo (1991), "Some Statistical Process Control Methods for
        Autocorrelated Data", Journal of Quality Technology 23(3).
    """
    ends = [*starts[1:], periods]
    charts = [charted(slice(start, end)) for start, end in zip(starts, ends, strict=True)]
    alike = _likeness([chart.scores[:baseline] for chart in charts])
    wider = (1 - alike) ** -0.5
    centres = np.concatenate([np.full(len(chart.values), chart.centre) for chart in charts])
    reaches = np.concatenate([_reach(chart) for chart in charts]) * wider
    scores = np.concatenate([chart.scores for chart in charts]) / wider
    return PhasedChart(
        np.concatenate([chart.values for chart in charts]),
        centres,
        np.maximum(centres - reaches, least),
        np.minimum(centres + reaches, most),
        scores,
        tuple(starts),
        alike,
        charts[-1].dispersion * wider,
    )


def _reach(chart: Chart) -> Floats:
    """Return how far the limits stand from the centre, where none of both is cut."""
    return np.maximum(chart.highs - chart.centre, chart.centre - chart.lows)


def _likeness(scores: Sequence[Floats]) -> float:
    """Estimate the correlation of neighbours within phases; wild periods count as three sigmas."""
    clipped = [np.clip(part, -3.0, 3.0) for part in scores]
    centred = [part - part.mean() for part in clipped]
    total = sum(float(part @ part) for part in centred)
    pairs = sum(float(part[1:] @ part[:-1]) for part in centred)
    length = sum(len(part) for part in centred)
    if not total:
        return 0.0
    return min(max(pairs / total + len(scores) / length, 0.0), MOST_ALIKE)
