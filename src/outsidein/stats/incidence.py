"""How many customers churn for each reason, from counts per reason and period."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from outsidein.stats.survival import (
    Counts,
    Floats,
    at_risk_by_period,
    log_log_interval,
    surviving_shares,
)

ROUNDING = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class ReasonIncidence:
    """Share of customers who have churned for one reason, one entry per period.

    Attributes:
        churned: Customers who churned in the period for this reason (count).
        incidence: Share who have, by the end of the period, churned for it (0 to 1); NaN
            once nobody is left under observation and some were still customers.
        low: Lower limit of `incidence`.
        high: Upper limit of `incidence`.
    """

    churned: Counts
    incidence: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Incidence:
    """Cumulative incidence by reason; with `survival` the reasons add up to 1 in each period.

    Attributes:
        time: Period (count of periods since the customer came, from 0).
        at_risk: Customers under observation at the start of the period (count).
        survival: Share still customers when the period ends (0 to 1).
        reasons: Each reason's curve, in the order given.
        n: Customers observed in all (count).
        confidence: Coverage of every interval, taken period by period (probability).
    """

    time: Counts
    at_risk: Counts
    survival: Floats
    reasons: dict[str, ReasonIncidence]
    n: int
    confidence: float


def cumulative_incidence(
    churned: Mapping[str, ArrayLike],
    censored: ArrayLike,
    *,
    entered: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Incidence:
    """Estimate the share of customers who churn for each reason by each period's end.

    Each share is of all who came, in the world where the other reasons also take customers:
    the Aalen-Johansen estimate. Those whose reason is unknown belong in a reason of their own.
    The variance is the Greenwood-type one, which takes the reasons of a period as a multinomial
    draw from those at risk, and so holds on a coarse grid. Intervals are on the complementary
    log-log scale, log(-log(1 - incidence)): with a single reason they are one minus those of
    `kaplan_meier`. Periods, censoring and late entry are as there.

    Args:
        churned: For each reason, customers who churned for it in each period (counts).
        censored: Customers last seen, still customers, in each period (counts).
        entered: Customers first under observation in each period (counts); without it, all
            enter in period 0.
        confidence: Coverage of the intervals (probability, between 0 and 1).

    Returns:
        One curve per reason, with one entry per period.

    Raises:
        TooLittleData: Nobody is at risk in period 0.
        ValueError: More leave in a period than are at risk.

    Example:
        >>> curves = cumulative_incidence({"price": [2, 1], "quality": [1, 2]}, [1, 3])
        >>> {reason: curve.incidence.round(3).tolist() for reason, curve in curves.reasons.items()}
        {'price': [0.2, 0.317], 'quality': [0.1, 0.333]}

    Source:
        Aalen & Johansen (1978), "An Empirical Transition Matrix for Non-homogeneous Markov
        Chains Based on Censored Observations", Scandinavian Journal of Statistics 5(3).
        Variance: Gaynor et al. (1993), "On the Use of Cause-Specific Failure and Conditional
        Failure Probabilities", JASA 88(422), preferred by Allignol, Schumacher & Beyersmann
        (2010), "A Note on Variance Estimation of the Aalen-Johansen Estimator of the
        Cumulative Incidence Function in Competing Risks", Biometrical Journal 52(1).
    """
    by_reason = {name: np.asarray(counts, dtype=np.int64) for name, counts in churned.items()}
    censored = np.asarray(censored, dtype=np.int64)
    all_reasons = sum(by_reason.values(), start=np.zeros_like(censored))
    at_risk, n = at_risk_by_period(all_reasons, censored, entered=entered)
    survival = surviving_shares(all_reasons, at_risk)
    reasons = {
        name: _reason(counts, all_reasons, at_risk, survival, confidence=confidence)
        for name, counts in by_reason.items()
    }
    return Incidence(np.arange(len(at_risk)), at_risk, survival, reasons, n, confidence)


def _reason(
    counts: Counts, all_reasons: Counts, at_risk: Counts, survival: Floats, *, confidence: float
) -> ReasonIncidence:
    before = np.concatenate([[1.0], survival[:-1]])
    incidence = np.minimum(np.cumsum(before * counts / np.maximum(at_risk, 1)), 1 - survival)
    others = np.where(1 - incidence < ROUNDING, 0.0, 1 - incidence)
    variance = _variance(incidence, counts, all_reasons, at_risk, before)
    low, high = log_log_interval(others, variance, at_risk, confidence=confidence)
    return ReasonIncidence(counts, incidence, 1 - high, 1 - low)


def _variance(
    incidence: Floats, counts: Counts, all_reasons: Counts, at_risk: Counts, before: Floats
) -> Floats:
    """Sum over the periods j up to t the variance that period j brings to the share at t."""
    n = np.maximum(at_risk, 1)
    all_left = all_reasons == n
    leaving = np.where(all_left, 0.0, all_reasons / (n * np.where(all_left, 1, n - all_reasons)))
    own = before**2 * counts * (n - counts) / n**3
    shared = before * counts / n**2
    still_to_come = incidence[:, None] - incidence[None, :]
    terms = still_to_come**2 * leaving + own - 2 * still_to_come * shared
    variance: Floats = np.tril(terms).sum(axis=1)
    return variance
