import numpy as np
import pytest

from outsidein.stats.trend import trend_score


def test_few_series_without_a_trend_show_one_although_customers_answer_alike():
    rng = np.random.default_rng(11)
    scores = []
    for _ in range(1_000):
        customers = np.repeat(np.arange(150), 4)
        usual = rng.beta(0.5, 0.5, 150)
        times = np.repeat(rng.random(150), 4)  # all answers of a customer lie close together
        hits = rng.random(600) < usual[customers]
        scores.append(trend_score(hits, times, customers))
    assert np.mean(np.abs(scores) > 1.96) == pytest.approx(0.05, abs=0.02)


@pytest.mark.parametrize("direction", [-1, 1])
def test_a_trend_has_its_direction_in_any_unit_of_time(direction):
    rng = np.random.default_rng(12)
    times = rng.random(2_000)
    hits = rng.random(2_000) < 0.5 + direction * 0.2 * (times - 0.5)
    score = trend_score(hits, times, np.arange(2_000))
    assert score * direction > 3
    assert trend_score(hits, 365 * times + 730_000, np.arange(2_000)) == pytest.approx(score)


def test_answers_of_one_time_and_no_answers_have_no_trend():
    ones = np.ones(30)
    assert trend_score(ones > 0, ones, np.arange(30)) == 0
    assert trend_score(np.array([], dtype=bool), np.array([]), np.array([], dtype=int)) == 0
