"""How much of the differences in satisfaction each factor accounts for."""

from dataclasses import dataclass
from math import comb

import numpy as np

from outsidein.errors import InputError, TooLittleData
from outsidein.stats.factors.contrast import FEWEST_ANSWERS, FactorEffect
from outsidein.stats.factors.ratings import Bools, Floats, Ints, Moments
from outsidein.stats.factors.regression import partial_out

MOST_DRIVERS = 22
"""Of more drivers there are too many subsets: 2 to their number."""

DRAWS = 200
ORDERS = 32
"""Orders of the drivers, each with its reverse, along which bootstrap draws are compared."""

EMPTY = 1e-12
STEADY = 1e-9
"""Of the largest variance: drivers that are copies of one another share what both account for."""

STILL = 1e-6
"""Variance below which a score is the same for everybody."""


@dataclass(frozen=True, slots=True)
class Importance:
    """What one factor accounts for (share of the variance of overall satisfaction, 0 to 1).

    Attributes:
        factor: Its name.
        lmg: Mean rise of R² when the factor joins the others, over all orders of joining.
        johnson: Johnson's relative weight.
    """

    factor: str
    lmg: FactorEffect
    johnson: FactorEffect


@dataclass(frozen=True, slots=True)
class Drivers:
    """Importance of every driver; `explained` is R², the sum of either kind of share."""

    explained: FactorEffect
    importance: tuple[Importance, ...]


def lmg(covariance: Floats) -> Floats:
    """Divide R² among the drivers: each one's mean rise over all orders in which they may join.

    Exact: the residual variance under every subset of drivers is found by doubling, each driver
    swept out of one copy of all that is left and not of the other.

    Args:
        covariance: Covariances (or sums of products about the means) of the drivers and, last,
            of what they explain.

    Returns:
        Shares of the variance explained, in the drivers' order; they sum to R².

    Raises:
        InputError: There are more than 22 drivers.

    Example:
        >>> lmg(np.array([[1.0, 0.0, 0.6], [0.0, 1.0, 0.2], [0.6, 0.2, 1.0]])).round(2).tolist()
        [0.36, 0.04]

    Source:
        Lindeman, Merenda & Gold (1980), Introduction to Bivariate and Multivariate Analysis;
        Grömping (2006), "Relative importance for linear regression in R: the package relaimpo",
        Journal of Statistical Software 17(1).
    """
    p = len(covariance) - 1
    if p > MOST_DRIVERS:
        raise InputError(f"{p} factors are too many to weigh exactly; {MOST_DRIVERS} are the most.")
    explained = 1 - _residuals(covariance) / covariance[-1, -1]
    size = _sizes(p)
    # The chance that in a random order exactly the other drivers of a subset come first.
    chance = np.array([1 / (p * comb(p - 1, k)) for k in range(p)])
    joins = np.where(size > 0, chance[np.maximum(size - 1, 0)], 0.0) * explained
    stays = np.where(size < p, chance[np.minimum(size, p - 1)], 0.0) * explained
    gains = joins + stays
    inside = np.array([gains.reshape(-1, 2, 1 << k)[:, 1].sum() for k in range(p)])
    shares: Floats = inside - stays.sum()
    return shares


def _residuals(covariance: Floats) -> Floats:
    """Variance left under every subset of drivers; bit k of the place says whether k is in."""
    left = covariance[:, :, None]
    for _ in range(len(covariance) - 1):
        rest, pivot = left[1:, 1:], left[:1, :1]
        left = np.concatenate([rest, rest - left[1:, :1] * left[:1, 1:] / pivot], axis=2)
    residuals: Floats = left[0, 0]
    return residuals


def _sizes(p: int) -> Ints:
    sizes = np.zeros(1, dtype=np.int64)
    for _ in range(p):
        sizes = np.concatenate([sizes, sizes + 1])
    return sizes


def relative_weights(covariance: Floats) -> Floats:
    """Divide R² among the drivers by way of the uncorrelated variables nearest to them.

    Args:
        covariance: Covariances of the drivers and, last, of what they explain; any number of
            such matrices in front.

    Returns:
        Shares of the variance explained, in the drivers' order; they sum to R².

    Example:
        >>> covariance = np.array([[1.0, 0.0, 0.6], [0.0, 1.0, 0.2], [0.6, 0.2, 1.0]])
        >>> relative_weights(covariance).round(2).tolist()
        [0.36, 0.04]

    Source:
        Johnson (2000), "A heuristic method for estimating the relative weight of predictor
        variables in multiple regression", Multivariate Behavioral Research 35(1); the same
        shares in Genizi (1993), "Decomposition of R² in multiple regression with correlated
        regressors", Statistica Sinica 3.
    """
    deviation = np.sqrt(np.einsum("...ii->...i", covariance))
    correlation = covariance / (deviation[..., :, None] * deviation[..., None, :])
    among, with_overall = correlation[..., :-1, :-1], correlation[..., :-1, -1]
    values, vectors = np.linalg.eigh(among)
    root = np.sqrt(np.maximum(values, EMPTY))
    half = (vectors * root[..., None, :]) @ np.swapaxes(vectors, -1, -2)
    inverse = (vectors / root[..., None, :]) @ np.swapaxes(vectors, -1, -2)
    slopes = (inverse @ with_overall[..., None])[..., 0]
    weights: Floats = (half**2 @ (slopes**2)[..., None])[..., 0]
    return weights


