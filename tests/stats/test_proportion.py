import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from outsidein.errors import TooLittleData
from outsidein.stats.proportion import difference, proportion

samples = st.integers(1, 2_000_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_shares_have_the_intervals_newcombe_prints_for_method_3(successes, n, low, high):
    assert proportion(successes, n)[1:3] == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((0, 10, 0, 10), -0.2775, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0),
        ((10, 10, 0, 10), 0.6075, 1.0),
    ],
)
def test_differences_have_the_intervals_newcombe_prints_for_method_10(counts, low, high):
    assert difference(*counts)[1:3] == pytest.approx((low, high), abs=5e-5)


@given(samples, st.floats(0.5, 0.999))
def test_a_share_has_the_interval_of_statsmodels(sample, confidence):
    oracle = proportion_confint(*sample, alpha=1 - confidence, method="wilson")
    assert proportion(*sample, confidence=confidence)[1:3] == pytest.approx(oracle, abs=1e-9)


@given(samples, samples)
def test_a_difference_has_the_interval_of_statsmodels(a, b):
    oracle = confint_proportions_2indep(*a, *b, method="newcomb", compare="diff")
    assert difference(*a, *b)[1:3] == pytest.approx(oracle, abs=1e-9)


@given(samples)
def test_the_interval_holds_the_share_and_stays_within_0_and_1(sample):
    share, low, high, _ = proportion(*sample)
    assert 0 <= low <= share <= high <= 1
    assert low < high


@given(samples)
def test_counting_the_others_mirrors_the_interval(sample):
    one, other = proportion(*sample), proportion(sample[1] - sample[0], sample[1])
    assert (one.low, one.high) == pytest.approx((1 - other.high, 1 - other.low), abs=1e-12)


@given(samples, samples)
def test_swapping_the_samples_mirrors_the_difference(a, b):
    one, other = difference(*a, *b), difference(*b, *a)
    assert one[:3] == pytest.approx((-other.difference, -other.high, -other.low))


@pytest.mark.parametrize(("truth", "n"), [(0.05, 100), (0.3, 20), (0.5, 12), (0.98, 300)])
def test_the_interval_holds_the_true_share_about_as_often_as_it_promises(truth, n):
    held = [low <= truth <= high for _, low, high, _ in (proportion(k, n) for k in range(n + 1))]
    assert 0.93 <= binom.pmf(np.arange(n + 1), n, truth)[held].sum() <= 0.985


def test_nobody_has_no_share():
    with pytest.raises(TooLittleData, match="0 observations are too few: the estimate needs 1"):
        proportion(0, 0)


@pytest.mark.parametrize("counts", [(0, 0, 1, 2), (1, 2, 0, 0)])
def test_nobody_on_one_side_has_no_difference(counts):
    with pytest.raises(TooLittleData):
        difference(*counts)
