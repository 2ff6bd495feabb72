"""Mean spends collapsed to narrow bins, with a bound on the error."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from outsidein.errors import InputError
from outsidein.stats.lifetime.arrays import Vector
from outsidein.stats.lifetime.gammagamma import PARAMETERS, SpendFit, Spends, spends_from_sums
from outsidein.stats.lifetime.histories import distinct_histories

STEP = 1e-4


@dataclass(frozen=True, eq=False)
class SpendBins:
    """Spends collapsed to bins.

    Attributes:
        spends: One row per bin; its mean spend is the geometric mean inside (money).
        variance: Variance of the log spends inside each bin (dimensionless).
        width: Width of a bin in the logarithm (dimensionless): 0.01 is one per cent.
    """

    spends: Spends
    variance: Vector
    width: float


class BinningError(NamedTuple):
    """Bounds on the error of binning, relative to the fit of the single spends.

    Attributes:
        log_likelihood: Upper bound of the relative error (fraction).
        parameters: Largest relative shift of a parameter, to first order
            (fraction); NaN where the fit has no covariance.
        expected_spend: Upper bound of the relative error of a customer's
            expected spend at given parameters (fraction).
    """

    log_likelihood: float
    parameters: float
    expected_spend: float


def bin_spend(
    frequency: ArrayLike, mean_spend: ArrayLike, *, width: float = 0.01
) -> tuple[SpendBins, NDArray[np.intp]]:
    """Collapse customers to bins of equal frequency and nearly equal mean spend.

    Bins are equally wide in the logarithm. Each stands at its geometric mean,
    which keeps the likelihood's term in log spend exact and leaves an error of
    second order in the width; `binning_error` states it.

    Args:
        frequency: Purchases per customer, 1 or more (count).
        mean_spend: Mean spend of those purchases per customer, above 0 (money).
        width: Width of a bin in the logarithm: 0.01 is one per cent.

    Returns:
        The bins, and for each customer the row of their bin.

    Raises:
        InputError: Lengths differ, a frequency is below 1, a spend or the width
            is not above 0.

    Example:
        >>> bins, rows = bin_spend([1, 1, 2], [10.0, 10.01, 10.0])
        >>> bins.spends.customers.tolist(), rows.tolist()
        ([2, 1], [0, 0, 1])

    Source:
        Fader & Hardie (2013), brucehardie.com/notes/025, equation 1a; the bound
        on the error is Jensen's gap, derived at `binning_error`.
    """
    if not width > 0:
        raise InputError(f"width must be above 0; it is {width}.")
    single = spends_from_sums(frequency, mean_spend)
    logs = np.log(single.mean_spend)
    place = np.floor(logs / width).astype(np.int64)
    place -= place.min(initial=0)
    keys, rows, customers = distinct_histories(
        single.frequency * (place.max(initial=0) + 1) + place
    )
    centre = np.bincount(rows, logs, keys.size) / customers
    logs -= centre[rows]
    variance = np.bincount(rows, logs**2, keys.size) / customers
    count = keys // (place.max(initial=0) + 1)
    return SpendBins(Spends(count, np.exp(centre), customers), variance, width), rows


def binning_error(fitted: SpendFit, bins: SpendBins) -> BinningError:
    """Return bounds on the error of binning.

    Of a customer's log-likelihood only (p x + q) log(gamma + x z) is not linear
    in log z; its second derivative there lies between 0 and (p x + q) / 4.
    Hence the binned log-likelihood exceeds the exact one by at most
    sum n (p x + q) v / 8, with v the variance of log z inside the bin. The
    parameters move, to first order, by the covariance times the gradient of
    half the second derivative times v. Expected spend given the parameters is
    less steep than z itself, so it errs by less than one bin.

    Args:
        fitted: The fit of these bins.
        bins: The bins.

    Returns:
        Relative errors (fractions).

    Example:
        >>> from outsidein.stats.lifetime.gammagamma import fit_spend
        >>> rng = np.random.default_rng(1)
        >>> x = rng.integers(1, 9, 4000)
        >>> mean = rng.gamma(6 * x, 1 / (rng.gamma(4.0, 1 / 15.0, 4000) * x))
        >>> bins, _ = bin_spend(x, mean)
        >>> binning_error(fit_spend(bins.spends), bins).log_likelihood < 1e-4
        True

    Source:
        Jensen's gap of a function with bounded second derivative (Taylor);
        Fader & Hardie (2013), brucehardie.com/notes/025, equation 1a.
    """
    p, q, _ = fitted.vector
    observed = bins.spends
    gap = observed.customers @ ((p * observed.frequency + q) * bins.variance) / 8
    return BinningError(
        log_likelihood=float(gap / abs(fitted.log_likelihood)),
        parameters=_parameter_shift(fitted, bins),
        expected_spend=float(np.expm1(bins.width)),
    )


def _parameter_shift(fitted: SpendFit, bins: SpendBins) -> float:
    if fitted.covariance is None:
        return float("nan")
    steps = STEP * np.eye(len(PARAMETERS))
    gradient = [
        (
            _jensen_gap(fitted.vector * np.exp(s), bins)
            - _jensen_gap(fitted.vector * np.exp(-s), bins)
        )
        / (2 * STEP)
        for s in steps
    ]
    return float(np.max(np.abs(fitted.covariance @ np.array(gradient))))


def _jensen_gap(theta: Vector, bins: SpendBins) -> float:
    p, q, gamma = theta
    x, z = bins.spends.frequency, bins.spends.mean_spend
    curvature = (p * x + q) * gamma * x * z / (gamma + x * z) ** 2
    return float(bins.spends.customers @ (curvature * bins.variance) / 2)
