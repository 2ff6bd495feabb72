"""Penalty and reward: what failing costs and what doing well earns, factor by factor."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from outsidein.stats.factors.classes import (
    CLASSES,
    RULES,
    FactorClass,
    Rules,
    classify,
    impact_asymmetry,
)
from outsidein.stats.factors.ratings import Bools, Floats, Ints, Moments
from outsidein.stats.factors.regression import coefficients, residual_spread

FEWEST_ANSWERS = 30
"""Low answers, and as many high ones, that a factor needs for a verdict."""

DRAWS = 400


class FactorEffect(NamedTuple):
    """A number, its confidence interval, and the customers it rests on."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class FactorVerdict:
    """What one factor does to satisfaction.

    Attributes:
        factor: Its name.
        kind: The class it most probably belongs to, or that there is not enough data.
        probability: Share of bootstrap draws in which it had that class; None without one.
        probabilities: The same for every class.
        penalty: Effect of a low answer against one in between (share of overall's scale).
        reward: Effect of a high answer against one in between.
        asymmetry: Impact asymmetry, -1 to 1.
        reach: Range of impact: penalty and reward together, wrong signs left out.
        is_penalty_wrong: Whether low answers go with more satisfaction, beyond chance.
        is_reward_wrong: Whether high answers go with less satisfaction, beyond chance.
        low: Low answers (effective count).
        high: High answers (effective count).
        n: Customers with an answer.
    """

    factor: str
    kind: FactorClass
    probability: float | None
    probabilities: dict[FactorClass, float]
    penalty: FactorEffect | None
    reward: FactorEffect | None
    asymmetry: FactorEffect | None
    reach: FactorEffect | None
    is_penalty_wrong: bool
    is_reward_wrong: bool
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True, eq=False)
class Contrast:
    """Bootstrap draws of penalties and rewards.

    Attributes:
        is_estimated: Per factor, whether it has enough answers to be in the regression.
        penalty: Of the factors in the regression, at the point.
        reward: Of the factors in the regression, at the point.
        penalties: Draws by factors in the regression.
        rewards: Draws by factors in the regression.
        deviation: Standard deviation of overall, at the point.
        deviations: Standard deviation of overall, by draw.
    """

    is_estimated: Bools
    penalty: Floats
    reward: Floats
    penalties: Floats
    rewards: Floats
    deviation: float
    deviations: Floats


def contrast(
    moments: Moments,
    *,
    rng: np.random.Generator,
    draws: int = DRAWS,
    fewest: int = FEWEST_ANSWERS,
) -> Contrast:
    """Regress overall satisfaction on unstandardised dummies of low and high answers.

    All factors with enough answers stand in one regression, so an effect is what is left of it
    beside the others. An answer in between is what both effects are measured from; what was asked
    and not answered has a column of its own. The bootstrap draws blocks of whole customers.

    Args:
        moments: Cross-moments.
        rng: Source of the draws.
        draws: Bootstrap draws (count).
        fewest: Low answers, and high ones, that a factor needs (effective count).

    Source:
        Brandt (1987), "A procedure for identifying value-enhancing service components using
        customer satisfaction survey data", in Surprenant (ed.), Add Value to Your Service.
    """
    is_estimated = (moments.low >= fewest) & (moments.high >= fewest)
    total = moments.total()
    last = len(total) - 1
    unanswered = moments.columns("unanswered")[is_estimated]
    unanswered = unanswered[total[unanswered, unanswered] > 0]
    low, high = moments.columns("low")[is_estimated], moments.columns("high")[is_estimated]
    on = np.concatenate([[0], low, high, unanswered])
    drawn = moments.drawn(draws, rng)
    point, many = coefficients(total, on=on, of=last), coefficients(drawn, on=on, of=last)
    p = int(is_estimated.sum())
    return Contrast(
        is_estimated,
        point[1 : p + 1],
        point[p + 1 : 2 * p + 1],
        many[:, 1 : p + 1],
        many[:, p + 1 : 2 * p + 1],
        float(residual_spread(total, last)),
        residual_spread(drawn, last),
    )


def factor_verdicts(
    moments: Moments,
    effects: Contrast,
    *,
    rules: Rules = RULES,
    confidence: float = 0.95,
) -> tuple[FactorVerdict, ...]:
    """Give each factor its class, the probability of it, and the effects behind it.

    The class is the most frequent one among the bootstrap draws and its probability that
    frequency. Intervals are bootstrap percentiles. An effect of the wrong sign counts as none for
    the class, and is flagged where its interval leaves out zero.

    Args:
        moments: Cross-moments.
        effects: The regressions on them.
        rules: Where classes end.
        confidence: Coverage of the intervals (probability, between 0 and 1).

    Source:
        Brandt (1987), as for `contrast`; Mikulić & Prebežac (2008), as for `impact_asymmetry`;
        Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 13.
    """
    kinds = classify(effects.penalties, effects.rewards, effects.deviations[:, None], rules=rules)
    place = np.cumsum(effects.is_estimated) - 1
    return tuple(
        _verdict(moments, effects, factor, int(place[factor]), kinds=kinds, confidence=confidence)
        if effects.is_estimated[factor]
        else _unknown(moments, factor)
        for factor in range(len(moments.factors))
    )


def _unknown(moments: Moments, factor: int) -> FactorVerdict:
    return FactorVerdict(
        moments.factors[factor],
        FactorClass.UNKNOWN,
        None,
        {},
        None,
        None,
        None,
        None,
        is_penalty_wrong=False,
        is_reward_wrong=False,
        low=float(moments.low[factor]),
        high=float(moments.high[factor]),
        n=int(moments.customers[factor]),
    )


def _verdict(
    moments: Moments, effects: Contrast, factor: int, place: int, *, kinds: Ints, confidence: float
) -> FactorVerdict:
    lows, highs = effects.penalties[:, place], effects.rewards[:, place]
    low, high = effects.penalty[place : place + 1], effects.reward[place : place + 1]
    shares = np.bincount(kinds[:, place], minlength=len(CLASSES)) / len(kinds)
    chosen = CLASSES[int(np.argmax(shares))]
    n = int(moments.customers[factor])
    penalty = _effect(low, lows, int(moments.low_customers[factor]), confidence)
    reward = _effect(high, highs, int(moments.high_customers[factor]), confidence)
    return FactorVerdict(
        moments.factors[factor],
        chosen,
        float(shares.max()),
        dict(zip(CLASSES, shares.tolist(), strict=True)),
        penalty,
        reward,
        _effect(impact_asymmetry(low, high), impact_asymmetry(lows, highs), n, confidence),
        _effect(_reach(low, high), _reach(lows, highs), n, confidence),
        is_penalty_wrong=penalty.low > 0,
        is_reward_wrong=reward.high < 0,
        low=float(moments.low[factor]),
        high=float(moments.high[factor]),
        n=n,
    )


def _effect(point: Floats, drawn: Floats, n: int, confidence: float) -> FactorEffect:
    low, high = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2]).tolist()
    return FactorEffect(float(point[0]), low, high, n)


def _reach(penalty: Floats, reward: Floats) -> Floats:
    reach: Floats = np.maximum(-penalty, 0.0) + np.maximum(reward, 0.0)
    return reach
