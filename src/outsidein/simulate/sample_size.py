"""How large a sample must be: tried on the simulated firm before going live."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

import numpy as np

from outsidein.errors import InputError, UnknownName
from outsidein.simulate.classes import deviations, true_class
from outsidein.simulate.column_buffer import Floats, Ints
from outsidein.simulate.declaration import MONTH, Firm
from outsidein.simulate.people import draw_categories, seconds
from outsidein.simulate.surveys import (
    HIGH,
    LOW,
    SCALE,
    CustomerRatings,
    draw_ratings,
    response_probability,
)
from outsidein.stats.factors.classes import CLASSES, classify
from outsidein.stats.proportion import Proportion, proportion

RESPONSES = (100, 200, 500, 1_000, 2_000, 5_000, 10_000)
"""Sizes of survey that are tried."""

ARMS = (100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)
"""Sizes of an experiment's arm that are tried."""

Z = 1.959964
"""Of a two-sided test at 5 %."""

SPARE = 1.3
"""More are invited than are needed on average, for the number who answer varies."""


class SampleSizeTrial(NamedTuple):
    """A sample size, and how often it gave the right answer.

    Attributes:
        size: Responses, or customers in each arm (count).
        right: Share of trials that gave it, with its interval; `n` counts the trials.
    """

    size: int
    right: Proportion


class SurveyedSegment(NamedTuple):
    """Whose answers a survey collects: the customers of a segment, by place, in a year."""

    firm: Firm
    segment: int
    year: int


class Window(NamedTuple):
    """Days in which the orders of an experiment's customers are counted."""

    firm: Firm
    days: int


def responses_needed(
    firm: Firm,
    rng: np.random.Generator,
    *,
    factor: str,
    segment: str,
    year: int,
    probability: float = 0.8,
    rounds: int = 100,
) -> list[SampleSizeTrial]:
    """Try how often a survey of each size finds a factor's true class.

    Answers come from the firm's response model without failures, customers who answer being as
    selective as declared; penalty and reward by least squares on low and high ratings of all
    factors.

    Args:
        firm: What the firm is like.
        rng: Chance.
        factor: Whose class is sought.
        segment: Whose customers are asked.
        year: Calendar year, for effects drift.
        probability: Of the right class; the first size that reaches it is the last one tried.
        rounds: Surveys tried of each size (count).

    Returns:
        One element per size tried, ascending.

    Raises:
        UnknownName: There is no such factor or segment.
    """
    _check_name("factor", factor, firm.factor)
    _check_name("segment", segment, firm.segment)
    asked = SurveyedSegment(firm, list(firm.segment).index(segment), year)
    place, deviation = list(firm.factor).index(factor), deviations(firm)[segment]
    truth = true_class(*firm.effect(factor, segment, year), deviation=deviation)

    def is_right(size: int) -> bool:
        answers = _answered(asked, rng, size)
        bottom, top = SCALE
        spread = float(answers.overall.std() / (top - bottom))
        factor_classes = classify(*estimate_effects(answers), spread)
        return CLASSES[int(factor_classes[place])] == truth

    return _run_trials(is_right, RESPONSES, probability=probability, rounds=rounds)


def arms_needed(
    firm: Firm,
    rng: np.random.Generator,
    *,
    experiment: str,
    arm: str,
    probability: float = 0.8,
    rounds: int = 100,
) -> list[SampleSizeTrial]:
    """Try how often an experiment with so many customers in each arm shows the arm's effect.

    Orders in the experiment's window, against an arm of as many to whom nothing is done; an
    effect is shown where the mean difference lies beyond its 95 % interval, on the right side.

    Args:
        firm: What the firm is like.
        rng: Chance.
        experiment: Its name.
        arm: Whose effect is sought.
        probability: Of showing it; the first size that reaches it is the last one tried.
        rounds: Experiments tried of each size (count).

    Returns:
        One element per size tried, ascending.

    Raises:
        UnknownName: There is no such experiment or arm.
        InputError: The arm has no effect to show.
    """
    _check_name("experiment", experiment, firm.experiment)
    declared = firm.experiment[experiment]
    _check_name("arm", arm, declared.arm)
    uplift = np.array(
        [declared.arm[arm].segment.get(s, declared.arm[arm].uplift) for s in firm.segment]
    )
    weights = [s.share * s.orders * (1 - s.prospects) for s in firm.segment.values()]
    effect = float(np.average(uplift, weights=weights))
    if not effect:
        raise InputError(f"The arm {arm!r} has no effect; no sample shows it.")
    window, nothing = Window(firm, declared.days), np.zeros(len(uplift))

    def is_shown(size: int) -> bool:
        treated, untreated = (_orders(window, rng, added, size) for added in (uplift, nothing))
        error = np.sqrt((treated.var(ddof=1) + untreated.var(ddof=1)) / size)
        return bool(np.sign(effect) * (treated.mean() - untreated.mean()) > Z * error)

    return _run_trials(is_shown, ARMS, probability=probability, rounds=rounds)


