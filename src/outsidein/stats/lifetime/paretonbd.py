"""Pareto/NBD: customers may leave at any moment.

Source:
    Schmittlein, Morrison & Colombo (1987), "Counting Your Customers: Who Are
    They and What Will They Do Next?", Management Science 33(1), 1-24; Fader &
    Hardie (2005), "A Note on Deriving the Pareto/NBD Model and Related
    Expressions", brucehardie.com/notes/009.
"""

from functools import partial
from typing import NamedTuple

import numpy as np
from scipy.special import digamma, gammaln

from outsidein.stats.lifetime.arrays import (
    Matrix,
    Vector,
    digamma_by_count,
    log_gamma_by_count,
    map_chunks,
)
from outsidein.stats.lifetime.histories import Histories
from outsidein.stats.lifetime.model import PurchaseModel, ScoreRows

NODES = 24
CHUNK = 2048
NEGLIGIBLE = 45.0
LARGEST_EXPONENT = 700.0
SERIES_BELOW = 1e-4


class _Departure(NamedTuple):
    """Weight of departure in (t_x, T], and means over the time tau of departure."""

    log_weight: Vector
    log_alpha: Vector
    over_alpha: Vector
    log_beta: Vector
    over_beta: Vector


def _score(theta: Vector, histories: Histories) -> ScoreRows:
    r, alpha, s, beta = theta
    x, T = histories.frequency, histories.T
    k, log_A, log_B = r + x, np.log(alpha + T), np.log(beta + T)
    gone = _departure(theta, histories)
    stayed = -k * log_A - s * log_B
    either = np.logaddexp(stayed, gone.log_weight)
    alive = np.exp(stayed - either)
    left = 1 - alive
    value = log_gamma_by_count(r, x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta) + either
    gradient = (
        digamma_by_count(r, x) - digamma(r) + np.log(alpha) - alive * log_A - left * gone.log_alpha,
        r / alpha - k * (alive / (alpha + T) + left * gone.over_alpha),
        np.log(beta) - alive * log_B + left * (1 / s - gone.log_beta),
        s / beta - alive * s / (beta + T) - left * (s + 1) * gone.over_beta,
    )
    return ScoreRows(value, np.stack(gradient, axis=1) * theta)


