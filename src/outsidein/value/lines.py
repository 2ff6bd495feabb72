"""What an order line brings and what its goods cost."""

import ibis
import ibis.expr.types as ir

from outsidein.value.declaration import SHARE_STEPS, ValueSettings


def line_amounts(transactions: ir.Table, settings: ValueSettings) -> ir.Table:
    """Add to each order line what it contributes, in int64 minor units.

    Revenue is what the firm received: a discount has already been taken off it. A returned
    line's revenue, and an assumed cost of its goods, are below 0: the goods come back.

    Args:
        transactions: One row per order line.
        settings: Where `cost` is null and a gross margin is declared, the goods are taken to
            cost the rest of the revenue, rounded half away from 0.

    Returns:
        One row per order line: also `lines` (1, for a return 0), `sold`, `returned` (0 or
        above), `discounts` (of lines sold), `goods` (0 where unknown), `customising` and
        `sold_without_cost` (of `sold`, where `cost` is null).
    """
    t, zero = transactions, ibis.literal(0, type="int64")
    sold = t.is_return.ifelse(zero, t.revenue)
    return t.mutate(
        lines=t.is_return.ifelse(zero, ibis.literal(1, type="int64")),
        sold=sold,
        returned=t.is_return.ifelse(-t.revenue, zero),
        discounts=t.is_return.ifelse(zero, t.discount),
        goods=ibis.coalesce(t.cost, assumed_cost(t.revenue, settings)),
        customising=t.customisation_cost.fill_null(0),
        sold_without_cost=t.cost.isnull().ifelse(sold, zero),
    )


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
