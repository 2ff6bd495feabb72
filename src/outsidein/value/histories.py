"""Purchase histories of customers without a contract: frequency, recency and T."""

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from outsidein.value.declaration import ValueSettings
from outsidein.value.goods import goods_cost
from outsidein.value.inputs import ValueInputs
from outsidein.value.sums import total


def hold_out_from(orders: ir.Table, *, as_of: date) -> date | None:
    """Return the first day of the last third of the observed time; None without orders."""
    first = orders.ordered_on.min().to_pyarrow().as_py()
    return None if first is None else as_of - timedelta(days=(as_of - first).days // 3)


def purchase_days(orders: ir.Table, *, settings: ValueSettings) -> ir.Table:
    """Collapse orders to days: all orders of a customer on one day are one purchase.

    Returns:
        One row per customer and day with a line, rows without a customer left out: `customer_id`,
        `ordered_on`, `lines` (sold; 0 on a day of returns only) and, in minor units, `spend`
        (revenue of lines sold) and `contribution` (revenue less returns, goods and
        customisation).
    """
    placed = orders.filter(orders.customer_id.notnull())
    contribution = placed.revenue - goods_cost(placed, settings) - placed.customising
    return placed.group_by(["customer_id", "ordered_on"]).aggregate(
        lines=total(placed.lines), spend=total(placed.sold), contribution=total(contribution)
    )


def purchase_histories(
    inputs: ValueInputs, *, settings: ValueSettings, held_out_from: date
) -> ir.Table:
    """Return the purchase history of each customer without a contract.

    Times are whole days, up to and including the day before `as_of`. The calibration is the same
    history as it stood on the day before the hold-out began.

    Args:
        inputs: What was recorded of customers; those with a contract are left out.
        settings: The margin behind `contribution`.
        held_out_from: First day of the hold-out.

    Returns:
        One row per customer with a purchase: `customer_id`, `frequency` (days of purchase after
        the first), `recency` (from first to last), `T` (from first to the end), `spend` (on the
        days after the first), `all_spend`, `contribution`; the same three up to the hold-out,
        `calibration_frequency`, `calibration_recency` and `calibration_T`, null for customers
        won later; and `held_out` (days of purchase in the hold-out).
    """
    days = purchase_days(inputs.orders, settings=settings)
    bought, cut = days.lines > 0, ibis.literal(held_out_from)
    before = bought & (days.ordered_on < cut)
    per_customer = days.group_by("customer_id").aggregate(
        first_on=days.ordered_on.min(where=bought),
        last_on=days.ordered_on.max(where=bought),
        calibrated_on=days.ordered_on.max(where=before),
        purchases=total(bought.cast("int64")),
        calibrated=total(before.cast("int64")),
        first_spend=days.spend.argmin(days.ordered_on, where=bought),
        all_spend=total(days.spend),
        contribution=total(days.contribution),
    )
    per_customer = per_customer.filter(per_customer.purchases > 0)
    per_customer = per_customer.semi_join(inputs.customers, "customer_id")
    return _histories(
        per_customer.anti_join(inputs.contracts, "customer_id"), inputs.as_of, held_out_from
    )


def _histories(per_customer: ir.Table, as_of: date, held_out_from: date) -> ir.Table:
    end, cut = (ibis.literal(day - timedelta(days=1)) for day in (as_of, held_out_from))
    seen = per_customer.calibrated > 0
    return per_customer.select(
        "customer_id",
        frequency=per_customer.purchases - 1,
        recency=_days_between(per_customer.last_on, per_customer.first_on),
        T=_days_between(end, per_customer.first_on),
        spend=per_customer.all_spend - per_customer.first_spend,
        all_spend=per_customer.all_spend,
        contribution=per_customer.contribution,
        calibration_frequency=seen.ifelse(per_customer.calibrated - 1, None),
        calibration_recency=_days_between(per_customer.calibrated_on, per_customer.first_on),
        calibration_T=seen.ifelse(_days_between(cut, per_customer.first_on), None),
        held_out=per_customer.purchases - per_customer.calibrated,
    )


def _days_between(later: ir.DateValue, earlier: ir.DateValue) -> ir.IntegerValue:
    return later.delta(earlier, unit="day").cast("int64")
