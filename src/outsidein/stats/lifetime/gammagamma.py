"""Gamma-Gamma: what customers spend per purchase.

A customer's spends are Gamma(p, nu), and nu ~ Gamma(q, gamma) over customers.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import digamma, gammaln
from scipy.stats import gamma as gamma_distribution

from outsidein.errors import InputError, TooLittleData
from outsidein.stats.lifetime.arrays import Ints, Matrix, Vector
from outsidein.stats.lifetime.intervals import ParameterInterval, log_interval, normal_quantile
from outsidein.stats.lifetime.maximum import maximise

PARAMETERS = ("p", "q", "gamma")
CUSTOMERS_NEEDED = 30


@dataclass(frozen=True, eq=False)
class Spends:
    """Distinct factorial_moment of purchases and mean spend, and their customers.

    Attributes:
        frequency: Purchases that the mean is taken over, 1 or more (count).
        mean_spend: Their mean spend, above 0 (money).
        customers: Customers who share the pair (count).
    """

    frequency: Ints
    mean_spend: Vector
    customers: Ints

    def __post_init__(self) -> None:
        if not self.frequency.shape == self.mean_spend.shape == self.customers.shape:
            raise InputError("frequency, mean_spend and customers must be equally long.")
        if np.any(self.frequency < 1):
            raise InputError("frequency must be 1 or more; leave out customers without purchases.")
        if odd := int(np.count_nonzero(~(self.mean_spend > 0) | np.isinf(self.mean_spend))):
            raise InputError(f"mean_spend must be above 0; it is missing or not for {odd} rows.")
        if np.any(self.customers < 0):
            raise InputError("customers must be 0 or more; there is a negative one.")

    @property
    def total_customers(self) -> int:
        """Customers over all rows (count)."""
        return int(self.customers.sum())


@dataclass(frozen=True, eq=False)
class SpendFit:
    """Gamma-Gamma fitted to spends.

    Attributes:
        parameters: p, q (dimensionless) and gamma (money).
        covariance: Of the log-parameters; None where the data do not determine them.
        log_likelihood: Natural logarithm, summed over customers.
        customers: Customers fitted (count).
        converged: Whether the search came to rest.
        why: One sentence where there is no covariance or no mean spend, else None.
    """

    parameters: dict[str, float]
    covariance: Matrix | None
    log_likelihood: float
    customers: int
    converged: bool
    why: str | None

    @property
    def vector(self) -> Vector:
        """The estimates in the order p, q, gamma."""
        return np.array([self.parameters[name] for name in PARAMETERS])


@dataclass(frozen=True, eq=False)
class SpendPrediction:
    """Expected spend per purchase, one element per row (money).

    `low` to `high` holds the expectation: parameters' uncertainty only, NaN
    where the fit has no covariance. `customer_low` to `customer_high` holds
    this customer's own long-run mean, given the estimated parameters.
    """

    expected: Vector
    low: Vector
    high: Vector
    customer_low: Vector
    customer_high: Vector


class Correlation(NamedTuple):
    """A correlation with its confidence interval (-1 to 1), and its customers (count)."""

    estimate: float
    low: float
    high: float
    customers: int


def spends_from_sums(
    frequency: ArrayLike, mean_spend: ArrayLike, *, customers: ArrayLike | None = None
) -> Spends:
    """Return purchases and mean spends as given, one customer per row by default.

    Raises:
        InputError: Lengths differ, a frequency is below 1 or a spend not above 0.

    Example:
        >>> spends_from_sums([2, 5], [22.35, 13.9]).total_customers
        2

    Source:
        Fader & Hardie (2013), "The Gamma-Gamma Model of Monetary Value",
        brucehardie.com/notes/025: (x, mean spend) is sufficient.
    """
    count = np.asarray(frequency, dtype=np.int64)
    each = np.ones_like(count) if customers is None else np.asarray(customers, dtype=np.int64)
    return Spends(count, np.asarray(mean_spend, dtype=np.float64), each)


def fit_spend(observed: Spends) -> SpendFit:
    """Estimate the Gamma-Gamma model by maximum likelihood.

    It assumes that a customer's mean spend is independent of how often they
    buy; `spend_frequency_correlation` says how far the data bear that out.

    Args:
        observed: Purchases and mean spends, binned or not.

    Returns:
        Estimates and the covariance of their logarithms.

    Raises:
        TooLittleData: Fewer than 30 customers.

    Example:
        >>> rng = np.random.default_rng(1)
        >>> x = rng.integers(1, 9, 4000)
        >>> mean = rng.gamma(6 * x, 1 / (rng.gamma(4.0, 1 / 15.0, 4000) * x))
        >>> fitted = fit_spend(spends_from_sums(x, mean))
        >>> fitted.converged, round(fitted.parameters["q"])
        (True, 4)

    Source:
        Fader & Hardie (2013), "The Gamma-Gamma Model of Monetary Value",
        brucehardie.com/notes/025, equation 1a.
    """
    n = observed.total_customers
    if n < CUSTOMERS_NEEDED:
        raise TooLittleData(n, needed=CUSTOMERS_NEEDED, of="customers with repeat purchases")
    weights = observed.customers.astype(np.float64)

    def score(log_parameters: Vector) -> tuple[float, Vector]:
        values, slopes = _score(np.exp(log_parameters), observed)
        return float(weights @ values), weights @ slopes

    typical = float(np.exp(np.average(np.log(observed.mean_spend), weights=weights)))
    starts = [[5.0, 4.0, typical / 2], [1.0, 2.0, typical], [20.0, 20.0, typical]]
    best = maximise(score, starts, units=[1.0, 1.0, typical], names=PARAMETERS, customers=n)
    return SpendFit(
        parameters=dict(zip(PARAMETERS, best.parameters.tolist(), strict=True)),
        covariance=best.covariance,
        log_likelihood=best.log_likelihood,
        customers=n,
        converged=best.converged,
        why=best.why or _infinite_mean_reason(best.parameters[1]),
    )


def mean_spend(fitted: SpendFit, *, confidence: float = 0.95) -> ParameterInterval:
    """Estimate the mean spend per purchase over all customers, E[Z].

    Args:
        fitted: A Gamma-Gamma fit.
        confidence: Coverage of the interval (probability, between 0 and 1).

    Returns:
        One element (money); infinite where q is 1 or less.

    Example:
        >>> cdnow = SpendFit({"p": 6.25, "q": 3.74, "gamma": 15.44}, None, 0.0, 946, True, None)
        >>> f"{mean_spend(cdnow).estimate[0]:.1f}"
        '35.2'

    Source:
        Fader & Hardie (2013), brucehardie.com/notes/025, equation 2.
    """
    return log_interval(_population_mean, fitted.vector, fitted.covariance, confidence=confidence)


def predict_spend(
    fitted: SpendFit, observed: Spends, *, confidence: float = 0.95
) -> SpendPrediction:
    """Predict the mean spend per future purchase of each row's customers.

    Args:
        fitted: A Gamma-Gamma fit.
        observed: Purchases and mean spends.
        confidence: Coverage of the intervals (probability, between 0 and 1).

    Returns:
        Expectations and intervals in the order of the rows (money); an
        expectation is infinite where p x + q is 1 or less.

    Example:
        >>> cdnow = SpendFit({"p": 6.25, "q": 3.74, "gamma": 15.44}, None, 0.0, 946, True, None)
        >>> predict_spend(cdnow, spends_from_sums([2], [22.35])).expected.round(2).tolist()
        [24.66]

    Source:
        Fader & Hardie (2013), brucehardie.com/notes/025, equation 5; nu given
        the data is Gamma(p x + q, gamma + x z), and the mean is p / nu.
    """
    expectation = log_interval(
        lambda theta: _conditional_mean(theta, observed),
        fitted.vector,
        fitted.covariance,
        confidence=confidence,
    )
    p, q, gamma = fitted.vector
    x = observed.frequency
    tails = np.array([[1 + confidence], [1 - confidence]]) / 2
    nu = gamma_distribution.ppf(tails, p * x + q) / (gamma + x * observed.mean_spend)
    return SpendPrediction(*expectation, *(p / nu))


def spend_frequency_correlation(observed: Spends, *, confidence: float = 0.95) -> Correlation:
    """Correlate mean spend with the number of purchases.

    Pearson's correlation. Its standard error comes from the influence of each
    customer, not from normality, because spends are skewed; the interval is
    symmetric in Fisher's z.

    Args:
        observed: Purchases and mean spends.
        confidence: Coverage of the interval (probability, between 0 and 1).

    Raises:
        TooLittleData: Fewer than 30 customers.

    Example:
        >>> twins = spends_from_sums([1, 2, 3, 1, 2, 3], [9, 10, 9, 10, 9, 10], customers=[9] * 6)
        >>> r = spend_frequency_correlation(twins)
        >>> f"{r.estimate:z.2f} ({r.low:.2f} to {r.high:.2f})"
        '0.00 (-0.26 to 0.26)'

    Source:
        Fader, Hardie & Lee (2005), "RFM and CLV", Journal of Marketing Research
        42(4), 415-430, for the check; Devlin, Gnanadesikan & Kettenring (1975),
        Biometrika 62(3), for the influence function of a correlation.
    """
    n = observed.total_customers
    if n < CUSTOMERS_NEEDED:
        raise TooLittleData(n, needed=CUSTOMERS_NEEDED, of="customers with repeat purchases")
    share = observed.customers / n
    u, v = _standardise(observed.frequency, share), _standardise(observed.mean_spend, share)
    r = float(share @ (u * v))
    influence = u * v - r * (u**2 + v**2) / 2
    error = np.sqrt(share @ influence**2 / n) / max(1 - r**2, 1e-12)
    margin = normal_quantile(confidence) * error
    z = np.arctanh(np.clip(r, -1 + 1e-15, 1 - 1e-15))
    return Correlation(r, float(np.tanh(z - margin)), float(np.tanh(z + margin)), n)


def _score(theta: Vector, observed: Spends) -> tuple[Vector, Matrix]:
    p, q, gamma = theta
    x, z = observed.frequency, observed.mean_spend
    total = gamma + x * z
    log_total, log_xz = np.log(total), np.log(x * z)
    counts, place = np.unique(x, return_inverse=True)
    constants = gammaln(p * counts + q) - gammaln(p * counts) - gammaln(q) + q * np.log(gamma)
    value = constants[place] + p * x * log_xz - np.log(z) - (p * x + q) * log_total
    sum_digamma, own_digamma = digamma(p * counts + q), digamma(p * counts)
    slopes = (
        x * ((sum_digamma - own_digamma)[place] + log_xz - log_total),
        sum_digamma[place] - digamma(q) + np.log(gamma) - log_total,
        q / gamma - (p * x + q) / total,
    )
    return value, np.stack(slopes, axis=1) * theta


def _population_mean(theta: Vector) -> Vector:
    p, q, gamma = theta
    return np.array([p * gamma / (q - 1) if q > 1 else np.inf])


def _conditional_mean(theta: Vector, observed: Spends) -> Vector:
    p, q, gamma = theta
    x = observed.frequency
    degrees = p * x + q - 1
    mean = p * (gamma + x * observed.mean_spend) / np.where(degrees > 0, degrees, 1.0)
    return np.where(degrees > 0, mean, np.inf)


def _infinite_mean_reason(q: float) -> str | None:
    return None if q > 1 else f"Spends are so skewed (q = {q:.2f}) that their mean is not finite."


def _standardise(values: Vector | Ints, share: Vector) -> Vector:
    centred = values - share @ values
    spread = np.sqrt(share @ centred**2)
    return np.asarray(centred / spread if spread > 0 else np.zeros(values.shape), dtype=np.float64)
