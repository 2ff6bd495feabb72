"""Orders aggregated from order lines, the basis of value, ladder and churn."""

import ibis
import ibis.expr.types as ir


def not_cancelled(transactions: ir.Table) -> ir.Table:
    """Leave out the order lines that were cancelled, and the lines that cancelled them.

    A snapshot written before lines could be cancelled has no such column.
    """
    if "is_cancelled" not in transactions.columns:
        return transactions
    return transactions.filter(~transactions.is_cancelled)


def orders_from_lines(transactions: ir.Table, *, of: str = "customer_id") -> ir.Table:
    """Aggregate order lines by order and day; an order with lines on several days has several rows.

    Revenue is net of discounts. A returned line has negative revenue and negative cost, because
    the goods come back. Cancelled lines count for nothing, and whoever only has such ones is no
    buyer.

    Args:
        transactions: One row per order line.
        of: Column of the buyer: `customer_id`, or `record_id` before customers are known.

    Returns:
        One row per `of`, `source`, `transaction_id` and `ordered_on`: `is_sale` (a line is no
        return), `is_trial` (a line is a trial), `is_purchase` (a line is neither), `lines`
        (sold); in int64 minor units `revenue` (net of returns), `sold`, `returned` (0 or above),
        `discounts` (of lines sold), `goods` (known cost), `sold_without_cost` and
        `returned_without_cost` (of `sold` and `returned`, where the cost is unknown) and
        `customising`; and `recorded_at`, when the last of the lines was.
    """
    t, zero = not_cancelled(transactions), ibis.literal(0, type="int64")
    sold = t.is_return.ifelse(zero, t.revenue)
    returned = t.is_return.ifelse(-t.revenue, zero)
    sums = {
        "lines": t.is_return.ifelse(zero, ibis.literal(1, type="int64")),
        "revenue": t.revenue,
        "sold": sold,
        "returned": returned,
        "discounts": t.is_return.ifelse(zero, t.discount),
        "goods": t.cost.fill_null(0),
        "sold_without_cost": t.cost.isnull().ifelse(sold, zero),
        "returned_without_cost": t.cost.isnull().ifelse(returned, zero),
        "customising": t.customisation_cost.fill_null(0),
    }
    return t.group_by(of, "source", "transaction_id", "ordered_on").aggregate(
        is_sale=(~t.is_return).any(),
        is_trial=t.is_trial.any(),
        is_purchase=(~(t.is_return | t.is_trial)).any(),
        recorded_at=t.recorded_at.max(),
        **{name: column.sum().cast("int64") for name, column in sums.items()},
    )
