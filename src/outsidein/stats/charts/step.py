"""A lasting step in a series of shares: whether there is one, since when, and how large."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.stats import f as f_distribution
from scipy.stats import norm
from scipy.stats import t as t_distribution

from outsidein.errors import TooLittleData
from outsidein.stats.charts.chart import FEWEST_PERIODS, Floats
from outsidein.stats.charts.season import (
    FEWEST_EACH_SIDE,
    FEWEST_YEARS,
    Places,
    SeasonalFit,
    fit_season,
)

WIDENS = 0.8
"""What likeness of neighbours widens the noise of a quiet series by, times the root of periods.

Likeness is known to one over that root, is not taken to be below 0, and so is 0.4 of it on
average where there is none; it widens by about twice itself.
"""

LONGEST_WAIT = 60
"""Periods within which a step must be found."""


class StepChange(NamedTuple):
    """The likeliest step of a series.

    Attributes:
        place: First period after it (from 0).
        low: Earliest such period that the data leave open.
        high: Latest such period that the data leave open.
        before: Share of the periods before (0 to 1).
        after: Share of the periods from `place` on (0 to 1).
        change: After minus before (-1 to 1).
        change_low: Lower limit of the change, for this place of the step.
        change_high: Upper limit of the change, for this place of the step.
        p_value: Probability of a step as clear as this in a series without one, at most.
        dispersion: How many times the variance about both shares is that of chance; 1 or more.
        n: Periods.
        seasons: Kinds of periods that have a level of their own; 1 where no season is seen. Then
            `change` is that between like seasons, and no longer `after` less `before`.
    """

    place: int
    low: int
    high: int
    before: float
    after: float
    change: float
    change_low: float
    change_high: float
    p_value: float
    dispersion: float
    n: int
    seasons: int


def step(
    events: Sequence[int] | Floats,
    sizes: Sequence[int] | Floats,
    *,
    seasons: Sequence[int] | None = None,
    confidence: float = 0.95,
) -> StepChange:
    """Find the likeliest lasting step in the shares of periods, and how sure it is.

    Shares are made equally variable (arcsine), and each place is tried. What periods vary about
    their two means, not less than chance lets them, is the measure of a step; where neighbouring
    periods resemble each other, it is widened by as much. The p-value adds up over the places
    (Bonferroni), so it is an upper limit. A slow trend reads as a step in its middle. Where each
    season came twice or more, and seasons differ beyond chance, like is compared with like: the
    step is what remains beside a level for each season. Of a shorter series no season is known,
    and it reads as a step.

    Args:
        events: Customers of each period for whom it holds (count).
        sizes: Customers of each period (count, above 0).
        seasons: Of each period, such as its month of the year; None where there can be none.
        confidence: Coverage of the intervals (probability).

    Returns:
        The step, be it ever so unlikely: look at `p_value`. The interval of its place is
        the set of places that hold `confidence` of the posterior probability.

    Raises:
        TooLittleData: There are fewer than 8 periods.

    Example:
        >>> fit = step([40, 48, 36, 44, 40, 48, 100, 108, 96, 104], [400] * 10)
        >>> fit.place, (fit.low, fit.high), f"{fit.change:+.2f}", fit.p_value < 0.001
        (6, (6, 6), '+0.15', True)

    Source:
        Worsley (1979), "On the Likelihood Ratio Test for a Shift in Location of Normal
        Populations", Journal of the American Statistical Association 74(366), whose Bonferroni
        limit this is; Smith (1975), "A Bayesian approach to inference about a change-point in a
        sequence of random variables", Biometrika 62(2); Anscombe (1948), "The transformation of
        Poisson, binomial and negative-binomial data", Biometrika 35(3/4).
    """
    k, n = np.asarray(events, dtype=float), np.asarray(sizes, dtype=float)
    if len(k) < FEWEST_PERIODS:
        raise TooLittleData(len(k), needed=FEWEST_PERIODS, of="periods")
    y, weights = np.arcsin(np.sqrt((k + 0.375) / (n + 0.75))), 4 * n + 2
    fit = fit_season(y, weights, seasons)
    best = int(np.argmax(fit.gains))
    place = int(fit.places[best])
    noise = _noise(fit)
    tail = float(f_distribution.sf(fit.gains[best] / noise, 1, fit.free))
    low, high = _open_places(fit.gains / noise, fit.places, confidence, fit.free)
    before, after, *_ = shares = _change(k, n, place, noise, confidence)
    change = shares[2:]
    if fit.seasons > 1:
        change = _change_beside_season(before, fit, noise, confidence)
    p_value = min(tail * len(fit.places), 1.0)
    return StepChange(
        place, low, high, before, after, *change, p_value, noise, len(y), fit.seasons
    )  # fmt: skip


def change_found_within(
    change: StepChange,
    sizes: Sequence[int] | Floats,
    *,
    periods: int,
    p_value: float,
    power: float = 0.8,
) -> float:
    """Return the change that is found so many periods after it came.

    Args:
        change: What `step` made of the stream, for its dispersion and its share.
        sizes: Customers of each period (count), the last `periods` of them after the change.
        periods: How long it has lasted (periods).
        p_value: What `p_value` must not exceed for a step to be found.
        power: How often it is found (probability).

    Returns:
        The change of the share (0 to 1).

    Example:
        >>> sizes = [400] * 24
        >>> quiet = step([40, 44] * 12, sizes)
        >>> f"{change_found_within(quiet, sizes, periods=3, p_value=0.001):.3f}"
        '0.067'

    Source:
        The power of a t test of two means, normal approximation of its noncentral distribution.
    """
    n = np.asarray(sizes, dtype=float)
    apart = _apart_needed(n[:-periods], n[-periods:], change, p_value, power)
    angle = np.arcsin(np.sqrt(change.before))
    return float(np.sin(min(angle + apart, np.pi / 2)) ** 2 - change.before)


def periods_until_found(
    change: StepChange, sizes: Sequence[int] | Floats, *, p_value: float, power: float = 0.8
) -> int | None:
    """Return how many periods a step of this size takes until it is found.

    Args:
        change: A step; its place, its shares and its dispersion count.
        sizes: Customers of each period (count), those since the step included.
        p_value: What `p_value` must not exceed for a step to be found.
        power: How often it is found by then (probability).

    Returns:
        Periods since the step (count), 2 at least; None where 60 are not enough.

    Example:
        >>> sizes = [400] * 24
        >>> seen = step([40, 44] * 8 + [80, 84] * 4, sizes)
        >>> periods_until_found(seen, sizes, p_value=0.001)
        2

    Source:
        As for `change_found_within`. Where a step was chosen for being large, its true size is
        smaller on average, and it takes longer.
    """
    n = np.asarray(sizes, dtype=float)
    after = min(max(change.before + change.change, 0.0), 1.0)
    apart = abs(float(np.arcsin(np.sqrt(after)) - np.arcsin(np.sqrt(change.before))))
    before, since = n[: change.place], n[change.place :]
    for periods in range(FEWEST_EACH_SIDE, LONGEST_WAIT + 1):
        later = np.resize(since, periods) if periods > len(since) else since[:periods]
        if len(before) + periods < max(FEWEST_PERIODS, FEWEST_YEARS * change.seasons):
            continue
        if _apart_needed(before, later, change, p_value, power) <= apart:
            return periods
    return None


def _apart_needed(
    before: Floats, later: Floats, change: StepChange, p_value: float, power: float
) -> float:
    """How far apart the arcsine shares of two spans must be to be told apart so often."""
    n = len(before) + len(later)
    places = n - 2 * FEWEST_EACH_SIDE + 1
    needed = float(f_distribution.isf(p_value / places, 1, n - 1 - change.seasons)) ** 0.5
    left, right = (float((4 * part + 2).sum()) for part in (before, later))
    # Beside a season only like periods before are of use.
    left *= min(len(later) / change.seasons, 1.0)
    widened = change.dispersion * (1 + WIDENS / n**0.5)
    return float((needed + norm.ppf(power)) * (widened * (1 / left + 1 / right)) ** 0.5)


def _noise(fit: SeasonalFit) -> float:
    """Variance about the fit, in units of chance: 1 or more."""
    total = float(fit.rest @ fit.rest)
    alike = float(fit.rest[1:] @ fit.rest[:-1]) / total if total else 0.0
    alike = min(max(alike, 0.0), 0.8)
    return max(total / fit.free, 1.0) * (1 + alike) / (1 - alike)


def _change_beside_season(
    before: float, fit: SeasonalFit, noise: float, confidence: float
) -> tuple[float, float, float]:
    """What the step makes of the share before it, with its interval."""
    reach = float(t_distribution.ppf((1 + confidence) / 2, fit.free)) * fit.error * noise**0.5
    middle = float(np.arcsin(np.sqrt(before))) + fit.step
    angles = np.clip([middle, middle - reach, middle + reach], 0.0, np.pi / 2)
    change, low, high = (float(share - before) for share in np.sin(angles) ** 2)
    return change, low, high


def _open_places(gains: Floats, places: Places, confidence: float, free: int) -> tuple[int, int]:
    """Return the span of the likeliest places that together have the probability asked for."""
    left_over = np.maximum(1 + (gains.max() - gains) / free, 1.0)
    likely = left_over ** (-(free + 1) / 2)
    order = np.argsort(-likely, kind="stable")
    reached = np.cumsum(likely[order]) / likely.sum()
    kept = places[order[: int(np.searchsorted(reached, confidence)) + 1]]
    return int(kept.min()), int(kept.max())


def _change(
    k: Floats, n: Floats, place: int, noise: float, confidence: float
) -> tuple[float, float, float, float, float]:
    """Shares before and after, and their difference with its interval."""
    sizes = n[:place].sum(), n[place:].sum()
    before, after = float(k[:place].sum() / sizes[0]), float(k[place:].sum() / sizes[1])
    pulled = [
        ((part.sum() + 1) / (size + 2), size)
        for part, size in zip((k[:place], k[place:]), sizes, strict=True)
    ]
    variance = sum(share * (1 - share) / size for share, size in pulled) * noise
    reach = float(t_distribution.ppf((1 + confidence) / 2, len(k) - 2)) * float(np.sqrt(variance))
    apart = after - before
    return before, after, apart, max(apart - reach, -1.0), min(apart + reach, 1.0)
