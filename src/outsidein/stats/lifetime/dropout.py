"""Dropout after a purchase: what BG/NBD and MBG/NBD share.

Purchases come at rate lambda ~ Gamma(r, alpha) while the customer is alive, and
the customer drops out at each opportunity with probability p ~ Beta(a, b). The models differ
only in the number of opportunities: as many as repeat purchases (BG/NBD), or one more,
right after the first purchase (MBG/NBD).
"""

from collections.abc import Callable

import numpy as np
from scipy.special import digamma, gammaln

from outsidein.stats.lifetime.arrays import (
    Ints,
    Matrix,
    Vector,
    digamma_by_count,
    log_gamma_by_count,
    map_chunks,
)
from outsidein.stats.lifetime.histories import Histories
from outsidein.stats.lifetime.model import ScoreRows

NODES = 24
CHUNK = 4096
SERIES_BELOW = 1e-4


def dropout_score(theta: Vector, histories: Histories, opportunities: Ints) -> ScoreRows:
    """Log-likelihood of each row and its gradient in log (r, alpha, a, b)."""
    r, alpha, a, b = theta
    x, log_T, log_t = histories.frequency, np.log(alpha + histories.T), _log_last(alpha, histories)
    k = r + x
    stayed, left = -k * log_T, _log_dropout_odds(a, b, opportunities) - k * log_t
    either = np.logaddexp(stayed, left)
    alive = np.exp(stayed - either)
    gone = 1 - alive
    total = digamma_by_count(a + b, opportunities) - digamma(a + b)
    value = (
        log_gamma_by_count(r, x) - gammaln(r) + r * np.log(alpha) + either
        + log_gamma_by_count(b, opportunities) - gammaln(b)
        - log_gamma_by_count(a + b, opportunities) + gammaln(a + b)
    )  # fmt: skip
    last_opportunity = np.where(opportunities > 0, b + opportunities - 1, 1.0)
    gradient = (
        digamma_by_count(r, x) - digamma(r) + np.log(alpha) - alive * log_T - gone * log_t,
        r / alpha - k * (alive * np.exp(-log_T) + gone * np.exp(-log_t)),
        gone / a - total,
        digamma_by_count(b, opportunities) - digamma(b) - total - gone / last_opportunity,
    )
    return ScoreRows(value, np.stack(gradient, axis=1) * theta)


def dropout_alive(theta: Vector, histories: Histories, opportunities: Ints) -> Vector:
    """Probability of each row's customers not having left by T."""
    r, alpha, a, b = theta
    gap = np.log(alpha + histories.T) - _log_last(alpha, histories)
    log_odds = _log_dropout_odds(a, b, opportunities) + (r + histories.frequency) * gap
    return np.asarray(np.exp(-np.logaddexp(0.0, log_odds)), dtype=np.float64)


def dropout_inactive(
    theta: Vector, histories: Histories, opportunities: Ints, horizon: float
) -> Vector:
    """Probability of each row's customers making no purchase in the horizon."""
    r, alpha, _, _ = theta
    reach = np.log1p(horizon / (alpha + histories.T))
    buys_if_alive = -np.expm1(-(r + histories.frequency) * reach)
    alive = dropout_alive(theta, histories, opportunities)
    return np.asarray(1 - alive * buys_if_alive, dtype=np.float64)


def purchases_if_alive(
    theta: Vector, x: Ints, T: Vector, opportunities: Ints, horizon: Vector | float
) -> Vector:
    """Expected purchases in the horizon of customers alive at T.

    Given p the mean is (1 - (1 + p t / (alpha + T))^-(r + x)) / p, which is
    then averaged over p ~ Beta(a, b + opportunities) by Gauss-Jacobi quadrature. It
    equals the published Gaussian hypergeometric form without its overflow for
    frequent buyers and its pole at a = 1.
    """
    return _average_over_p(
        theta, x, T=T, opportunities=opportunities, horizon=horizon, given_p=_mean_given_p
    )


