"""BG/BB: customers with discrete opportunities to buy, such as yearly donations or events.

At each opportunity an active customer buys with probability p ~ Beta(alpha, beta); before each
opportunity the customer leaves with probability theta ~ Beta(gamma, delta).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaln, digamma

from outsidein.errors import InputError, TooLittleData
from outsidein.stats.lifetime.arrays import Ints, Matrix, Vector
from outsidein.stats.lifetime.intervals import ParameterInterval, log_interval, logit_interval
from outsidein.stats.lifetime.maximum import maximise

PARAMETERS = ("alpha", "beta", "gamma", "delta")
CUSTOMERS_NEEDED = 50
BUYERS_NEEDED = 10
STARTS = ((1.0, 1.0, 1.0, 1.0), (0.5, 1.0, 0.5, 3.0), (2.0, 2.0, 2.0, 10.0))


@dataclass(frozen=True, eq=False)
class Opportunities:
    """Distinct records of purchases at discrete opportunities.

    Attributes:
        purchases: Opportunities used, x (count).
        last: The last opportunity used, t_x; 0 without a purchase (ordinal).
        opportunities: Opportunities observed, n (count).
        customers: Customers who share the record (count).
    """

    purchases: Ints
    last: Ints
    opportunities: Ints
    customers: Ints

    def __post_init__(self) -> None:
        columns = (self.purchases, self.last, self.opportunities, self.customers)
        if len({column.shape for column in columns}) > 1:
            raise InputError("purchases, last, opportunities and customers must be equally long.")
        if any(np.any(column < 0) for column in columns):
            raise InputError("purchases, last, opportunities and customers must be 0 or more.")
        if np.any(self.purchases > self.last) or np.any(self.last > self.opportunities):
            raise InputError("purchases may not exceed last, nor last the opportunities.")
        if np.any((self.purchases == 0) != (self.last == 0)):
            raise InputError("last must be 0 where there is no purchase, and only there.")


@dataclass(frozen=True, eq=False)
class OpportunityFit:
    """BG/BB fitted to purchases at discrete opportunities.

    Attributes:
        parameters: alpha, beta, gamma and delta (dimensionless).
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
        """The estimates in the order alpha, beta, gamma, delta."""
        return np.array([self.parameters[name] for name in PARAMETERS])


def opportunities_used(
    purchases: ArrayLike,
    last: ArrayLike,
    opportunities: ArrayLike,
    *,
    customers: ArrayLike | None = None,
) -> Opportunities:
    """Collapse customers to distinct records, one customer per row by default.

    Args:
        purchases: Opportunities used (count).
        last: The last opportunity used; 0 without a purchase (ordinal).
        opportunities: Opportunities observed (count).
        customers: Customers per row (count).

    Raises:
        InputError: Lengths differ, a value is negative, or values contradict each other.

    Example:
        >>> used = opportunities_used([1, 0, 1], [2, 0, 2], [6, 6, 6])
        >>> used.purchases.tolist(), used.customers.tolist()
        ([0, 1], [1, 2])

    Source:
        Fader, Hardie & Shang (2010), "Customer-Base Analysis in a Discrete-Time Noncontractual
        Setting", Marketing Science 29(6), 1086-1108: (x, t_x, n) is sufficient.
    """
    x, t, n = (np.asarray(column, dtype=np.int64) for column in (purchases, last, opportunities))
    each = np.ones_like(x) if customers is None else np.asarray(customers, dtype=np.int64)
    single = Opportunities(x, t, n, each)
    distinct, rows = np.unique(np.stack([x, t, n]), axis=1, return_inverse=True)
    summed = np.zeros(distinct.shape[1], dtype=np.int64)
    np.add.at(summed, rows.ravel(), single.customers)
    return Opportunities(distinct[0], distinct[1], distinct[2], summed)


def fit_opportunities(observed: Opportunities) -> OpportunityFit:
    """Estimate BG/BB by maximum likelihood.

    Args:
        observed: Distinct records with their customers.

    Raises:
        TooLittleData: Fewer than 50 customers, or fewer than 10 who bought.

    Example:
        >>> used = opportunities_used(
        ...     [0, 1, 1, 2, 3], [0, 1, 3, 3, 3], [3] * 5, customers=[50, 20, 10, 15, 25]
        ... )
        >>> fit_opportunities(used).customers
        120

    Source:
        Fader, Hardie & Shang (2010), Marketing Science 29(6), equation 8.
    """
    n = int(observed.customers.sum())
    if n < CUSTOMERS_NEEDED:
        raise TooLittleData(n, needed=CUSTOMERS_NEEDED, of="customers")
    buyers = int(observed.customers[observed.purchases > 0].sum())
    if buyers < BUYERS_NEEDED:
        raise TooLittleData(buyers, needed=BUYERS_NEEDED, of="customers with a purchase")
    weights = observed.customers.astype(np.float64)

    def score(log_parameters: Vector) -> tuple[float, Vector]:
        values, slopes = _score(np.exp(log_parameters), observed)
        return float(weights @ values), weights @ slopes

    best = maximise(score, STARTS, units=[1.0] * 4, names=PARAMETERS, customers=n)
    return OpportunityFit(
        parameters=dict(zip(PARAMETERS, best.parameters.tolist(), strict=True)),
        covariance=best.covariance,
        log_likelihood=best.log_likelihood,
        customers=n,
        converged=best.converged,
        why=best.why,
    )


