"""Spells: the times during which a customer was one, from joining to churning."""

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from outsidein.churn.contracts import contract_spells
from outsidein.churn.declaration import DAYS_A_MONTH, Silence
from outsidein.churn.orders import of_customers_before, orders_only
from outsidein.churn.tenure import whole_months

SILENCE = "silence"
"""The reason of those who fell silent and said nothing."""


def spells(
    days: ir.Table,
    contracts: ir.Table,
    *,
    silence: Silence | None,
    as_of: date,
    complete_from: date | None = None,
) -> ir.Table:
    """Say from when to when each customer was one.

    By silence, a customer churns on the day on which the silence has reached the rule's
    length: the last order + `silence.days`. Dated on the last order instead, churn would be
    known only to those who look back, and the customers silent at `as_of` for less than the rule
    would add time at risk in which nobody can be seen to leave. Dated as here, whether somebody
    is a customer is known each day, whoever has not been silent long enough is censored at
    `as_of`, and the curve is that of the last orders, moved by the rule's length. Nobody can
    churn before that length. Who orders after a longer silence had churned, and was won
    back: a new spell.

    Args:
        days: From `order_days`, as of the same day.
        contracts: One row per contract, with `customer_id`.
        silence: From `silence_days`; None where the rule goes by contracts.
        as_of: First day that does not count.
        complete_from: First day from which customers who left are in the sources too; None: all
            along.

    Returns:
        One row per customer and spell (a customer has two where won back): `customer_id`,
        `spell` (from 1), `is_latest`, `started_on`, `last_on` (last order, or last day under
        contract), `churned_on` (null if not), `reason` (null if not; 'unknown' where a
        contract ended without one; 'silence' where none ended), `entered_on` (first day from
        which a churn would have been seen; null where the start is not known, or where it ended
        before), `tenure_days` and `tenure_months` (whole calendar months, to churn or to
        `as_of`), `observed_months` (whole calendar months from the start to the last day before
        `as_of`), `orders` (order days), `revenue` (minor units), `revenue_per_month` (minor
        units per 30 days of tenure).
    """
    if silence is None:
        spells = contract_spells(contracts, as_of=as_of)
        entered = _contract_entry(spells, complete_from)
    else:
        silent = silent_spells(days, silence=silence, as_of=as_of)
        spells = _with_contract_reason(silent, contracts, as_of)
        entered = _silence_entry(spells, silence, complete_from)
    return _measured(spells.mutate(entered_on=entered), as_of)


def _contract_entry(spells: ir.Table, complete_from: date | None) -> ir.DateValue:
    """Contracts begun before records are complete count from then on, if they ran still."""
    if complete_from is None:
        return spells.started_on
    day = ibis.literal(complete_from)
    is_seen = spells.churned_on.isnull() | (spells.churned_on >= day)
    return ibis.ifelse(is_seen, ibis.greatest(spells.started_on, day), ibis.null("date"))


def _silence_entry(spells: ir.Table, silence: Silence, complete_from: date | None) -> ir.DateValue:
    """Whoever is first seen within the rule's silence of the records' start was one before."""
    if complete_from is None:
        return spells.started_on
    sure = ibis.literal(complete_from + timedelta(days=silence.days))
    return ibis.ifelse(spells.started_on > sure, spells.started_on, ibis.null("date"))


def silent_spells(days: ir.Table, *, silence: Silence, as_of: date) -> ir.Table:
    """Part each customer's order days where the silence between them was too long.

    Returns:
        One row per customer and spell: `customer_id`, `spell`, `started_on`, `last_on`,
        `churned_on`, `reason`, `orders`, `revenue`, `price_days` (revenue x 30).
    """
    starts = _starts(days, silence)
    joined = days.select("customer_id", "ordered_on", "is_order", "revenue").inner_join(
        starts, "customer_id"
    )
    within = joined.filter(
        joined.ordered_on >= joined.started_on,
        joined.next_started_on.isnull() | (joined.ordered_on < joined.next_started_on),
    )
    spells = within.aggregate(
        by=["customer_id", "spell", "started_on"],
        last_on=ibis.ifelse(within.is_order, within.ordered_on, ibis.null("date")).max(),
        orders=within.is_order.cast("int64").sum().cast("int64"),
        revenue=within.revenue.sum().cast("int64"),
    )
    due = (spells.last_on + ibis.interval(days=silence.days)).cast("date")
    gone = due < ibis.literal(as_of)
    return spells.mutate(
        churned_on=ibis.ifelse(gone, due, ibis.null("date")),
        reason=ibis.ifelse(gone, ibis.literal(SILENCE), ibis.null("string")),
        price_days=spells.revenue * DAYS_A_MONTH,
    )


def _starts(days: ir.Table, silence: Silence) -> ir.Table:
    orders = orders_only(days)
    begins = orders.filter(orders.gap_days.isnull() | (orders.gap_days > silence.days))
    in_a_row = ibis.window(group_by="customer_id", order_by="ordered_on")
    return begins.select(
        "customer_id",
        spell=(ibis.row_number() + 1).over(in_a_row).cast("int64"),
        started_on=begins.ordered_on,
        next_started_on=begins.ordered_on.lead().over(in_a_row),
    )


def _with_contract_reason(silent: ir.Table, contracts: ir.Table, as_of: date) -> ir.Table:
    """Name the reason of the last contract that ended in the spell, where it gave one."""
    recorded = of_customers_before(contracts, as_of)
    ends = recorded.filter(recorded.reason.notnull() & recorded.ended_on.notnull()).select(
        "customer_id", "ended_on", "source", "contract_id", contract_reason=recorded.reason
    )
    gone = silent.filter(silent.churned_on.notnull())
    pairs = gone.select("customer_id", "spell", "started_on", "churned_on").inner_join(
        ends, "customer_id"
    )
    inside = pairs.filter(pairs.ended_on.between(pairs.started_on, pairs.churned_on))
    latest = ibis.window(
        group_by=["customer_id", "spell"],
        order_by=[ibis.desc("ended_on"), ibis.desc("source"), ibis.desc("contract_id")],
    )
    last = inside.mutate(place=ibis.row_number().over(latest)).filter(lambda t: t.place == 0)
    reasons = last.select("customer_id", "spell", "contract_reason")
    joined = silent.left_join(reasons, ["customer_id", "spell"])
    return joined.select(
        *[name for name in silent.columns if name != "reason"],
        reason=ibis.coalesce(joined.contract_reason, joined.reason),
    )


def _measured(spells: ir.Table, as_of: date) -> ir.Table:
    today, yesterday = ibis.literal(as_of), ibis.literal(as_of - timedelta(days=1))
    until = ibis.coalesce(spells.churned_on, today)
    tenure = spells.mutate(tenure_days=until.delta(spells.started_on, unit="day"))
    exposure = ibis.greatest(tenure.tenure_days, 1)
    backwards = ibis.window(group_by="customer_id", order_by=ibis.desc("spell"))
    return tenure.select(
        "customer_id",
        "spell",
        "started_on",
        "last_on",
        "churned_on",
        "reason",
        "entered_on",
        "tenure_days",
        "orders",
        "revenue",
        is_latest=ibis.row_number().over(backwards) == 0,
        tenure_months=whole_months(tenure.started_on, until),
        observed_months=whole_months(tenure.started_on, yesterday),
        revenue_per_month=(2 * tenure.price_days + exposure) // (2 * exposure),
    )
