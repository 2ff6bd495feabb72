# ruff: noqa: N806  (T is the literature's letter)
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import logit
from scipy.stats import nbinom

from outsidein.errors import InputError
from outsidein.stats.lifetime.bgnbd import BG_NBD
from outsidein.stats.lifetime.histories import compress_histories
from outsidein.stats.lifetime.model import PurchaseFit, fit_purchases, parameter_intervals
from outsidein.stats.lifetime.predict import predict_purchases, total_expected

TRUTH = {"r": 0.6, "alpha": 4.0, "a": 0.8, "b": 2.5}


@pytest.fixture(scope="module")
def fitted(simulate_dropout):
    x, t_x, T, _ = simulate_dropout(3, 3000, **TRUTH)
    return fit_purchases(BG_NBD, compress_histories(x, t_x, T)[0])


@pytest.fixture(scope="module")
def histories():
    return compress_histories(
        [0, 0, 1, 4, 30, 30], [0, 0, 9, 200, 30, 270], [7, 273, 273, 273, 273, 273]
    )[0]


def test_no_future_holds_no_purchases(fitted, histories):
    future = predict_purchases(fitted, histories, 0.0)
    none = np.zeros(6)
    assert np.array_equal(
        np.stack([future.expected, future.low, future.high]), np.stack([none] * 3)
    )
    assert total_expected(fitted, histories, 0.0)[:5] == (0, 0, 0, 0, 0)


def test_bounds_hold_their_estimates_and_stay_in_range(fitted, histories):
    future = predict_purchases(fitted, histories, 39.0)
    assert np.all((future.low > 0) & (future.low < future.expected))
    assert np.all(future.expected < future.high)
    assert np.all((future.alive_low >= 0) & (future.alive_high <= 1))
    repeat = histories.frequency > 0
    assert np.all(future.alive_low[repeat] < future.alive[repeat])
    assert np.all(future.alive[repeat] < future.alive_high[repeat])
    assert np.all(future.alive_low[~repeat] == 1)


def test_more_confidence_takes_wider_intervals(fitted, histories):
    narrow, wide = (predict_purchases(fitted, histories, 39.0, confidence=c) for c in (0.5, 0.99))
    assert np.all(wide.low < narrow.low)
    assert np.all(narrow.high < wide.high)


def test_parameter_uncertainty_matches_draws_of_the_parameters(fitted, histories):
    rng = np.random.default_rng(1)
    draws = rng.multivariate_normal(np.log(fitted.vector), fitted.covariance, 2000)
    purchases = np.array([BG_NBD.expected(np.exp(u), histories, 39.0) for u in draws])
    future = predict_purchases(fitted, histories, 39.0)
    drawn = np.log(np.quantile(purchases, 0.975, axis=0) / np.quantile(purchases, 0.025, axis=0))
    assert np.log(future.high / future.low) == pytest.approx(drawn, rel=0.12)
    again = histories.frequency > 0
    alive = logit(np.array([BG_NBD.alive(np.exp(u), histories)[again] for u in draws]))
    spread = np.quantile(alive, 0.975, axis=0) - np.quantile(alive, 0.025, axis=0)
    stated = logit(future.alive_high[again]) - logit(future.alive_low[again])
    assert stated == pytest.approx(spread, rel=0.12)


def test_known_parameters_leave_only_the_customers_own_randomness(fitted):
    group, _ = compress_histories([2] * 40, [213] * 40, [272] * 40)
    total = total_expected(replace(fitted, covariance=np.zeros((4, 4))), group, 39.0)
    mean = BG_NBD.expected(fitted.vector, group, 39.0)[0]
    variance = BG_NBD.factorial_moment(fitted.vector, group, 39.0)[0] + mean - mean**2
    assert total.mean_low == total.expected == pytest.approx(40 * mean)
    odds = mean / variance
    approximation = nbinom.ppf([0.025, 0.975], 40 * mean * odds / (1 - odds), odds)
    assert [total.low, total.high] == approximation.tolist()


def test_a_total_is_that_of_its_parts(fitted, histories):
    whole = total_expected(fitted, histories, 39.0)
    future = predict_purchases(fitted, histories, 39.0)
    assert whole.expected == pytest.approx(histories.customers @ future.expected)
    assert whole.customers == 6
    assert whole.low < whole.mean_low < whole.expected < whole.mean_high < whole.high


def test_a_fit_without_covariance_predicts_without_intervals(histories):
    fitted = PurchaseFit(BG_NBD, TRUTH, None, 0.0, 100, 50, converged=False, why="flat")
    future = predict_purchases(fitted, histories, 39.0)
    assert np.all(future.expected > 0)
    assert np.all(np.isnan([future.low, future.high]))
    assert np.all(np.isnan([future.alive_low, future.alive_high]))
    total = total_expected(fitted, histories, 39.0)
    assert np.isnan([total.low, total.high, total.mean_low, total.mean_high]).all()


@pytest.mark.parametrize("horizon", [-1.0, float("nan"), float("inf")])
def test_an_impossible_horizon_is_refused(fitted, histories, horizon):
    with pytest.raises(InputError, match="horizon must be 0 or more"):
        predict_purchases(fitted, histories, horizon)
    with pytest.raises(InputError, match="horizon must be 0 or more"):
        total_expected(fitted, histories, horizon)


@pytest.mark.parametrize("rounds", [60, pytest.param(400, marks=pytest.mark.slow)])
def test_intervals_hold_as_often_as_they_promise(simulate_dropout, rounds):
    truth = BG_NBD.vector(TRUTH)
    held = {"total": 0, "mean": 0, "r": 0, "alpha": 0, "expected": 0}
    for seed in range(rounds):
        x, t_x, T, later = simulate_dropout(1000 + seed, 1500, **TRUTH, future=182)
        histories, _ = compress_histories(x, t_x, T)
        fitted = fit_purchases(BG_NBD, histories)
        total = total_expected(fitted, histories, 26.0)
        true_mean = histories.customers @ BG_NBD.expected(truth, histories, 26.0)
        held["total"] += total.low <= later.sum() <= total.high
        held["mean"] += total.mean_low <= true_mean <= total.mean_high
        for name, interval in parameter_intervals(fitted).items():
            if name in held:
                held[name] += interval.low[0] <= TRUTH[name] <= interval.high[0]
        one = compress_histories([3], [150], [250])[0]
        future = predict_purchases(fitted, one, 26.0)
        held["expected"] += future.low[0] <= BG_NBD.expected(truth, one, 26.0)[0] <= future.high[0]
    slack = 3 * np.sqrt(0.95 * 0.05 / rounds)
    assert {name: share / rounds > 0.95 - slack for name, share in held.items()} == dict.fromkeys(
        held, True
    )