def drivers(
    moments: Moments,
    *,
    rng: np.random.Generator,
    draws: int = DRAWS,
    confidence: float = 0.95,
) -> Drivers:
    """Weigh the factors by what their scores account for in overall satisfaction.

    What was asked and not answered is set apart first, by a column of its own: R² is of the
    variance that is left. LMG at the point is exact. A bootstrap draw's LMG is the point's plus
    what changes, from the point to the draw, along 32 random orders of joining and their
    reverses. Intervals are bootstrap percentiles, less the bootstrap's own bias.

    Args:
        moments: Cross-moments.
        rng: Source of the draws.
        draws: Bootstrap draws (count).
        confidence: Coverage of the intervals (probability, between 0 and 1).

    Raises:
        TooLittleData: No factor has 30 customers with an answer.
        InputError: There are more than 22 factors.

    Source:
        As for `lmg` and `relative_weights`; Efron & Tibshirani (1993), An Introduction to the
        Bootstrap, chapters 10 and 13.
    """
    total = moments.total()
    usable = (moments.customers >= FEWEST_ANSWERS) & _varies(total, moments)
    if not usable.any():
        most = int(moments.customers.max(initial=0))
        raise TooLittleData(most, needed=FEWEST_ANSWERS, of="customers with an answer")
    point = _covariance(total, moments, usable)
    drawn = _covariance(moments.drawn(draws, rng), moments, usable)
    exact = lmg(point)
    orders = _orders(len(exact), rng)
    changes = _along(drawn, orders) - _along(point[None], orders)
    by_lmg = exact + changes
    johnson, by_johnson = relative_weights(point), relative_weights(drawn)
    names = [name for name, use in zip(moments.factors, usable, strict=True) if use]
    n = [int(count) for count in moments.customers[usable]]
    return Drivers(
        _effect(exact.sum(), by_lmg.sum(axis=1), moments.n, confidence),
        tuple(
            Importance(
                names[k],
                _effect(exact[k], by_lmg[:, k], n[k], confidence),
                _effect(johnson[k], by_johnson[:, k], n[k], confidence),
            )
            for k in range(len(names))
        ),
    )


def _varies(total: Floats, moments: Moments) -> Bools:
    kept = moments.columns("score")
    gone = _apart(total, moments, np.ones(len(moments.factors), dtype=bool))
    rest = np.diagonal(partial_out(total, kept=kept, out=gone))
    varies: Bools = rest > STILL * total[0, 0]
    return varies


def _apart(total: Floats, moments: Moments, usable: Bools) -> Ints:
    unanswered = moments.columns("unanswered")[usable]
    unanswered = unanswered[np.diagonal(total)[unanswered] > 0]
    return np.concatenate([[0], unanswered])


def _covariance(cross: Floats, moments: Moments, usable: Bools) -> Floats:
    kept = np.concatenate([moments.columns("score")[usable], [cross.shape[-1] - 1]])
    out = _apart(moments.total(), moments, usable)
    rest = partial_out(cross, kept=kept, out=out)
    scale = np.einsum("...ii->...i", rest).max(axis=-1)
    steadied: Floats = rest + STEADY * scale[..., None, None] * np.eye(len(kept))
    return steadied


def _orders(p: int, rng: np.random.Generator) -> Ints:
    forward = np.array([rng.permutation(p) for _ in range(ORDERS)])
    return np.concatenate([forward, forward[:, ::-1]])


def _along(covariance: Floats, orders: Ints) -> Floats:
    """Rise of R² as drivers join in each of the orders, averaged over them."""
    p = orders.shape[1]
    shares = np.zeros((len(covariance), p))
    for order in orders:
        place = np.append(order, p)
        root = np.linalg.cholesky(covariance[:, place[:, None], place])
        shares[:, order] += root[:, -1, :-1] ** 2
    explained: Floats = shares / len(orders) / covariance[:, -1, -1, None]
    return explained


def _effect(point: float, drawn: Floats, n: int, confidence: float) -> FactorEffect:
    bias = float(drawn.mean() - point)
    low, high = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2]).tolist()
    return FactorEffect(float(point), max(low - bias, 0.0), min(high - bias, 1.0), n)
