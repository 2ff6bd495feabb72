"""Whether predicted probabilities come true: accuracy, order and calibration."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit, ndtri, stdtrit
from scipy.stats import rankdata

from outsidein.errors import TooLittleData
from outsidein.stats.proportion import Proportion, proportion

Floats = NDArray[np.float64]

BLOCKS = 2_000
STEPS = 50
CONVERGED = 1e-9
CERTAIN = 1e-6


class Brier(NamedTuple):
    """Mean squared error of probabilities (0 is perfect, 1 always wrong), with interval."""

    score: float
    low: float
    high: float
    n: int


class Skill(NamedTuple):
    """Share of a reference's Brier score done away with (1 perfect, 0 no better), with interval."""

    skill: float
    low: float
    high: float
    n: int


class Auc(NamedTuple):
    """Chance that a customer with the outcome was given the higher probability (0 to 1)."""

    auc: float
    low: float
    high: float
    with_outcome: int
    without: int


class Bin(NamedTuple):
    """Customers of like prediction: mean predicted probability and observed share (0 to 1)."""

    n: int
    predicted: float
    observed: Proportion


class CalibrationError(NamedTuple):
    """Mean distance of predicted and observed (0 to 1), and what chance alone would show."""

    error: float
    by_chance: float
    n: int


class CalibrationLine(NamedTuple):
    """Logistic recalibration: intercept (log odds; 0 is right) and slope (1 is right)."""

    intercept: float
    intercept_low: float
    intercept_high: float
    slope: float
    slope_low: float
    slope_high: float
    n: int


def brier(predicted: ArrayLike, outcome: ArrayLike, *, confidence: float = 0.95) -> Brier:
    """Score probabilities by their mean squared distance from what came true.

    Args:
        predicted: Probability given to each customer (0 to 1).
        outcome: What came true for each (0 or 1).
        confidence: Coverage of the interval, Student's (probability, between 0 and 1).

    Returns:
        Score and interval (0 to 1).

    Raises:
        TooLittleData: There are fewer than 2 customers.

    Example:
        >>> round(brier([0.9, 0.2, 0.6], [1, 0, 0]).score, 3)
        0.137

    Source:
        Brier (1950), "Verification of Forecasts Expressed in Terms of Probability", Monthly
        Weather Review 78(1).
    """
    errors = _squared(predicted, outcome)
    n = len(errors)
    if n < 2:  # noqa: PLR2004 - a spread takes two
        raise TooLittleData(n, needed=2)
    score = float(errors.mean())
    margin = float(stdtrit(n - 1, (1 + confidence) / 2) * errors.std(ddof=1) / np.sqrt(n))
    return Brier(score, max(score - margin, 0.0), min(score + margin, 1.0), n)


def skill(
    predicted: ArrayLike,
    outcome: ArrayLike,
    reference: ArrayLike,
    *,
    rng: np.random.Generator,
    draws: int = 1_000,
    confidence: float = 0.95,
) -> Skill:
    """Compare the Brier score with that of a reference prediction for the same customers.

    The interval is that of the paired bootstrap, in percentiles: a customer drawn brings both
    errors. Above 2,000 customers they are dealt at random into 2,000 blocks drawn whole.

    Args:
        predicted: Probability given to each customer (0 to 1).
        outcome: What came true for each (0 or 1).
        reference: Probability the reference gives to each, or one for all (0 to 1).
        rng: Source of the draws.
        draws: Bootstrap draws (count).
        confidence: Coverage of the interval (probability, between 0 and 1).

    Returns:
        Skill (1 or below) and interval.

    Raises:
        TooLittleData: There are fewer than 2 customers, or the reference makes no error.

    Example:
        >>> better = skill([0.9, 0.2, 0.6, 0.3], [1, 0, 0, 0], 0.25, rng=np.random.default_rng(1))
        >>> round(better.skill, 3)
        0.333

    Source:
        Murphy (1988), "Skill Scores Based on the Mean Square Error and Their Relationships to
        the Correlation Coefficient", Monthly Weather Review 116(12); Efron & Tibshirani (1993),
        An Introduction to the Bootstrap, chapter 13.
    """
    errors = _squared(predicted, outcome)
    others = np.broadcast_to(_squared(reference, outcome), errors.shape)
    n = len(errors)
    if n < 2:  # noqa: PLR2004 - one customer resampled is always the same
        raise TooLittleData(n, needed=2)
    if not others.any():
        raise TooLittleData(0, needed=1, of="errors of the reference")
    pairs = _dealt(np.column_stack([errors, others]), rng)
    sums = rng.multinomial(len(pairs), np.full(len(pairs), 1 / len(pairs)), size=draws) @ pairs
    sums = sums[sums[:, 1] > 0]
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    low, high = np.quantile(1 - sums[:, 0] / sums[:, 1], tails).tolist()
    return Skill(1 - float(errors.sum() / others.sum()), low, high, n)


