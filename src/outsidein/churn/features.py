"""What was known about each customer on a day, to predict what comes after it."""

from datetime import date

import ibis
import ibis.expr.types as ir

from outsidein.churn.contracts import OPEN, contract_days
from outsidein.churn.declaration import Silence
from outsidein.churn.orders import of_customers_before

RECENT = 180
"""Days before the cut in which encounters and failures are counted."""

NO = ibis.literal(value=False)

FEATURES = (
    "recency_days",
    "lifetime_days",
    "orders",
    "orders_30",
    "orders_90",
    "orders_180",
    "spend",
    "mean_gap_days",
    "days_since_encounter",
    "encounters_180",
    "failures_180",
    "last_score",
    "contract_days",
    "contracts",
    "monthly_price",
)


def features(
    days: ir.Table,
    contracts: ir.Table,
    encounters: ir.Table,
    signals: ir.Table,
    *,
    silence: Silence | None,
    cut: date,
) -> ir.Table:
    """Describe each customer who is one at the cut, by what was known before it.

    Args:
        days: From `shopping_days`, before the same cut.
        contracts: One row per contract, with `customer_id`. Its `recorded_at` is taken as that
            of the contract, not of its end.
        encounters: One row per encounter, with `customer_id`.
        signals: One row per signal, with `customer_id`.
        silence: From `silence_days`; None where the rule goes by contracts.
        cut: First day that does not count.

    Returns:
        One row per customer who has not churned by `cut`: `customer_id` and `FEATURES`, null
        where there is nothing to tell: days, counts, money in minor units, `last_score` from 0
        (worst of its scale) to 1.
    """
    orders, contracts_held = order_features(days, cut=cut), contract_features(contracts, cut=cut)
    parts = [contracts_held, orders]
    if silence is not None:
        parts = [orders.filter(orders.recency_days <= silence.days), contracts_held]
    parts += [encounter_features(encounters, cut=cut), score_features(signals, cut=cut)]
    joined = parts[0]
    for part in parts[1:]:
        joined = joined.left_join(part, "customer_id").drop("customer_id_right")
    return joined.select("customer_id", *FEATURES)


def order_features(days: ir.Table, *, cut: date) -> ir.Table:
    """Describe the orders of each customer who ever ordered: one row per customer."""
    earlier = days.filter(days.ordered_on < ibis.literal(cut))
    age = ibis.literal(cut).delta(earlier.ordered_on, unit="day")
    order_age = ibis.ifelse(earlier.is_order, age, ibis.null("int64"))
    lately = {f"orders_{n}": _count(earlier.is_order & (age <= n)) for n in (30, 90, 180)}
    each = earlier.aggregate(
        by="customer_id",
        recency_days=order_age.min(),
        lifetime_days=order_age.max(),
        orders=_count(earlier.is_order),
        spend=earlier.revenue.sum().cast("int64"),
        **lately,
    )
    bought = each.filter(each.orders > 0)
    between = (bought.lifetime_days - bought.recency_days).cast("float64")
    return bought.mutate(mean_gap_days=between / (bought.orders - 1).nullif(0))


def contract_features(contracts: ir.Table, *, cut: date) -> ir.Table:
    """Describe the contracts in force at the cut: one row per customer who has one."""
    recorded = contract_days(contracts, as_of=cut)
    in_force = recorded.filter(recorded.ends_on == ibis.literal(OPEN))
    return in_force.aggregate(
        by="customer_id",
        contract_days=ibis.literal(cut).delta(in_force.started_on, unit="day").max(),
        contracts=in_force.contract_id.count(),
        monthly_price=in_force.monthly_price.sum().cast("int64"),
    )


def encounter_features(encounters: ir.Table, *, cut: date) -> ir.Table:
    """Describe the encounters of each customer: one row per customer who had one.

    A failure is an encounter whose promised time passed before the actual one or before the cut.
    Whether an encounter was resolved and what caused it is left out: both are stored as they are
    today, and may have been found out after the cut, even because the customer left.
    """
    earlier = of_customers_before(encounters, cut)
    age = ibis.literal(cut).delta(earlier.started_on, unit="day")
    midnight = ibis.literal(cut).cast("timestamp('UTC')")
    is_late = earlier.promised_at < ibis.coalesce(ibis.least(earlier.actual_at, midnight), midnight)
    failed = is_late.fill_null(NO)
    return earlier.aggregate(
        by="customer_id",
        days_since_encounter=age.min(),
        encounters_180=_count(age <= RECENT),
        failures_180=_count(failed & (age <= RECENT)),
    )


def score_features(signals: ir.Table, *, cut: date) -> ir.Table:
    """Take the last score given about the firm itself: one row per customer who gave one."""
    earlier = of_customers_before(signals, cut)
    scored = earlier.filter(
        earlier.subject == "own", earlier.score.notnull(), earlier.scale_high > earlier.scale_low
    )
    latest = ibis.window(
        group_by="customer_id",
        order_by=[ibis.desc("signalled_at"), ibis.desc("source"), ibis.desc("signal_id")],
    )
    last = scored.mutate(place=ibis.row_number().over(latest)).filter(lambda t: t.place == 0)
    share = (last.score - last.scale_low) / (last.scale_high - last.scale_low)
    return last.select("customer_id", last_score=share)


def outcomes(
    customers: ir.Table,
    days: ir.Table,
    contracts: ir.Table,
    *,
    silence: Silence | None,
    cut: date,
    until: date,
    as_of: date,
) -> ir.Table:
    """Add what customers did from the cut on.

    Args:
        customers: From `features`, at the cut.
        days: From `order_days`, as of `as_of`.
        contracts: One row per contract, with `customer_id`.
        silence: From `silence_days`.
        cut: First day that counts.
        until: First day that no longer counts, `as_of` at the latest.
        as_of: Only what is recorded before this day counts.

    Returns:
        The rows and columns of `customers`, with `ordered` and `churned` (0 or 1): by contracts,
        `churned` says that no contract was left by `until`; by silence, that no order came.
    """
    first, last = ibis.literal(cut), ibis.literal(until)
    in_time = days.filter(days.is_order, days.ordered_on >= first, days.ordered_on < last)
    bought = in_time.select("customer_id").distinct().mutate(ordered=1)
    joined = customers.left_join(bought, "customer_id").drop("customer_id_right")
    ordered = joined.mutate(ordered=joined.ordered.fill_null(0).cast("int64"))
    if silence is not None:
        return ordered.mutate(churned=1 - ordered.ordered)
    rows = contract_days(contracts, as_of=as_of)
    in_force = rows.filter(rows.started_on < last, rows.ends_on >= last)
    stayed = in_force.select("customer_id").distinct().mutate(stayed=1)
    with_stay = ordered.left_join(stayed, "customer_id").drop("customer_id_right")
    churned = 1 - with_stay.stayed.fill_null(0).cast("int64")
    return with_stay.mutate(churned=churned).drop("stayed")


def _count(condition: ir.BooleanValue) -> ir.IntegerScalar:
    return condition.cast("int64").sum().fill_null(0).cast("int64")
