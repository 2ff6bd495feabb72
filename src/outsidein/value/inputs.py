"""Input tables of profit and lifetime value."""

from datetime import date
from typing import NamedTuple

import ibis.expr.types as ir


class ValueInputs(NamedTuple):
    """The tables that value is computed from, cut at `as_of`; `customer_id` may be null.

    Attributes:
        customers: One row per customer.
        orders: One row per order and day, from `orders_from_lines`.
        encounters: One row per contact.
        messages: One row per outgoing message.
        contracts: One row per subscription; its end may lie after `as_of`.
        as_of: The first day of which no records exist.
        complete_from: First day from which contracts that ended are held too; None: all along.
    """

    customers: ir.Table
    orders: ir.Table
    encounters: ir.Table
    messages: ir.Table
    contracts: ir.Table
    as_of: date
    complete_from: date | None = None
