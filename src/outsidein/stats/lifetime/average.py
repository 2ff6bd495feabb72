"""Predictions averaged over purchase models, with the uncertainty of the choice between them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from outsidein.errors import InputError
from outsidein.stats.lifetime.arrays import Matrix, Vector
from outsidein.stats.lifetime.histories import Histories
from outsidein.stats.lifetime.intervals import (
    ParameterInterval,
    normal_quantile,
    standard_errors,
)
from outsidein.stats.lifetime.model import PurchaseFit, PurchaseModel
from outsidein.stats.lifetime.predict import (
    PurchasePrediction,
    PurchaseTotal,
    predictive_interval,
)

Quantity = Callable[[PurchaseModel, Vector], Vector]
"""A function of a model and its parameters, 0 or above."""

FLOOR = 0.05
"""Standard deviation of the relative error that no hold-out shows: the year ahead differs."""
LARGEST_EXPONENT = 700.0


@dataclass(frozen=True, eq=False)
class ModelAverage:
    """Purchase models fitted to the same histories, with equal weights.

    Attributes:
        fits: The fitted models.
        misfit: Standard deviation of the relative error of expected purchases beyond what the
            models' own uncertainty explains, as by `misfit_on_hold_out`.
    """

    fits: tuple[PurchaseFit, ...]
    misfit: float = 0.0

    def __post_init__(self) -> None:
        if not self.fits:
            raise InputError("an average needs one fitted model or more.")

    @property
    def name(self) -> str:
        """Names of the models, for readers."""
        return " and ".join(fitted.model.name for fitted in self.fits)

    @property
    def customers(self) -> int:
        """Customers fitted (count)."""
        return self.fits[0].customers


def average_expected(average: ModelAverage, histories: Histories, horizon: float) -> Vector:
    """Return the expected purchases of each row in the horizon (count)."""
    return _mean(average, lambda model, theta: model.expected(theta, histories, horizon))


def average_of(
    quantity: Quantity, average: ModelAverage, *, misfit: float = 0.0, confidence: float = 0.95
) -> ParameterInterval:
    """Average a positive quantity over models.

    The variance, on the logarithm, is the mean over models of the variance within the model plus
    the variance between models, plus `misfit` squared. The variance within a model comes from
    the delta method; where the data do not determine its parameters, from the covariance under a
    weak prior.

    Args:
        quantity: Function of a model and its parameters.
        average: The fitted models.
        misfit: Standard deviation of a further relative error.
        confidence: Coverage of the interval (probability, between 0 and 1).

    Example:
        >>> from outsidein.stats.lifetime.bgnbd import BG_NBD
        >>> fhl = {"r": 0.2426, "alpha": 4.4136, "a": 0.7929, "b": 2.4259}
        >>> cdnow = PurchaseFit(BG_NBD, fhl, np.eye(4) / 400, -9582.43, 2357, 946, True, None)
        >>> twice = ModelAverage((cdnow, cdnow))
        >>> rate = average_of(lambda model, theta: theta[:1] / theta[1:2], twice)
        >>> f"{rate.estimate[0]:.4f} ({rate.low[0]:.4f} to {rate.high[0]:.4f})"
        '0.0550 (0.0479 to 0.0631)'

    Source:
        Buckland, Burnham & Augustin (1997), "Model Selection: An Integral Part of Inference",
        Biometrics 53(2), 603-618, equation 9; Cox & Hinkley (1974), section 9.2 (delta method).
    """
    estimate, variance = _pooled(quantity, average, np.log, lambda value: value)
    spread = np.exp(
        np.minimum(normal_quantile(confidence) * np.sqrt(variance + misfit**2), LARGEST_EXPONENT)
    )
    return ParameterInterval(estimate, estimate / spread, estimate * spread)


def average_probability(
    quantity: Quantity,
    average: ModelAverage,
    *,
    variance: Vector | float = 0.0,
    confidence: float = 0.95,
) -> ParameterInterval:
    """Average a probability over models; the interval is symmetric in the log-odds.

    Args:
        quantity: Function of a model and its parameters, between 0 and 1.
        average: The fitted models.
        variance: Further variance of the probability, on its own scale.
        confidence: Coverage of the interval (probability, between 0 and 1).

    Source:
        Buckland, Burnham & Augustin (1997), Biometrics 53(2), 603-618, equation 9.
    """
    estimate, pooled = _pooled(
        quantity, average, lambda p: np.log(p) - np.log1p(-p), lambda p: p * (1 - p)
    )
    slope = estimate * (1 - estimate)
    further = np.divide(variance, slope**2, out=np.zeros_like(slope), where=slope > 0)
    shift = np.exp(
        np.minimum(normal_quantile(confidence) * np.sqrt(pooled + further), LARGEST_EXPONENT)
    )
    low = estimate / (estimate + (1 - estimate) * shift)
    return ParameterInterval(estimate, low, estimate * shift / (estimate * shift + (1 - estimate)))


def predict_average(
    average: ModelAverage, histories: Histories, horizon: float, *, confidence: float = 0.95
) -> PurchasePrediction:
    """Predict purchases and presence for each history, averaged over models.

    Args:
        average: The fitted models.
        histories: Histories to predict.
        horizon: Length of the future (time units of the histories).
        confidence: Coverage of the intervals (probability, between 0 and 1).

    Source:
        Buckland, Burnham & Augustin (1997), Biometrics 53(2), 603-618, equation 9.
    """
    purchases = average_of(
        lambda model, theta: model.expected(theta, histories, horizon),
        average,
        misfit=average.misfit,
        confidence=confidence,
    )
    presence = average_probability(
        lambda model, theta: model.alive(theta, histories), average, confidence=confidence
    )
    return PurchasePrediction(*purchases, *presence)


def average_total(
    average: ModelAverage, histories: Histories, horizon: float, *, confidence: float = 0.95
) -> PurchaseTotal:
    """Predict the purchases of all customers together, averaged over models.

    The predictive variance adds the customers' own randomness, the parameters, the difference
    between models, and the misfit.

    Args:
        average: The fitted models.
        histories: The customers to add up.
        horizon: Length of the future (time units of the histories).
        confidence: Coverage of both intervals (probability, between 0 and 1).

    Source:
        Fader, Hardie & Lee (2005), Marketing Science 24(2), equation 10, for the mean of a model;
        Buckland, Burnham & Augustin (1997), Biometrics 53(2), 603-618, equation 9.
    """
    weights = histories.customers.astype(np.float64)

    def total(model: PurchaseModel, theta: Vector) -> Vector:
        return np.array([weights @ model.expected(theta, histories, horizon)])

    mean = average_of(total, average, misfit=average.misfit, confidence=confidence)
    expected, half = float(mean.estimate[0]), _log_half_width(mean)
    of_mean = (expected * half / normal_quantile(confidence)) ** 2
    own = _mean(average, partial(_own_variance, histories=histories, horizon=horizon))
    low, high = predictive_interval(expected, of_mean + float(weights @ own), confidence)
    return PurchaseTotal(
        expected, low, high, float(mean.low[0]), float(mean.high[0]), histories.total_customers
    )


def misfit_on_hold_out(
    average: ModelAverage, histories: Histories, bought: float, horizon: float
) -> float:
    """Return the relative error that the hold-out shows beyond chance, and what it cannot show.

    Half the square of the logarithm of expected over observed purchases, less its variance by the
    models themselves, is added to the square of `FLOOR`: one hold-out is one draw of the error.

    Args:
        average: Models fitted to the calibration.
        histories: Histories of the calibration.
        bought: Purchases in the hold-out (count).
        horizon: Length of the hold-out (time units of the histories).

    Source:
        DerSimonian & Laird (1986), "Meta-Analysis in Clinical Trials", Controlled Clinical
        Trials 7(3), 177-188, for the moment estimate of a variance beyond chance.
    """
    total = average_total(replace(average, misfit=0.0), histories, horizon)
    if not (bought > 0 and total.low > 0):
        return FLOOR
    by_chance = np.log(total.high / total.low) / 2 / normal_quantile(0.95)
    beyond = np.log(total.expected / bought) ** 2 - by_chance**2
    return float(np.sqrt(FLOOR**2 + max(0.0, float(beyond)) / 2))


def _own_variance(
    model: PurchaseModel, theta: Vector, *, histories: Histories, horizon: float
) -> Vector:
    mean = model.expected(theta, histories, horizon)
    return model.factorial_moment(theta, histories, horizon) + mean - mean**2


def _mean(average: ModelAverage, quantity: Quantity) -> Vector:
    values = [quantity(fitted.model, fitted.vector) for fitted in average.fits]
    return np.asarray(np.mean(values, axis=0), dtype=np.float64)


def _pooled(
    quantity: Quantity,
    average: ModelAverage,
    transform: Callable[[Vector], Vector],
    inverse_slope: Callable[[Vector], Vector],
) -> tuple[Vector, Vector]:
    """Mean of a quantity over models, and the variance of its transform around that mean."""
    values = np.stack([quantity(fitted.model, fitted.vector) for fitted in average.fits])
    errors = np.stack(
        [
            standard_errors(partial(quantity, fitted.model), fitted.vector, _covariance(fitted))
            for fitted in average.fits
        ]
    )
    estimate = values.mean(axis=0)
    slope = inverse_slope(values)
    relative = np.divide(errors, slope, out=np.zeros_like(errors), where=slope > 0)
    inside = slope > 0
    safe = np.where(inside, values, 0.5)
    centre = np.where(inverse_slope(estimate) > 0, estimate, 0.5)
    between = np.where(inside, transform(safe) - transform(centre), 0.0)
    return estimate, np.asarray(np.mean(relative**2 + between**2, axis=0), dtype=np.float64)


def _covariance(fitted: PurchaseFit) -> Matrix | None:
    return fitted.covariance if fitted.covariance is not None else fitted.weak_covariance


def _log_half_width(interval: ParameterInterval) -> float:
    low, high = float(interval.low[0]), float(interval.high[0])
    return float(np.log(high / low) / 2) if low > 0 else 0.0
