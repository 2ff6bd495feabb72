"""Cox regression: what goes with churning sooner."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from outsidein.errors import TooLittleData

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

STEPS = 40
CONVERGED = 1e-9


class HazardRatio(NamedTuple):
    """What one more unit of a covariate does to the hazard, all else being the same.

    `coefficient` and `standard_error` are on the log scale; `ratio`, `low` and `high` multiply
    the hazard; `p_value` is Wald's, two-sided.
    """

    name: str
    coefficient: float
    standard_error: float
    ratio: float
    low: float
    high: float
    p_value: float


@dataclass(frozen=True, slots=True, eq=False)
class CoxModel:
    """A fitted Cox regression.

    Attributes:
        hazard_ratios: One per covariate, in the order given.
        covariance: Of the coefficients (square, per unit of the covariates).
        log_likelihood: Efron's partial log-likelihood at the estimates.
        null_log_likelihood: The same with all coefficients 0.
        concordance: Share of comparable pairs in which the higher hazard churned first.
        n: Customers (count).
        churned: Customers who churned (count).
        confidence: Coverage of the intervals (probability).
    """

    hazard_ratios: tuple[HazardRatio, ...]
    covariance: Floats
    log_likelihood: float
    null_log_likelihood: float
    concordance: float
    n: int
    churned: int
    confidence: float


class _Sample(NamedTuple):
    """Groups by falling duration; `start` is where each distinct duration begins."""

    x: Floats
    weight: Floats
    gone: Floats
    start: Counts
    tied: Counts


class _Fit(NamedTuple):
    log_likelihood: float
    gradient: Floats
    information: Floats


def cox(
    duration: ArrayLike,
    churned: ArrayLike,
    covariates: ArrayLike,
    *,
    names: Sequence[str],
    weights: ArrayLike | None = None,
    confidence: float = 0.95,
) -> CoxModel:
    """Estimate how covariates multiply the hazard of churning.

    Assumes that the ratios hold at every duration and that censoring tells nothing about
    churning. Customers tied on duration are treated by Efron's approximation. Equal
    customers may be sent as one row with their count: the answer is that of the rows written
    out. The maximum is found by Newton's method with halved steps; intervals are Wald's.

    Args:
        duration: Time until the customer churned or was last seen, per row (any unit).
        churned: Whether the customer churned then, per row (0 or 1).
        covariates: One row per row of `duration`, one column per name (any units).
        names: Names of the columns.
        weights: Customers each row stands for (counts, 1 or more); 1 each without it.
        confidence: Coverage of the intervals (probability, between 0 and 1).

    Returns:
        Hazard ratios with intervals, and the measures of the fit.

    Raises:
        TooLittleData: Nobody churned; or a covariate is constant or repeats others; or a
            covariate parts those who churn first from the rest without exception, so that
            its ratio has no bound.

    Example:
        >>> model = cox([1, 2, 3, 4, 5, 6], [1, 1, 0, 1, 0, 1], [[1], [0], [1], [1], [0], [0]],
        ...             names=["complained"])
        >>> ratio = model.hazard_ratios[0]
        >>> f"{ratio.ratio:.2f} ({ratio.low:.2f} to {ratio.high:.2f})"
        '2.92 (0.26 to 32.93)'

    Source:
        Cox (1972), "Regression Models and Life-Tables", JRSS B 34(2); Efron (1977), "The
        Efficiency of Cox's Likelihood Function for Censored Data", JASA 72(359).
    """
    x = np.asarray(covariates, dtype=np.float64)
    time, gone = np.asarray(duration), np.asarray(churned, dtype=bool)
    weight = np.ones(len(time)) if weights is None else np.asarray(weights, dtype=np.float64)
    events = int(weight[gone].sum())
    if events == 0:
        raise TooLittleData(0, needed=1, of="customers who churned")
    standard, scale = _standardised(x, weight)
    sample = _sorted(time, gone, standard, weight)
    coefficient, best, null = _maximise(sample)
    covariance = np.linalg.inv(best.information) / np.outer(scale, scale)
    return CoxModel(
        hazard_ratios=_ratios(names, coefficient / scale, covariance, confidence),
        covariance=covariance,
        log_likelihood=best.log_likelihood,
        null_log_likelihood=null,
        concordance=concordance(time, gone, standard @ coefficient, weights=weight),
        n=int(weight.sum()),
        churned=events,
        confidence=confidence,
    )


def concordance(
    duration: ArrayLike, churned: ArrayLike, risk: ArrayLike, *, weights: ArrayLike | None = None
) -> float:
    """Share of comparable pairs in which the customer at higher risk churned first.

    A pair is comparable if one churned while the other is known to have stayed longer;
    whoever was censored at the same time stayed longer. Equal risks count one half.

    Args:
        duration: Time until the customer churned or was last seen, per row (any unit).
        churned: Whether the customer churned then, per row (0 or 1).
        risk: Predicted order, higher for sooner, per row (any unit).
        weights: Customers each row stands for (counts); 1 each without it.

    Returns:
        Share (0 to 1); NaN if no pair is comparable.

    Example:
        >>> f"{concordance([1, 2, 3], [1, 1, 0], [0.9, 0.2, 0.4]):.3f}"
        '0.667'

    Source:
        Harrell et al. (1982), "Evaluating the Yield of Medical Tests", JAMA 247(18).
    """
    time, gone = np.asarray(duration), np.asarray(churned, dtype=bool)
    weight = np.ones(len(time)) if weights is None else np.asarray(weights, dtype=np.float64)
    rank = np.unique(np.asarray(risk), return_inverse=True)[1]
    # whoever churned asks (phase 1) after those censored then (0) and before joining (2)
    row = np.concatenate([np.arange(len(time)), np.flatnonzero(gone)])
    asks = np.arange(len(row)) >= len(time)
    phase = np.where(asks, 1, np.where(gone[row], 2, 0))
    order = np.lexsort((phase, -time[row]))
    row, asks = row[order], asks[order]
    stayed, asking = np.where(asks, 0.0, weight[row]), np.where(asks, weight[row], 0.0)
    lower, equal = _pairs(rank[row], stayed, asking)
    comparable = float(asking @ np.cumsum(stayed))
    return (lower + equal / 2) / comparable if comparable else float("nan")


def _pairs(rank: Counts, stayed: Floats, asking: Floats) -> tuple[float, float]:
    """Weigh the pairs of an asking row with an earlier one of lower, and of equal, rank.

    Two ranks are ordered by the highest bit in which they differ, so each level of bits
    settles the pairs that agree above it.
    """
    order = np.argsort(rank, kind="stable")
    equal = _within(rank[order], stayed[order], asking[order])
    lower = 0.0
    for bit in range(int(rank.max()).bit_length()):
        above, one = rank >> (bit + 1), (rank >> bit) & 1
        order = np.argsort(above, kind="stable")
        zero_stayed, one_asking = stayed * (1 - one), asking * one
        lower += _within(above[order], zero_stayed[order], one_asking[order])
    return lower, equal


def _within(group: Counts, stayed: Floats, asking: Floats) -> float:
    """Sum over asking rows the weight of the rows before them in their group."""
    sofar = np.cumsum(stayed)
    first = np.searchsorted(group, group)
    return float(asking @ (sofar - sofar[first] + stayed[first]))


def _standardised(x: Floats, weight: Floats) -> tuple[Floats, Floats]:
    centred = x - np.average(x, axis=0, weights=weight)
    scale = np.sqrt(np.average(centred**2, axis=0, weights=weight))
    constant = scale <= CONVERGED * np.abs(x).max(axis=0)
    standard: Floats = np.where(constant, 0.0, centred / np.where(constant, 1.0, scale))
    correlation = (standard * weight[:, None]).T @ standard / weight.sum()
    rank = int(np.linalg.matrix_rank(correlation, tol=CONVERGED, hermitian=True))
    if rank < x.shape[1]:
        raise TooLittleData(rank, needed=x.shape[1], of="covariates that differ from each other")
    return standard, scale


def _sorted(time: NDArray[Any], gone: NDArray[np.bool_], x: Floats, weight: Floats) -> _Sample:
    order = np.argsort(-time, kind="stable")
    falling, weight = time[order], weight[order]
    start = np.flatnonzero(np.concatenate([[True], falling[1:] != falling[:-1]]))
    left = weight * gone[order]
    tied = np.add.reduceat(left, start).astype(np.int64)
    return _Sample(x[order], weight, left, start, tied)


def _maximise(sample: _Sample) -> tuple[Floats, _Fit, float]:
    coefficient = np.zeros(sample.x.shape[1])
    fit = _likelihood(sample, coefficient)
    null = fit.log_likelihood
    for _ in range(STEPS):
        try:
            step = np.asarray(np.linalg.solve(fit.information, fit.gradient), np.float64)
        except np.linalg.LinAlgError:
            break
        if np.abs(step).max() < CONVERGED:
            return coefficient, fit, null
        coefficient, fit = _climb(sample, coefficient, step, fit)
    raise TooLittleData(0, needed=1, of="customers who churned against the order of a covariate")


def _climb(sample: _Sample, at: Floats, step: Floats, fit: _Fit) -> tuple[Floats, _Fit]:
    floor = fit.log_likelihood - CONVERGED * (1 + abs(fit.log_likelihood))
    for halving in range(STEPS):
        coefficient = at + step / 2**halving
        trial = _likelihood(sample, coefficient)
        if trial.log_likelihood >= floor:
            return coefficient, trial
    return at, fit


def _likelihood(sample: _Sample, coefficient: Floats) -> _Fit:
    """Efron's log-likelihood with its first and second derivatives.

    With r and d the sums over those at risk and those churning at one duration, the k-th
    of its m factors divides by r - k/m d. Writing r's derivatives as d's plus a remainder
    leaves three sums over k, of numbers, whatever the count of ties and covariates.
    """
    linear = sample.x @ coefficient
    top = linear.max()
    hazard = np.exp(linear - top)
    at_risk, leaving = sample.weight * hazard, sample.gone * hazard
    r, d = _risk_sums(sample, at_risk), _sums(sample, leaving)
    has_ties = sample.tied > 0
    m = sample.tied[has_ties].astype(np.float64)
    logs, inverse, squared = _efron(r.zero[has_ties], d.zero[has_ties], sample.tied[has_ties])
    mean = d.one[has_ties] / d.zero[has_ties, None]
    rest = r.one[has_ties] - r.zero[has_ties, None] * mean
    mean2 = d.two[has_ties] / d.zero[has_ties, None, None]
    rest2 = r.two[has_ties] - r.zero[has_ties, None, None] * mean2
    cross = np.einsum("tp,tq,t->pq", mean, rest, inverse)
    squares = np.einsum("tp,tq,t->pq", mean, mean, m) + np.einsum(
        "tp,tq,t->pq", rest, rest, squared
    )
    second = np.einsum("tpq,t->pq", mean2, m) + np.einsum("tpq,t->pq", rest2, inverse)
    return _Fit(
        log_likelihood=float(sample.gone @ (linear - top) - logs),
        gradient=sample.gone @ sample.x - m @ mean - inverse @ rest,
        information=second - squares - cross - cross.T,
    )


class _Moments(NamedTuple):
    zero: Floats
    one: Floats
    two: Floats


def _sums(sample: _Sample, weight: Floats) -> _Moments:
    """Sum the weights, and their first two moments in the covariates, by duration."""
    weighted = weight[:, None] * sample.x
    p = sample.x.shape[1]
    two = np.empty((len(sample.start), p, p))
    for i in range(p):
        two[:, i] = np.add.reduceat(weighted[:, i, None] * sample.x, sample.start, axis=0)
    return _Moments(
        np.add.reduceat(weight, sample.start), np.add.reduceat(weighted, sample.start, axis=0), two
    )


def _risk_sums(sample: _Sample, weight: Floats) -> _Moments:
    zero, one, two = _sums(sample, weight)
    return _Moments(np.cumsum(zero), np.cumsum(one, axis=0), np.cumsum(two, axis=0))


def _efron(r: Floats, d: Floats, tied: Counts) -> tuple[float, Floats, Floats]:
    """Sum over k < m the log of r - k/m d, and by duration its inverse and inverse square."""
    start = np.cumsum(tied) - tied
    k = np.arange(tied.sum()) - np.repeat(start, tied)
    inverse = 1 / (np.repeat(r, tied) - k * np.repeat(d / tied, tied))
    logs = -float(np.log(inverse).sum())
    return logs, np.add.reduceat(inverse, start), np.add.reduceat(inverse**2, start)


def _ratios(
    names: Sequence[str], coefficient: Floats, covariance: Floats, confidence: float
) -> tuple[HazardRatio, ...]:
    error = np.sqrt(np.diag(covariance))
    estimates = zip(names, coefficient.tolist(), error.tolist(), strict=True)
    return tuple(_ratio(name, b, s, confidence) for name, b, s in estimates)


def _ratio(name: str, coefficient: float, error: float, confidence: float) -> HazardRatio:
    normal = NormalDist()
    margin = normal.inv_cdf((1 + confidence) / 2) * error
    with np.errstate(over="ignore"):
        ratio, low, high = np.exp(coefficient + np.array([0.0, -margin, margin])).tolist()
    p_value = 2 * normal.cdf(-abs(coefficient / error))
    return HazardRatio(name, coefficient, error, ratio, low, high, p_value)
