"""Where a rate begins to rise: flat up to a point, rising from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import expit, logit, xlogy
from scipy.stats import chi2
from scipy.stats import f as f_distribution

from outsidein.errors import TooLittleData
from outsidein.stats.charts.chart import Floats

FEWEST_EVENTS = 30
BINS = 100
POINTS = 80
"""Places at which the rise may begin, spread evenly over the bins."""

ENDS = 40
"""Places at which the rise may end."""

STEPS = 14
SUREST = 1e-9
"""Fitted rates come no nearer to 0 and 1: where the measure decides, nothing is left to chance."""

RISE_PARAMETERS = 3

SEARCHED = 2
"""Places searched for: where the rise begins, and where it ends."""


class Bins(NamedTuple):
    """Events and trials by a measure, put together so that each bin says something."""

    x: Floats
    trials: Floats
    events: Floats


class RisePoint(NamedTuple):
    """Where a rate begins to rise.

    Attributes:
        point: Value of the measure; None where the data do not show one.
        low: Lower limit of the interval.
        high: Upper limit of the interval.
        before: Rate below the point (0 to 1), the overall rate where there is none.
        after: Rate at the highest values (0 to 1), the overall rate where there is none.
        p_value: Probability of a rise as clear as this in data without one, about.
        why: Why there is no point; empty where there is.
        n: Trials.
    """

    point: float | None
    low: float | None
    high: float | None
    before: float
    after: float
    p_value: float
    why: str
    n: int


NO_RISE = "the rate is not seen to rise"
FROM_THE_START = "the rate rises from the lowest values on, so there is no flat part before it"


def rise_point(
    x: Sequence[float] | Floats,
    trials: Sequence[int] | Floats,
    events: Sequence[int] | Floats,
    *,
    confidence: float = 0.95,
) -> RisePoint:
    """Find the value of a measure from which on a rate rises.

    The log odds are flat up to a point, rise in a straight line, and may level off: which point
    fits best, by maximum likelihood. Few rises are straight, so the fit is made anew to the
    values below the middle of the rise: near its foot a rise that slows down is nearly
    straight too. The interval is the points that a likelihood-ratio test would not reject, on two
    degrees of freedom, for both ends of the rise are sought; deviations beyond chance widen it.
    A rise that begins imperceptibly and grows is seen where it can be told, which is later.
    Without a clear rise, or where the rise may begin at the lowest
    values, there is no such point, and the answer says so.

    Args:
        x: Values of the measure, each once or more (any unit).
        trials: Encounters at each value (count).
        events: Those of them that went wrong (count).
        confidence: Coverage of the interval (probability).

    Raises:
        TooLittleData: Fewer than 30 events, or than 30 that went well, or fewer than 6 values.

    Example:
        >>> waits = np.arange(0, 200, 5.0)
        >>> calls = np.full(40, 500)
        >>> events_in_bin = np.round(500 * expit(-3 + 0.02 * np.maximum(waits - 90, 0)))
        >>> found = rise_point(waits, calls, events_in_bin)
        >>> found.low < 90 < found.high, f"{found.before:.3f} to {found.after:.3f}"
        (True, '0.048 to 0.289')

    Source:
        Muggeo (2003), "Estimating regression models with unknown break-points", Statistics in
        Medicine 22(19), for the model; fitted on a grid. Dispersion as in McCullagh & Nelder
        (1989), "Generalized Linear Models". The p-value refers the best fit of all points to an
        F distribution with three degrees of freedom, which simulation shows to be enough.
    """
    whole = Bins(*(np.asarray(part, dtype=float) for part in (x, trials, events)))
    bins = bin_responses(*whole)
    fits, n = _fits(bins), int(bins.trials.sum())
    best, p_value = int(np.argmax(fits.likelihood)), _p_value(bins, fits)
    overall = float(bins.events.sum() / n)
    if p_value > 1 - confidence or fits.slopes[best] <= 0:
        return RisePoint(None, None, None, overall, overall, p_value, NO_RISE, n)
    rise_interval = _interval(bins, fits, confidence)
    if rise_interval is None:
        return RisePoint(None, None, None, overall, overall, p_value, FROM_THE_START, n)
    before, after = (float(fits.rates[best][place]) for place in (0, -1))
    point, low, high = _nearer(whole, bins, fits, confidence) or rise_interval
    return RisePoint(point, low, high, before, after, p_value, "", n)


def _nearer(
    whole: Bins, bins: Bins, fits: "_Fits", confidence: float
) -> tuple[float, float, float] | None:
    """Fit again to what lies below the middle of the rise, if it is seen to rise there.

    A rise that slows down would otherwise draw the point towards lower values.
    """
    kept = whole.x <= _middle(bins, fits)
    try:
        near = bin_responses(whole.x[kept], whole.trials[kept], whole.events[kept])
    except TooLittleData:
        return None
    fits = _fits(near)
    if _p_value(near, fits) > 1 - confidence:
        return None
    return _interval(near, fits, confidence)


def _middle(bins: Bins, fits: "_Fits") -> float:
    """Value at which the log odds have come halfway."""
    rates = np.clip(fits.rates[int(np.argmax(fits.likelihood))], SUREST, 1 - SUREST)
    odds = logit(rates)
    return float(bins.x[int(np.searchsorted(odds, (odds[0] + odds[-1]) / 2))])


def bin_responses(
    x: Sequence[float] | Floats, trials: Sequence[int] | Floats, events: Sequence[int] | Floats
) -> Bins:
    """Put neighbouring values together until each bin has its share of trials.

    Args:
        x: Values of the measure (any unit, any order).
        trials: Encounters at each value (count).
        events: Those of them that went wrong (count).

    Raises:
        TooLittleData: As for `rise_point`.

    Example:
        >>> bin_responses(range(10), [10] * 10, [4] * 10).x.tolist()
        [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]

    Source:
        Own; bins end where another hundredth of trials and events together is reached, so that
        there are more of them where events are many.
    """
    values, at = np.unique(np.asarray(x, dtype=float), return_inverse=True)
    n, k = (np.bincount(at, part).astype(float) for part in (trials, events))
    rarest = int(min(k.sum(), (n - k).sum()))
    if rarest < FEWEST_EVENTS:
        raise TooLittleData(rarest, needed=FEWEST_EVENTS, of="encounters that ended either way")
    before = (np.cumsum(n) - n) / n.sum() + (np.cumsum(k) - k) / k.sum()
    place = np.floor(before / 2 * BINS).astype(int)
    bins, inverse = np.unique(place, return_inverse=True)
    if len(bins) < 2 * RISE_PARAMETERS:
        raise TooLittleData(len(bins), needed=2 * RISE_PARAMETERS, of="values of the measure")
    trials_in_bin = np.bincount(inverse, n).astype(float)
    events_in_bin = np.bincount(inverse, k).astype(float)
    return Bins(np.bincount(inverse, n * values) / trials_in_bin, trials_in_bin, events_in_bin)


@dataclass(frozen=True, slots=True)
class _Fits:
    """One fit per place at which the rise begins and ends."""

    starts: Floats
    slopes: Floats
    likelihood: Floats
    rates: Floats


def _fits(bins: Bins) -> _Fits:
    starts, ends = _spread(bins.x, POINTS + 1)[:-1], _spread(bins.x, ENDS + 1)[1:]
    pairs = [(start, end) for start in starts for end in ends if start < end]
    start, end = np.array(pairs).T
    # In spans of the rise itself, so that a jump within one bin is reached as soon as a slope.
    z = (np.clip(bins.x, start[:, None], end[:, None]) - start[:, None]) / (end - start)[:, None]
    usable = np.ptp(z, axis=1) > 0
    level, slope = _logistic(z[usable], bins)
    rates = expit(level[:, None] + slope[:, None] * z[usable])
    return _Fits(
        start[usable], slope, np.where(slope > 0, _likelihood(bins, rates), -np.inf), rates
    )


def _spread(x: Floats, places: int) -> Floats:
    return np.interp(np.linspace(0, len(x) - 1, places), np.arange(len(x)), x)


def _logistic(z: Floats, bins: Bins) -> tuple[Floats, Floats]:
    """Fit all lines at once by Newton's steps, kept from running away; slope in spans of rise."""
    share = bins.events.sum() / bins.trials.sum()
    level, slope = np.full(len(z), np.log(share / (1 - share))), np.zeros(len(z))
    for _ in range(STEPS):
        rates = expit(level[:, None] + slope[:, None] * z)
        off, weights = bins.events - bins.trials * rates, bins.trials * rates * (1 - rates)
        a, b, c = (weights.sum(1), (weights * z).sum(1), (weights * z * z).sum(1))
        g, h = off.sum(1), (off * z).sum(1)
        det = np.maximum(a * c - b * b, 1e-12)
        level = level + np.clip((c * g - b * h) / det, -2, 2)
        slope = np.clip(slope + np.clip((a * h - b * g) / det, -4, 4), -400, 400)
    return level, slope


