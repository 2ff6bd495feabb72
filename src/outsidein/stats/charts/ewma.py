"""Exponentially weighted means: what is lately, with the past forgotten step by step."""

from collections.abc import Sequence
from functools import lru_cache
from math import pi, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from outsidein.stats.charts.chart import Floats
from outsidein.stats.charts.run_length import limit_for_run_length, solve_run_length

WEIGHT = 0.2
"""What the newest value counts (0 to 1)."""

WIDEST = 5.0


class Smoothed(NamedTuple):
    """The mean after each period, and which of them stand beyond the limit."""

    means: Floats
    is_up: NDArray[np.bool_]
    is_down: NDArray[np.bool_]


def ewma(scores: Sequence[float] | Floats, *, limit: float, weight: float = WEIGHT) -> Smoothed:
    """Average values so that each older one counts less.

    Args:
        scores: Distances from the centre, in the order of time (standard deviations).
        limit: Beyond how many of its own long-run standard deviations the mean signals.
        weight: What the newest value counts (0 to 1).

    Example:
        >>> smoothed = ewma([0, 0, 2, 2, 2, 2], limit=2.86)
        >>> smoothed.is_up.tolist()
        [False, False, False, False, True, True]

    Source:
        Roberts (1959), "Control Chart Tests Based on Geometric Moving Averages",
        Technometrics 1(3).
    """
    means = lfilter([weight], [1, weight - 1], np.asarray(scores, dtype=float))
    reach = limit * sqrt(weight / (2 - weight))
    return Smoothed(means, means > reach, means < -reach)


def ewma_run_length(limit: float, *, shift: float = 0.0, weight: float = WEIGHT) -> float:
    """Return the mean number of periods until the mean lies beyond the limit.

    Assumes independent normal values with known mean and deviation.

    Args:
        limit: In long-run standard deviations of the weighted mean.
        shift: How far the process mean has moved (standard deviations of one value).
        weight: What the newest value counts (0 to 1).

    Example:
        >>> [f"{ewma_run_length(2.814, shift=shift, weight=0.1):.1f}" for shift in (0.5, 1)]
        ['31.3', '10.3']

    Source:
        Crowder (1987), "A Simple Method for Studying Run-Length Distributions of Exponentially
        Weighted Moving Average Charts", Technometrics 29(4): its integral equation. The example
        is in Lucas & Saccucci (1990), "Exponentially Weighted Moving Average Control Schemes:
        Properties and Enhancements", Technometrics 32(1).
    """
    reach = limit * sqrt(weight / (2 - weight))

    def kernel(start: Floats, end: Floats) -> Floats:
        z = (end - (1 - weight) * start) / weight - shift
        return np.asarray(np.exp(-z * z / 2) / (weight * sqrt(2 * pi)), dtype=float)

    x, w, lengths = solve_run_length(kernel, -reach, reach)
    at_start = kernel(np.zeros(1), x)
    return float(1 + (at_start * w) @ lengths)


@lru_cache
def ewma_limit(run_length: float, *, weight: float = WEIGHT) -> float:
    """Return the limit at which a quiet process signals once in so many periods.

    Args:
        run_length: Mean number of periods to a false alarm.
        weight: What the newest value counts (0 to 1).

    Example:
        >>> f"{ewma_limit(500):.3f}"
        '2.962'

    Source:
        `ewma_run_length`, inverted.
    """
    return limit_for_run_length(
        lambda limit: ewma_run_length(limit, weight=weight), run_length, high=WIDEST
    )
