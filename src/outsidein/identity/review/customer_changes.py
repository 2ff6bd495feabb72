"""Changes of customers between two clusterings of the same records."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from ibis.backends import BaseBackend

from outsidein.identity.records.connected_components import component_labels
from outsidein.lake.scratch import scratch

CHANGES = ibis.schema(
    {
        "change": "!int64",  # number; rows of one change belong together
        "kind": "!string",
        "customer_id_before": "string",
        "customer_id_after": "string",
        "records": "!int64",  # how many went from the one to the other
        "value_before": "int64",  # of `customer_id_before`, in the unit of the value given
    }
)
"""Grain: one row per customer before and customer after that share a record; those new or gone
have one side only. Customers that stayed as they were have no row."""


class ChangeKind(StrEnum):
    """What became of customers."""

    UNCHANGED = "unchanged"  # still one customer under its id; records may have come or gone
    RENAMED = "renamed"  # still one customer, under another id, as its founder has gone
    JOINED = "joined"
    SPLIT = "split"
    REGROUPED = "regrouped"  # records went from several customers to several
    NEW = "new"
    GONE = "gone"


class ChangeCount(NamedTuple):
    """How many customers a kind of change touched, and what they were worth before."""

    kind: ChangeKind
    customers_before: int
    customers_after: int
    value_before: int


class CustomerChanges(NamedTuple):
    """Counts by kind, in the order of `ChangeKind`, and the changed customers."""

    counts: tuple[ChangeCount, ...]
    changed: pa.Table


def compare_customers(
    backend: BaseBackend, before: ir.Table, after: ir.Table, *, value: ir.Table | None = None
) -> CustomerChanges:
    """Compare two clusterings of the same records into customers.

    Customers before and after that share records are followed together: one and one is the same
    customer, several and one a join, one and several a split, several and several a regrouping.

    Args:
        backend: Where the tables lie.
        before: `MEMBERSHIPS` of a build.
        after: Those of another build, or of a simulated change of rules.
        value: One row per customer before: `customer_id`, `value` (whole number, any unit).

    Returns:
        Counts, and `CHANGES` in order.
    """
    with scratch(backend) as temporary:
        flows = temporary.hold(_flows(before, after, value), "customer_flows")
        is_kept = (flows.partners_before == 1) & (flows.partners_after == 1)
        is_kept &= flows.customer_id_before == flows.customer_id_after
        is_kept = is_kept.fill_null(False)  # noqa: FBT003  Ibis takes the value by place only
        kept = flows.filter(is_kept)
        totals = kept.aggregate(n=kept.count(), value=_total(kept.value_before))
        [sums] = backend.to_pyarrow(totals).to_pylist()
        names = ["customer_id_before", "customer_id_after", "records", "value_before"]
        order = [ibis.asc(name, nulls_first=False) for name in names[:2]]
        rows = backend.to_pyarrow(flows.filter(~is_kept).select(*names).order_by(order))
    changed = _followed(rows)
    unchanged = ChangeCount(ChangeKind.UNCHANGED, sums["n"], sums["n"], sums["value"])
    return CustomerChanges((unchanged, *_counts(changed)), changed)


def messages_to_merged(
    messages: ir.Table, together: Collection[tuple[str, str]], *, since: datetime
) -> ir.Table:
    """List the messages that went to records while they were wrongly one customer.

    Args:
        messages: Canonical `messages`, with `customer_id` or without.
        together: Records that were wrongly one customer: source and record id of each.
        since: From when on they were (aware).

    Returns:
        Their messages, one row per message, the earliest first.
    """
    schema = ibis.schema({"source": "string", "record_id": "string"}).to_pyarrow()
    rows = [{"source": source, "record_id": record} for source, record in together]
    records = ibis.memtable(pa.Table.from_pylist(rows, schema=schema)).distinct()
    sent = messages.filter(messages.sent_at >= ibis.literal(since, "timestamp('UTC', 6)"))
    mine = sent.semi_join(records, ["source", "record_id"])
    return mine.order_by("sent_at", "source", "message_id")


def _flows(before: ir.Table, after: ir.Table, value: ir.Table | None) -> ir.Table:
    """One row per customer before and after that share records, with how many partners each has."""
    old = before.select("source", "record_id", customer_id_before="customer_id")
    new = after.select("source", "record_id", customer_id_after="customer_id")
    customers_of_records = old.outer_join(new, ["source", "record_id"])
    customers_of_records = customers_of_records.select("customer_id_before", "customer_id_after")
    pairs = customers_of_records.group_by("customer_id_before", "customer_id_after").aggregate(
        records=customers_of_records.count()
    )
    follows = pairs.filter(pairs.customer_id_before.notnull() & pairs.customer_id_after.notnull())
    partners = follows.mutate(
        partners_before=follows.count().over(group_by="customer_id_after"),
        partners_after=follows.count().over(group_by="customer_id_before"),
    )
    new_ones = pairs.filter(pairs.customer_id_before.isnull())
    gone = pairs.filter(pairs.customer_id_after.isnull())
    alone = new_ones.anti_join(follows, "customer_id_after").union(
        gone.anti_join(follows, "customer_id_before")
    )
    none = ibis.literal(0, "int64")
    flows = partners.union(alone.mutate(partners_before=none, partners_after=none))
    if value is None:
        return flows.mutate(value_before=ibis.null().cast("int64"))
    worth = value.select(customer_id_before="customer_id", value_before=value.value.cast("int64"))
    joined = flows.left_join(worth, "customer_id_before")
    return joined.select(*flows.columns, "value_before")


def _total(column: ir.IntegerValue) -> ir.IntegerScalar:
    return column.sum().fill_null(0).cast("decimal(38, 0)").cast("int64")


def _followed(rows: pa.Table) -> pa.Table:
    """Number the changes, and say of each what it is."""
    old = rows.column("customer_id_before").to_pylist()
    new = rows.column("customer_id_after").to_pylist()
    codes: dict[tuple[str, str | None], int] = {}
    left = [codes.setdefault(("old", i), len(codes)) if i else -1 for i in old]
    right = [codes.setdefault(("new", i), len(codes)) if i else -1 for i in new]
    ends = np.array([left, right], dtype=np.int64).reshape(2, -1)
    has_both = (ends >= 0).all(axis=0)
    labels = component_labels(len(codes), ends[0][has_both], ends[1][has_both])
    groups = labels[ends.max(axis=0)]
    sides = [np.zeros(len(codes), dtype=np.int64) for _ in ends]
    for side, codes_of in zip(sides, ends, strict=True):
        there = np.unique(codes_of[codes_of >= 0])
        np.add.at(side, labels[there], 1)
    kinds = [_kind(int(sides[0][group]), int(sides[1][group])) for group in groups]
    _, numbers = np.unique(groups, return_inverse=True)
    table = rows.append_column("change", pa.array(numbers + 1, pa.int64()))
    table = table.append_column("kind", pa.array([kind.value for kind in kinds], pa.string()))
    ordered = table.take(pa.array(np.argsort(numbers, kind="stable")))
    return ordered.select(CHANGES.names).cast(CHANGES.to_pyarrow())


def _kind(before: int, after: int) -> ChangeKind:
    if before == 0:
        return ChangeKind.NEW
    if after == 0:
        return ChangeKind.GONE
    if before == after == 1:
        return ChangeKind.RENAMED
    if after == 1:
        return ChangeKind.JOINED
    return ChangeKind.SPLIT if before == 1 else ChangeKind.REGROUPED


def _counts(changed: pa.Table) -> list[ChangeCount]:
    rows: list[dict[str, Any]] = changed.to_pylist()
    counts = []
    for kind in list(ChangeKind)[1:]:
        mine = [row for row in rows if row["kind"] == kind]
        worth = {row["customer_id_before"]: row["value_before"] or 0 for row in mine}
        old = worth.keys() - {None}
        new = {row["customer_id_after"] for row in mine} - {None}
        counts.append(ChangeCount(kind, len(old), len(new), sum(worth.values())))
    return counts