def auc(predicted: ArrayLike, outcome: ArrayLike, *, confidence: float = 0.95) -> Auc:
    """Estimate how well the predictions put customers in order.

    Equal predictions count one half. The interval is DeLong's, cut at 0 and 1; where the order
    is without fault, and that would be a point, Wilson's for as many disjoint pairs as there
    are stands in. Takes time n log n.

    Args:
        predicted: Score or probability of each customer (any unit).
        outcome: What came true for each (0 or 1).
        confidence: Coverage of the interval (probability, between 0 and 1).

    Returns:
        Area under the ROC curve and interval (0 to 1), with the customers on either side.

    Raises:
        TooLittleData: Fewer than 2 customers have the outcome, or fewer than 2 do not.

    Example:
        >>> order = auc([0.9, 0.8, 0.3, 0.6, 0.2, 0.1], [1, 1, 1, 0, 0, 0])
        >>> f"{order.auc:.3f} ({order.low:.3f} to {order.high:.3f})"
        '0.889 (0.581 to 1.000)'

    Source:
        DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44(3); by mid-ranks, Sun & Xu (2014),
        "Fast Implementation of DeLong's Algorithm", IEEE Signal Processing Letters 21(11).
    """
    came = np.asarray(outcome, dtype=bool)
    scores = np.asarray(predicted, dtype=np.float64)
    m, n = int(came.sum()), int((~came).sum())
    if min(m, n) < 2:  # noqa: PLR2004 - a spread takes two
        raise TooLittleData(min(m, n), needed=2, of="customers on one side of the outcome")
    ranks = rankdata(scores)
    above = (ranks[came] - rankdata(scores[came])) / n
    below = 1 - (ranks[~came] - rankdata(scores[~came])) / m
    area = float(above.mean())
    error = float(np.sqrt(above.var(ddof=1) / m + below.var(ddof=1) / n))
    if area in (0.0, 1.0):
        low, high = proportion(round(area) * min(m, n), min(m, n), confidence=confidence)[1:3]
        return Auc(area, low, high, m, n)
    margin = float(ndtri((1 + confidence) / 2)) * error
    return Auc(area, max(area - margin, 0.0), min(area + margin, 1.0), m, n)


def calibration_bins(
    predicted: ArrayLike, outcome: ArrayLike, *, bins: int = 10, confidence: float = 0.95
) -> tuple[Bin, ...]:
    """Set observed shares beside predictions, in bins of about equally many customers.

    Equal predictions stay together, so that there may be fewer bins than asked for.

    Args:
        predicted: Probability given to each customer (0 to 1).
        outcome: What came true for each (0 or 1).
        bins: Bins at most (count).
        confidence: Coverage of the intervals, Wilson's (probability, between 0 and 1).

    Returns:
        Bins by rising prediction; none is empty.

    Raises:
        TooLittleData: There are no customers.

    Example:
        >>> for b in calibration_bins([0.1, 0.1, 0.3, 0.6, 0.8, 0.7], [0, 0, 1, 0, 1, 1], bins=2):
        ...     print(b.n, round(b.predicted, 2), round(b.observed.share, 2))
        3 0.17 0.33
        3 0.7 0.67

    Source:
        Hosmer & Lemeshow (1980), "Goodness of fit tests for the multiple logistic regression
        model", Communications in Statistics A 9(10).
    """
    p, came = np.asarray(predicted, dtype=np.float64), np.asarray(outcome, dtype=np.int64)
    if len(p) == 0:
        raise TooLittleData(0, needed=1)
    edges = np.quantile(p, np.arange(1, bins) / bins, method="inverted_cdf")
    which = np.searchsorted(edges, p, side="left")
    n, came_in, sums = (np.bincount(which, w, bins) for w in (None, came, p))
    return tuple(
        Bin(int(k), float(s / k), proportion(round(c), int(k), confidence=confidence))
        for k, c, s in zip(n, came_in, sums, strict=True)
        if k
    )


