"""Tenure in calendar months, and the day within the month."""

import ibis
import ibis.expr.types as ir

PLACES = 32
"""Places in a month of tenure: after 0 to 30 days of it, and at its end."""


def whole_months(start: ir.DateValue, end: ir.DateValue) -> ir.IntegerValue:
    """Count the calendar months over between two days: from the 15th to the 15th is one."""
    is_short = (end.day() < start.day()).cast("int64")
    return (_month_number(end) - _month_number(start) - is_short).cast("int64")


def tenure_place(start: ir.DateValue, end: ir.DateValue) -> ir.IntegerValue:
    """Place a day on the scale of tenure: `PLACES` a month, in the order of the days.

    Contracts end on the last day of a month of tenure or on the first day after it, as their
    source has it: both are in that month, so that exactly n months of tenure are the end of the
    n-th month.
    """
    months = whole_months(start, end)
    days = (end.day() - start.day() + 31) % 31
    is_end = (days == 0) & (months > 0)
    place: ir.IntegerValue = PLACES * months + ibis.ifelse(is_end, -1, days)
    return place.cast("int64")


def _month_number(day: ir.DateValue) -> ir.IntegerValue:
    return 12 * day.year() + day.month()
