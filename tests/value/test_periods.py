from datetime import date

import ibis
import pytest

from outsidein.value.periods import started_periods, whole_periods


def count(function, start, end, period="month"):
    expression = function(
        ibis.literal(date.fromisoformat(start)),
        ibis.literal(date.fromisoformat(end)),
        ibis.literal(period),
    )
    return ibis.duckdb.connect().to_pyarrow(expression).as_py()


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2024-01-15", "2024-01-15", 0),
        ("2024-01-15", "2024-02-14", 0),
        ("2024-01-15", "2024-02-15", 1),
        ("2023-11-30", "2024-02-28", 2),
        ("2023-11-30", "2024-02-29", 3),  # the last day of a shorter month
        ("2024-01-31", "2024-03-01", 1),
        ("2024-01-31", "2025-01-31", 12),
    ],
)
def test_a_month_is_over_on_the_day_it_began_on_or_the_last_of_a_shorter_month(start, end, months):
    assert count(whole_periods, start, end) == months


def test_a_year_is_twelve_whole_months():
    assert count(whole_periods, "2022-05-10", "2024-05-09", "year") == 1
    assert count(whole_periods, "2022-05-10", "2024-05-10", "year") == 2


@pytest.mark.parametrize(
    ("end", "months"),
    [("2024-01-15", 1), ("2024-01-16", 1), ("2024-02-15", 1), ("2024-02-16", 2), ("2024-04-15", 3)],
)
def test_who_leaves_faced_every_renewal_up_to_the_one_not_made(end, months):
    assert count(started_periods, "2024-01-15", end) == months
