"""When each customer was first seen."""

from collections.abc import Mapping
from datetime import date

import ibis
import ibis.expr.types as ir

FIRST_SEEN = {
    "encounters": "started_on",
    "transactions": "ordered_on",
    "messages": "sent_on",
    "signals": "signalled_on",
    "contracts": "started_on",
    "records": "first_seen_at",
}
"""The column that dates a customer's appearance, by table."""


def customers_first_seen(
    canonical: Mapping[str, ir.Table], members: ir.Table, *, as_of: date
) -> ir.Table:
    """Return when each customer was first seen.

    Args:
        canonical: Canonical tables with `customer_id`, known before `as_of`.
        members: One row per record: `customer_id`.
        as_of: First day not included.

    Returns:
        One row per customer: `customer_id`, `records` (count), `first_seen_on` (the day before
        `as_of` where nothing about the customer is dated).
    """
    dated = [
        table.filter(table.customer_id.notnull())
        .group_by("customer_id")
        .aggregate(seen_on=table[column].cast("date").min())
        for name, column in FIRST_SEEN.items()
        for table in [canonical[name]]
    ]
    seen = ibis.union(*dated)
    first = seen.group_by("customer_id").aggregate(first_seen_on=seen.seen_on.min())
    counted = members.group_by("customer_id").aggregate(records=members.count())
    joined = counted.left_join(first, "customer_id")
    last_day = ibis.literal(as_of) - ibis.interval(days=1)
    return joined.select(
        "customer_id",
        "records",
        first_seen_on=joined.first_seen_on.fill_null(last_day.cast("date")).cast("date"),
    )