def expected_calibration_error(bins: tuple[Bin, ...]) -> CalibrationError:
    """Average the distance of observed from predicted over the bins, weighted by customers.

    Chance alone keeps it above 0. `by_chance` is what predictions right in every bin would show
    on average, by the normal approximation: an error near it is no sign of miscalibration.

    Args:
        bins: From `calibration_bins`.

    Returns:
        Error and the part due to chance (0 to 1).

    Example:
        >>> found = expected_calibration_error(calibration_bins([0.2] * 50, [1] * 15 + [0] * 35))
        >>> f"{found.error:.2f}, by chance {found.by_chance:.3f}"
        '0.10, by chance 0.045'

    Source:
        Naeini, Cooper & Hauskrecht (2015), "Obtaining Well Calibrated Probabilities Using
        Bayesian Binning", AAAI 29.
    """
    n, predicted = np.array([b.n for b in bins]), np.array([b.predicted for b in bins])
    apart = np.abs(predicted - [b.observed.share for b in bins])
    chance = np.sqrt(2 * predicted * (1 - predicted) / (np.pi * n))
    return CalibrationError(float(n @ apart / n.sum()), float(n @ chance / n.sum()), n=int(n.sum()))


def calibration_line(
    predicted: ArrayLike, outcome: ArrayLike, *, confidence: float = 0.95
) -> CalibrationLine:
    """Regress what came true on the log odds predicted.

    The intercept is calibration in the large, with the slope held at 1: above 0, more came true
    than predicted. The slope has its own intercept free: below 1, the predictions are too
    extreme. Predictions are kept 1e-6 away from 0 and 1. Intervals are Wald's.

    Args:
        predicted: Probability given to each customer (0 to 1).
        outcome: What came true for each (0 or 1).
        confidence: Coverage of the intervals (probability, between 0 and 1).

    Returns:
        Intercept (log odds) and slope (log odds per log odds) with intervals.

    Raises:
        TooLittleData: All outcomes are the same, all predictions are, or the predictions part
            the outcomes without exception, so that the slope has no bound.

    Example:
        >>> line = calibration_line([0.2] * 10 + [0.8] * 10, [1] * 3 + [0] * 11 + [1] * 6)
        >>> f"{line.intercept:.2f} {line.slope:.2f}"
        '-0.31 0.45'

    Source:
        Cox (1958), "Two Further Applications of a Model for Binary Regression", Biometrika
        45(3/4); Van Calster et al. (2016), "A calibration hierarchy for risk models was defined",
        Journal of Clinical Epidemiology 74.
    """
    odds = logit(np.clip(np.asarray(predicted, dtype=np.float64), CERTAIN, 1 - CERTAIN))
    came = np.asarray(outcome, dtype=np.float64)
    for values, of in ((came, "kinds of outcome"), (odds, "different predictions")):
        if len(np.unique(values)) < 2:  # noqa: PLR2004 - a contrast takes two
            raise TooLittleData(len(np.unique(values)), needed=2, of=of)
    ones = np.ones((len(odds), 1))
    level, level_error = _logistic(ones, came, offset=odds)
    line, line_error = _logistic(np.column_stack([ones, odds]), came, offset=0 * odds)
    z = float(ndtri((1 + confidence) / 2))
    at, by = float(level[0]), z * float(level_error[0])
    slope, slope_by = float(line[1]), z * float(line_error[1])
    return CalibrationLine(
        at, at - by, at + by, slope, slope - slope_by, slope + slope_by, len(odds)
    )


def _squared(predicted: ArrayLike, outcome: ArrayLike) -> Floats:
    apart = np.asarray(predicted, dtype=np.float64) - np.asarray(outcome, dtype=np.float64)
    return apart * apart


def _dealt(pairs: Floats, rng: np.random.Generator) -> Floats:
    if len(pairs) <= BLOCKS:
        return pairs
    start = np.linspace(0, len(pairs), BLOCKS, endpoint=False).astype(np.int64)
    blocks: Floats = np.add.reduceat(rng.permutation(pairs), start, axis=0)
    return blocks


def _logistic(x: Floats, came: Floats, *, offset: Floats) -> tuple[Floats, Floats]:
    """Fit by Newton's method from 0; returns coefficients and standard errors."""
    coefficient = np.zeros(x.shape[1])
    for _ in range(STEPS):
        p = expit(x @ coefficient + offset)
        information = (x * (p * (1 - p))[:, None]).T @ x
        if np.linalg.cond(information) > 1 / CONVERGED:
            break
        step = np.linalg.solve(information, x.T @ (came - p))
        coefficient = coefficient + np.clip(step, -2, 2)
        if np.abs(step).max() < CONVERGED:
            return coefficient, np.sqrt(np.diag(np.linalg.inv(information)))
    raise TooLittleData(0, needed=1, of="outcomes against the order of the predictions")
