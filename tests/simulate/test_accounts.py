from datetime import date, timedelta

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from outsidein.simulate.accounts import whole_months

days = st.dates(date(2019, 1, 1), date(2030, 1, 1))


def months_by_walking(first, last):
    """Count payment days: the day of the month it began on, or the last of a shorter one."""
    count, year, month = 0, first.year, first.month
    while True:
        month += 1
        year, month = (year + 1, 1) if month > 12 else (year, month)
        following = date(year + month // 12, month % 12 + 1, 1)
        due = min(first.day, (following - timedelta(days=1)).day)
        if date(year, month, due) > last:
            return count
        count += 1


@example(date(2024, 1, 31), 28)
@example(date(2024, 1, 31), 29)
@given(days, st.integers(0, 2000))
def test_whole_months_are_those_whose_day_has_come(first, length):
    last = first + timedelta(days=length)
    begins, ends = (np.array([np.datetime64(d, "D").astype(np.int64)]) for d in (first, last))
    assert whole_months(begins, ends)[0] == months_by_walking(first, last)
