from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outsidein.identity.records.birth_dates import (
    are_incompatible,
    are_usable,
    is_incompatible_pair,
)

days = st.dates(date(1900, 1, 1), date(2019, 12, 31))


def edits(one, other):
    """Optimal string alignment distance, by the recursion of its definition."""
    known = {}

    def distance(i, j):
        if min(i, j) == 0:
            return max(i, j)
        if (i, j) not in known:
            options = [
                distance(i - 1, j) + 1,
                distance(i, j - 1) + 1,
                distance(i - 1, j - 1) + (one[i - 1] != other[j - 1]),
            ]
            if i > 1 and j > 1 and one[i - 2 : i] == other[j - 2 : j][::-1]:
                options.append(distance(i - 2, j - 2) + 1)
            known[i, j] = min(options)
        return known[i, j]

    return distance(len(one), len(other))


def of(one, other):
    left, right = (np.array([day], dtype="datetime64[D]") for day in (one, other))
    return bool(are_incompatible(left, right)[0])


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("1980-05-04", "1980-05-04", False),
        ("1980-05-04", "1980-04-05", False),  # day and month exchanged
        ("1980-12-03", "1980-03-12", False),
        ("1980-10-23", "1981-10-23", False),  # one digit
        ("1980-12-31", "1980-12-13", False),  # adjacent digits exchanged
        ("1968-12-21", "1986-12-12", False),  # twice
        ("1980-05-14", "1981-06-14", False),  # two digits
        ("1980-05-04", "1991-08-04", True),
        ("1980-01-01", "1955-12-31", False),  # the first of January is what systems write
        ("NaT", "1955-12-31", False),
    ],
)
def test_only_dates_that_no_slip_explains_are_two_peoples(one, other, expected):
    assert of(one, other) is expected
    assert of(other, one) is expected
    if "NaT" not in one and not one.endswith("-01-01"):
        days = np.array([one, other], dtype="datetime64[D]").astype(int).tolist()
        assert is_incompatible_pair(*days) is expected


@given(days, days)
def test_it_is_edit_distance_with_exchanges_whichever_way_it_is_reckoned(one, other):
    is_new_year = any(day.month == day.day == 1 for day in (one, other))
    year, month, day = str(one).split("-")
    is_exchanged = f"{year}-{day}-{month}" == str(other)
    far = edits(str(one), str(other)) >= 3
    expected = far and not is_new_year and not is_exchanged
    assert of(one, other) is expected
    if not is_new_year:
        numbers = [int(np.datetime64(day, "D").astype(int)) for day in (one, other)]
        assert is_incompatible_pair(*numbers) is expected


def test_a_date_on_the_first_of_january_tells_nothing():
    born = np.array(["2000-01-01", "2000-01-02"], dtype="datetime64[D]")
    assert are_usable(born).tolist() == [False, True]


def test_many_pairs_at_once_are_told_as_one_by_one():
    rng = np.random.default_rng(5)
    left, right = rng.integers(0, 4_000, (2, 400)).astype("datetime64[D]")
    right[::40] = np.datetime64("NaT")
    expected = [of(one, other) for one, other in zip(left, right, strict=True)]
    assert are_incompatible(left, right).tolist() == expected
    assert 0 < sum(expected) < len(expected)
