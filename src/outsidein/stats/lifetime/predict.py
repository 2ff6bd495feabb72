"""Predicted purchases, and the probability of still being a customer."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.stats import nbinom, poisson

from outsidein.errors import InputError
from outsidein.stats.lifetime.arrays import Vector
from outsidein.stats.lifetime.histories import Histories
from outsidein.stats.lifetime.intervals import (
    log_interval,
    logit_interval,
    normal_quantile,
    standard_errors,
)
from outsidein.stats.lifetime.model import PurchaseFit


@dataclass(frozen=True, eq=False)
class PurchasePrediction:
    """One element per row of the histories.

    The intervals are those of the expectation and of the probability: they hold
    the uncertainty of the parameters, not the randomness of one customer.
    They are NaN where the fit has no covariance.

    Attributes:
        expected: Purchases in the horizon (count).
        low: Lower bound of `expected` (count).
        high: Upper bound of `expected` (count).
        alive: Probability of still being a customer at the end of observation.
        alive_low: Lower bound of `alive` (probability).
        alive_high: Upper bound of `alive` (probability).
    """

    expected: Vector
    low: Vector
    high: Vector
    alive: Vector
    alive_low: Vector
    alive_high: Vector


class PurchaseTotal(NamedTuple):
    """Purchases of many customers together (counts).

    `mean_low` to `mean_high` holds the expected total: parameters' uncertainty
    only. `low` to `high` is the predictive interval of the total that will be
    observed: parameters and the customers' own randomness. Bounds are NaN
    where the fit has no covariance.
    """

    expected: float
    low: float
    high: float
    mean_low: float
    mean_high: float
    customers: int


def predict_purchases(
    fitted: PurchaseFit, histories: Histories, horizon: float, *, confidence: float = 0.95
) -> PurchasePrediction:
    """Predict purchases and presence for each history.

    Intervals come from the delta method in the log-parameters, with central
    differences; they are symmetric in the logarithm for purchases and in the
    log-odds for presence, so that they respect their ranges.

    Args:
        fitted: A fitted purchase model.
        histories: Histories to predict, those of the fit or others.
        horizon: Length of the future (time units of the histories).
        confidence: Coverage of the intervals (probability, between 0 and 1).

    Returns:
        Arrays in the order of the histories' rows.

    Raises:
        InputError: The horizon is negative or not finite.

    Example:
        >>> from outsidein.stats.lifetime.bgnbd import BG_NBD
        >>> from outsidein.stats.lifetime.histories import compress_histories
        >>> fhl = {"r": 0.2426, "alpha": 4.4136, "a": 0.7929, "b": 2.4259}
        >>> cdnow = PurchaseFit(BG_NBD, fhl, np.eye(4) / 400, -9582.43, 2357, 946, True, None)
        >>> histories, _ = compress_histories([2], [213], [272])
        >>> future = predict_purchases(cdnow, histories, 39)
        >>> f"{future.expected[0]:.3f} ({future.low[0]:.2f} to {future.high[0]:.2f})"
        '1.226 (1.17 to 1.29)'

    Source:
        Fader, Hardie & Lee (2005), Marketing Science 24(2), equation 10 and its
        worked example; Cox & Hinkley (1974), section 9.2 (delta method).
    """
    _check_horizon(horizon)
    theta, covariance, model = fitted.vector, fitted.covariance, fitted.model
    purchases = log_interval(
        lambda p: model.expected(p, histories, horizon), theta, covariance, confidence=confidence
    )
    presence = logit_interval(
        lambda p: model.alive(p, histories), theta, covariance, confidence=confidence
    )
    return PurchasePrediction(*purchases, *presence)


def total_expected(
    fitted: PurchaseFit, histories: Histories, horizon: float, *, confidence: float = 0.95
) -> PurchaseTotal:
    """Predict the purchases of all customers of the histories together.

    With n_i customers in row i, mean m_i and variance v_i of one customer's
    purchases, and g the derivatives of the total in the log-parameters, the
    total M = sum n_i m_i has parameter variance g' C g and own variance
    sum n_i v_i, where v_i = E[Y(Y - 1)] + m_i - m_i^2: customers are
    independent given the parameters. The predictive interval takes the
    quantiles of a negative binomial with mean M and the summed variance (of a
    Poisson where that is not above M), so that it holds for small counts too.
    For a group of customers, pass the group's histories.

    Args:
        fitted: A fitted purchase model.
        histories: The customers to add up.
        horizon: Length of the future (time units of the histories).
        confidence: Coverage of both intervals (probability, between 0 and 1).

    Returns:
        Expected total, interval of the expectation and predictive interval.

    Raises:
        InputError: The horizon is negative or not finite.

    Example:
        >>> from outsidein.stats.lifetime.bgnbd import BG_NBD
        >>> from outsidein.stats.lifetime.histories import compress_histories
        >>> fhl = {"r": 0.2426, "alpha": 4.4136, "a": 0.7929, "b": 2.4259}
        >>> cdnow = PurchaseFit(BG_NBD, fhl, np.eye(4) / 400, -9582.43, 2357, 946, True, None)
        >>> histories, _ = compress_histories([2] * 50, [213] * 50, [272] * 50)
        >>> total = total_expected(cdnow, histories, 39)
        >>> f"{total.expected:.0f}, {total.low:.0f} to {total.high:.0f}"
        '61, 41 to 85'

    Source:
        Fader, Hardie & Lee (2005), Marketing Science 24(2), equation 10 for the
        mean; law of total variance, Cox & Hinkley (1974), section 9.2.
    """
    _check_horizon(horizon)
    theta, model = fitted.vector, fitted.model
    weights = histories.customers.astype(np.float64)

    def total(parameters: Vector) -> Vector:
        return np.array([weights @ model.expected(parameters, histories, horizon)])

    mean = model.expected(theta, histories, horizon)
    own_variance = weights @ (model.factorial_moment(theta, histories, horizon) + mean - mean**2)
    error = standard_errors(total, theta, fitted.covariance)[0]
    expected_total = float(weights @ mean)
    low, high = predictive_interval(expected_total, float(error**2 + own_variance), confidence)
    spread = (
        np.exp(normal_quantile(confidence) * error / expected_total) if expected_total > 0 else 1.0
    )
    return PurchaseTotal(
        expected=expected_total,
        low=low,
        high=high,
        mean_low=float(expected_total / spread),
        mean_high=float(expected_total * spread),
        customers=histories.total_customers,
    )


def predictive_interval(mean: float, variance: float, confidence: float) -> tuple[float, float]:
    """Quantiles of a negative binomial, or of a Poisson where the variance is not above the mean.

    Source:
        Johnson, Kemp & Kotz (2005), "Univariate Discrete Distributions", section 5.1.
    """
    if np.isnan(variance):
        return np.nan, np.nan
    if mean == 0:
        return 0.0, 0.0
    tails = np.array([1 - confidence, 1 + confidence]) / 2
    if variance <= mean * (1 + 1e-9):
        low, high = poisson.ppf(tails, mean)
    else:
        low, high = nbinom.ppf(tails, mean**2 / (variance - mean), mean / variance)
    return float(low), float(high)


def _check_horizon(horizon: float) -> None:
    if not (np.isfinite(horizon) and horizon >= 0):
        raise InputError(f"horizon must be 0 or more; it is {horizon}.")
