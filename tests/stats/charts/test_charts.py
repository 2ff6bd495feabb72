import numpy as np
import pytest

from outsidein.errors import TooLittleData
from outsidein.stats.charts.funnel import funnel
from outsidein.stats.charts.individuals import individuals_chart
from outsidein.stats.charts.shares import rates_chart, shares_chart


def test_the_limits_of_single_values_are_wheelers_constant_times_the_moving_range():
    values = [39, 41, 41, 41, 43, 44, 41, 42, 40, 41, 44, 40]
    ranges = np.abs(np.diff(values)).mean()
    chart = individuals_chart(values)
    assert chart.highs[0] - chart.centre == pytest.approx(2.66 * ranges, rel=1e-3)


def test_where_only_chance_moves_shares_the_limits_are_those_of_a_plain_p_chart():
    rng = np.random.default_rng(3)
    chart = shares_chart(rng.binomial(400, 0.2, 4_000), [400] * 4_000)
    assert chart.dispersion == pytest.approx(1, abs=0.03)
    plain = 3 * np.sqrt(0.2 * 0.8 / 400)
    assert chart.highs[0] - chart.centre == pytest.approx(plain, rel=0.03)
    assert chart.outside.mean() == pytest.approx(1 / 370, abs=0.002)


def test_habitual_variation_widens_the_limits_instead_of_calling_every_day_wild():
    rng = np.random.default_rng(4)
    shares = np.clip(rng.normal(0.2, 0.03, 500), 0, 1)
    missed = rng.binomial(5_000, shares)
    plain = 3 * np.sqrt(0.2 * 0.8 / 5_000)
    assert (np.abs(missed / 5_000 - 0.2) > plain).mean() > 0.4
    chart = shares_chart(missed, [5_000] * 500)
    assert chart.dispersion == pytest.approx(5.4, rel=0.15)
    assert chart.outside.mean() < 0.01


def test_two_wild_days_do_not_hide_each_other():
    usual = [150, 160, 142, 149, 165, 158, 151, 138, 157, 153]
    missed = np.array([*usual, 340, *usual, 225, *usual])
    chart = shares_chart(missed, [1_000] * 32)
    ranges = np.abs(np.diff(missed / 1_000)).mean() / 1.128
    assert missed[21] / 1_000 < missed.mean() / 1_000 + 3 * ranges  # hidden by the other
    assert np.flatnonzero(chart.outside).tolist() == [10, 21]
    assert chart.n == 30


def test_limits_may_rest_on_the_first_periods_alone():
    chart = rates_chart([5, 6, 5, 7, 6, 5, 6, 7, 30, 32, 31], [100] * 11, baseline=8)
    assert chart.n == 8
    assert chart.outside[-3:].all()
    assert not chart.outside[:8].any()


@pytest.mark.parametrize("chart", [shares_chart, rates_chart])
def test_a_standard_that_was_never_missed_has_a_chart_without_alarms(chart):
    assert not chart([0] * 10, [50] * 10).outside.any()


def test_fewer_than_eight_periods_have_no_chart():
    with pytest.raises(TooLittleData, match="7 periods are too few"):
        shares_chart([1] * 7, [10] * 7)


def test_units_that_vary_as_units_do_are_not_called_unlike_the_others():
    rng = np.random.default_rng(5)
    sizes = rng.integers(200, 5_000, size=2_000)
    shares = np.clip(rng.normal(0.1, 0.02, 2_000), 0.001, 1)
    found = funnel(rng.binomial(sizes, shares), sizes)
    assert found.between == pytest.approx(0.02, rel=0.25)
    assert found.outside.mean() < 0.01


def test_limits_of_a_funnel_without_spread_between_units_are_binomial():
    rng = np.random.default_rng(6)
    sizes = rng.integers(50, 2_000, size=3_000)
    found = funnel(rng.binomial(sizes, 0.3), sizes)
    assert found.outside.mean() == pytest.approx(1 / 370, abs=0.002)
    exact = 3 * np.sqrt(found.centre * (1 - found.centre) / sizes)
    assert found.highs - found.centre == pytest.approx(exact, rel=0.02)
