import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outsidein.simulate.declaration import read_firm
from outsidein.simulate.surveys import (
    HIGH,
    LOW,
    draw_ratings,
    expected_satisfaction,
    response_probability,
)
from tests.simulate.firms import firm

FIRM = read_firm()
FACTORS = list(FIRM.factor)


def share(answers, low, high):
    return (answers - low) / (high - low)


def fitted(levels, answers, weights):
    """Least squares on low and high dummies, with standard errors that allow for the weights."""
    dummies = [np.isin(levels, LOW), levels == HIGH]
    design = np.vstack([np.ones(levels.shape[1]), *dummies]).T.astype(float)
    weighted = design * weights[:, None]
    inverse = np.linalg.inv(weighted.T @ design)
    effects = inverse @ (weighted.T @ answers)
    scores = weighted * (answers - design @ effects)[:, None]
    return effects[1:], np.sqrt(np.diag(inverse @ (scores.T @ scores) @ inverse))[1:]


def answered(large, segment):
    """Responses of a segment, with the truth about them, and the years they were given in."""
    told, truth = large("data/responses"), large("truth/responses")
    rows = np.searchsorted(truth["invitation_number"], told["invitation_number"])
    kept = truth["segment"][rows] == segment
    levels = np.array([np.nan_to_num(told[name][kept].astype(float)) for name in FACTORS])
    overall = share(told["overall"][kept].astype(float), 1, 5)
    return levels, overall, {name: column[rows][kept] for name, column in truth.items()}


@pytest.mark.parametrize("segment", list(FIRM.segment))
def test_least_squares_on_the_raw_answers_find_the_declared_effects(large, segment):
    levels, overall, truth = answered(large, segment)
    effects, errors = fitted(levels, overall, 1 / truth["response_probability"])
    years, counts = np.unique(truth["year"], return_counts=True)
    for place, name in enumerate(FACTORS):
        declared = np.average(
            [FIRM.effect(name, segment, y) for y in years], weights=counts, axis=0
        )
        found = effects[[place, place + len(FACTORS)]]
        # The declared effects drift with the year, so the mean over years is a little off.
        allowed = 4 * errors[[place, place + len(FACTORS)]] + 0.01
        assert (np.abs(found - declared) < allowed).all(), name


def test_answers_have_the_satisfaction_as_their_expectation():
    size = 60_000
    told = draw_ratings(
        FIRM, np.random.default_rng(1), np.zeros(size, np.int64),
        np.zeros((3, size), np.bool_), np.full(size, 2024),
    )  # fmt: skip
    for answers, low, high in ((told.overall, 1, 5), (told.recommend, 0, 10)):
        assert np.mean(share(answers, low, high) - told.mean) == pytest.approx(0, abs=0.003)
        assert set(answers) <= set(range(low, high + 1))


def test_the_content_and_the_angry_answer_as_selectively_as_declared():
    told = firm(survey={"answers": 0.35, "slope": -0.5, "extremes": 0.2})
    middle, angry, content = response_probability(told, np.array([0.6, 0.3, 0.9]))
    odds = lambda p: np.log(p / (1 - p))  # noqa: E731
    assert middle == pytest.approx(0.35)
    assert odds(angry) - odds(middle) == pytest.approx(3 * 0.5 + 3 * 0.2)
    assert odds(content) - odds(middle) == pytest.approx(-3 * 0.5 + 3 * 0.2)


def test_those_who_answer_differ_and_inverse_weights_undo_it(large):
    truth = large("truth/responses")
    inclusion = large("data/invitations")["inclusion_probability"]
    said = truth["is_answered"]
    everyone = np.average(truth["satisfaction"], weights=1 / inclusion)
    plain = truth["satisfaction"][said].mean()
    weights = truth["weight"][said]
    corrected = np.average(truth["satisfaction"][said], weights=weights)
    error = np.sqrt(np.sum((weights * (truth["satisfaction"][said] - corrected)) ** 2))
    error /= weights.sum()
    assert abs(plain - everyone) > 8 * error
    assert abs(corrected - everyone) < 4 * error


def test_a_month_with_a_failure_is_asked_about_more_often_and_the_export_says_how_often(large):
    told = large("data/invitations")
    assert set(told["inclusion_probability"]) == {0.1, 0.5}


def test_a_failure_makes_its_factor_low_as_often_as_declared():
    size = 20_000
    met = np.zeros((3, size), np.bool_)
    met[0] = True
    told = draw_ratings(
        FIRM, np.random.default_rng(2), np.zeros(size, np.int64), met, np.full(size, 2024)
    )
    place = FACTORS.index(FIRM.failure["late_delivery"].factor)
    assert np.isin(told.levels[place], LOW).mean() == pytest.approx(0.75, abs=0.015)
    other = FACTORS.index("advice")
    assert np.isin(told.levels[other], LOW).mean() == pytest.approx(0.15, abs=0.012)


@given(st.lists(st.integers(0, 5), min_size=6, max_size=6), st.integers(0, 2))
def test_no_ratings_lead_out_of_the_scale_and_answering_stays_a_probability(levels, segment):
    mean = expected_satisfaction(
        FIRM, np.array([segment]), np.array(levels)[:, None], np.array([2025])
    )
    assert 0 < mean[0] < 1
    assert 0 < response_probability(FIRM, mean)[0] < 1
