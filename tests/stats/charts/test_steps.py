import numpy as np
import pytest

from outsidein.errors import TooLittleData
from outsidein.stats.charts.false_discovery import q_values
from outsidein.stats.charts.step import change_found_within, step

PERIODS = 24


def quiet(rng, streams, *, customers, share, spread=0.0):
    shares = np.clip(rng.normal(share, spread, (streams, PERIODS)), 0.001, 0.999)
    return rng.binomial(customers, shares)


@pytest.mark.parametrize(
    ("customers", "share", "spread"), [(200, 0.1, 0), (30, 0.05, 0), (2_000, 0.2, 0.02)]
)
def test_over_a_thousand_quiet_streams_false_alarms_stay_at_the_stated_rate(
    customers, share, spread
):
    counts = quiet(np.random.default_rng(8), 1_000, customers=customers, share=share, spread=spread)
    p_values = np.array([step(row, [customers] * PERIODS).p_value for row in counts])
    assert (p_values <= 0.05).mean() <= 0.05
    assert (p_values <= 0.01).mean() <= 0.01
    firms = p_values.reshape(20, 50)
    listed = [(q_values(firm) <= 0.05).any() for firm in firms]
    assert np.mean(listed) <= 0.05


def test_a_shift_is_found_within_the_stated_delay_as_often_as_stated():
    rng = np.random.default_rng(9)
    sizes, bar = [400] * PERIODS, 0.001
    calm = step(rng.binomial(400, 0.1, PERIODS), sizes)
    change = change_found_within(calm, sizes, periods=3, p_value=bar)
    shares = np.where(np.arange(PERIODS) < PERIODS - 3, 0.1, 0.1 + change)
    found = [step(rng.binomial(400, shares), sizes).p_value <= bar for _ in range(400)]
    assert np.mean(found) == pytest.approx(0.8, abs=0.12)


@pytest.mark.parametrize("change", [0.03, 0.06])
def test_the_interval_of_the_date_holds_the_true_date_as_often_as_it_promises(change):
    rng = np.random.default_rng(10)
    shares = np.where(np.arange(PERIODS) < 14, 0.2, 0.2 + change)
    found = [step(rng.binomial(500, shares), [500] * PERIODS) for _ in range(500)]
    assert np.mean([f.low <= 14 <= f.high for f in found]) >= 0.94
    assert np.mean([f.change_low <= change <= f.change_high for f in found]) >= 0.9


def test_turning_time_round_turns_the_step_round():
    k, n = [10, 12, 9, 11, 10, 25, 24, 27, 26], [100] * 9
    one, other = step(k, n), step(k[::-1], n)
    assert one.place == 9 - other.place
    assert one.change == pytest.approx(-other.change)
    assert one.p_value == pytest.approx(other.p_value)


def test_a_series_without_any_variation_has_no_step():
    assert step([5] * 10, [50] * 10).p_value > 0.9


def test_seven_periods_are_too_few():
    with pytest.raises(TooLittleData):
        step([1] * 7, [10] * 7)
