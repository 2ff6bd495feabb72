"""Penalty and reward: what failing costs and what doing well earns, factor by factor."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

from outsidein.stats.factors.classes import (
    CLASSES,
    RULES,
    FactorClass,
    Rules,
    classify,
    impact_asymmetry,
)
from outsidein.stats.factors.ratings import Bools, Floats, Ints, Moments
from outsidein.stats.factors.regression import (
    coefficients,
    jackknife_errors,
    residual_spread,
)

FEWEST_ANSWERS = 30
"""Low answers, and as many high ones, that a factor needs for a verdict."""

DRAWS = 400

CLEAR = 0.8
"""Probability below which a class is not clear yet."""


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
        kind: Its class; or not clear yet, or not enough data.
        likeliest: The most frequent class among bootstrap draws, clear or not.
        probability: Share of bootstrap draws with that class; None without one.
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
    likeliest: FactorClass
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
        penalty_errors: Standard errors of the penalties.
        reward_errors: Standard errors of the rewards.
        deviation: Standard deviation of overall, at the point.
        deviations: Standard deviation of overall, by draw.
    """

    is_estimated: Bools
    penalty: Floats
    reward: Floats
    penalties: Floats
    rewards: Floats
    penalty_errors: Floats
    reward_errors: Floats
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
    and not answered has a column of its own. The bootstrap draws blocks of whole customers; its
    draws are spread to the jackknife's standard errors, as they are too narrow in small samples.

    Args:
        moments: Cross-moments.
        rng: Source of the draws.
        draws: Bootstrap draws (count).
        fewest: Low answers, and high ones, that a factor needs (effective count, and customers).

    Source:
        Brandt (1987), "A procedure for identifying value-enhancing service components using
        customer satisfaction survey data", in Surprenant (ed.), Add Value to Your Service.
    """
    is_estimated = _has_answers(moments, fewest)
    total, drawn = moments.total(), moments.drawn(draws, rng)
    last = len(total) - 1
    on = np.concatenate([[0], *_explaining(moments, is_estimated)])
    point = coefficients(total, on=on, of=last)
    errors = jackknife_errors(moments.cross, on=on, of=last)
    samples = _spread_to(errors, coefficients(drawn, on=on, of=last), point)
    p = int(is_estimated.sum())
    low, high = slice(1, p + 1), slice(p + 1, 2 * p + 1)
    return Contrast(
        is_estimated,
        point[low],
        point[high],
        samples[:, low],
        samples[:, high],
        errors[low],
        errors[high],
        float(residual_spread(total, last)),
        residual_spread(drawn, last),
    )


def _has_answers(moments: Moments, fewest: int) -> Bools:
    counts = (moments.low, moments.high, moments.low_customers, moments.high_customers)
    enough: Bools = np.min(counts, axis=0) >= fewest
    return enough


def _explaining(moments: Moments, is_estimated: Bools) -> tuple[Ints, Ints, Ints]:
    """Columns of low, high and unanswered; the last only where something is unanswered."""
    low, high, unanswered = (
        moments.columns(kind)[is_estimated] for kind in ("low", "high", "unanswered")
    )
    return low, high, unanswered[np.diagonal(moments.total())[unanswered] > 0]


def _spread_to(errors: Floats, samples: Floats, point: Floats) -> Floats:
    """Shift and scale draws to the point and its standard errors."""
    deviation = samples.std(axis=0)
    scale = np.divide(errors, deviation, out=np.ones_like(errors), where=deviation > 0)
    spread: Floats = point + (samples - samples.mean(axis=0)) * scale
    return spread


def factor_verdicts(
    moments: Moments,
    effects: Contrast,
    *,
    rules: Rules = RULES,
    confidence: float = 0.95,
) -> tuple[FactorVerdict, ...]:
    """Give each factor its class, the probability of it, and the effects behind it.

    The class is the most frequent one among the bootstrap draws and its probability that
    frequency. It is not clear yet below a probability of 0.8, where an effect that it rests on may
    be none, and where one has the wrong sign beyond chance. Intervals of penalty and reward are
    Student's with the customers behind them as degrees of freedom, others bootstrap percentiles.

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
    likeliest = CLASSES[int(np.argmax(shares))]
    n = int(moments.customers[factor])
    penalty = _student(
        low, effects.penalty_errors[place], int(moments.low_customers[factor]), confidence
    )
    reward = _student(
        high, effects.reward_errors[place], int(moments.high_customers[factor]), confidence
    )
    is_clear = shares.max() >= CLEAR and _bears_out(likeliest, penalty, reward)
    return FactorVerdict(
        moments.factors[factor],
        likeliest if is_clear else FactorClass.UNCLEAR,
        likeliest,
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


def _bears_out(kind: FactorClass, penalty: FactorEffect, reward: FactorEffect) -> bool:
    """Whether the effects that a class rests on are there, and neither has the wrong sign."""
    if penalty.low > 0 or reward.high < 0:
        return False
    costs, earns = penalty.high < 0, reward.low > 0
    needed = {
        FactorClass.DESTROYER: costs,
        FactorClass.HYGIENE: costs,
        FactorClass.PERFORMANCE: costs and earns,
        FactorClass.ENHANCER: earns,
    }
    return needed.get(kind, True)


def _student(point: Floats, error: float, n: int, confidence: float) -> FactorEffect:
    margin = float(stdtrit(max(n - 1, 1), (1 + confidence) / 2)) * float(error)
    value = float(point[0])
    return FactorEffect(value, max(value - margin, -1.0), min(value + margin, 1.0), n)


def _effect(point: Floats, drawn: Floats, n: int, confidence: float) -> FactorEffect:
    low, high = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2]).tolist()
    return FactorEffect(float(point[0]), low, high, n)


def _reach(penalty: Floats, reward: Floats) -> Floats:
    reach: Floats = np.maximum(-penalty, 0.0) + np.maximum(reward, 0.0)
    return reach
