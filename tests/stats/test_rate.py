import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson
from statsmodels.stats.rates import confint_poisson

from outsidein.errors import TooLittleData
from outsidein.stats.rate import rate


@pytest.mark.parametrize(
    ("events", "low", "high"),
    [
        (0, 0, 3.689),
        (1, 0.0253, 5.572),
        (5, 1.623, 11.668),
        (10, 4.795, 18.390),
        (100, 81.36, 121.63),
    ],
)
def test_counts_have_the_limits_of_the_published_table(events, low, high):
    assert rate(events, 1.0)[1:3] == pytest.approx((low, high), rel=2e-3)


@given(st.integers(0, 10**6), st.floats(0.01, 10**6), st.floats(0.5, 0.999))
def test_the_interval_is_that_of_statsmodels(events, exposure, confidence):
    oracle = confint_poisson(events, exposure, method="exact-c", alpha=1 - confidence)
    ours = rate(events, exposure, confidence=confidence)
    assert (ours.low, ours.high) == pytest.approx(np.nan_to_num(oracle), rel=1e-6)
    assert ours.low <= ours.rate <= ours.high


@pytest.mark.parametrize("truth", [0.5, 3.0, 40.0])
def test_the_interval_holds_the_true_rate_at_least_as_often_as_it_promises(truth):
    counts = np.arange(200)
    held = [low <= truth / 2 <= high for _, low, high, *_ in (rate(int(k), 2.0) for k in counts)]
    assert poisson.pmf(counts, truth)[held].sum() >= 0.95


def test_no_exposure_has_no_rate():
    with pytest.raises(TooLittleData, match="0 units of exposure are too few"):
        rate(3, 0.0)
