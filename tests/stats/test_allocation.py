from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outsidein.errors import InputError
from outsidein.stats.sample_allocation import AllocationCell, allocate_sample


def error(cells, asked):
    """Standard error of the overall mean, one pseudo-answer per cell."""
    whole = sum(cell.customers for cell in cells)
    parts = [
        (cell.customers * cell.deviation / whole) ** 2 / (cell.answers + 1 + cell.response * n)
        for cell, n in zip(cells, asked, strict=True)
    ]
    return np.sqrt(sum(parts))


CELLS = (
    AllocationCell(500, 30, 3, 0.4, 0.5),
    AllocationCell(100, 30, 0, 0.5, 0.2),
    AllocationCell(900, 8, 20, 0.1, 0.9),
)


@pytest.mark.parametrize("budget", [3, 10, 25, 50])
def test_no_other_way_to_deal_out_the_budget_leaves_a_smaller_error(budget):
    dealt = allocate_sample(CELLS, budget)
    ways = [
        way for way in product(*(range(1, cell.free + 1) for cell in CELLS)) if sum(way) == budget
    ]
    best = min(error(CELLS, way) for way in ways)
    assert sum(dealt.asked) == budget
    assert dealt.error_after == pytest.approx(error(CELLS, dealt.asked))
    assert dealt.error_after == pytest.approx(best, rel=0.005)
    assert dealt.error_before == pytest.approx(error(CELLS, (0, 0, 0)))


@st.composite
def cells(draw):
    free = draw(st.integers(0, 200))
    return AllocationCell(
        free + draw(st.integers(1, 200)),
        free,
        draw(st.integers(0, 50)),
        draw(st.floats(0.01, 0.5)),
        draw(st.floats(0.05, 1)),
    )


@given(st.lists(cells(), min_size=1, max_size=8), st.integers(1, 500))
def test_nobody_is_asked_twice_and_the_budget_is_kept(found, budget):
    if not any(cell.free for cell in found):
        return
    asked = allocate_sample(found, budget).asked
    assert all(0 <= n <= cell.free for n, cell in zip(asked, found, strict=True))
    wanted = min(budget, sum(cell.free for cell in found))
    assert sum(asked) == wanted
    if budget >= sum(cell.free > 0 for cell in found):
        assert all(n > 0 for n, cell in zip(asked, found, strict=True) if cell.free)


def test_nobody_to_ask_is_said():
    with pytest.raises(InputError, match="Nobody may be asked"):
        allocate_sample([CELLS[0]._replace(free=0)], 5)
