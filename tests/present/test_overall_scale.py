import pytest

from outsidein.factors.figures import (
    FACTOR_METHODS,
    HIGHEST_OVERALL,
    INITIATIVES,
    LOWEST_OVERALL,
    TO_BE_GAINED,
)
from outsidein.figures.figure import Unit
from outsidein.present.overall_scale import in_points

GAIN = INITIATIVES.figure([TO_BE_GAINED.estimate(900, 0.05, 0.04, 0.06)])


def methods(*ends):
    measures = (LOWEST_OVERALL, HIGHEST_OVERALL)
    return FACTOR_METHODS.figure(
        m.estimate(None, end) for m, end in zip(measures, ends, strict=False)
    )


def test_a_gain_of_a_part_of_the_scale_is_written_in_its_points():
    figures = in_points({"factor_methods": methods(1.0, 5.0), "initiatives": GAIN})
    [gain] = figures["initiatives"].estimates
    assert (gain.value, gain.low, gain.high) == pytest.approx((0.2, 0.16, 0.24))
    assert (gain.unit, gain.n) == (Unit.NUMBER, 900)


def test_where_scales_differ_a_gain_stays_a_part_of_the_scale():
    assert in_points({"factor_methods": methods(), "initiatives": GAIN})["initiatives"] == GAIN
