"""An ordered model of satisfaction: what low and high answers do to the odds of a better rating."""

from typing import NamedTuple

import numpy as np
from scipy.special import expit
from threadpoolctl import threadpool_limits

from outsidein.errors import TooLittleData
from outsidein.stats.factors.classes import RULES, FactorClass, impact_asymmetry
from outsidein.stats.factors.ratings import SLACK, Bools, Cuts, Floats, Ints, Ratings

MOST_LEVELS = 11
"""Levels of overall satisfaction; finer scales are cut into so many."""

MOST_STEPS, ENOUGH = 30, 1e-8
"""Newton steps at most, and the gain in log-likelihood per row at which they end."""

DRAWS = 400
RIDGE = 1e-6
"""Prior precision of every coefficient, so that answers that decide everything have one."""

LOWEST_CHANCE = 1e-12

BY_ASYMMETRY = (FactorClass.HYGIENE, FactorClass.PERFORMANCE, FactorClass.ENHANCER)
"""Classes that asymmetry alone tells apart."""


class OrderedEffect(NamedTuple):
    """What a factor's answers do to the log odds of a better rating.

    Attributes:
        penalty: Of a low answer against one in between.
        reward: Of a high answer against one in between.
        penalty_error: Standard error.
        reward_error: Standard error.
        kind: Hygiene, performance or enhancer, whichever is most probable by asymmetry.
        probability: Probability of that class.
    """

    penalty: float
    reward: float
    penalty_error: float
    reward_error: float
    kind: FactorClass
    probability: float


def ordered_effects(
    ratings: Ratings, is_estimated: Bools, *, cuts: Cuts, rng: np.random.Generator
) -> tuple[OrderedEffect, ...]:
    """Fit the proportional odds model to overall satisfaction.

    Ratings are ordered levels, not amounts: where most give the best one, least squares finds
    little to be earned by doing well, though the odds of the best rating may double. Errors are
    robust, with customers as clusters.

    Args:
        ratings: The answers.
        is_estimated: Factors with enough low and high answers.
        cuts: What is low and what is high.
        rng: Source of the draws behind the probabilities.

    Returns:
        One per estimated factor.

    Raises:
        TooLittleData: Overall satisfaction has fewer than 3 levels.

    Source:
        McCullagh (1980), "Regression Models for Ordinal Data", Journal of the Royal Statistical
        Society B 42(2).
    """
    level = _levels(ratings.overall)
    levels = int(level.max(initial=0)) + 1
    if levels < 3:  # noqa: PLR2004 - two levels have no order
        raise TooLittleData(levels, needed=3, of="levels of overall satisfaction")
    X = _dummies(ratings, is_estimated, cuts)
    with threadpool_limits(1, user_api="blas"):
        point, covariance = _fit(X, level, levels, ratings.weight, ratings.customer)
    first, p = levels - 1, int(is_estimated.sum())
    beta, spread = point[first : first + 2 * p], covariance[first:, first:][: 2 * p, : 2 * p]
    draws = rng.multivariate_normal(beta, spread, size=DRAWS, method="eigh")
    errors = np.sqrt(np.diagonal(spread))
    kinds = _kinds(draws[:, :p], draws[:, p:])
    return tuple(
        OrderedEffect(
            float(beta[k]),
            float(beta[p + k]),
            float(errors[k]),
            float(errors[p + k]),
            BY_ASYMMETRY[int(np.argmax(kinds[:, k]))],
            float(kinds[:, k].max()),
        )
        for k in range(p)
    )


def asymmetry_class(kind: FactorClass) -> FactorClass:
    """Return the class by asymmetry alone: a destroyer is hygiene with a large penalty."""
    return FactorClass.HYGIENE if kind is FactorClass.DESTROYER else kind


def _levels(overall: Floats) -> Ints:
    distinct = np.unique(np.round(overall, 6))
    if len(distinct) > MOST_LEVELS:
        overall = np.round(overall * (MOST_LEVELS - 1))
        distinct = np.unique(overall)
    places: Ints = np.searchsorted(distinct, np.round(overall, 6))
    return places


def _dummies(ratings: Ratings, is_estimated: Bools, cuts: Cuts) -> Floats:
    scores, rated = ratings.scores[:, is_estimated], ratings.is_rated[is_estimated]
    unanswered = np.isnan(scores) & rated
    columns = [
        scores <= cuts.low_to + SLACK,
        scores >= cuts.high_from - SLACK,
        unanswered[:, unanswered.any(axis=0)],
    ]
    return np.hstack(columns).astype(np.float64)


def _fit(
    X: Floats, level: Ints, levels: int, weight: Floats, customer: Ints
) -> tuple[Floats, Floats]:
    """Maximise the likelihood by Newton's method; coefficients after the cut points."""
    shares = np.cumsum(np.bincount(level, weight, levels))[:-1] / weight.sum()
    point = np.concatenate([np.log(shares / (1 - shares)), np.zeros(X.shape[1])])
    before = -np.inf
    for _ in range(MOST_STEPS):
        likelihood, scores, hessian = _derivatives(point, X, level, levels, weight)
        if likelihood - before < ENOUGH * len(level):
            break
        before = likelihood
        gradient = scores.sum(axis=0) - RIDGE * point
        point = point + np.linalg.solve(hessian, gradient)
    starts = np.flatnonzero(np.diff(customer, prepend=customer[:1] - 1))
    by_customer = np.add.reduceat(scores, starts, axis=0)
    bread = np.linalg.inv(hessian)
    return point, bread @ (by_customer.T @ by_customer) @ bread


def _derivatives(
    point: Floats, X: Floats, level: Ints, levels: int, weight: Floats
) -> tuple[float, Floats, Floats]:
    """Log-likelihood, score of every row, and negative Hessian."""
    ends = np.concatenate([[-np.inf], point[: levels - 1], [np.inf]])
    shift = X @ point[levels - 1 :]
    upper, lower = ends[level + 1] - shift, ends[level] - shift
    above, below = expit(upper), expit(lower)
    chance = np.maximum(above - below, LOWEST_CHANCE)
    slope_up, slope_down = above * (1 - above) / chance, below * (1 - below) / chance
    z_up, z_down = (_design(X, level + shift_by, levels) for shift_by in (0, -1))
    scores = weight[:, None] * (slope_up[:, None] * z_up - slope_down[:, None] * z_down)
    bend_up = slope_up * (1 - 2 * above) - slope_up**2
    bend_down = -slope_down * (1 - 2 * below) - slope_down**2
    cross = (z_up * (weight * slope_up * slope_down)[:, None]).T @ z_down
    hessian = (
        (z_up * (weight * bend_up)[:, None]).T @ z_up
        + (z_down * (weight * bend_down)[:, None]).T @ z_down
        + cross
        + cross.T
    )
    return float(weight @ np.log(chance)), scores, RIDGE * np.eye(len(point)) - hessian


def _design(X: Floats, place: Ints, levels: int) -> Floats:
    """Derivatives of a cut point less the linear predictor; none where there is no cut."""
    at_cut = (place[:, None] == np.arange(levels - 1)).astype(np.float64)
    return np.hstack([at_cut, -X])


def _kinds(penalties: Floats, rewards: Floats) -> Floats:
    """Share of draws in each class by asymmetry, by factor."""
    asymmetry = impact_asymmetry(penalties, rewards)
    limit = RULES.lopsided
    shares: Floats = np.stack(
        [
            (asymmetry < -limit).mean(axis=0),
            (np.abs(asymmetry) <= limit).mean(axis=0),
            (asymmetry > limit).mean(axis=0),
        ]
    )
    return shares
