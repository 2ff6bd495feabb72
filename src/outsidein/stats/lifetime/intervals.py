"""Intervals by the delta method, for functions of positive parameters."""

from collections.abc import Callable
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from outsidein.errors import InputError
from outsidein.stats.lifetime.arrays import Matrix, Vector

STEP = 1e-4


class ParameterInterval(NamedTuple):
    """Estimates and their confidence intervals, in the unit of the estimate."""

    estimate: Vector
    low: Vector
    high: Vector


def normal_quantile(confidence: float) -> float:
    """Return the normal quantile of a two-sided interval."""
    if not 0 < confidence < 1:
        raise InputError(f"confidence must lie between 0 and 1; it is {confidence}.")
    return NormalDist().inv_cdf((1 + confidence) / 2)


def standard_errors(
    function: Callable[[Vector], Vector], parameters: Vector, covariance: Matrix | None
) -> Vector:
    """Return the standard errors of a function of estimated positive parameters.

    Args:
        function: Parameters to a vector.
        parameters: The estimates, on their own scale.
        covariance: Of the logarithms of the parameters; None gives NaN.

    Returns:
        One standard error per element, in the unit of the function.

    Example:
        >>> import numpy as np
        >>> error = standard_errors(lambda p: p**2, np.array([3.0]), np.array([[0.01]]))
        >>> error.round(4).tolist()
        [1.8]

    Source:
        Cox & Hinkley (1974), "Theoretical Statistics", section 9.2 (delta method).
    """
    if covariance is None:
        return np.full_like(function(parameters), np.nan)
    slopes = np.stack([_slope(function, parameters, s) for s in STEP * np.eye(parameters.size)])
    variance = np.einsum("i...,ij,j...->...", slopes, covariance, slopes)
    return np.asarray(np.sqrt(np.maximum(variance, 0.0)), dtype=np.float64)


def log_interval(
    function: Callable[[Vector], Vector],
    parameters: Vector,
    covariance: Matrix | None,
    *,
    confidence: float,
) -> ParameterInterval:
    """Interval symmetric in the logarithm, for what cannot be negative; zero stays zero."""
    z = normal_quantile(confidence)
    estimate = function(parameters)
    errors = standard_errors(function, parameters, covariance)
    relative = np.divide(errors, estimate, out=_zero_or_nan(errors), where=estimate > 0)
    spread = np.exp(np.minimum(z * relative, 700.0))
    return ParameterInterval(estimate, estimate / spread, estimate * spread)


def logit_interval(
    function: Callable[[Vector], Vector],
    parameters: Vector,
    covariance: Matrix | None,
    *,
    confidence: float,
) -> ParameterInterval:
    """Interval symmetric in the log-odds, for probabilities; 0 and 1 stay themselves."""
    z = normal_quantile(confidence)
    estimate = function(parameters)
    errors = standard_errors(function, parameters, covariance)
    spread = estimate * (1 - estimate)
    relative = np.divide(errors, spread, out=_zero_or_nan(errors), where=spread > 0)
    shift = np.exp(np.minimum(z * relative, 700.0))
    low = estimate / (estimate + (1 - estimate) * shift)
    high = estimate * shift / (estimate * shift + (1 - estimate))
    return ParameterInterval(estimate, low, high)


def _slope(function: Callable[[Vector], Vector], parameters: Vector, step: Vector) -> Vector:
    up, down = function(parameters * np.exp(step)), function(parameters * np.exp(-step))
    finite = np.isfinite(up) & np.isfinite(down)
    return np.subtract(up, down, out=np.full_like(up, np.nan), where=finite) / (2 * STEP)


def _zero_or_nan(errors: Vector) -> Vector:
    return np.where(np.isnan(errors), np.nan, 0.0)
