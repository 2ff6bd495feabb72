import numpy as np
import pytest

from outsidein.value.spend import expected_spend


def simulate(n, seed=3, *, p=6.0, q=4.0, gamma=3000.0):
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 8, n)
    nu = rng.gamma(q, 1 / gamma, n)
    spend = np.where(x > 0, rng.gamma(p * np.maximum(x, 1), 1 / nu), 0).round().astype(np.int64)
    return x, spend, p / nu


def test_expected_spend_is_what_simulated_customers_go_on_to_spend():
    x, spend, truth = simulate(40_000)
    answer = expected_spend(x, spend, spend + 50_000)  # the first order does not count
    for group in (x == 0, x == 1, x > 4, (x > 0) & (spend > 8_000 * x)):
        noise = np.std(truth[group] - answer.expected[group]) / group.sum() ** 0.5
        assert truth[group].mean() == pytest.approx(answer.expected[group].mean(), abs=5 * noise)
    assert np.all((answer.low < answer.expected) & (answer.expected < answer.high))


def test_an_order_that_cost_nothing_is_expected_to_bring_little():
    x, spend, _ = simulate(2_000)
    x[0], spend[0] = 5, 0
    answer = expected_spend(x, spend, spend)
    assert 0 < answer.expected[0] < np.median(answer.expected) / 5


def test_too_few_customers_for_a_model_share_the_mean_order_and_the_rule_says_so():
    x, spend, _ = simulate(20)
    answer = expected_spend(x, spend, spend + 100)
    mean = (spend + 100).sum() / (x + 1).sum()
    assert answer.expected.tolist() == pytest.approx([mean] * 20)
    assert answer.rule.startswith("Every order is assumed to bring the mean of all orders: ")
    assert "are too few" in answer.rule


def test_a_correlation_that_rounds_to_nothing_has_no_sign():
    frequency = np.tile([1, 2, 3], 40)
    spend = frequency * (np.repeat([50_000, 150_000], 60) - 200 * (frequency == 3))
    rule = expected_spend(frequency, spend, spend + 950).rule
    assert "the correlation is 0.00 (-0." in rule