def factorial_moment_if_alive(
    theta: Vector, x: Ints, T: Vector, opportunities: Ints, horizon: Vector | float
) -> Vector:
    """Expected Y(Y - 1) of the purchases Y in the horizon of customers alive at T."""
    return _average_over_p(
        theta,
        x,
        T=T,
        opportunities=opportunities,
        horizon=horizon,
        given_p=_factorial_moment_given_p,
    )


def beta_nodes(a: float, b: Vector) -> tuple[Matrix, Matrix]:
    """Gauss-Jacobi nodes and weights for the mean over Beta(a, b), a row for each b.

    Source:
        Golub & Welsch (1969), "Calculation of Gauss Quadrature Rules",
        Mathematics of Computation 23, with the Jacobi recurrence on (0, 1).
    """
    n = np.arange(NODES, dtype=np.float64)
    alpha, beta = (b - 1)[:, None], a - 1
    s = 2 * n + alpha + beta
    centre = np.empty_like(s)
    centre[:, 0] = (beta - alpha[:, 0]) / (alpha[:, 0] + beta + 2)
    centre[:, 1:] = (beta**2 - alpha**2) / (s[:, 1:] * (s[:, 1:] + 2))
    side = np.empty((b.size, NODES - 1))
    side[:, 0] = 4 * (1 + alpha[:, 0]) * (1 + beta) / (s[:, 1] ** 2 * (s[:, 1] + 1))
    m, s = n[2:], s[:, 2:]
    crossed = (m + alpha) * (m + beta) * (m + alpha + beta)
    side[:, 1:] = 4 * m * crossed / (s**2 * (s**2 - 1))
    jacobi = np.zeros((b.size, NODES, NODES))
    diagonal = np.arange(NODES)
    jacobi[:, diagonal, diagonal] = (1 + centre) / 2
    jacobi[:, diagonal[1:], diagonal[:-1]] = np.sqrt(side) / 2
    nodes, vectors = np.linalg.eigh(jacobi)
    return np.clip(nodes, 1e-300, 1.0), vectors[:, 0, :] ** 2


def _average_over_p(
    theta: Vector,
    x: Ints,
    *,
    T: Vector,
    opportunities: Ints,
    horizon: Vector | float,
    given_p: Callable[[Matrix, Matrix, Matrix], Matrix],
) -> Vector:
    r, alpha, a, b = theta
    distinct, place = np.unique(opportunities, return_inverse=True)
    nodes, weights = beta_nodes(a, b + distinct)
    k, reach = r + x, horizon / (alpha + T)

    def averages(rows: slice) -> Vector:
        at = place[rows]
        values = given_p(nodes[at], k[rows, None], reach[rows, None])
        return np.asarray(np.einsum("ij,ij->i", values, weights[at]), dtype=np.float64)

    return np.concatenate([np.empty(0), *map_chunks(averages, x.size, size=CHUNK)])


def _mean_given_p(p: Matrix, k: Matrix, reach: Matrix) -> Matrix:
    return np.asarray(-np.expm1(-k * np.log1p(p * reach)) / p, dtype=np.float64)


def _factorial_moment_given_p(p: Matrix, k: Matrix, reach: Matrix) -> Matrix:
    v = p * reach
    exact = 1 - np.exp(-k * np.log1p(v)) * (1 + k * v / (1 + v))
    series = k * (k + 1) * v**2 * (0.5 - (k + 2) * v / 3)
    bracket = np.where((k + 1) * v < SERIES_BELOW, series, exact)
    return np.asarray(2 * (1 - p) * bracket / p**2, dtype=np.float64)


def _log_last(alpha: float, histories: Histories) -> Vector:
    return np.asarray(np.log(alpha + histories.recency), dtype=np.float64)


def _log_dropout_odds(a: float, b: float, opportunities: Ints) -> Vector:
    odds = np.full(opportunities.shape, -np.inf)
    taken = opportunities > 0
    odds[taken] = np.log(a) - np.log(b + opportunities[taken] - 1)
    return odds
