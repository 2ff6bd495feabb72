"""Customers of a snapshot: explained by their evidence, merged and split by decisions."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from outsidein.identity.firewall.links_in_effect import evidence_in_effect
from outsidein.identity.matching.match_model import MatchModel
from outsidein.identity.matching.weight_tables import explain_weights
from outsidein.identity.records.pairs import PAIR, Pair, RecordKey, orient_pairs
from outsidein.identity.review.customer_changes import messages_to_merged
from outsidein.identity.review.decisions import Decision, NewDecision
from outsidein.identity.review.merge_decisions import (
    customer_of,
    merge_customers,
    records_of,
    unmerge_customer,
    unmerge_record,
)
from outsidein.identity.review.side_by_side import SideBySide, side_by_side
from outsidein.lake.snapshot_reading import Reading


class Explained(NamedTuple):
    """Why records are one customer: its id, its records, all evidence among them in effect.

    `withheld` are the links of its records that take no effect, with the reason.
    """

    customer_id: str
    records: list[RecordKey]
    evidence: list[dict[str, Any]]
    withheld: list[dict[str, Any]]


class Split(NamedTuple):
    """The decisions that split a customer, and the messages sent to its records meanwhile."""

    customer_id: str
    choices: Sequence[NewDecision]
    messages: pa.Table


def customer_id_of(members: ir.Table, what: str | RecordKey) -> str:
    """Return a customer's id, also where one of its records is named.

    Raises:
        UnknownName: There is no such record.
    """
    return customer_of(members, what) if isinstance(what, RecordKey) else what


def explain(reading: Reading, what: str | RecordKey) -> Explained:
    """Return the records of a customer and the evidence that makes them one.

    Raises:
        InputError: There is no such customer or record.
    """
    members = reading.table("memberships")
    customer = customer_id_of(members, what)
    records = records_of(members, customer)
    effective = evidence_in_effect(reading.table("evidence"), reading.table("withheld"))
    among = effective.semi_join(_as_table(records), ["source", "record_id"])
    rows = among.order_by(*PAIR, "kind", "rule", "value").to_pyarrow()
    withheld = _withheld_from(reading.table("withheld"), _as_table(records))
    return Explained(customer, records, rows.to_pylist(), withheld.to_pylist())


def compare_records(reading: Reading, pair: Pair, model: MatchModel | None) -> SideBySide:
    """Set two records side by side, with the evidence that ties them and its weights."""
    members = reading.table("memberships")
    one, other = (customer_of(members, record) for record in pair)
    beside = side_by_side(reading.table("records"), reading.table("evidence"), pair)
    beside = replace(beside, customers=(one, other))
    if model is None or not reading.has("proposals"):
        return beside
    proposals = orient_pairs(reading.table("proposals"))
    of_pair = proposals.filter([proposals[name] == key for name, key in pair.columns.items()])
    weights = explain_weights(reading.backend.to_pyarrow(of_pair), model)
    return replace(beside, weights=tuple(weights.to_pylist()))


def merge_choices(
    reading: Reading,
    one: str | RecordKey,
    other: str | RecordKey,
    *,
    in_force: Sequence[Decision],
) -> list[NewDecision]:
    """Return the decisions that make two customers one.

    Raises:
        InputError: There is no such customer, or both are the same.
    """
    members = reading.table("memberships")
    ids = customer_id_of(members, one), customer_id_of(members, other)
    return list(merge_customers(members, *ids, in_force=in_force))


def split_choices(
    reading: Reading,
    what: str | RecordKey,
    parts: Sequence[Collection[tuple[str, str]]] | None,
    *,
    finished_at: Mapping[int, datetime],
    now: datetime,
) -> Split:
    """Return the decisions that split a customer, or take a record out of its customer.

    Args:
        reading: The current snapshot.
        what: The customer's id, or the record.
        parts: Of a customer: records that belong together, part by part; each record by itself
            if not given.
        finished_at: When each build ended, by its number.
        now: The moment (aware).

    Raises:
        InputError: There is no such customer or record, or it is alone.
    """
    members = reading.table("memberships")
    customer = customer_id_of(members, what)
    if isinstance(what, RecordKey):
        choices = unmerge_record(members, what)
    else:
        choices = unmerge_customer(members, what, parts)
    records = records_of(members, customer)
    first = _first_build(records, reading.table("evidence"))
    joined_at = finished_at.get(first, now) if first is not None else now
    sent = messages_to_merged(reading.table("messages"), records, since=joined_at)
    return Split(customer, choices, reading.backend.to_pyarrow(sent))


def _first_build(records: Sequence[RecordKey], evidence: ir.Table) -> int | None:
    """The first build in which any evidence tied these records."""
    table = _as_table(records)
    to_table = table.rename(to_source="source", to_record_id="record_id")
    ties = evidence.semi_join(table, PAIR[:2]).semi_join(to_table, PAIR[2:])
    first: int | None = ties.first_build.min().to_pyarrow().as_py()
    return first


def _withheld_from(withheld: ir.Table, records: ir.Table) -> pa.Table:
    """Return the withheld pairs with either end among the records, the most probable first."""
    to_records = records.rename(to_source="source", to_record_id="record_id")
    mine = withheld.semi_join(records, PAIR[:2]).union(
        withheld.semi_join(to_records, PAIR[2:]), distinct=True
    )
    chosen = mine.select(*PAIR, "reason", "probability")
    return chosen.order_by(ibis.desc("probability", nulls_first=False), *PAIR).to_pyarrow()


def _as_table(records: Sequence[RecordKey]) -> ir.Table:
    return ibis.memtable(pa.Table.from_pylist([record._asdict() for record in records]))
