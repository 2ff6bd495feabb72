import numpy as np
import pytest

from outsidein.errors import TooLittleData
from outsidein.stats.factors.drift import (
    change_points,
    context_moderation,
    shrink_trajectory,
    turning_points_to_hygiene,
)

PERIODS = 7
ERROR = 0.03


@pytest.fixture
def rng():
    return np.random.default_rng(60)


def drawn(rng, true):
    """Bootstrap draws around estimates of true effects by period."""
    estimates = true + rng.normal(0, ERROR, len(true))
    return estimates + rng.normal(0, ERROR, (200, len(true)))


def test_shrinking_comes_nearer_to_the_truth_and_keeps_its_coverage(rng):
    plain, nearer, inside = [], [], []
    for _ in range(300):
        error = rng.uniform(0.01, 0.06, PERIODS)
        true = 0.2 + rng.normal(0, 0.02, PERIODS)
        value = true + rng.normal(0, error)
        found = shrink_trajectory(value, error)
        plain += ((value - true) ** 2).tolist()
        nearer += ((found.value - true) ** 2).tolist()
        inside += ((found.low <= true) & (true <= found.high)).tolist()
    assert np.mean(nearer) < 0.6 * np.mean(plain)
    assert 0.91 < np.mean(inside) < 0.98


def test_the_eight_schools_give_the_published_posterior():
    effect = np.array([28.0, 8, -3, 7, -1, 1, 18, 12])
    error = np.array([15.0, 10, 16, 11, 9, 11, 10, 18])
    found = shrink_trajectory(effect, error)
    assert found.value == pytest.approx([11.3, 7.9, 6.2, 7.6, 5.1, 6.2, 10.6, 8.4], abs=0.5)


def test_periods_that_differ_only_by_chance_give_nearly_one_value():
    found = shrink_trajectory(np.array([0.20, 0.25, 0.15]), np.full(3, 0.1))
    assert np.ptp(found.value) < 0.05


def test_an_enhancer_that_becomes_hygiene_is_seen(rng):
    time = np.linspace(0, 1, PERIODS)
    found = turning_points_to_hygiene(
        drawn(rng, -0.02 - 0.25 * time), drawn(rng, 0.3 - 0.25 * time)
    )
    assert found.probability > 0.95
    assert found.reward[2] < 0
    assert found.penalty[2] < 0


def test_where_nothing_moves_no_enhancer_is_said_to_become_hygiene(rng):
    still = np.full(PERIODS, 0.2)
    alarms = [
        turning_points_to_hygiene(drawn(rng, -still), drawn(rng, still)).probability >= 0.95
        for _ in range(400)
    ]
    assert np.mean(alarms) <= 0.02


def test_a_reward_that_falls_alone_is_not_enough(rng):
    time = np.linspace(0, 1, PERIODS)
    alarms = [
        turning_points_to_hygiene(drawn(rng, np.full(PERIODS, -0.1)), drawn(rng, 0.3 - 0.2 * time))
        for _ in range(200)
    ]
    assert np.mean([alarm.probability >= 0.95 for alarm in alarms]) <= 0.08


def test_a_jump_is_found_where_it_is(rng):
    after = np.arange(12) >= 5
    found = change_points(drawn(rng, -0.1 - 0.2 * after), drawn(rng, 0.2 + 0 * after))
    assert found.tolist() == [5]


@pytest.mark.parametrize("periods", [6, 7, 12, 28])
def test_without_a_change_one_is_seldom_found(rng, periods):
    still = np.full(periods, 0.2)
    alarms = [len(change_points(drawn(rng, -still), drawn(rng, still))) > 0 for _ in range(80)]
    assert np.mean(alarms) <= 0.075


def test_a_context_that_matters_is_found_with_honest_intervals(rng):
    inside, alarms = [], []
    for _ in range(300):
        context = rng.normal(size=9)
        standard = (context - context.mean()) / context.std()
        error = rng.uniform(0.01, 0.04, 9)
        noise = rng.normal(0, 0.02, 9) + rng.normal(0, error)
        found = context_moderation(0.2 + 0.05 * standard + noise, error, context)
        inside.append(found.low <= 0.05 <= found.high)
        none = context_moderation(0.2 + noise, error, context)
        alarms.append(not none.low <= 0 <= none.high)
    assert 0.92 < np.mean(inside) <= 1
    assert np.mean(alarms) < 0.08


def test_too_few_periods_are_said():
    few = np.zeros((10, 2))
    for estimate in (
        lambda: shrink_trajectory(np.zeros(2), np.ones(2)),
        lambda: turning_points_to_hygiene(few, few),
        lambda: change_points(few, few),
        lambda: context_moderation(np.zeros(4), np.ones(4), np.arange(4.0)),
        lambda: context_moderation(np.zeros(9), np.ones(9), np.ones(9)),
    ):
        with pytest.raises(TooLittleData):
            estimate()
