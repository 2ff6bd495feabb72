"""What the company knew before a day."""

from datetime import date

import ibis
import ibis.expr.types as ir

from outsidein.canonical.tables import CANONICAL

LOCAL_DAYS = tuple(sorted({day for table in CANONICAL.values() for day in table.days}))
"""Columns with the local day on which what a row tells of happened."""


def known_before(table: ir.Table, as_of: date) -> ir.Table:
    """Keep what had happened and was recorded before a day.

    A row without `recorded_at` counts as known from the start.
    """
    earlier = table
    for column in LOCAL_DAYS:
        if column in table.columns:
            earlier = earlier.filter(earlier[column] < ibis.literal(as_of))
    if "recorded_at" in table.columns:
        recorded_on = earlier.recorded_at.cast("date")
        earlier = earlier.filter(earlier.recorded_at.isnull() | (recorded_on < ibis.literal(as_of)))
    return earlier
