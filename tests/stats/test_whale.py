import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from outsidein.errors import TooLittleData
from outsidein.stats.whale_curve import whale_curve

profits = st.lists(st.integers(-(10**6), 10**6), min_size=2, max_size=60).map(np.array)


def draw(profit, **options):
    return whale_curve(profit, rng=np.random.default_rng(1), **{"draws": 40, **options})


@given(profits)
def test_the_curve_is_the_running_sum_from_the_best_customer_down(profit):
    curve = draw(profit, points=len(profit))
    by_hand = [sum(sorted(profit.tolist(), reverse=True)[:k]) for k in range(len(profit) + 1)]
    assert curve.cumulative == pytest.approx(by_hand, abs=1e-6)
    assert curve.peak.amount == max(by_hand)
    assert curve.total.amount == by_hand[-1]
    assert curve.peak_customers.share * len(profit) == pytest.approx(np.argmax(by_hand))


@given(profits)
def test_peak_and_loss_make_up_the_total(profit):
    curve = draw(profit)
    assert curve.peak.amount + curve.loss.amount == curve.total.amount
    assert curve.loss.amount <= 0 <= curve.peak.amount
    assert curve.unprofitable.share == pytest.approx((profit < 0).mean())


@given(profits, st.randoms())
def test_the_order_of_customers_does_not_matter(profit, random):
    shuffled = np.array(random.sample(profit.tolist(), len(profit)))
    one, other = draw(profit), draw(shuffled)
    assert one.low.tolist() == other.low.tolist()
    assert one.peak_level == other.peak_level


@given(profits.filter(lambda profit: profit.sum() <= 0))
def test_without_a_total_profit_money_is_reported_and_no_share(profit):
    curve = draw(profit)
    assert (curve.share, curve.share_low, curve.share_high, curve.peak_level) == (None,) * 4
    assert np.isfinite(curve.cumulative).all()
    assert np.isfinite(curve.low).all()


def test_a_total_that_may_be_zero_has_shares_without_an_interval():
    curve = draw(np.array([1000, -990, 20, -15]), draws=200)
    assert curve.total.low <= 0 < curve.total.amount
    assert curve.share[-1] == 1
    assert (curve.share_low, curve.share_high, curve.peak_level) == (None,) * 3


def test_unprofitable_customers_have_wilsons_interval():
    curve = draw(np.array([5] * 30 + [-1] * 10))
    oracle = proportion_confint(10, 40, method="wilson")
    assert (curve.unprofitable.low, curve.unprofitable.high) == pytest.approx(oracle)
    assert curve.peak_customers.share == 0.75


def heavy(rng, n):
    return (1000 * (rng.lognormal(1, 1.2, n) - 2)).astype(np.int64)


def test_intervals_are_those_of_drawing_customers_one_by_one():
    rng = np.random.default_rng(2)
    profit = heavy(rng, 500)
    curve = draw(profit, draws=3_000, points=10)
    again = -np.sort(-rng.choice(profit, size=(3_000, 500)), axis=1).cumsum(axis=1)
    at = np.arange(50, 501, 50) - 1
    low, high = np.quantile(again[:, at], [0.025, 0.975], axis=0)
    width = high - low
    assert (np.abs(curve.low[1:] - low) < 0.08 * width).all()
    assert (np.abs(curve.high[1:] - high) < 0.08 * width).all()
    shares = np.quantile(again[:, at] / again[:, -1:], [0.025, 0.975], axis=0)
    assert curve.share_low[1:] == pytest.approx(shares[0], rel=0.03)
    assert curve.share_high[1:] == pytest.approx(shares[1], rel=0.03)


def test_blocks_of_neighbours_leave_the_intervals_as_they_are(monkeypatch):
    profit = heavy(np.random.default_rng(3), 9_000)
    exact = draw(profit, draws=1_500, points=10)
    monkeypatch.setattr("outsidein.stats.whale_curve.ENDS", 100)
    monkeypatch.setattr("outsidein.stats.whale_curve.MIDDLE", 400)
    blocks = draw(profit, draws=1_500, points=10)
    width = (exact.high - exact.low)[1:]
    assert blocks.cumulative.tolist() == exact.cumulative.tolist()
    assert (np.abs(blocks.low - exact.low)[1:] < 0.1 * width).all()
    assert (np.abs(blocks.high - exact.high)[1:] < 0.1 * width).all()
    assert blocks.peak_level == pytest.approx(exact.peak_level, rel=0.01)


@pytest.mark.slow
def test_intervals_hold_the_true_curve_about_as_often_as_they_promise():
    rng = np.random.default_rng(4)
    truth = draw(heavy(rng, 2_000_000), draws=2)
    held = []
    for _ in range(300):
        curve = whale_curve(heavy(rng, 800), rng=rng, draws=300)
        level = curve.peak_level
        held.append(
            [
                curve.share_low[20] <= truth.share[20] <= curve.share_high[20],
                level.low <= truth.peak.amount / truth.total.amount <= level.high,
                curve.low[50] / 800 <= truth.cumulative[50] / truth.n <= curve.high[50] / 800,
            ]
        )
    assert (np.mean(held, axis=0) >= 0.91).all()
    assert (np.mean(held, axis=0) <= 0.985).all()


@pytest.mark.slow
def test_a_million_customers_take_a_few_seconds():
    profit = heavy(np.random.default_rng(5), 1_000_000)
    start = time.perf_counter()
    curve = draw(profit, draws=200)
    assert time.perf_counter() - start < 10
    assert curve.total.low < profit.sum() < curve.total.high


@pytest.mark.parametrize("n", [0, 1])
def test_fewer_than_two_customers_have_no_curve(n):
    with pytest.raises(TooLittleData, match=f"{n} customers are too few: the estimate needs 2"):
        draw(np.ones(n, dtype=np.int64))
