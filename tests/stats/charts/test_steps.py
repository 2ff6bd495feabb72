import numpy as np
import pytest
from scipy.stats import f

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


MONTHS = [month % 12 for month in range(36)]
SEASONS = {"december": [11], "winter": [10, 11, 0], "summer": [4, 5, 6, 7, 8]}


def of_season(rng, high, *, moved=0.0, customers=600, peak=0.10):
    """Three years, in which some months are high, and the last eight of all are moved."""
    share = 0.2 + peak * np.isin(MONTHS, high) + moved * (np.arange(36) >= 28)
    return rng.binomial(customers, share), np.full(36, customers)


@pytest.mark.parametrize("high", SEASONS.values(), ids=SEASONS)
def test_a_season_that_came_before_is_no_step_whenever_it_is_looked_at(high):
    rng = np.random.default_rng(21)
    p_values = [
        step(k[:end], n[:end], seasons=MONTHS[:end]).p_value
        for k, n in (of_season(rng, high) for _ in range(20))
        for end in range(25, 37)
    ]
    assert np.mean(np.array(p_values) <= 0.05) <= 0.05


@pytest.mark.parametrize("high", SEASONS.values(), ids=SEASONS)
def test_a_step_beside_a_season_is_found_dated_and_measured(high):
    rng = np.random.default_rng(22)
    series = [of_season(rng, high, moved=0.06) for _ in range(20)]
    beside = [step(k, n, seasons=MONTHS) for k, n in series]
    assert all(one.seasons == 12 for one in beside)
    assert np.mean([one.p_value <= 1e-3 for one in beside]) >= 0.9
    assert np.mean([one.low <= 28 <= one.high for one in beside]) >= 0.9
    assert np.mean([one.change_low <= 0.06 <= one.change_high for one in beside]) >= 0.9
    without = [step(k, n) for k, n in series]
    assert np.mean([one.p_value <= 1e-3 for one in without]) < 0.5


def test_quiet_series_keep_the_stated_rate_when_seasons_are_looked_for():
    rng = np.random.default_rng(23)
    p_values = np.array(
        [step(*of_season(rng, [], peak=0), seasons=MONTHS).p_value for _ in range(1_000)]
    )
    assert (p_values <= 0.05).mean() <= 0.05
    assert (p_values <= 0.01).mean() <= 0.01


def test_of_less_than_two_years_no_season_is_known():
    k, n = of_season(np.random.default_rng(24), SEASONS["winter"])
    assert step(k[:20], n[:20], seasons=MONTHS[:20]) == step(k[:20], n[:20])


def test_without_a_season_the_step_is_that_of_two_means():
    """The gain of a step by its textbook formula, beside what the fit makes of it."""
    k, n = np.array([40, 48, 36, 44, 40, 48, 70, 78, 66, 74]), np.full(10, 400)
    y, found = np.arcsin(np.sqrt((k + 0.375) / (n + 0.75))), step(k, n)
    sides = y[: found.place], y[found.place :]
    weight = 4 * 400 + 2
    gain = weight * np.prod([len(s) for s in sides]) / 10 * (sides[1].mean() - sides[0].mean()) ** 2
    rest = np.concatenate([s - s.mean() for s in sides]) * weight**0.5
    alike = min(max(rest[1:] @ rest[:-1] / (rest @ rest), 0), 0.8)
    noise = max(rest @ rest / 8, 1) * (1 + alike) / (1 - alike)
    assert found.dispersion == pytest.approx(noise)
    assert found.p_value == pytest.approx(min(7 * f.sf(gain / noise, 1, 8), 1))
