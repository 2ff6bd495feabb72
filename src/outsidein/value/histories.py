"""Purchase histories of customers who leave without notice, reduced to what models need."""

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from outsidein.value.declaration import ValueSettings
from outsidein.value.goods import goods_cost
from outsidein.value.inputs import Known
from outsidein.value.sums import total


def hold_out_from(orders: ir.Table, *, as_of: date) -> date | None:
    """Return the first day of the last third of the observed time; None without orders."""
    first = orders.ordered_on.min().to_pyarrow().as_py()
    return None if first is None else as_of - timedelta(days=(as_of - first).days // 3)


def purchase_days(orders: ir.Table, *, settings: ValueSettings) -> ir.Table:
    """Collapse orders to days: what a customer buys on one day is one purchase.

    Returns:
        One row per customer and day with a line, customers unknown left out: `customer_id`,
        `ordered_on`, `lines` (sold; 0 on a day of returns only) and, in minor units, `spend`
        (revenue of lines sold) and `contribution` (revenue less returns, goods and
        customisation).
    """
    placed = orders.filter(orders.customer_id.notnull())
    contribution = placed.revenue - goods_cost(placed, settings) - placed.customising
    return placed.group_by(["customer_id", "ordered_on"]).aggregate(
        lines=total(placed.lines), spend=total(placed.sold), contribution=total(contribution)
    )


def purchase_histories(known: Known, *, settings: ValueSettings, held_out_from: date) -> ir.Table:
    """Reduce the purchases of customers without a contract to their histories.

    Times are whole days, up to and including the last day known. The calibration is the same
    history as it stood on the day before the hold-out began.

    Args:
        known: What was known of customers; those with a contract are left out.
        settings: The margin behind `contribution`.
        held_out_from: First day of the hold-out.

    Returns:
        One row per customer with a purchase: `customer_id`, `frequency` (days of purchase after
        the first), `recency` (from first to last), `T` (from first to the end), `spend` (on the
        days after the first), `all_spend`, `contribution`; the same three up to the hold-out,
        `calibration_frequency`, `calibration_recency` and `calibration_T`, null for customers
        won later; and `held_out` (days of purchase in the hold-out).
    """
    days = purchase_days(known.orders, settings=settings)
    bought, cut = days.lines > 0, ibis.literal(held_out_from)
    before = bought & (days.ordered_on < cut)
    each = days.group_by("customer_id").aggregate(
        first_on=days.ordered_on.min(where=bought),
        last_on=days.ordered_on.max(where=bought),
        calibrated_on=days.ordered_on.max(where=before),
        purchases=total(bought.cast("int64")),
        calibrated=total(before.cast("int64")),
        first_spend=days.spend.argmin(days.ordered_on, where=bought),
        all_spend=total(days.spend),
        contribution=total(days.contribution),
    )
    each = each.filter(each.purchases > 0)
    each = each.semi_join(known.customers, "customer_id")
    return _histories(each.anti_join(known.contracts, "customer_id"), known.as_of, held_out_from)


def _histories(each: ir.Table, as_of: date, held_out_from: date) -> ir.Table:
    end, cut = (ibis.literal(day - timedelta(days=1)) for day in (as_of, held_out_from))
    seen = each.calibrated > 0
    return each.select(
        "customer_id",
        frequency=each.purchases - 1,
        recency=_days(each.last_on, each.first_on),
        T=_days(end, each.first_on),
        spend=each.all_spend - each.first_spend,
        all_spend=each.all_spend,
        contribution=each.contribution,
        calibration_frequency=seen.ifelse(each.calibrated - 1, None),
        calibration_recency=_days(each.calibrated_on, each.first_on),
        calibration_T=seen.ifelse(_days(cut, each.first_on), None),
        held_out=each.purchases - each.calibrated,
    )


def _days(later: ir.DateValue, earlier: ir.DateValue) -> ir.IntegerValue:
    return later.delta(earlier, unit="day").cast("int64")