def _likelihood(bins: Bins, rates: Floats) -> Floats:
    fail = bins.trials - bins.events
    return np.asarray((xlogy(bins.events, rates) + xlogy(fail, 1 - rates)).sum(-1), dtype=float)


def _plain(bins: Bins) -> float:
    share = bins.events.sum() / bins.trials.sum()
    return float(_likelihood(bins, np.full(len(bins.x), share)))


def _noise(bins: Bins, rates: Floats) -> float:
    """Variance about the fit in units of chance: 1 or more."""
    open_ = np.clip(rates, SUREST, 1 - SUREST)
    pearson = (bins.events - bins.trials * open_) ** 2 / (bins.trials * open_ * (1 - open_))
    return max(float(pearson.sum()) / (len(bins.x) - RISE_PARAMETERS - 1), 1.0)


def _p_value(bins: Bins, fits: _Fits) -> float:
    best = int(np.argmax(fits.likelihood))
    noise, free = _noise(bins, fits.rates[best]), len(bins.x) - RISE_PARAMETERS - 1
    gain = 2 * (fits.likelihood[best] - _plain(bins)) / noise / RISE_PARAMETERS
    return float(f_distribution.sf(max(gain, 0.0), RISE_PARAMETERS, free))


def _interval(bins: Bins, fits: _Fits, confidence: float) -> tuple[float, float, float] | None:
    """The best point and the span of those not rejected; None where it reaches the lowest."""
    best = int(np.argmax(fits.likelihood))
    noise = _noise(bins, fits.rates[best])
    reach = float(chi2.ppf(confidence, SEARCHED)) * noise / 2
    open_ = fits.starts[fits.likelihood >= fits.likelihood.max() - reach]
    tried = np.unique(fits.starts)
    if open_.min() <= tried[0]:
        return None
    # The point may lie between two places, and anywhere in the bin in which the rise begins.
    low, high = np.searchsorted(tried, (open_.min(), open_.max()))
    top = min(high + 2, len(tried) - 1)
    return float(fits.starts[best]), float(tried[low - 1]), float(tried[top])
