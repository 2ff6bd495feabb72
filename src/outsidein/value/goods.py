"""What the goods of orders cost."""

import ibis
import ibis.expr.types as ir

from outsidein.value.declaration import SHARE_STEPS, ValueSettings


def goods_cost(orders: ir.Table, settings: ValueSettings) -> ir.IntegerColumn:
    """Tell what the goods of each order and day cost, in int64 minor units.

    Where the cost is unknown and a gross margin is declared, the goods are taken to cost the rest
    of the revenue, rounded half away from 0, and otherwise nothing; what was returned comes back.

    Args:
        orders: One row per order and day, from `canonical.orders`.
        settings: The margin.
    """
    sold = assumed_cost(orders.sold_without_cost, settings)
    returned = assumed_cost(orders.returned_without_cost, settings)
    return orders.goods + sold - returned


def assumed_cost(revenue: ir.IntegerValue, settings: ValueSettings) -> ir.IntegerValue:
    """Return what goods of that revenue cost at the declared gross margin, else 0.

    Whole numbers only: the remainder is taken off before dividing, which is then exact.
    """
    if settings.gross_margin is None:
        return ibis.literal(0, type="int64")
    share = SHARE_STEPS - round(settings.gross_margin * SHARE_STEPS)
    doubled = revenue.abs() * share + SHARE_STEPS // 2
    cost = ((doubled - doubled % SHARE_STEPS) / SHARE_STEPS).cast("int64")
    return (revenue < 0).ifelse(-cost, cost)


def goods_rule(settings: ValueSettings, *, revenue: int, without_cost: int) -> str:
    """Say how much of the goods' cost was recorded, and what was done about the rest."""
    if not without_cost:
        return "Goods at their recorded cost."
    return f"{margin_rule(settings)} That is {without_cost / revenue:.0%} of revenue."


def margin_rule(settings: ValueSettings) -> str:
    """Say what goods are taken to cost where nobody recorded it."""
    if settings.gross_margin is None:
        return "Where the goods' cost is unknown it is left out, so that profit is too high."
    margin = f"{settings.gross_margin:.4%}".rstrip("0%").rstrip(".")
    return f"A gross margin of {margin} % is assumed where the goods' cost is unknown."
