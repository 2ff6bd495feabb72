"""Shifted beta-geometric: the number of periods that contracts last.

At each renewal a customer churns with their own probability
theta ~ Beta(alpha, beta), the same at every renewal.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import digamma, gammaln

from outsidein.errors import InputError, TooLittleData
from outsidein.stats.lifetime.arrays import Ints, Matrix, Vector
from outsidein.stats.lifetime.intervals import ParameterInterval, logit_interval
from outsidein.stats.lifetime.maximum import maximise

PARAMETERS = ("alpha", "beta")
CUSTOMERS_NEEDED = 50
ENDED_NEEDED = 10


@dataclass(frozen=True, eq=False)
class Tenures:
    """Distinct tenures and how many customers share each.

    Attributes:
        periods: Renewals faced so far: the one churned at if ended, all
            renewed if still active (count of periods).
        ended: Whether the customers churned at that renewal.
        customers: Customers who share all of these (count).
        entered: Renewals made before the customers came under observation (count of periods).
    """

    periods: Ints
    ended: NDArray[np.bool_]
    customers: Ints
    entered: Ints

    def __post_init__(self) -> None:
        shapes = {each.shape for each in (self.periods, self.ended, self.customers, self.entered)}
        if len(shapes) > 1:
            raise InputError("periods, ended, customers and entered must be equally long.")
        if np.any(self.periods < 0) or np.any(self.customers < 0):
            raise InputError("periods and customers must be 0 or more; there is a negative one.")
        if np.any(self.ended & (self.periods == 0)):
            raise InputError("periods must be 1 or more where a customer churned.")
        if np.any(self.entered < 0) or np.any(self.entered > self.periods - self.ended):
            raise InputError("entered must be 0 or more, and no more than the renewals made.")


@dataclass(frozen=True, eq=False)
class ContractFit:
    """Shifted beta-geometric fitted to tenures.

    Attributes:
        parameters: alpha and beta (dimensionless).
        covariance: Of the log-parameters; None where the data do not determine them.
        log_likelihood: Natural logarithm, summed over customers.
        customers: Customers fitted (count).
        converged: Whether the search came to rest.
        why: One sentence where there is no covariance, else None.
    """

    parameters: dict[str, float]
    covariance: Matrix | None
    log_likelihood: float
    customers: int
    converged: bool
    why: str | None

    @property
    def vector(self) -> Vector:
        """The estimates in the order alpha, beta."""
        return np.array([self.parameters[name] for name in PARAMETERS])


def tenures(
    periods: ArrayLike,
    ended: ArrayLike,
    *,
    customers: ArrayLike | None = None,
    entered: ArrayLike | None = None,
) -> Tenures:
    """Collapse tenures of any mixture of cohorts, one customer per row by default.

    Args:
        periods: Renewals faced: up to and including the one churned at, or
            all that were renewed (count of periods).
        ended: Whether the customer churned; the others are still active.
        customers: Customers per row (count).
        entered: Renewals made before the row came under observation, as where a file leaves out
            contracts that ended before some day (count of periods); 0 by default.

    Raises:
        InputError: Lengths differ, a value is negative, an ended tenure is 0, or more renewals
            were made before observation than in all.

    Example:
        >>> distinct = tenures([3, 1, 3], [True, False, True])
        >>> distinct.periods.tolist(), distinct.ended.tolist(), distinct.customers.tolist()
        ([1, 3], [False, True], [1, 2])

    Source:
        Fader & Hardie (2007), "How to Project Customer Retention", Journal of
        Interactive Marketing 21(1), 76-90.
    """
    count = np.asarray(periods, dtype=np.int64)
    each = np.ones_like(count) if customers is None else np.asarray(customers, dtype=np.int64)
    before = np.zeros_like(count) if entered is None else np.asarray(entered, dtype=np.int64)
    single = Tenures(count, np.asarray(ended, dtype=np.bool_), each, before)
    columns = np.stack((single.periods, single.ended, single.entered))
    keys, rows = np.unique(columns, axis=1, return_inverse=True)
    summed = np.zeros(keys.shape[1], dtype=np.int64)
    np.add.at(summed, rows.ravel(), single.customers)
    return Tenures(keys[0], keys[1] == 1, summed, keys[2])


def tenures_of_cohort(active: Sequence[int]) -> Tenures:
    """Turn a cohort's survivors into tenures.

    Args:
        active: Customers active at the start and after each renewal (count).

    Raises:
        InputError: The numbers rise, or there are fewer than two.

    Example:
        >>> cohort = tenures_of_cohort([1000, 869, 743])
        >>> cohort.periods.tolist(), cohort.customers.tolist()
        ([1, 2, 2], [131, 743, 126])

    Source:
        Fader & Hardie (2007), Journal of Interactive Marketing 21(1), appendix A.
    """
    counts = np.asarray(active, dtype=np.int64)
    lost = -np.diff(counts)
    if not lost.size or np.any(lost < 0):
        raise InputError("active must hold two or more numbers, none above the one before.")
    last = lost.size
    return tenures(
        np.append(np.arange(1, last + 1), last),
        np.append(np.ones(last, dtype=np.bool_), [False]),
        customers=np.append(lost, counts[-1]),
    )


def fit_contracts(observed: Tenures) -> ContractFit:
    """Estimate the shifted beta-geometric model by maximum likelihood.

    Customers still active count with the probability of having renewed so far; those who came
    under observation late, with the probability given the renewals made before.

    Args:
        observed: Tenures with their customers.

    Returns:
        Estimates and the covariance of their logarithms.

    Raises:
        TooLittleData: Fewer than 50 customers, or fewer than 10 who churned.

    Example:
        >>> high_end = tenures_of_cohort([1000, 869, 743, 653, 593, 551, 517, 491])
        >>> fitted = fit_contracts(high_end)
        >>> round(fitted.parameters["alpha"], 3), round(fitted.log_likelihood, 1)
        (0.668, -1611.2)

    Source:
        Fader & Hardie (2007), "How to Project Customer Retention", Journal of
        Interactive Marketing 21(1), equations 5 to 7 and appendix A.
    """
    n = int(observed.customers.sum())
    ended = int(observed.customers[observed.ended].sum())
    if n < CUSTOMERS_NEEDED:
        raise TooLittleData(n, needed=CUSTOMERS_NEEDED, of="customers")
    if ended < ENDED_NEEDED:
        raise TooLittleData(ended, needed=ENDED_NEEDED, of="customers who churned")
    weights = observed.customers.astype(np.float64)

    def score(log_parameters: Vector) -> tuple[float, Vector]:
        values, slopes = _score(np.exp(log_parameters), observed)
        return float(weights @ values), weights @ slopes

    starts = [[1.0, 2.0], [0.5, 5.0], [5.0, 20.0]]
    best = maximise(score, starts, units=[1.0, 1.0], names=PARAMETERS, customers=n)
    return ContractFit(
        parameters=dict(zip(PARAMETERS, best.parameters.tolist(), strict=True)),
        covariance=best.covariance,
        log_likelihood=best.log_likelihood,
        customers=n,
        converged=best.converged,
        why=best.why,
    )


def survival(
    fitted: ContractFit, periods: ArrayLike, *, confidence: float = 0.95
) -> ParameterInterval:
    """Estimate the share of customers still active after so many renewals.

    Args:
        fitted: A fitted model.
        periods: Renewals, 0 or more (count of periods).
        confidence: Coverage of the interval (probability, between 0 and 1).

    Returns:
        Probabilities and intervals, symmetric in the log-odds.

    Example:
        >>> paper = ContractFit({"alpha": 0.668, "beta": 3.806}, None, -1611.2, 1000, True, None)
        >>> survival(paper, [0, 12]).estimate.round(3).tolist()
        [1.0, 0.378]

    Source:
        Fader & Hardie (2007), Journal of Interactive Marketing 21(1), equation 6.
    """
    t = _periods(periods)
    return logit_interval(
        lambda theta: _survival(theta, t), fitted.vector, fitted.covariance, confidence=confidence
    )


def retention(
    fitted: ContractFit, periods: ArrayLike, *, confidence: float = 0.95
) -> ParameterInterval:
    """Estimate the share renewing at the t-th renewal among those who reach it.

    Args:
        fitted: A fitted model.
        periods: Which renewal, 1 or more (ordinal of the period).
        confidence: Coverage of the interval (probability, between 0 and 1).

    Returns:
        Probabilities and intervals, symmetric in the log-odds.

    Example:
        >>> paper = ContractFit({"alpha": 0.668, "beta": 3.806}, None, -1611.2, 1000, True, None)
        >>> retention(paper, [1, 7]).estimate.round(3).tolist()
        [0.851, 0.936]

    Source:
        Fader & Hardie (2007), Journal of Interactive Marketing 21(1), equation 8.
    """
    t = _periods(periods)
    if np.any(t < 1):
        raise InputError("periods must be 1 or more: the first renewal is number 1.")
    return logit_interval(
        lambda theta: (theta[1] + t - 1) / (theta[0] + theta[1] + t - 1),
        fitted.vector,
        fitted.covariance,
        confidence=confidence,
    )


def remaining_periods(
    fitted: ContractFit,
    survived: ArrayLike,
    *,
    horizon: int,
    discount: float = 0.0,
    confidence: float = 0.95,
) -> ParameterInterval:
    """Predict how many of the next renewals a customer will make.

    The sum over the next `horizon` renewals of S(t + k) / S(t), each divided by
    (1 + discount)^k. The horizon is finite because the undiscounted sum
    diverges where alpha is 1 or less.

    Args:
        fitted: A fitted model.
        survived: Renewals the customer has made so far, 0 or more (count).
        horizon: Renewals to look ahead, 1 or more (count of periods).
        discount: Per period (fraction): 0.1 values a period at 1/1.1 of the one before.
        confidence: Coverage of the interval (probability, between 0 and 1).

    Returns:
        Expected periods and intervals, between 0 and the discounted horizon.

    Example:
        >>> paper = ContractFit({"alpha": 0.668, "beta": 3.806}, None, -1611.2, 1000, True, None)
        >>> remaining_periods(paper, [0, 7], horizon=5).estimate.round(2).tolist()
        [3.44, 4.26]

    Source:
        Fader & Hardie (2010), "Customer-Base Valuation in a Contractual
        Setting", Marketing Science 29(1), 85-93, equation 4, truncated.
    """
    t = _periods(survived)
    if horizon < 1 or not discount > -1:
        raise InputError("horizon must be 1 or more, and discount above -1.")
    ahead = np.arange(1, horizon + 1, dtype=np.float64)
    factors = (1 + discount) ** -ahead

    def share(theta: Vector) -> Vector:
        later = _log_survival(theta, t[..., None] + ahead)
        kept = np.exp(later - _log_survival(theta, t)[..., None])
        return np.asarray(kept @ factors / factors.sum(), dtype=np.float64)

    part = logit_interval(share, fitted.vector, fitted.covariance, confidence=confidence)
    return ParameterInterval(*(bound * factors.sum() for bound in part))


def _score(theta: Vector, observed: Tenures) -> tuple[Vector, Matrix]:
    """Log P(T = t) = log S(t - 1) + log(alpha / (alpha + beta + t - 1)); log S(t) if active.

    Less log S(e) for those who entered after e renewals.
    """
    value, slopes = _score_from_start(theta, observed)
    entered = observed.entered.astype(np.float64)
    return value - _log_survival(theta, entered), slopes - _survival_slopes(theta, entered)


def _survival_slopes(theta: Vector, t: Vector) -> Matrix:
    """Return the slopes of log S(t) by the logarithms of alpha and beta."""
    alpha, beta = theta
    by_alpha = digamma(alpha + beta) - digamma(alpha + beta + t)
    by_beta = by_alpha + digamma(beta + t) - digamma(beta)
    slopes: Matrix = np.stack((by_alpha, by_beta), axis=1) * theta
    return slopes


def _score_from_start(theta: Vector, observed: Tenures) -> tuple[Vector, Matrix]:
    alpha, beta = theta
    renewed = observed.periods - observed.ended
    reached = alpha + beta + renewed
    value = _log_survival(theta, renewed.astype(np.float64))
    value = value + np.where(observed.ended, np.log(alpha / reached), 0.0)
    digamma_sum = (
        digamma(alpha + beta) - digamma(reached) - np.where(observed.ended, 1 / reached, 0.0)
    )
    by_alpha = digamma_sum + np.where(observed.ended, 1 / alpha, 0.0)
    by_beta = digamma_sum + digamma(beta + renewed) - digamma(beta)
    return value, np.stack((by_alpha, by_beta), axis=1) * theta


def _log_survival(theta: Vector, t: Vector) -> Vector:
    alpha, beta = theta
    ahead = gammaln(beta + t) - gammaln(alpha + beta + t)
    return np.asarray(ahead + gammaln(alpha + beta) - gammaln(beta), dtype=np.float64)


def _survival(theta: Vector, t: Vector) -> Vector:
    return np.where(t == 0, 1.0, np.exp(_log_survival(theta, t)))


def _periods(values: ArrayLike) -> Vector:
    t = np.asarray(values, dtype=np.float64)
    if not np.all(t >= 0):
        raise InputError("periods must be 0 or more.")
    return t
