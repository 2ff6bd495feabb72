"""Contracts of one customer that follow each other without a gap are one."""

from datetime import date

import ibis
import ibis.expr.types as ir

from outsidein.churn.declaration import DAYS_A_MONTH
from outsidein.churn.orders import of_customers_before

OPEN = date(9999, 12, 31)
"""When a contract ends that has not ended."""

UNKNOWN = "unknown"
"""The reason of those who gave none."""


def contract_days(contracts: ir.Table, *, as_of: date) -> ir.Table:
    """Keep the contracts recorded before a day, with their ends as far as known then.

    Returns:
        One row per contract: its columns, `ends_on` (`OPEN` where it has not ended before
        `as_of`) and `monthly_price` (minor units; a year's price by twelve, rounded half up).
    """
    recorded = of_customers_before(contracts, as_of)
    ended = recorded.ended_on.notnull() & (recorded.ended_on < ibis.literal(as_of))
    by_month = (2 * recorded.price + 12) // 24
    return recorded.mutate(
        ends_on=ibis.ifelse(ended, recorded.ended_on, ibis.literal(OPEN)),
        monthly_price=ibis.ifelse(recorded.period == "year", by_month, recorded.price),
    )


def contract_spells(contracts: ir.Table, *, as_of: date) -> ir.Table:
    """Join contracts that overlap, or begin by the day after another's end, into one spell.

    Args:
        contracts: One row per contract, with `customer_id`.
        as_of: First day that does not count; an end on it or later has not come yet.

    Returns:
        One row per customer and spell: `customer_id`, `spell` (from 1), `started_on`,
        `last_on`, `churned_on` (end of the last contract, null if one is open), `reason` (that
        contract's, 'unknown' if none was given, null if open), `orders` (null),
        `revenue` (price times months, minor units, null without prices), `price_days` (minor
        units per month times days).
    """
    numbered = _numbered(contract_days(contracts, as_of=as_of))
    until = ibis.least(numbered.ends_on, ibis.literal(as_of))
    priced = numbered.mutate(
        price_days=numbered.monthly_price * until.delta(numbered.started_on, unit="day")
    )
    spells = priced.aggregate(
        by=["customer_id", "spell"],
        started_on=priced.started_on.min(),
        ends_on=priced.ends_on.max(),
        reason=ibis.ifelse(priced.is_last, priced.reason, ibis.null("string")).max(),
        price_days=priced.price_days.sum().cast("int64"),
    )
    return _named(spells, as_of)


def _numbered(contracts: ir.Table) -> ir.Table:
    """Add `spell`, and `is_last`: this contract is the one its spell ended with."""
    order = ["started_on", "ends_on", "source", "contract_id"]
    before = ibis.window(group_by="customer_id", order_by=order, preceding=(None, 1))
    so_far = ibis.window(group_by="customer_id", order_by=order, preceding=None, following=0)
    covered = contracts.mutate(covered_to=contracts.ends_on.max().over(before))
    begins = covered.covered_to.isnull() | (
        covered.started_on.delta(covered.covered_to, unit="day") > 1
    )
    numbered = covered.mutate(begins=begins.cast("int64"))
    spells = numbered.mutate(spell=numbered.begins.sum().over(so_far).cast("int64"))
    latest = ibis.window(
        group_by=["customer_id", "spell"],
        order_by=[ibis.desc("ends_on"), ibis.desc("source"), ibis.desc("contract_id")],
    )
    return spells.mutate(is_last=ibis.row_number().over(latest) == 0)


def _named(spells: ir.Table, as_of: date) -> ir.Table:
    is_open = spells.ends_on == ibis.literal(OPEN)
    yesterday = ibis.literal(as_of) - ibis.interval(days=1)
    return spells.select(
        "customer_id",
        "spell",
        "started_on",
        last_on=ibis.ifelse(is_open, yesterday.cast("date"), spells.ends_on),
        churned_on=ibis.ifelse(is_open, ibis.null("date"), spells.ends_on),
        reason=ibis.ifelse(is_open, ibis.null("string"), spells.reason.fill_null(UNKNOWN)),
        orders=ibis.null("int64"),
        revenue=spells.price_days // DAYS_A_MONTH,
        price_days=spells.price_days,
    )
