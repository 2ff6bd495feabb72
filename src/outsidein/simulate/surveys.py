"""Surveys: who is invited, what they would say, who answers."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from scipy.special import expit, logit, ndtr

from outsidein.simulate.changes import in_force
from outsidein.simulate.column_buffer import Array, Bools, Floats, Ints
from outsidein.simulate.declaration import MONTH, Firm
from outsidein.simulate.memory import Memory
from outsidein.simulate.people import DAY, People, seconds

SCALE = (1, 5)
"""Of the items: factors and overall."""

RECOMMEND = (0, 10)
"""Of the question whether they would recommend the firm."""

MIDDLE = 0.6
"""Satisfaction at which the declared share answers (share of the scale)."""

STEP = 0.1
"""Satisfaction that `slope` and `extremes` count in (share of the scale)."""

LEAST, MOST = 0.03, 0.97
"""Mean satisfaction stays within these shares of the scale."""

LOW, HIGH = (1, 2), 5
"""CustomerRatings out of 5 that count as low, and the one that counts as high."""

NOT_RATED = 0


class CustomerRatings(NamedTuple):
    """What customers think of factors and on the whole; one element or column per customer.

    Attributes:
        levels: CustomerRatings of each factor, one row per factor (1 to 5; 0 where it was not met).
        mean: Expected satisfaction, from segment and factors (share of the scale).
        satisfaction: Satisfaction (share of the scale).
        overall: Answer on the scale 1 to 5; its expectation is 1 + 4 satisfaction.
        recommend: Answer on the scale 0 to 10; its expectation is 10 satisfaction.
    """

    levels: Ints
    mean: Floats
    satisfaction: Floats
    overall: Ints
    recommend: Ints

    def of(self, kept: Bools | slice) -> "CustomerRatings":
        """Keep some customers."""
        return CustomerRatings._make(column[..., kept] for column in self)


def invited(
    firm: Firm,
    rng: np.random.Generator,
    people: People,
    memory: Memory,
    *,
    here: Ints,
    begins: Ints,
    ends: Ints,
) -> dict[str, Array]:
    """Draw who is invited in a month of tenure, and what comes of it.

    Invitations go out in the last hours of a month, to those who are customers all through it.

    Returns:
        One row per invitation: `who`, `at`, `inclusion` (probability of being invited),
        `encounter` (number of the last, -1 without), `response_probability`, `answers`,
        `answered_at`, `mean`, `satisfaction`, `overall`, `recommend` and each factor's rating.
    """
    whole = begins + MONTH * DAY
    stays = here[(ends[here] >= whole[here]) & (whole[here] <= seconds(firm.as_of))]
    inclusion = np.where(
        memory.met[:, stays].any(axis=0), firm.survey.invited_after_failure, firm.survey.invited
    )
    asked = rng.random(len(stays)) < inclusion
    who, inclusion = stays[asked], inclusion[asked]
    at = whole[who] - (rng.random(len(who)) * 3 * 3600).astype(np.int64)
    ratings = draw_ratings(firm, rng, people.segment[who], memory.met[:, who], at)
    probability = response_probability(firm, ratings.satisfaction)
    answered_at = at + (rng.exponential(0.8 * DAY, len(who))).astype(np.int64) + 60
    answers = (rng.random(len(who)) < probability) & (answered_at < seconds(firm.as_of))
    levels = {name: ratings.levels[place] for place, name in enumerate(firm.factor)}
    return {
        "who": who, "at": at, "inclusion": inclusion, "encounter": memory.last[who],
        "response_probability": probability, "answers": answers, "answered_at": answered_at,
        "mean": ratings.mean, "satisfaction": ratings.satisfaction,
        "overall": ratings.overall, "recommend": ratings.recommend, **levels,
    }  # fmt: skip


def years_of(at: Ints) -> Ints:
    """Calendar years of moments.

    Example:
        >>> years_of(np.array([0, 86_400 * 366]))
        array([1970, 1971])
    """
    return at.astype("datetime64[s]").astype("datetime64[Y]").astype(np.int64) + 1970


def draw_ratings(
    firm: Firm, rng: np.random.Generator, segment: Ints, met: Bools, at: Ints
) -> CustomerRatings:
    """Draw what customers think.

    Satisfaction is beta distributed around its mean, and answers are rounded up or down at
    random, so that their expectation is the satisfaction itself and effects are not attenuated.

    Args:
        firm: What the firm is like.
        rng: Chance.
        segment: Of each customer, by place.
        met: Failures met in the month, one row per kind and one column per customer.
        at: When each is asked (seconds since 1970).
    """
    levels = _levels(firm, rng, met, at)
    mean = expected_satisfaction(firm, segment, levels, years_of(at))
    precision = firm.survey.precision
    satisfaction = rng.beta(mean * precision, (1 - mean) * precision)
    return CustomerRatings(
        levels, mean, satisfaction, _answer(rng, satisfaction, SCALE),
        _answer(rng, satisfaction, RECOMMEND),
    )  # fmt: skip


def expected_satisfaction(firm: Firm, segment: Ints, levels: Ints, year: Ints) -> Floats:
    """Return mean satisfaction: the segment's, plus penalties and rewards of the year."""
    of_segments = list(firm.segment.values())
    mean = np.array([one.satisfaction for one in of_segments])[segment]
    years = np.unique(year)
    for place, factor in enumerate(firm.factor):
        effects = effects_of(firm, factor, years)[:, np.searchsorted(years, year), segment]
        low, high = np.isin(levels[place], LOW), levels[place] == HIGH
        mean = mean + np.where(low, effects[0], 0.0) + np.where(high, effects[1], 0.0)
    return np.asarray(np.clip(mean, LEAST, MOST), dtype=np.float64)


