"""Cost of goods of orders."""

import ibis
import ibis.expr.types as ir

from outsidein.figures.figure import Estimate, Unit
from outsidein.value.declaration import SHARE_STEPS, ValueSettings


def goods_cost(orders: ir.Table, settings: ValueSettings) -> ir.IntegerColumn:
    """Return the cost of goods of each order and day, in int64 minor units.

    Where the cost is unknown, the declared gross margin gives it, rounded half away from 0; without
    a declared margin it is 0. The cost of returned goods is subtracted.

    Args:
        orders: One row per order and day, from `orders_from_lines`.
        settings: The margin.
    """
    sold = assumed_cost(orders.sold_without_cost, settings)
    returned = assumed_cost(orders.returned_without_cost, settings)
    return orders.goods + sold - returned


def assumed_cost(revenue: ir.IntegerValue, settings: ValueSettings) -> ir.IntegerValue:
    """Return the cost of goods at the declared gross margin; 0 without one.

    Whole numbers only: the remainder is taken off before dividing, which is then exact. No
    product is larger than the revenue, or two steps.
    """
    if settings.gross_margin is None:
        return ibis.literal(0, type="int64")
    share = SHARE_STEPS - round(settings.gross_margin * SHARE_STEPS)
    amount = revenue.abs()
    cost = _steps_in(amount) * share + _steps_in(amount % SHARE_STEPS * share + SHARE_STEPS // 2)
    return (revenue < 0).ifelse(-cost, cost)


def _steps_in(amount: ir.IntegerValue) -> ir.IntegerValue:
    """Divide by the steps of a share, rounded down."""
    return ((amount - amount % SHARE_STEPS) / SHARE_STEPS).round().cast("int64")


def goods_rule(settings: ValueSettings, *, revenue: int, without_cost: int) -> str:
    """Return the sentence on how much of the cost of goods was recorded."""
    if not without_cost:
        return "Goods at their recorded cost."
    return f"{margin_rule(settings)} That is {without_cost / revenue:.0%} of revenue."


def margin_rule(settings: ValueSettings) -> str:
    """Return the sentence on the assumed cost of goods."""
    if settings.gross_margin is None:
        return "Where the goods' cost is unknown it is left out, so that profit is too high."
    margin = _percent(settings.gross_margin)
    return f"A gross margin of {margin} is assumed where the goods' cost is unknown."


def _percent(margin: float) -> str:
    return f"{f'{100 * margin:.2f}'.rstrip('0').rstrip('.')} %"


def assumed_margin(profits: ir.Table, settings: ValueSettings) -> str:
    """Name the gross margin that profit rests on where no cost of goods was recorded.

    Args:
        profits: One row per customer, as by `customer_profit`.
        settings: The margin.
    """
    without_cost = profits.revenue_without_known_cost.sum().to_pyarrow().as_py()
    if settings.gross_margin is None or not without_cost:
        return ""
    return f"an assumed margin of {_percent(settings.gross_margin)}"


GOODS = ("cost of goods", "profit", "profit without own failures")
"""Steps from sales to profit that rest on the cost of goods."""

PROFIT_WORDS = ("profit", "expected", "brought", "worst", "best")
"""Words of measures of money that hold the cost of goods."""


def rests_on_goods(estimate: Estimate) -> bool:
    """Tell whether a number of money holds the cost of goods.

    Example:
        >>> [rests_on_goods(Estimate(m, Unit.MONEY, 9)) for m in ("mean profit", "failure cost")]
        [True, False]
    """
    if estimate.unit is not Unit.MONEY:
        return False
    is_profit = any(word in estimate.measure for word in PROFIT_WORDS)
    return is_profit or estimate.group.get("step") in GOODS