def _run_trials(
    is_right: Callable[[int], bool], sizes: Iterable[int], *, probability: float, rounds: int
) -> list[SampleSizeTrial]:
    trials: list[SampleSizeTrial] = []
    for size in sizes:
        trials.append(
            SampleSizeTrial(size, proportion(sum(is_right(size) for _ in range(rounds)), rounds))
        )
        if trials[-1].right.share >= probability:
            break
    return trials


def smallest_size(trials: list[SampleSizeTrial], *, probability: float) -> int | None:
    """Return the smallest size that was right at least so often; None where none was.

    Example:
        >>> half, nearly = proportion(5, 10), proportion(9, 10)
        >>> trials = [SampleSizeTrial(100, half), SampleSizeTrial(200, nearly)]
        >>> smallest_size(trials, probability=0.8)
        200
    """
    return next((one.size for one in trials if one.right.share >= probability), None)


def estimate_effects(ratings: CustomerRatings) -> tuple[Floats, Floats]:
    """Estimate the effects of all factors by least squares (shares of the scale)."""
    low, high = np.isin(ratings.levels, LOW), ratings.levels == HIGH
    design = np.vstack([np.ones(ratings.levels.shape[1]), low, high]).T.astype(np.float64)
    bottom, top = SCALE
    answers = (ratings.overall - bottom) / (top - bottom)
    coefficients = np.asarray(np.linalg.lstsq(design, answers, rcond=None)[0], dtype=np.float64)
    count = len(ratings.levels)
    return coefficients[1 : 1 + count], coefficients[1 + count :]


def _answered(asked: SurveyedSegment, rng: np.random.Generator, size: int) -> CustomerRatings:
    """Draw so many customers who answer; they are invited until there are enough."""
    firm, parts, answered = asked.firm, list[CustomerRatings](), 0
    while answered < size:
        count = int(SPARE * (size - answered) / firm.survey.answers) + 10
        met = np.zeros((len(firm.failure), count), np.bool_)
        segment = np.full(count, asked.segment)
        at = np.full(count, seconds(date(asked.year, 12, 31)))
        ratings = draw_ratings(firm, rng, segment, met, at)
        says = rng.random(count) < response_probability(firm, ratings.satisfaction)
        parts.append(ratings.of(says))
        answered += int(says.sum())
    joined = [np.concatenate(columns, axis=-1) for columns in zip(*parts, strict=True)]
    return CustomerRatings._make(joined).of(slice(0, size))


def _orders(window: Window, rng: np.random.Generator, uplift: Floats, size: int) -> Ints:
    """Draw the orders of customers in the window, of all segments."""
    segments = list(window.firm.segment.values())
    segment = draw_categories(rng, [one.share for one in segments], size)
    shape, mean, prospects = (
        np.array([getattr(one, name) for one in segments])[segment]
        for name in ("order_shape", "orders", "prospects")
    )
    rates = rng.gamma(shape, mean / shape) * (rng.random(size) >= prospects)
    return np.asarray(rng.poisson(rates * (1 + uplift[segment]) * window.days / MONTH))


def _check_name(kind: str, name: str, names: Iterable[str]) -> None:
    if name not in names:
        raise UnknownName(kind, name, names)