def effects_of(firm: Firm, factor: str, years: Ints) -> Floats:
    """Return penalty and reward (first axis) of a factor by year and segment."""
    effects = [[firm.effect(factor, name, int(year)) for name in firm.segment] for year in years]
    return np.moveaxis(
        np.array(effects, dtype=np.float64).reshape(len(years), len(firm.segment), 2), 2, 0
    )


def response_probability(firm: Firm, satisfaction: Floats) -> Floats:
    """Return the probability that an invited customer answers."""
    survey = firm.survey
    away = (satisfaction - MIDDLE) / STEP
    odds = logit(survey.answers) + survey.slope * away + survey.extremes * np.abs(away)
    return np.asarray(expit(odds), dtype=np.float64)


def _levels(firm: Firm, rng: np.random.Generator, met: Bools, at: Ints) -> Ints:
    """Draw ratings whose normal scores share the customer's halo; failures make theirs low."""
    size = met.shape[1]
    halo = firm.survey.halo
    own = rng.standard_normal((len(firm.factor), size))
    scores = np.sqrt(halo) * rng.standard_normal(size) + np.sqrt(1 - halo) * own
    places = ndtr(scores)
    return np.array(
        [_level(firm, rng, name, places[place], met, at) for place, name in enumerate(firm.factor)]
    ).reshape(len(firm.factor), size)


def _level(  # noqa: PLR0917  one column each
    firm: Firm, rng: np.random.Generator, factor: str, place: Floats, met: Bools, at: Ints
) -> Ints:
    declared = firm.factor[factor]
    failures = list(firm.failure.values())
    causes = [kind for kind, failure in enumerate(failures) if failure.factor == factor]
    failed = met[causes].any(axis=0)
    worst = max((failures[kind].low for kind in causes), default=0.0)
    low = np.where(failed, worst, in_force(declared.shift, "low", declared.low, at))
    high = np.where(failed, 0.02, in_force(declared.shift, "high", declared.high, at))
    high = np.minimum(high, 1 - low)
    middle = low + (1 - low - high) / 2
    level = np.select(
        [place < low / 2, place < low, place < middle, place < 1 - high], [1, 2, 3, 4], default=5
    )
    rated = failed | (rng.random(len(place)) < declared.experienced)
    return np.where(rated, level, NOT_RATED).astype(np.int64)


def _answer(rng: np.random.Generator, satisfaction: Floats, scale: tuple[int, int]) -> Ints:
    low, high = scale
    exact = low + (high - low) * satisfaction
    answer = np.floor(exact + rng.random(len(exact)))
    return np.clip(answer, low, high).astype(np.int64)


def weights(answers: Mapping[str, Array]) -> Floats:
    """Return the inverse of each answer's probability of being invited and answering."""
    return np.asarray(1 / (answers["inclusion"] * answers["response_probability"]))
