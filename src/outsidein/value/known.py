"""What was known of customers before a day."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir

from outsidein.profiles.orders import orders

DATED = {
    "customers": "first_seen_on",
    "transactions": "ordered_on",
    "encounters": "started_on",
    "messages": "sent_on",
    "contracts": "started_on",
}
"""The day by which a row of each table happened."""


class Known(NamedTuple):
    """The tables that value is reckoned from, cut at `as_of`; `customer_id` may be null.

    Attributes:
        customers: One row per customer.
        orders: One row per order and day, from `profiles.orders`.
        encounters: One row per contact.
        messages: One row per outgoing message.
        contracts: One row per subscription; its end may lie after `as_of`.
        as_of: The first day of which nothing is known.
    """

    customers: ir.Table
    orders: ir.Table
    encounters: ir.Table
    messages: ir.Table
    contracts: ir.Table
    as_of: date


def known_before(as_of: date, tables: Mapping[str, ir.Table], *, timezone: str = "UTC") -> Known:
    """Keep what happened and was recorded before a day.

    A row without a day of its own stays; so does one without `recorded_at`.

    Args:
        as_of: The first day that does not count, in the project's time zone.
        tables: `customers`, `transactions`, `encounters`, `messages` and `contracts`, the
            canonical tables with a `customer_id`.
        timezone: The project's, in which `as_of` begins.
    """
    begins = datetime.combine(as_of, time(), ZoneInfo(timezone)).astimezone(UTC)
    cut = {name: _before(tables[name], day, as_of, begins) for name, day in DATED.items()}
    placed = orders(cut.pop("transactions"))
    return Known(**cut, orders=placed, as_of=as_of)


def _before(table: ir.Table, day: str, as_of: date, begins: datetime) -> ir.Table:
    happened = table[day]
    table = table.filter(happened.isnull() | (happened < ibis.literal(as_of)))
    if "recorded_at" not in table.columns:
        return table
    limit = ibis.literal(begins, type="timestamp('UTC')")
    return table.filter(table.recorded_at.isnull() | (table.recorded_at < limit))
