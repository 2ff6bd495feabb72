"""Churn after an encounter and otherwise, counted by tenure: what jumps are made from."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir
import numpy as np

from outsidein.churn.declaration import DAYS_A_MONTH, Silence
from outsidein.churn.orders import orders_only
from outsidein.stats.mantel_haenszel import JumpStratum

AFTER_DAYS = 90
"""An encounter is held to bear on what happens within so many days."""

LAG_DAYS = 30
"""Under contract, churn within so many days after an encounter is not held to follow from it:
whoever has decided to leave calls before the contract ends. What only the company begins, such as
a delivery, does not happen because somebody leaves, and counts from its day on."""

MOST_ORDERS = 10
"""Customers with so many orders or more are alike in tenure."""


class Exposure(NamedTuple):
    """What is known of one kind of encounter.

    Attributes:
        kind: Of the encounter.
        customers: Who had it while at risk (count).
        strata: By tenure; trials are days at risk under contracts, order occasions otherwise.
    """

    kind: str
    customers: int
    strata: tuple[JumpStratum, ...]


def lag_days(kind: str, at_once: Collection[str]) -> int:
    """Return the days after an encounter that do not count."""
    return 0 if kind in at_once else LAG_DAYS


def exposure_by_tenure(
    spells: ir.Table, kinds_by_day: ir.Table, *, at_once: Collection[str] = ()
) -> list[Exposure]:
    """Count the days at risk 30 to 90 days after each kind of encounter, and the churn.

    For customers under contract, whose churn has a day of its own. The first 30 days after the
    encounter count on neither side: what happens on the way out, such as a call to cancel, is
    not a reason for leaving.

    Args:
        spells: From `churn.spells`.
        kinds_by_day: One row per customer, kind and day: `customer_id`, `kind`, `on`.
        at_once: Kinds whose first 30 days count too.

    Returns:
        One per kind, in order; strata are months of tenure.
    """
    days, gone = _all_days(spells)
    exposed = _exposed_days(spells, kinds_by_day, at_once)
    rows = exposed.order_by(["kind", "month"]).to_pyarrow()
    customers = _who(spells, kinds_by_day)
    return [
        Exposure(
            kind,
            customers[kind],
            tuple(
                JumpStratum(
                    int(row["events"]),
                    int(row["days"]),
                    int(gone[row["month"]] - row["reach_events"]),
                    int(days[row["month"]] - row["reach_days"]),
                )
                for row in part
            ),
        )
        for kind, part in _by_kind(rows.to_pylist())
    ]


def _all_days(spells: ir.Table) -> tuple[Any, Any]:
    """Days at risk and churn of all spells, by month of tenure."""
    seen = _at_risk(spells)
    counts = seen.group_by("entry", "length", gone=seen.churned_on.notnull()).aggregate(
        spells=seen.count()
    )
    table = counts.to_pyarrow()
    entry, long, n = (table[name].to_numpy() for name in ("entry", "length", "spells"))
    is_gone = table["gone"].to_numpy(zero_copy_only=False)
    months = np.arange(int(long.max(initial=0)) // DAYS_A_MONTH + 1)
    until_entry, until_end = (
        np.clip(days[:, None] - months * DAYS_A_MONTH, 0, DAYS_A_MONTH) for days in (entry, long)
    )
    within = until_end - until_entry
    last = (long - 1) // DAYS_A_MONTH
    gone = np.bincount(last[is_gone], n[is_gone], minlength=len(months))
    return (within * n[:, None]).sum(axis=0), gone.astype(np.int64)


def _at_risk(spells: ir.Table) -> ir.Table:
    """Add the days of tenure between which a churn would have been seen: `entry`, `length`."""
    seen = spells.filter(spells.entered_on.notnull())
    return seen.mutate(
        entry=seen.entered_on.delta(seen.started_on, unit="day"),
        length=ibis.greatest(seen.tenure_days, 1),
    )


def _during(spells: ir.Table, kinds_by_day: ir.Table) -> ir.Table:
    """One row per encounter while its customer was one, in days since the spell began."""
    seen = _at_risk(spells)
    joined = kinds_by_day.inner_join(
        seen.select("customer_id", "spell", "started_on", "entry", "length", "churned_on"),
        "customer_id",
    )
    joined = joined.mutate(start=joined.on.delta(joined.started_on, unit="day"))
    return joined.filter(joined.start >= joined.entry, joined.start < joined.length)


def _exposed_days(spells: ir.Table, kinds_by_day: ir.Table, at_once: Collection[str]) -> ir.Table:
    """One row per kind and month of tenure: days and churn within reach of an encounter.

    `days` and `events` leave out those within the lag, `reach_days` and `reach_events` do not.
    """
    during = _during(spells, kinds_by_day)
    in_a_row = ibis.window(group_by=["customer_id", "spell", "kind"], order_by="start")
    upto = during.start + AFTER_DAYS
    following = during.start.lead().over(in_a_row).fill_null(upto)
    parts = during.mutate(stop=ibis.least(upto, following, during.length))
    months = ibis.range(parts.start // DAYS_A_MONTH, (parts.stop - 1) // DAYS_A_MONTH + 1)
    each = parts.mutate(month=months).unnest("month")
    first = ibis.greatest(each.start, each.month * DAYS_A_MONTH)
    last = ibis.least(each.stop, (each.month + 1) * DAYS_A_MONTH)
    after_lag = each.start + ibis.ifelse(each.kind.isin(list(at_once)), 0, LAG_DAYS)
    went = each.churned_on.notnull() & (each.stop == each.length) & (last == each.stop)
    counted = each.mutate(
        days=ibis.greatest(last - ibis.greatest(first, after_lag), 0),
        events=(went & (each.stop > after_lag)).cast("int64"),
        reach_days=last - first,
        reach_events=went.cast("int64"),
    )
    sums = ("days", "events", "reach_days", "reach_events")
    return counted.group_by("kind", "month").aggregate(
        **{name: counted[name].sum().cast("int64") for name in sums}
    )


def _who(spells: ir.Table, kinds_by_day: ir.Table) -> dict[str, int]:
    during = _during(spells, kinds_by_day)
    rows = during.group_by("kind").aggregate(n=during.customer_id.nunique())
    return {row["kind"]: row["n"] for row in rows.to_pyarrow().to_pylist()}


def landmark(silence: Silence) -> int:
    """Return the days after an order within which an encounter is looked for."""
    return min(AFTER_DAYS, max(silence.days // 2, 1))


def exposure_by_order(
    days: ir.Table, kinds_by_day: ir.Table, *, silence: Silence, as_of: date
) -> list[Exposure]:
    """Count who falls silent after an order with and without each kind of encounter.

    For customers without a contract, whose churn is known only from their silence. Each
    order whose silence could be waited for is a trial. Only orders not yet followed by another
    at the landmark count, on both sides: else who orders again at once, with no time for an
    encounter, would make encounters look harmful.

    Args:
        days: From `order_days`.
        kinds_by_day: One row per customer, kind and day: `customer_id`, `kind`, `on`.
        silence: From `silence_days`.
        as_of: First day that does not count.

    Returns:
        One per kind, in order; strata are the number of orders so far.
    """
    trials = _trials(days, silence=silence, as_of=as_of)
    whole = {r["nth"]: r for r in _counts(trials, by=["nth"]).to_pyarrow().to_pylist()}
    near = trials.inner_join(kinds_by_day, "customer_id")
    since = near.on.delta(near.ordered_on, unit="day")
    near = near.filter(since >= 0, since <= landmark(silence))
    exposed = near.select("customer_id", "ordered_on", "nth", "went", "kind").distinct()
    rows = _counts(exposed, by=["kind", "nth"]).order_by(["kind", "nth"]).to_pyarrow().to_pylist()
    who = exposed.group_by("kind").aggregate(n=exposed.customer_id.nunique())
    customers = {row["kind"]: row["n"] for row in who.to_pyarrow().to_pylist()}
    return [
        Exposure(kind, customers[kind], tuple(_stratum(row, whole[row["nth"]]) for row in part))
        for kind, part in _by_kind(rows)
    ]


def _trials(days: ir.Table, *, silence: Silence, as_of: date) -> ir.Table:
    orders = orders_only(days)
    in_a_row = ibis.window(group_by="customer_id", order_by="ordered_on")
    placed = orders.mutate(
        next_on=orders.ordered_on.lead().over(in_a_row),
        waited=ibis.literal(as_of).delta(orders.ordered_on, unit="day"),
    )
    gap = placed.next_on.delta(placed.ordered_on, unit="day").fill_null(silence.days + 1)
    kept = placed.mutate(gap=gap).filter(
        placed.waited > silence.days, lambda t: t.gap > landmark(silence)
    )
    return kept.select(
        "customer_id",
        "ordered_on",
        nth=ibis.least(kept.nth, MOST_ORDERS),
        went=(kept.gap > silence.days).cast("int64"),
    )


def _counts(trials: ir.Table, *, by: list[str]) -> ir.Table:
    return trials.aggregate(by=by, trials=trials.count(), events=trials.went.sum().cast("int64"))


def _stratum(own: dict[str, Any], whole: dict[str, Any]) -> JumpStratum:
    return JumpStratum(
        own["events"],
        own["trials"],
        whole["events"] - own["events"],
        whole["trials"] - own["trials"],
    )


def _by_kind(rows: Iterable[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_kind.setdefault(row["kind"], []).append(row)
    return list(by_kind.items())
