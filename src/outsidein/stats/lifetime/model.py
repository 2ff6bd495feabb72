"""The interface of a purchase model, and its fit by maximum likelihood."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from outsidein.errors import InputError, TooLittleData
from outsidein.stats.lifetime.arrays import Matrix, Vector
from outsidein.stats.lifetime.histories import Histories
from outsidein.stats.lifetime.intervals import ParameterInterval, log_interval
from outsidein.stats.lifetime.maximum import Maximum, maximise

CUSTOMERS_NEEDED = 50
REPEATERS_NEEDED = 10
STARTING_SAMPLE = 2_000
"""Number of distinct histories from which the search for a start is cheap."""


class ScoreRows(NamedTuple):
    """Log-likelihood per row, and its derivatives in the log-parameters (rows by parameters)."""

    log_likelihood: Vector
    gradient: Matrix


@dataclass(frozen=True)
class PurchaseModel:
    """A model of repeat purchases of customers without a contract.

    The functions take the parameters as a vector in the order of `parameters`
    and return one value per row of the histories. `starts` hold the times
    among the parameters (`times`) in units of the mean T.

    Attributes:
        name: Name shown to readers.
        parameters: Names, in the literature's letters.
        times: Which of them are times.
        starts: Fixed starting points of the fit.
        score: Log-likelihood of each row and its gradient in the log-parameters.
        alive: Probability that the customer has not left by T.
        expected: Expected purchases in (T, T + horizon] (count).
        inactive: Probability of no purchase in (T, T + horizon].
        factorial_moment: Expected Y(Y - 1) of the same purchases Y (count squared).
        new_customer: Expected repeat purchases in the first t time units (count).
    """

    name: str
    parameters: tuple[str, ...]
    times: frozenset[str]
    starts: tuple[tuple[float, ...], ...]
    score: Callable[[Vector, Histories], ScoreRows]
    alive: Callable[[Vector, Histories], Vector]
    expected: Callable[[Vector, Histories, float], Vector]
    inactive: Callable[[Vector, Histories, float], Vector]
    factorial_moment: Callable[[Vector, Histories, float], Vector]
    new_customer: Callable[[Vector, Vector], Vector]

    def vector(self, parameters: Mapping[str, float]) -> Vector:
        """Put parameters into this model's order."""
        return np.array([parameters[name] for name in self.parameters], dtype=np.float64)


@dataclass(frozen=True, eq=False)
class PurchaseFit:
    """A purchase model fitted to histories.

    Attributes:
        model: The model.
        parameters: Estimates by name (times in the histories' time unit).
        covariance: Of the log-parameters, in the model's order; None where the
            data do not determine them.
        log_likelihood: Natural logarithm, summed over customers.
        customers: Customers fitted (count).
        repeaters: Those of them who bought again (count).
        converged: Whether the search came to rest.
        why: One sentence where there is no covariance, else None.
        weak_covariance: The covariance under a weak prior on the log-parameters, which exists
            also where the data do not determine them.
    """

    model: PurchaseModel
    parameters: dict[str, float]
    covariance: Matrix | None
    log_likelihood: float
    customers: int
    repeaters: int
    converged: bool
    why: str | None
    weak_covariance: Matrix | None = None

    @property
    def vector(self) -> Vector:
        """The estimates in the model's order."""
        return self.model.vector(self.parameters)


def fit_purchases(model: PurchaseModel, histories: Histories) -> PurchaseFit:
    """Estimate a purchase model by maximum likelihood.

    Args:
        model: `BG_NBD`, `MBG_NBD` or `PARETO_NBD`.
        histories: Distinct histories with their customers.

    Returns:
        Estimates, and the covariance of their logarithms from the observed
        information. An optimum that the data do not determine has no
        covariance and a `why`; it is not an error.

    Raises:
        TooLittleData: Fewer than 50 customers, or fewer than 10 who bought again.

    Example:
        >>> from outsidein.stats.lifetime.bgnbd import BG_NBD
        >>> from outsidein.stats.lifetime.histories import compress_histories
        >>> x = [0] * 60 + [1, 2, 3, 5] * 10
        >>> t_x = [0] * 60 + [40, 90, 150, 200] * 10
        >>> histories, _ = compress_histories(x, t_x, [273] * 100)
        >>> fitted = fit_purchases(BG_NBD, histories)
        >>> fitted.customers, fitted.repeaters, round(fitted.log_likelihood, 1)
        (100, 40, -466.0)

    Source:
        Fader, Hardie & Lee (2005), Marketing Science 24(2), section 4.
    """
    if histories.total_customers < CUSTOMERS_NEEDED:
        raise TooLittleData(histories.total_customers, needed=CUSTOMERS_NEEDED, of="customers")
    if histories.repeaters < REPEATERS_NEEDED:
        raise TooLittleData(
            histories.repeaters, needed=REPEATERS_NEEDED, of="customers with repeat purchases"
        )
    if not histories.T.max() > 0:
        raise InputError("T is 0 for every customer; there is nothing to observe.")
    typical = float(np.average(histories.T, weights=histories.customers))
    units = [typical if name in model.times else 1.0 for name in model.parameters]
    starts = [[v * unit for v, unit in zip(start, units, strict=True)] for start in model.starts]
    best = _maximum_likelihood(model, histories, starts, units)
    return PurchaseFit(
        model=model,
        parameters=dict(zip(model.parameters, best.parameters.tolist(), strict=True)),
        covariance=best.covariance,
        log_likelihood=best.log_likelihood,
        customers=histories.total_customers,
        repeaters=histories.repeaters,
        converged=best.converged,
        why=best.why,
        weak_covariance=best.weak_covariance,
    )


