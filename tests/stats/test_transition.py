import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from outsidein.stats.transition import sojourn, transitions

tables = st.integers(1, 5).flatmap(
    lambda k: st.lists(
        st.lists(st.integers(0, 500), min_size=k, max_size=k), min_size=k, max_size=k
    )
)


@given(tables)
def test_each_row_adds_up_to_one_or_is_unknown_throughout(table):
    for row, counts in zip(transitions(table), table, strict=True):
        if sum(counts) == 0:
            assert set(row) == {None}
        else:
            assert sum(cell.share for cell in row) == pytest.approx(1)


@given(tables)
def test_each_cell_has_wilsons_interval(table):
    for row, counts in zip(transitions(table), table, strict=True):
        for cell, moved in zip(row, counts, strict=True):
            if cell is not None:
                oracle = proportion_confint(moved, sum(counts), method="wilson")
                assert (cell.low, cell.high) == pytest.approx(oracle, abs=1e-9)


@given(tables, st.randoms())
def test_renaming_the_stages_renames_the_answer(table, random):
    order = random.sample(range(len(table)), len(table))
    renamed = np.array(table)[np.ix_(order, order)]
    assert sojourn(renamed) == tuple(sojourn(table)[i] for i in order)
    plain = transitions(table)
    assert transitions(renamed) == tuple(tuple(plain[i][j] for j in order) for i in order)


def test_the_stay_is_that_of_walks_through_the_chain():
    rng = np.random.default_rng(1)
    chance = np.array([[0.8, 0.15, 0.05], [0.2, 0.6, 0.2], [0.0, 0.1, 0.9]])
    stage = np.repeat([0, 1, 2], 20_000)
    stays, left = np.ones(60_000), np.zeros(60_000, dtype=bool)
    at = stage.copy()
    for _ in range(200):
        at = (rng.random(60_000)[:, None] > chance.cumsum(axis=1)[at]).sum(axis=1)
        left |= at != stage
        stays += ~left
    walked = [stays[stage == i].mean() for i in range(3)]
    assert [stay.periods for stay in sojourn(10_000 * chance)] == pytest.approx(walked, rel=0.03)


def test_the_interval_holds_the_true_stay_about_as_often_as_it_promises():
    rng = np.random.default_rng(2)
    stayed = rng.binomial(60, 0.75, 3_000)
    stays = [sojourn([[k, 60 - k], [0, 1]])[0] for k in stayed]
    assert 0.93 <= np.mean([stay.low <= 4 <= stay.high for stay in stays]) <= 0.97


def test_a_stage_all_stayed_in_has_a_least_stay_and_no_most():
    stay = sojourn([[20, 0], [3, 4]])[0]
    assert (stay.periods, stay.high, stay.n) == (None, None, 20)
    low, _ = proportion_confint(20, 20, method="wilson")
    assert stay.low == pytest.approx(1 / (1 - low))


def test_a_stage_nobody_began_in_is_unknown():
    assert transitions([[1, 1], [0, 0]])[1] == (None, None)
    assert sojourn([[1, 1], [0, 0]])[1] is None


def test_counts_that_are_not_square_are_refused():
    with pytest.raises(ValueError, match="must be square"):
        transitions([[1, 2]])
