# ruff: noqa: N803, N806  (T is the literature's letter)
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outsidein.errors import InputError
from outsidein.stats.lifetime.histories import Histories, compress_histories


@st.composite
def customers(draw, top=30):
    T = draw(st.integers(0, top))
    x = draw(st.integers(0, 4))
    return (x, draw(st.integers(0, T)) if x else 0, T)


@pytest.mark.parametrize("top", [30, 1_000_000])
def test_each_customer_finds_their_own_history_in_their_row(top):
    @given(st.lists(customers(top=top), min_size=1, max_size=40))
    def holds(people):
        x, t_x, T = np.array(people).T
        histories, rows = compress_histories(x, t_x, T, days_per_unit=1)
        found = (histories.frequency[rows], histories.recency[rows], histories.T[rows])
        assert np.array_equal(np.stack(found), np.stack([x, t_x, T]))
        assert histories.frequency.size == len(set(people))
        assert np.array_equal(np.bincount(rows), histories.customers)

    holds()


def test_weeks_are_exact_sevenths_of_days():
    histories, _ = compress_histories([1], [213], [272])
    assert (histories.recency[0], histories.T[0]) == (213 / 7, 272 / 7)


def test_no_customers_have_no_histories():
    histories, rows = compress_histories([], [], [])
    assert (histories.total_customers, histories.repeaters, rows.size) == (0, 0, 0)


@pytest.mark.parametrize(
    ("x", "t_x", "T", "message"),
    [
        ([1], [8], [7], "recency exceeds T for 1 rows"),
        ([-1], [0], [7], "frequency must be 0 or more; its lowest value is -1"),
        ([1], [-3], [7], "recency must be 0 or more; its lowest value is -3"),
        ([1], [float("nan")], [7], "recency has missing or infinite values"),
        ([1], [0.5], [7], "recency must be whole numbers; it has fractions"),
        ([1], ["a"], [7], "recency must be whole numbers; it is <U1"),
        ([0], [3], [7], "recency must be 0 without repeat purchases"),
        ([1, 1], [3], [7], "must be equally long"),
        ([[1]], [[3]], [[7]], "one value per customer; it has 2 dimensions"),
        ([1 << 40], [3], [1 << 20], "too large to be real counts"),
    ],
)
def test_impossible_histories_are_refused_in_one_line(x, t_x, T, message):
    with pytest.raises(InputError, match=message) as refused:
        compress_histories(x, t_x, T)
    assert "\n" not in str(refused.value)


def test_histories_given_directly_are_checked_too():
    one = np.array([1])
    with pytest.raises(InputError, match="recency exceeds T"):
        Histories(one, np.array([2.0]), np.array([1.0]), one)
    with pytest.raises(InputError, match="T has missing"):
        Histories(one, np.array([2.0]), np.array([np.nan]), one)


def test_a_time_unit_of_no_days_is_refused():
    with pytest.raises(InputError, match="days_per_unit must be above 0"):
        compress_histories([1], [1], [2], days_per_unit=0)
