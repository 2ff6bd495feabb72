"""Maximum likelihood in the logarithms of positive parameters."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

from outsidein.stats.lifetime.arrays import Matrix, Vector

Score = Callable[[Vector], tuple[float, Vector]]
BOUND = 10.0
NEAR_BOUND = 8.0
UNIDENTIFIED_FROM = 3.0
GRADIENT_AT_REST = 1e-5
STEP = 1e-4
SMALLEST_STEP = 1e-12


class Maximum(NamedTuple):
    """The maximum of the likelihood, and the curvature there.

    `covariance` is that of the log-parameters (dimensionless); it is None where
    the data do not determine them, and `why` then gives the reason in one sentence.
    `weak_covariance` always exists: it is the covariance under a normal prior on
    the log-parameters with a standard deviation of `UNIDENTIFIED_FROM`.
    """

    parameters: Vector
    covariance: Matrix | None
    log_likelihood: float
    converged: bool
    why: str | None
    weak_covariance: Matrix


def maximise(
    score: Score,
    starts: Iterable[Sequence[float]],
    *,
    units: Sequence[float],
    names: Sequence[str],
    customers: int,
) -> Maximum:
    """Find the parameters that make the data most likely.

    Quasi-Newton (L-BFGS-B) in the log-parameters from the likeliest of the
    fixed starts, then Newton steps. The other starts are tried only where the
    first search does not come to rest or ends at the bounds. No random numbers.

    Args:
        score: Log-parameters to the log-likelihood and its gradient in them.
        starts: Parameters to start from, on their own scale.
        units: A typical size of each parameter, on its own scale: the search
            stays within a factor of exp(10) of it.
        names: The parameters' names, for the sentence about what went wrong.
        customers: Customers behind the likelihood (count); scales the tolerance.

    Returns:
        Parameters on their own scale, covariance of their logarithms from the
        inverse of the observed information.

    Example:
        >>> import numpy as np
        >>> poisson = lambda u: (30 * u[0] - 10 * np.exp(u[0]), 30 - 10 * np.exp(u))
        >>> best = maximise(poisson, [[1.0]], units=[1.0], names=["rate"], customers=10)
        >>> f"{best.parameters[0]:.3f} {best.covariance[0, 0] * 30:.3f}"
        '3.000 1.000'

    Source:
        Nocedal & Wright (2006), "Numerical Optimization", 2nd ed., chapter 7;
        Efron & Hinkley (1978), Biometrika 65(3), for the observed information.
    """
    centre = np.log(np.asarray(units, dtype=np.float64))
    logs = sorted((np.log(np.asarray(s, float)) for s in starts), key=lambda u: -score(u)[0])
    best, gradient = _quasi_newton(score, logs[0], centre, customers)
    at_rest = np.max(np.abs(gradient)) / customers < GRADIENT_AT_REST
    if not at_rest or np.any(np.abs(best - centre) > NEAR_BOUND):
        others = [_quasi_newton(score, other, centre, customers)[0] for other in logs[1:]]
        best = max([best, *others], key=lambda u: score(u)[0])
    best, gradient, information = _newton(score, best, centre)
    covariance, why = _covariance(best - centre, information, names)
    return Maximum(
        np.exp(best),
        covariance,
        score(best)[0],
        bool(np.max(np.abs(gradient)) / customers < GRADIENT_AT_REST),
        why,
        _weak_covariance(information),
    )


def _quasi_newton(
    score: Score, start: Vector, centre: Vector, customers: int
) -> tuple[Vector, Vector]:
    def mean_loss(u: Vector) -> tuple[float, Vector]:
        value, gradient = score(u)
        return -value / customers, -gradient / customers

    # A handful of parameters: threads in BLAS only wait for each other on a busy machine.
    with threadpool_limits(limits=1, user_api="blas"):
        result = minimize(
            mean_loss,
            start,
            jac=True,
            method="L-BFGS-B",
            bounds=[(middle - BOUND, middle + BOUND) for middle in centre],
            options={"maxiter": 500, "ftol": 1e-13, "gtol": 1e-7, "maxcor": 20},
        )
    best = np.asarray(result.x, dtype=np.float64)
    return best, score(best)[1]


def _newton(score: Score, u: Vector, centre: Vector) -> tuple[Vector, Vector, Matrix]:
    """Polish an optimum; a step that does not raise the likelihood is not taken."""
    value, gradient = score(u)
    information = _information(score, u)
    for _ in range(3):
        if np.linalg.eigvalsh(information)[0] <= 0:
            break
        step = np.linalg.solve(information, gradient)
        if np.max(np.abs(step)) > 1 or np.any(np.abs(u + step - centre) > BOUND):
            break
        new_value, new_gradient = score(u + step)
        if new_value < value or np.max(np.abs(step)) < SMALLEST_STEP:
            break
        u, value, gradient = u + step, new_value, new_gradient
    return u, gradient, information


def _information(score: Score, u: Vector) -> Matrix:
    rows = [
        (score(u - step)[1] - score(u + step)[1]) / (2 * STEP) for step in STEP * np.eye(u.size)
    ]
    matrix = np.array(rows)
    return np.asarray((matrix + matrix.T) / 2, dtype=np.float64)


def _weak_covariance(information: Matrix) -> Matrix:
    values, vectors = np.linalg.eigh(information)
    precision = np.maximum(values, 0.0) + UNIDENTIFIED_FROM**-2
    return np.asarray((vectors / precision) @ vectors.T, dtype=np.float64)


def _covariance(
    ratios: Vector, information: Matrix, names: Sequence[str]
) -> tuple[Matrix | None, str | None]:
    extreme = [name for name, value in zip(names, ratios, strict=True) if abs(value) > NEAR_BOUND]
    if extreme:
        return None, f"The likelihood still rises towards the bounds of {' and '.join(extreme)}."
    if np.linalg.eigvalsh(information)[0] <= 0:
        return None, "The likelihood is flat or not curved at its highest point."
    covariance = np.linalg.inv(information)
    errors = np.sqrt(np.diag(covariance))
    vague = [n for n, error in zip(names, errors, strict=True) if error > UNIDENTIFIED_FROM]
    if vague:
        return None, f"The data hardly determine {' and '.join(vague)}."
    return np.asarray(covariance, dtype=np.float64), None