def still_active(
    fitted: OpportunityFit, observed: Opportunities, *, confidence: float = 0.95
) -> ParameterInterval:
    """Estimate the probability of each record's customers being active at the next opportunity.

    Args:
        fitted: A fitted model.
        observed: Distinct records.
        confidence: Coverage of the interval (probability, between 0 and 1).

    Example:
        >>> donors = {"alpha": 1.204, "beta": 0.750, "gamma": 0.657, "delta": 2.783}
        >>> paper = OpportunityFit(donors, None, -33225.6, 11104, True, None)
        >>> used = opportunities_used([0, 6], [0, 6], [6, 6])
        >>> still_active(paper, used).estimate.round(2).tolist()
        [0.11, 0.93]

    Source:
        Fader, Hardie & Shang (2010), Marketing Science 29(6), equation 11, at n + 1.
    """

    def active(theta: Vector) -> Vector:
        gone = _log_stay(theta, observed, observed.opportunities + 1)
        return np.exp(gone - _score(theta, observed)[0])

    return logit_interval(active, fitted.vector, fitted.covariance, confidence=confidence)


def expected_purchases(
    fitted: OpportunityFit, observed: Opportunities, horizon: int, *, confidence: float = 0.95
) -> ParameterInterval:
    """Predict how many of the next opportunities each record's customers will use.

    The sum over the next opportunities of the probability of being active and buying then, which
    equals the published closed form without its pole at gamma = 1.

    Args:
        fitted: A fitted model.
        observed: Distinct records.
        horizon: Opportunities ahead, 1 or more (count).
        confidence: Coverage of the interval (probability, between 0 and 1).

    Raises:
        InputError: The horizon is below 1.

    Example:
        >>> donors = {"alpha": 1.204, "beta": 0.750, "gamma": 0.657, "delta": 2.783}
        >>> paper = OpportunityFit(donors, None, -33225.6, 11104, True, None)
        >>> used = opportunities_used([0, 6], [0, 6], [6, 6])
        >>> expected_purchases(paper, used, 5).estimate.round(2).tolist()
        [0.07, 3.75]

    Source:
        Fader, Hardie & Shang (2010), Marketing Science 29(6), equation 13.
    """
    if horizon < 1:
        raise InputError(f"horizon must be 1 or more; it is {horizon}.")

    def purchases(theta: Vector) -> Vector:
        alpha, beta = theta[:2]
        buys = (alpha + observed.purchases) / (alpha + beta + observed.opportunities)
        ahead = (observed.opportunities + k for k in range(1, horizon + 1))
        stays = sum(np.exp(_log_stay(theta, observed, n)) for n in ahead)
        return np.asarray(buys * stays / np.exp(_score(theta, observed)[0]), dtype=np.float64)

    return log_interval(purchases, fitted.vector, fitted.covariance, confidence=confidence)


def _log_stay(theta: Vector, observed: Opportunities, until: Ints) -> Vector:
    """Log-probability of the record and of being active at opportunity `until`."""
    alpha, beta, gamma, delta = theta
    x, n = observed.purchases, observed.opportunities
    buying = betaln(alpha + x, beta + n - x) - betaln(alpha, beta)
    staying = betaln(gamma, delta + until) - betaln(gamma, delta)
    return np.asarray(buying + staying, dtype=np.float64)


def _score(theta: Vector, observed: Opportunities) -> tuple[Vector, Matrix]:
    """Log-likelihood of each record and its gradient in the log-parameters.

    A record arises in n - t_x + 1 ways: by staying, or by leaving before one of the opportunities
    after the last purchase.
    """
    alpha, beta, gamma, delta = theta
    x, t, n = (c[:, None] for c in (observed.purchases, observed.last, observed.opportunities))
    i = np.arange(int((n - t).max(initial=0)) + 1)
    leaves = t + i < n
    there = np.minimum(t + i, n)
    is_way = t + i <= n
    buying = betaln(alpha + x, beta + there - x) - betaln(alpha, beta)
    staying = betaln(gamma + leaves, delta + there) - betaln(gamma, delta)
    log_ways = np.where(is_way, buying + staying, -np.inf)
    value = np.logaddexp.reduce(log_ways, axis=1)
    share = np.exp(log_ways - value[:, None])
    sum_buying = digamma(alpha + beta + there) - digamma(alpha + beta)
    sum_staying = digamma(gamma + delta + there + leaves) - digamma(gamma + delta)
    slopes = (
        digamma(alpha + x) - digamma(alpha) - sum_buying,
        digamma(beta + there - x) - digamma(beta) - sum_buying,
        digamma(gamma + leaves) - digamma(gamma) - sum_staying,
        digamma(delta + there) - digamma(delta) - sum_staying,
    )
    gradient = np.stack([np.sum(share * slope, axis=1) for slope in slopes], axis=1)
    return value, gradient * theta
