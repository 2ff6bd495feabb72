import numpy as np
import pytest

from outsidein.errors import TooLittleData
from outsidein.stats.nonresponse import ResponseCell, estimate_everyone_asked, join_cells


def cells_of(cell, weight, y, answered):
    return [
        ResponseCell(
            int((cell == c).sum()),
            float(weight[cell == c].sum()),
            int((answered & (cell == c)).sum()),
            *(
                float((v * (answered & (cell == c))).sum())
                for v in (weight, weight**2, weight * y, weight * y**2)
            ),
        )
        for c in np.unique(cell)
    ]


def asked(rng, *, n=600, matters=0.0):
    """Two cells: the second unhappier and less ready to answer; `matters`: so are the unhappy."""
    cell = (rng.random(n) < 0.5).astype(int)
    y = rng.random(n) < np.where(cell, 0.3, 0.8)
    ready = np.where(cell, 0.2, 0.6) + matters * y
    weight = np.where(rng.random(n) < 0.3, 3.0, 1.0)
    return cell, weight, y.astype(float), rng.random(n) < ready


def test_answers_missing_at_random_within_cells_are_made_good_and_the_interval_holds_the_truth():
    rng = np.random.default_rng(1)
    found = [
        estimate_everyone_asked(cells_of(*asked(rng)), lowest=0, highest=1) for _ in range(800)
    ]
    assert np.mean([f.answered.mean for f in found]) == pytest.approx(0.675, abs=0.01)
    assert np.mean([f.everyone.mean for f in found]) == pytest.approx(0.55, abs=0.01)
    assert np.mean([f.nonrespondents.mean for f in found]) == pytest.approx(0.467, abs=0.015)
    assert 0.93 <= np.mean([f.everyone.low <= 0.55 <= f.everyone.high for f in found]) <= 0.99


def test_where_the_unhappy_are_silent_the_assumption_fails_but_the_bounds_still_hold():
    rng = np.random.default_rng(2)
    found = [
        estimate_everyone_asked(cells_of(*asked(rng, matters=0.3)), lowest=0, highest=1)
        for _ in range(300)
    ]
    assert np.mean([f.everyone.low > 0.55 for f in found]) > 0.5
    assert np.mean([f.bounds.low <= 0.55 <= f.bounds.high for f in found]) >= 0.95


def test_when_everyone_answers_nobody_is_silent_and_the_bounds_meet():
    cell, weight, y, _ = asked(np.random.default_rng(3))
    found = estimate_everyone_asked(cells_of(cell, weight, y, y >= 0), lowest=0, highest=1)
    assert found.nonrespondents is None
    assert found.bounds.lowest == pytest.approx(found.bounds.highest)
    assert found.everyone.mean == pytest.approx(np.average(y, weights=weight))


def test_a_cell_where_nobody_answered_is_joined_with_another():
    mute, heard = ResponseCell(50, 50, 0, 0, 0, 0, 0), ResponseCell(50, 50, 25, 25, 25, 20, 20)
    found = estimate_everyone_asked([mute, heard], lowest=0, highest=1)
    assert (found.cells, found.everyone.mean) == (1, pytest.approx(0.8))
    assert join_cells([heard, mute]) == join_cells([mute, heard])


def test_fewer_than_ten_answers_say_nothing_of_the_silent():
    with pytest.raises(TooLittleData, match="customers who answered"):
        estimate_everyone_asked([ResponseCell(100, 100, 9, 9, 9, 5, 5)], lowest=0, highest=1)
