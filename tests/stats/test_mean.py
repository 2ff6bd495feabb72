from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from outsidein.errors import TooLittleData
from outsidein.stats.mean import mean, ratio

amounts = st.lists(st.integers(-(10**9), 10**9), min_size=2, max_size=30)


def squares(values):
    return sum(value * value for value in values)


def pair_sums(x, y):
    products = sum(a * b for a, b in zip(x, y, strict=True))
    return {
        "n": len(x),
        "sum_x": sum(x),
        "sum_y": sum(y),
        "sum_xx": squares(x),
        "sum_xy": products,
        "sum_yy": squares(y),
    }


@given(amounts.filter(lambda values: len(set(values)) > 1), st.floats(0.5, 0.99))
def test_the_interval_is_that_of_students_one_sample_test(values, confidence):
    oracle = stats.ttest_1samp(values, 0).confidence_interval(confidence)
    ours = mean(len(values), sum(values), squares(values), confidence=confidence)
    assert ours.mean == pytest.approx(np.mean(values))
    assert (ours.low, ours.high) == pytest.approx(tuple(oracle), rel=1e-9, abs=1e-6)


@given(amounts, st.sampled_from([10**12, 10**15, 10**18]))
def test_a_large_constant_moves_the_mean_and_leaves_the_spread(values, constant):
    moved = [value + constant for value in values]
    near = mean(len(values), sum(values), squares(values))
    far = mean(len(moved), sum(moved), squares(moved))
    assert far.high - far.low == pytest.approx(near.high - near.low, rel=1e-9, abs=1024)


def test_decimals_and_numpy_integers_beyond_64_bits_are_taken_exactly():
    values = [4 * 10**18, 4 * 10**18 + 2_000_000]
    exact = mean(2, sum(values), squares(values))
    assert mean(np.int64(2), sum(values), Decimal(squares(values))) == exact
    assert mean(2, np.int64(sum(values)), squares(values)) == exact
    assert exact.high - exact.low == pytest.approx(2 * 12.7062047 * 1_000_000, abs=1024)


def test_floats_that_cancel_to_just_below_zero_have_no_spread():
    assert mean(3, 0.3, 3 * 0.1**2 * (1 - 1e-15))[1:3] == pytest.approx((0.1, 0.1))


def test_sums_that_have_overflowed_are_refused():
    with pytest.raises(ValueError, match="negative"):
        mean(2, 10**12, 10**20)


@pytest.mark.parametrize("n", [0, 1])
def test_fewer_than_two_customers_have_no_mean_with_an_interval(n):
    with pytest.raises(TooLittleData, match=f"{n} observations are too few: the estimate needs 2"):
        mean(n, n, n)


@given(amounts)
def test_the_ratio_to_a_count_of_one_each_is_the_mean(values):
    plain = mean(len(values), sum(values), squares(values))
    assert ratio(**pair_sums([1] * len(values), values)) == pytest.approx(plain)


@given(st.lists(st.tuples(st.integers(1, 10**6), st.integers(-(10**6), 10**6)), min_size=2))
def test_the_ratios_interval_is_that_of_its_linearised_values(pairs):
    x, y = np.array(pairs, dtype=float).T
    linear = (y - y.sum() / x.sum() * x) / x.mean()
    error = stats.t.ppf(0.975, len(x) - 1) * linear.std(ddof=1) / np.sqrt(len(x))
    ours = ratio(**pair_sums(*zip(*pairs, strict=True)))
    assert ours.ratio == pytest.approx(y.sum() / x.sum())
    assert ours.high - ours.ratio == pytest.approx(error, rel=1e-6, abs=1e-7)


def test_the_ratios_interval_holds_the_true_ratio_as_often_as_it_promises():
    rng = np.random.default_rng(1)
    orders = 1 + rng.poisson(3, size=(2_000, 60))
    profit = rng.poisson(7 * orders)
    held = 0
    for x, y in zip(orders.tolist(), profit.tolist(), strict=True):
        _, low, high, _ = ratio(**pair_sums(x, y))
        held += low <= 7 <= high
    assert 0.935 <= held / 2_000 <= 0.965


def test_a_ratio_needs_two_customers():
    with pytest.raises(TooLittleData, match="needs 2"):
        ratio(**pair_sums([1], [1]))


def test_a_ratio_to_nothing_is_refused():
    with pytest.raises(TooLittleData, match="0 units of the denominator are too few"):
        ratio(**pair_sums([1, -1], [3, 2]))
