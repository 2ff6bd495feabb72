"""Steps beside seasons: a level that changes for good, where each season has one of its own."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import f as f_distribution

from outsidein.stats.charts.chart import Floats

Places = NDArray[np.intp]

FEWEST_EACH_SIDE = 2
"""Periods before and after a step, at least."""

FEWEST_YEARS = 2
"""How often each season must have come before it can be told from a step."""

SEASON_P = 0.05
"""Probability of seasons as different as these where there are none, below which they count."""

TINY = 1e-9


class SeasonalFit(NamedTuple):
    """A step at each place, beside the level of each season: variances are those of chance.

    Attributes:
        gains: How much of the sum of squares each explains.
        places: First periods after it.
        rest: What the best leaves unexplained, by period.
        free: Degrees of freedom that are left.
        seasons: Levels (count).
        step: The best step, on the arcsine scale.
        error: Its standard error where periods vary as chance lets them.
    """

    gains: Floats
    places: Places
    rest: Floats
    free: int
    seasons: int
    step: float
    error: float


def fit_season(y: Floats, weights: Floats, seasons: Sequence[int] | None) -> SeasonalFit:
    """Fit a step at each place, beside a level for each season if there is one.

    Args:
        y: Shares made equally variable (arcsine), by period.
        weights: The inverse of what chance lets each vary.
        seasons: Of each period; None where there can be none.

    Returns:
        The fit with levels where each season came twice, and they differ beyond chance by an F
        test beside the best step; otherwise the fit with one level for all.

    Example:
        >>> winters = np.array([0.3, 0.6, 0.3, 0.6, 0.3, 0.6, 0.4, 0.7])
        >>> found = fit_season(winters, np.full(8, 1600.0), [0, 1] * 4)
        >>> found.seasons, int(found.places[found.gains.argmax()]), f"{found.step:.2f}"
        (2, 6, '0.10')

    Source:
        Own: weighted least squares with a dummy variable for each season, and the F test of
        nested linear models.
    """
    plain = _fit(y, weights, np.zeros(len(y), dtype=int))
    if seasons is None:
        return plain
    counts = np.unique(np.asarray(seasons), return_counts=True)[1]
    if len(counts) < FEWEST_EACH_SIDE or counts.min() < FEWEST_YEARS:
        return plain
    beside = _fit(y, weights, np.asarray(seasons))
    left, more = float(beside.rest @ beside.rest), plain.free - beside.free
    explained = (float(plain.rest @ plain.rest) - left) / more
    tail = f_distribution.sf(explained / max(left / beside.free, 1.0), more, beside.free)
    return beside if tail < SEASON_P else plain


def _fit(y: Floats, weights: Floats, seasons: NDArray[np.int_]) -> SeasonalFit:
    """Fit a step at each place by least squares."""
    root = np.sqrt(weights)
    kinds = np.unique(seasons)
    levels, _ = np.linalg.qr((seasons[:, None] == kinds) * root[:, None])
    places = np.arange(FEWEST_EACH_SIDE, len(y) - FEWEST_EACH_SIDE + 1)
    since = (np.arange(len(y)) >= places[:, None]) * root
    since = since - (since @ levels) @ levels.T
    response = root * y
    response = response - levels @ (levels.T @ response)
    size, along = (since**2).sum(axis=1), since @ response
    gains = np.divide(along**2, size, out=np.zeros(len(places)), where=size > TINY)
    best = int(np.argmax(gains))
    level = float(along[best] / size[best])
    free = len(y) - len(kinds) - 1
    error = float(size[best] ** -0.5)
    return SeasonalFit(
        gains, places, response - level * since[best], free, len(kinds), level, error
    )