def _departure(theta: Vector, histories: Histories) -> _Departure:
    """Integrate s (beta + tau)^-(s + 1) (alpha + tau)^-(r + x) over tau in (t_x, T].

    The integrand is positive and smooth, so that Gauss-Legendre quadrature in
    the logarithm of time since t_x, cut where less than exp(-45) is left, needs
    no case distinction and does not cancel, which the published difference of
    two hypergeometric functions does.
    """
    parts = map_chunks(partial(_departure_chunk, theta, histories), histories.T.size, size=CHUNK)
    return _Departure(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _departure_chunk(theta: Vector, histories: Histories, rows: slice) -> _Departure:
    r, alpha, s, beta = theta
    k, t_x = (r + histories.frequency[rows])[:, None], histories.recency[rows, None]
    from_alpha, from_beta = alpha + t_x, beta + t_x
    scale = from_alpha * from_beta / (from_alpha + from_beta)
    width = np.log1p(
        _integration_limit(k, s, from_alpha, from_beta, histories.T[rows, None] - t_x) / scale
    )
    width = np.maximum(width, np.finfo(np.float64).tiny)
    grown = width * LEGENDRE_NODES
    since = scale * np.expm1(grown)
    log_alpha, log_beta = np.log(from_alpha + since), np.log(from_beta + since)
    log_parts = grown - (s + 1) * log_beta - k * log_alpha
    top = log_parts.max(axis=1, keepdims=True)
    parts = LEGENDRE_WEIGHTS * np.exp(log_parts - top)
    whole = parts.sum(axis=1, keepdims=True)
    shares = parts / whole
    log_weight = np.log(s) + np.log(width * scale) + top + np.log(whole)
    means = (log_alpha, np.exp(-log_alpha), log_beta, np.exp(-log_beta))
    return _Departure(log_weight[:, 0], *(np.einsum("ij,ij->i", shares, mean) for mean in means))


def _integration_limit(
    k: Matrix, s: float, from_alpha: Matrix, from_beta: Matrix, gap: Matrix
) -> Matrix:
    """Time after t_x beyond which the integrand is negligible."""
    by_alpha = from_alpha * np.expm1(np.minimum(NEGLIGIBLE / k, LARGEST_EXPONENT))
    by_beta = from_beta * np.expm1(min(NEGLIGIBLE / (s + 1), LARGEST_EXPONENT))
    return np.asarray(np.minimum(gap, np.minimum(by_alpha, by_beta)), dtype=np.float64)


def _alive(theta: Vector, histories: Histories) -> Vector:
    r, alpha, s, beta = theta
    k = r + histories.frequency
    stayed = -k * np.log(alpha + histories.T) - s * np.log(beta + histories.T)
    log_odds = _departure(theta, histories).log_weight - stayed
    return np.asarray(np.exp(-np.logaddexp(0.0, log_odds)), dtype=np.float64)


def _expected(theta: Vector, histories: Histories, horizon: float) -> Vector:
    r, alpha, s, beta = theta
    B = beta + histories.T
    rate = (r + histories.frequency) / (alpha + histories.T)
    purchases: Vector = rate * B * _box_cox(1 - s, np.log1p(horizon / B))
    return _alive(theta, histories) * purchases


def _inactive(theta: Vector, histories: Histories, horizon: float) -> Vector:
    """Integrate over the time of departure within the horizon, by Gauss-Legendre quadrature."""
    r, alpha, s, beta = theta
    k = (r + histories.frequency)[:, None]
    A, B = (alpha + histories.T)[:, None], (beta + histories.T)[:, None]
    time = np.append(horizon * LEGENDRE_NODES, horizon)
    log_quiet = -k * np.log1p(time / A) - s * np.log1p(time / B)
    leaves = np.exp(log_quiet[:, :-1]) * s / (B + time[:-1]) @ LEGENDRE_WEIGHTS * horizon
    buys_if_alive = 1 - leaves - np.exp(log_quiet[:, -1])
    return np.asarray(1 - _alive(theta, histories) * buys_if_alive, dtype=np.float64)


def _factorial_moment(theta: Vector, histories: Histories, horizon: float) -> Vector:
    r, alpha, s, beta = theta
    k, B = r + histories.frequency, beta + histories.T
    v = horizon / B
    exact = _box_cox(2 - s, np.log1p(v)) - _box_cox(1 - s, np.log1p(v))
    area = np.where((1 + s) * v < SERIES_BELOW, v**2 * (0.5 - s * v / 3), exact)
    factorial_moment: Vector = 2 * k * (k + 1) / (alpha + histories.T) ** 2 * B**2 * area
    return _alive(theta, histories) * factorial_moment


def _new_customer(theta: Vector, times: Vector) -> Vector:
    r, alpha, s, beta = theta
    purchases: Vector = r * beta / alpha * _box_cox(1 - s, np.log1p(times / beta))
    return purchases


def _box_cox(exponent: float, log_base: Vector) -> Vector:
    """Return (base^exponent - 1) / exponent, and log base where the exponent is 0."""
    if exponent == 0:
        return log_base
    return np.asarray(np.expm1(exponent * log_base) / exponent, dtype=np.float64)


def _legendre() -> tuple[Vector, Vector]:
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    return (nodes + 1) / 2, weights / 2


LEGENDRE_NODES, LEGENDRE_WEIGHTS = _legendre()

PARETO_NBD = PurchaseModel(
    name="Pareto/NBD",
    parameters=("r", "alpha", "s", "beta"),
    times=frozenset({"alpha", "beta"}),
    starts=((0.5, 0.35, 0.6, 0.35), (1.0, 1.0, 0.5, 1.0), (2.0, 2.0, 2.0, 5.0)),
    score=_score,
    alive=_alive,
    expected=_expected,
    inactive=_inactive,
    factorial_moment=_factorial_moment,
    new_customer=_new_customer,
)
