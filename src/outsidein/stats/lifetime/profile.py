"""Intervals of parameters by the profile likelihood, which need no covariance."""

from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq, minimize
from scipy.stats import chi2
from threadpoolctl import threadpool_limits

from outsidein.errors import UnknownName
from outsidein.stats.lifetime.arrays import Vector
from outsidein.stats.lifetime.histories import Histories
from outsidein.stats.lifetime.intervals import ParameterInterval
from outsidein.stats.lifetime.maximum import BOUND, Score
from outsidein.stats.lifetime.model import PurchaseFit, total_score

FIRST_STEP = 0.25
GROWTH = 1.6
TOLERANCE = 1e-3


def profile_interval(
    fitted: PurchaseFit, histories: Histories, name: str, *, confidence: float = 0.95
) -> ParameterInterval:
    """Return the interval of one parameter of a purchase model.

    It holds the values at which the likelihood, maximised over the other parameters, is not
    significantly below its maximum. Unlike an interval symmetric in the logarithm it follows a
    likelihood that falls off slowly to one side, and it exists where the data do not determine
    the parameter: then one bound is 0 or infinite.

    Args:
        fitted: A fitted purchase model.
        histories: The histories it was fitted to.
        name: The parameter.
        confidence: Coverage of the interval (probability, between 0 and 1).

    Raises:
        UnknownName: The model has no such parameter.

    Example:
        >>> from outsidein.stats.lifetime.bgnbd import BG_NBD
        >>> from outsidein.stats.lifetime.histories import compress_histories
        >>> from outsidein.stats.lifetime.model import fit_purchases
        >>> x = [0] * 60 + [1, 2, 3, 5] * 10
        >>> t_x = [0] * 60 + [40, 90, 150, 200] * 10
        >>> histories, _ = compress_histories(x, t_x, [273] * 100)
        >>> r = profile_interval(fit_purchases(BG_NBD, histories), histories, "r")
        >>> bool(0 < r.low[0] < r.estimate[0] < r.high[0])
        True

    Source:
        Venzon & Moolgavkar (1988), "A Method for Computing Profile-Likelihood-Based Confidence
        Intervals", Applied Statistics 37(1), 87-94.
    """
    names = fitted.model.parameters
    if name not in names:
        raise UnknownName("parameter", name, names)
    place, best = names.index(name), np.log(fitted.vector)
    score = total_score(fitted.model, histories)
    fall = chi2.ppf(confidence, 1) / 2
    low, high = (_bound(score, best, place, direction, fall) for direction in (-1, 1))
    estimate = float(fitted.vector[place])
    return ParameterInterval(*(np.array([x]) for x in (estimate, np.exp(low), np.exp(high))))


def _bound(score: Score, best: Vector, place: int, direction: int, fall: float) -> float:
    """Return the logarithm at which the profile has fallen by `fall`; infinite if it never has."""
    top = score(best)[0]
    free = _Free(score, best, place)

    def excess(value: float) -> float:
        return fall - (top - free.maximum(value))

    inner, step = float(best[place]), FIRST_STEP
    while abs(inner + direction * step - best[place]) < BOUND:
        outer = inner + direction * step
        if excess(outer) < 0:
            return float(brentq(excess, inner, outer, xtol=TOLERANCE))
        inner, step = outer, step * GROWTH
    return direction * np.inf


class _Free:
    """The likelihood maximised over all parameters but one, each search starting at the last."""

    def __init__(self, score: Score, best: Vector, place: int) -> None:
        self._score, self._best = score, best
        self._others = np.arange(best.size) != place
        self._place, self._start = place, best[self._others]

    def maximum(self, value: float) -> float:
        with threadpool_limits(limits=1, user_api="blas"):
            result = minimize(
                self._loss(value),
                self._start,
                jac=True,
                method="L-BFGS-B",
                bounds=[(middle - BOUND, middle + BOUND) for middle in self._best[self._others]],
            )
        self._start = np.asarray(result.x, dtype=np.float64)
        return -float(result.fun)

    def _loss(self, value: float) -> Callable[[Vector], tuple[float, Vector]]:
        def loss(others: Vector) -> tuple[float, Vector]:
            u = np.empty(self._best.size)
            u[self._others], u[self._place] = others, value
            log_likelihood, gradient = self._score(u)
            return -log_likelihood, -gradient[self._others]

        return loss
