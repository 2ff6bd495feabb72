import numpy as np
import pytest
from scipy.special import expit

from outsidein.errors import TooLittleData
from outsidein.stats.charts.broken_stick import FROM_THE_START, NO_RISE, rise_point

WAITS = np.arange(0, 300, 1.0)
CALLS = np.round(600 * np.exp(-WAITS / 60)).astype(int) + 1


def simulated(rng, log_odds):
    return rise_point(WAITS, CALLS, rng.binomial(CALLS, expit(log_odds)))


def test_the_point_at_which_a_rate_begins_to_rise_is_recovered():
    rng = np.random.default_rng(11)
    truth = -2.5 + 0.015 * np.maximum(WAITS - 90, 0)
    found = [simulated(rng, truth) for _ in range(15)]
    assert all(f.point is not None for f in found)
    assert np.median([f.point for f in found]) == pytest.approx(90, abs=6)
    assert np.mean([f.low <= 90 <= f.high for f in found]) >= 0.9
    assert np.median([f.before for f in found]) == pytest.approx(expit(-2.5), rel=0.05)


def test_where_nothing_rises_no_point_is_invented():
    rng = np.random.default_rng(12)
    found = [simulated(rng, np.full(len(WAITS), -2.0)) for _ in range(25)]
    assert sum(f.point is not None for f in found) <= 5
    assert sum(f.why == NO_RISE for f in found) >= 20


def test_where_the_rate_falls_there_is_no_point():
    assert simulated(np.random.default_rng(13), -1 - 0.02 * WAITS).why == NO_RISE


def test_a_rate_that_rises_from_the_start_has_no_flat_part_before_the_point():
    rng = np.random.default_rng(14)
    found = [simulated(rng, -2.5 + 0.015 * WAITS) for _ in range(12)]
    assert sum(f.why == FROM_THE_START for f in found) >= 10


def test_a_rise_that_levels_off_keeps_its_beginning():
    truth = -2.6 + 0.1 * np.clip(WAITS - 60, 0, 30)
    found = simulated(np.random.default_rng(15), truth)
    assert found.low <= 60 <= found.high
    assert found.high - found.low < 20


def test_the_order_of_rows_does_not_matter():
    rng = np.random.default_rng(16)
    lost = rng.binomial(CALLS, expit(-2.5 + 0.02 * np.maximum(WAITS - 90, 0)))
    order = rng.permutation(len(WAITS))
    assert rise_point(WAITS, CALLS, lost) == rise_point(WAITS[order], CALLS[order], lost[order])


def test_too_few_disasters_have_no_answer():
    with pytest.raises(TooLittleData, match="5 encounters"):
        rise_point(WAITS, CALLS, (WAITS < 5).astype(int))


def test_where_the_measure_decides_the_point_lies_between_never_and_always():
    days = np.arange(-3, 12)
    deliveries = np.array([40, 300, 900, 800, 400, 200, 100, 90, 60, 40, 30, 20, 12, 11, 10])
    late = np.where(days > 0, deliveries, 0)
    found = rise_point(days, deliveries, late)
    assert found.point is not None
    assert -1 <= found.point <= 1
    assert found.after == pytest.approx(1, abs=0.01)


SLOWING = {
    "saturating": lambda beyond: 2.5 * (1 - np.exp(-beyond / 40)),
    "root": lambda beyond: 0.2 * np.sqrt(beyond),
    "jump": lambda beyond: 1.2 * (beyond > 0),
}


@pytest.mark.parametrize("shape", SLOWING)
def test_a_rise_that_slows_down_does_not_draw_the_point_to_lower_values(shape):
    rng = np.random.default_rng(15)
    truth = -2.5 + SLOWING[shape](np.maximum(WAITS - 90, 0))
    found = [simulated(rng, truth) for _ in range(12)]
    assert np.median([f.point for f in found]) == pytest.approx(90, abs=7)
    assert sum(f.low <= 90 <= f.high for f in found) >= 8
