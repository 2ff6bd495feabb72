import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outsidein.errors import TooLittleData
from outsidein.stats.nps import net_promoter_score, responses_needed

POINTS = np.array([100, 0, -100])
counts = st.tuples(*[st.integers(0, 9) | st.integers(0, 10_000)] * 3).filter(any)


def test_the_published_case_is_45_with_an_adjusted_interval_of_43_7_plus_minus_14_3():
    nps = net_promoter_score(60, 25, 15)
    assert nps.score == pytest.approx(45)
    assert (nps.high + nps.low) / 2 == pytest.approx(43.7, abs=0.05)
    assert (nps.high - nps.low) / 2 == pytest.approx(14.3, abs=0.05)


@given(counts)
def test_interval_is_that_of_a_mean_with_three_pseudo_responses(counts):
    weights = np.add(counts, [0.75, 1.5, 0.75])
    centre = np.average(POINTS, weights=weights)
    error = np.sqrt(np.average((POINTS - centre) ** 2, weights=weights) / weights.sum())
    nps = net_promoter_score(*counts)
    assert nps.score == pytest.approx(np.average(POINTS, weights=counts))
    assert nps.low == pytest.approx(max(centre - 1.959964 * error, -100), abs=1e-4)
    assert nps.high == pytest.approx(min(centre + 1.959964 * error, 100), abs=1e-4)


@given(counts)
def test_swapping_promoters_and_detractors_mirrors_the_interval(counts):
    promoters, passives, detractors = counts
    one = net_promoter_score(promoters, passives, detractors)
    other = net_promoter_score(detractors, passives, promoters)
    assert one[:3] == pytest.approx((-other.score, -other.high, -other.low))


@pytest.mark.parametrize("truth", [[0.5, 0.3, 0.2], [0.85, 0.1, 0.05]])
def test_interval_holds_the_true_score_as_often_as_it_promises_even_for_20_responses(truth):
    samples = np.random.default_rng(1).multinomial(20, truth, size=4_000)
    held = [
        nps.low <= POINTS @ truth <= nps.high for nps in (net_promoter_score(*s) for s in samples)
    ]
    assert np.mean(held) >= 0.93


def test_no_responses_have_no_score():
    with pytest.raises(TooLittleData, match="0 responses are too few: the estimate needs 1"):
        net_promoter_score(0, 0, 0)


def test_a_change_of_five_points_takes_about_4000_responses_in_each_period():
    assert responses_needed(5) == pytest.approx(4000, rel=0.1)
    assert responses_needed(5, promoters=0.5, detractors=0.25) == pytest.approx(4000, rel=0.1)


def test_with_as_many_responses_as_needed_four_of_five_true_changes_are_seen():
    n, rng = responses_needed(10, promoters=0.45, detractors=0.2), np.random.default_rng(2)
    before = rng.multinomial(n, [0.45, 0.35, 0.2], size=4_000) / n
    after = rng.multinomial(n, [0.50, 0.35, 0.15], size=4_000) / n
    score = [x[:, 0] - x[:, 2] for x in (before, after)]
    error = [(x[:, 0] + x[:, 2] - s**2) / n for x, s in zip((before, after), score, strict=True)]
    seen = np.abs(score[1] - score[0]) / np.sqrt(sum(error)) > 1.96
    assert np.mean(seen) == pytest.approx(0.8, abs=0.03)


def test_no_change_cannot_be_planned_for():
    with pytest.raises(ValueError, match="above 0"):
        responses_needed(0)
