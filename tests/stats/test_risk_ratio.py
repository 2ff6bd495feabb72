import pytest
from statsmodels.stats.proportion import confint_proportions_2indep

from outsidein.errors import TooLittleData
from outsidein.stats.risk_ratio import risk_ratio


@pytest.mark.parametrize("counts", [(29, 1_799, 430, 16_500), (8, 40, 90, 200), (60, 80, 30, 90)])
def test_the_interval_is_that_of_statsmodels(counts):
    ratio = risk_ratio(*counts)
    expected = confint_proportions_2indep(*counts, compare="ratio", method="log")
    assert (ratio.low, ratio.high) == pytest.approx(expected)
    assert ratio.low < ratio.ratio < ratio.high


def test_four_customers_are_too_few():
    with pytest.raises(TooLittleData):
        risk_ratio(4, 100, 50, 100)
