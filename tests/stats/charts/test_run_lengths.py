import numpy as np
import pytest
from scipy.stats import norm

from outsidein.stats.charts.cusum import cusum, cusum_limit, cusum_run_length
from outsidein.stats.charts.ewma import ewma, ewma_limit, ewma_run_length
from outsidein.stats.charts.run_length import shewhart_run_length

SHIFTS = (0, 0.25, 0.5, 0.75, 1, 1.5, 2)
LUCAS_SACCUCCI = {
    (0.40, 3.054): (500, 224, 71.2, 28.4, 14.3, 5.9, 3.5),
    (0.25, 2.998): (500, 170, 48.2, 20.1, 11.1, 5.5, 3.6),
    (0.20, 2.962): (500, 150, 41.8, 18.2, 10.5, 5.5, 3.7),
    (0.10, 2.814): (500, 106, 31.3, 15.9, 10.3, 6.1, 4.4),
    (0.05, 2.615): (500, 84.1, 28.8, 16.4, 11.4, 7.1, 5.2),
}


def first_signals(signals):
    """The period of each row's first signal, counted from 1."""
    assert signals.any(axis=1).all()
    return signals.argmax(axis=1) + 1


def test_the_published_run_lengths_of_a_cusum_are_met():
    found = [cusum_run_length(4, shift=shift) for shift in (0, 0.5, 1, 2)]
    assert found == pytest.approx([167.7, 26.6, 8.38, 3.34], rel=2e-3)


@pytest.mark.parametrize(("weight", "limit"), LUCAS_SACCUCCI)
def test_the_published_run_lengths_of_ewmas_are_met(weight, limit):
    found = [ewma_run_length(limit, shift=shift, weight=weight) for shift in SHIFTS]
    assert found == pytest.approx(LUCAS_SACCUCCI[weight, limit], rel=5e-3, abs=0.1)


def markov_chain(limit, *, shift, reference, states=600):
    """Brook and Evans (1972): the sum on a grid; another method than the integral equation."""
    wide = 2 * limit / (2 * states - 1)
    at = np.arange(states)
    upper = norm.cdf((at[None, :] - at[:, None] + 0.5) * wide + reference - shift)
    lower = norm.cdf((at[None, :] - at[:, None] - 0.5) * wide + reference - shift)
    steps = upper - lower
    steps[:, 0] = upper[:, 0]
    return np.linalg.solve(np.eye(states) - steps, np.ones(states))[0]


@pytest.mark.parametrize("shift", [0.0, 0.7, 1.5])
def test_the_run_length_is_that_of_a_markov_chain(shift):
    sides = [markov_chain(4.5, shift=s, reference=0.4) for s in (shift, -shift)]
    expected = 1 / sum(1 / length for length in sides)
    assert cusum_run_length(4.5, shift=shift, reference=0.4) == pytest.approx(expected, rel=1e-3)


def test_simulated_streams_signal_as_often_as_the_limits_were_chosen_for():
    scores = np.random.default_rng(1).normal(size=(3_000, 1_500))
    sums, means = cusum_limit(100.0), ewma_limit(100.0)
    by_sum = [(s.is_up | s.is_down) for s in (cusum(row, limit=sums) for row in scores)]
    by_mean = [(s.is_up | s.is_down) for s in (ewma(row, limit=means) for row in scores)]
    for signals in (by_sum, by_mean):
        lengths = first_signals(np.array(signals))
        error = lengths.std() / np.sqrt(len(lengths))
        assert lengths.mean() == pytest.approx(100, abs=4 * error)


@pytest.mark.parametrize("length", [50.0, 370.0, 5_000.0])
def test_limits_have_the_run_length_they_were_chosen_for(length):
    assert cusum_run_length(cusum_limit(length)) == pytest.approx(length, rel=1e-6)
    assert ewma_run_length(ewma_limit(length)) == pytest.approx(length, rel=1e-6)


def test_the_sums_are_those_of_the_recursion():
    scores = np.random.default_rng(2).normal(size=200)
    sums, up, down = cusum(scores, limit=4), 0.0, 0.0
    for place, score in enumerate(scores):
        up, down = max(0.0, up + score - 0.5), max(0.0, down - score - 0.5)
        assert (sums.ups[place], sums.downs[place]) == pytest.approx((up, down))


def test_limits_at_three_deviations_are_left_once_in_370_periods():
    assert shewhart_run_length(3) == pytest.approx(370.4, abs=0.05)
