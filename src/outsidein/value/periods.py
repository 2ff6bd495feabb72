"""Whole months and years of a contract."""

import ibis
import ibis.expr.types as ir

MONTHS = {"month": 1, "year": 12}
"""Months in a contract's period."""


def whole_periods(
    start: ir.DateValue, end: ir.DateValue, period: ir.StringValue
) -> ir.IntegerValue:
    """Count the whole periods from `start` to `end`.

    A month is over on the day of the month it began on, or on the last day of a shorter month.
    """
    months = (end.year() - start.year()) * 12 + (end.month() - start.month())
    is_last_day = (end + ibis.interval(days=1)).day() == 1
    is_over = (end.day() >= start.day()) | is_last_day
    whole = (months - is_over.ifelse(0, 1)).cast("int64")
    remainder = whole % _months(period)
    return ((whole - remainder) / _months(period)).cast("int64")


def started_periods(
    start: ir.DateValue, end: ir.DateValue, period: ir.StringValue
) -> ir.IntegerValue:
    """Count the periods started from `start` until just before `end`, one at least."""
    last = end - ibis.interval(days=1)
    return (end > start).ifelse(whole_periods(start, last, period) + 1, 1).cast("int64")


def _months(period: ir.StringValue) -> ir.IntegerValue:
    return period.cases(*MONTHS.items(), else_=1).cast("int64")
