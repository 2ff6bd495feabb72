"""The days on which customers ordered, which all silence and repurchase is measured on."""

from datetime import date

import ibis
import ibis.expr.types as ir

from outsidein.canonical.known import known_before
from outsidein.canonical.order_totals import orders_from_lines


def of_customers_before(table: ir.Table, day: date) -> ir.Table:
    """Keep what happened and was known before a day, of customers who are known."""
    return known_before(table.filter(table.customer_id.notnull()), day)


def shopping_days(transactions: ir.Table, *, before: date) -> ir.Table:
    """Add up the order lines of each customer and day.

    A day is an order day where anything was bought; returns alone make none, and neither do
    trials, for whoever only tries has not bought yet.

    Args:
        transactions: One row per order line, with `customer_id`.
        before: First day that does not count.

    Returns:
        One row per customer and day with order lines: `customer_id`, `ordered_on`, `is_order`,
        `revenue` (minor units, net of returns).
    """
    return days_from_orders(orders_from_lines(of_customers_before(transactions, before)))


def days_from_orders(orders: ir.Table) -> ir.Table:
    """Add up the orders of each customer and day: as `shopping_days`, from `orders_from_lines`."""
    placed = orders.filter(orders.customer_id.notnull())
    return placed.aggregate(
        by=["customer_id", "ordered_on"],
        is_order=placed.is_purchase.any(),
        revenue=placed.revenue.sum().cast("int64"),
    )


def order_days(transactions: ir.Table, *, as_of: date) -> ir.Table:
    """Number each customer's order days before a day, from order lines."""
    return numbered_order_days(shopping_days(transactions, before=as_of))


def numbered_order_days(days: ir.Table) -> ir.Table:
    """Number each customer's order days.

    Most figures of this package read this table: write it, or `.cache()` it, once.

    Args:
        days: One row per customer and day with order lines, from `shopping_days` or
            `days_from_orders`.

    Returns:
        One row per customer and day with order lines: `customer_id`, `ordered_on`, `is_order`
        (false: returns or trials only), `revenue` (minor units, net of returns), `nth` (order
        days up to and with this one) and `previous_on` (order day before, null for the first);
        both are null on days that are no order day.
    """
    sequence = ibis.window(group_by=["customer_id", "is_order"], order_by="ordered_on")
    nth = (ibis.row_number() + 1).over(sequence).cast("int64")
    previous_on = days.ordered_on.lag().over(sequence)
    return days.mutate(
        nth=ibis.ifelse(days.is_order, nth, ibis.null("int64")),
        previous_on=ibis.ifelse(days.is_order, previous_on, ibis.null("date")),
    )


def orders_only(days: ir.Table) -> ir.Table:
    """Leave out the days without an order and add `gap_days`, those since the order day before.

    Returns:
        One row per customer and order day.
    """
    ordered = days.filter("is_order")
    return ordered.mutate(gap_days=ordered.ordered_on.delta(ordered.previous_on, unit="day"))
