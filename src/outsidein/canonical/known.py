"""What the company knew before a day."""

from datetime import date

import ibis
import ibis.expr.types as ir


def known_before(table: ir.Table, as_of: date) -> ir.Table:
    """Keep what had happened and was recorded before a day.

    A row without `recorded_at` counts as known from the start.
    """
    kept = table
    for column in ("started_on", "ordered_on", "sent_on", "signalled_on"):
        if column in table.columns:
            kept = kept.filter(kept[column] < ibis.literal(as_of))
    if "recorded_at" in table.columns:
        recorded = kept.recorded_at.cast("date")
        kept = kept.filter(kept.recorded_at.isnull() | (recorded < ibis.literal(as_of)))
    return kept
