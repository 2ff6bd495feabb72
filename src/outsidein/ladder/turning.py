"""The days on which a customer's features may change though nothing happens."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import pyarrow as pa

MONTHS = range(1, 13)


def month_ends(*, before: date) -> list[date]:
    """Return the last day of every month since 1900 and before a day.

    Example:
        >>> month_ends(before=date(1900, 3, 1))
        [datetime.date(1900, 1, 31), datetime.date(1900, 2, 28)]
    """
    firsts = [date(year, month, 1) for year in range(1900, before.year + 1) for month in MONTHS]
    return [day - timedelta(days=1) for day in firsts[1:] if day <= before]


def turning_days(
    customers: ir.Table,
    orders: ir.Table | None,
    named: Mapping[str, Collection[int] | None],
    windows: Mapping[str, int],
    *,
    as_of: date,
) -> ir.Table:
    """List the days to look at beside those on which something happened.

    Args:
        customers: One row per customer: `customer_id`, `first_seen_on`.
        orders: One row per customer and day: `customer_id`, `on`, `orders`; where orders count.
        named: Features with the numbers they are compared with, None where unknown.
        windows: Features that count orders of the last days, and how many days.
        as_of: The first day not looked at.

    Returns:
        One row per customer and day to look at: `customer_id`, `on`; days may repeat.
    """
    last = ibis.literal(as_of - timedelta(days=1))
    days = [
        customers.select("customer_id", on="first_seen_on"),
        customers.select("customer_id", on=last),
    ]
    if orders is not None:
        days += _order_days(orders.filter(orders.orders > 0), named, windows)
    if named.get("tenure_days"):
        first = customers.select("customer_id", on="first_seen_on")
        days += [_later(first, number) for number in _either_side(named["tenure_days"] or ())]
    if any(name not in windows and named[name] is None for name in FADING & named.keys()):
        days.append(_month_ends(customers, as_of))
    everything = ibis.union(*days) if len(days) > 1 else days[0]
    return everything.filter(everything.on <= last)


FADING = frozenset({"days_since_order", "contract_days", "tenure_days"})
"""Features that change every day."""


def _order_days(
    orders: ir.Table, named: Mapping[str, Collection[int] | None], windows: Mapping[str, int]
) -> list[ir.Table]:
    """The days an order leaves a window, and those a silence reaches a number."""
    placed = orders.select("customer_id", "on")
    days = [_later(placed, length) for name, length in windows.items() if name in named]
    order = ibis.window(group_by="customer_id", order_by="on")
    followed = placed.mutate(next_on=placed.on.lead().over(order))
    for number in _either_side(named.get("days_since_order") or ()):
        reached = _later(followed, number)
        silent = reached.filter(reached.next_on.isnull() | (reached.on < reached.next_on))
        days.append(silent.select("customer_id", "on"))
    return days


def _either_side(numbers: Iterable[int]) -> list[int]:
    """A comparison turns at its number or on the day after."""
    return sorted({number + more for number in numbers for more in (0, 1)})


def _later(days: ir.Table, number: int) -> ir.Table:
    return days.mutate(on=(days.on + ibis.interval(days=number)).cast("date"))


def _month_ends(customers: ir.Table, as_of: date) -> ir.Table:
    ends = ibis.memtable(pa.table({"on": pa.array(month_ends(before=as_of), pa.date32())}))
    return customers.join(ends, ends.on >= customers.first_seen_on).select("customer_id", "on")
