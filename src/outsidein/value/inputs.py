"""What worth is reckoned from."""

from datetime import date
from typing import NamedTuple

import ibis.expr.types as ir


class Known(NamedTuple):
    """The tables that value is reckoned from, cut at `as_of`; `customer_id` may be null.

    Attributes:
        customers: One row per customer.
        orders: One row per order and day, from `canonical.orders`.
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
