"""Months of tenure by the calendar, for one customer at a time."""

from datetime import date, timedelta
from functools import cache


@cache
def months_within(days: int) -> int:
    """Count the months of tenure in which nobody can have been silent for so many days.

    Example:
        >>> months_within(60), months_within(100)
        (1, 3)
    """
    starts = (date(2023, 1, 1) + timedelta(days=n) for n in range(4 * 365 + 1))
    return min(_month_of(start, start + timedelta(days=days)) for start in starts)


def _month_of(start: date, end: date) -> int:
    """Return the month of tenure that a day falls into, from 0, as `tenure_place` does."""
    months = 12 * (end.year - start.year) + end.month - start.month
    return max(months - (end.day <= start.day), 0)