def _maximum_likelihood(
    model: PurchaseModel,
    histories: Histories,
    starts: Sequence[Sequence[float]],
    units: Sequence[float],
) -> Maximum:
    """Maximise the likelihood; with many histories, start at the maximum of a sample."""
    step = histories.T.size // STARTING_SAMPLE
    if step > 1:
        sample = Histories(
            histories.frequency[::step],
            histories.recency[::step],
            histories.T[::step],
            histories.customers[::step],
        )
        starts = [_maximum_likelihood(model, sample, starts, units).parameters.tolist()]
    return maximise(
        total_score(model, histories),
        starts,
        units=units,
        names=model.parameters,
        customers=histories.total_customers,
    )


def log_likelihood(
    model: PurchaseModel, histories: Histories, parameters: Mapping[str, float]
) -> Vector:
    """Return the log-likelihood of each row, for one of its customers.

    Args:
        model: The purchase model.
        histories: Distinct histories.
        parameters: Values by name (times in the histories' time unit).

    Example:
        >>> from outsidein.stats.lifetime.bgnbd import BG_NBD
        >>> from outsidein.stats.lifetime.histories import compress_histories
        >>> histories, _ = compress_histories([2], [213], [272])
        >>> fhl = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
        >>> log_likelihood(BG_NBD, histories, fhl).round(2).tolist()
        [-9.46]

    Source:
        Fader, Hardie & Lee (2005), Marketing Science 24(2), equation 6.
    """
    return model.score(model.vector(parameters), histories).log_likelihood


def expected_of_new_customer(
    fitted: PurchaseFit, times: ArrayLike, *, confidence: float = 0.95
) -> ParameterInterval:
    """Estimate the repeat purchases of a customer just won.

    Args:
        fitted: A fitted purchase model.
        times: Time since the first purchase (time units, 0 or more).
        confidence: Coverage of the interval (probability, between 0 and 1).

    Returns:
        Expected repeat purchases per time, with the interval that the
        parameters' uncertainty gives (count); NaN bounds without covariance.

    Example:
        >>> from outsidein.stats.lifetime.bgnbd import BG_NBD
        >>> fhl = {"r": 0.2426, "alpha": 4.4136, "a": 0.7929, "b": 2.4259}
        >>> cdnow = PurchaseFit(BG_NBD, fhl, None, -9582.43, 2357, 946, True, None)
        >>> f"{expected_of_new_customer(cdnow, [52]).estimate[0]:.3f}"
        '1.444'

    Source:
        Fader, Hardie & Lee (2005), Marketing Science 24(2), equation 9.
    """
    points = np.asarray(times, dtype=np.float64)
    if not np.all(points >= 0):
        raise InputError("times must be 0 or more.")
    return log_interval(
        lambda theta: fitted.model.new_customer(theta, points),
        fitted.vector,
        fitted.covariance,
        confidence=confidence,
    )


def parameter_intervals(
    fitted: PurchaseFit, *, confidence: float = 0.95
) -> dict[str, ParameterInterval]:
    """Return the interval of each parameter, symmetric in its logarithm.

    Example:
        >>> import numpy as np
        >>> from outsidein.stats.lifetime.bgnbd import BG_NBD
        >>> fhl = {"r": 0.2426, "alpha": 4.4136, "a": 0.7929, "b": 2.4259}
        >>> cdnow = PurchaseFit(BG_NBD, fhl, np.eye(4) / 400, -9582.43, 2357, 946, True, None)
        >>> r = parameter_intervals(cdnow)["r"]
        >>> f"{r.estimate[0]:.3f} ({r.low[0]:.3f} to {r.high[0]:.3f})"
        '0.243 (0.220 to 0.268)'

    Source:
        Cox & Hinkley (1974), "Theoretical Statistics", section 9.2 (delta method).
    """
    all_parameters = log_interval(
        lambda theta: theta, fitted.vector, fitted.covariance, confidence=confidence
    )
    return {
        name: ParameterInterval(
            all_parameters.estimate[[i]], all_parameters.low[[i]], all_parameters.high[[i]]
        )
        for i, name in enumerate(fitted.model.parameters)
    }


def total_score(
    model: PurchaseModel, histories: Histories
) -> Callable[[Vector], tuple[float, Vector]]:
    """Return the log-likelihood of all customers and its gradient, as a function of log-parameters.

    Source:
        Fader, Hardie & Lee (2005), Marketing Science 24(2), section 4.
    """
    weights = histories.customers.astype(np.float64)

    def score(log_parameters: Vector) -> tuple[float, Vector]:
        rows = model.score(np.exp(log_parameters), histories)
        return float(weights @ rows.log_likelihood), weights @ rows.gradient

    return score
