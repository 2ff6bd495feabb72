"""Customers from linked records, with ids that are stable from build to build."""

from collections.abc import Mapping
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ibis.backends import BaseBackend

from outsidein.identity.declaration import IdentitySettings
from outsidein.identity.records.attributes import Codes, column_array
from outsidein.identity.records.connected_components import component_labels
from outsidein.identity.records.record_codes import RecordCodes
from outsidein.identity.tables import MEMBERSHIPS

_KEY_SEPARATOR = "\x1f"


def record_keys(canonical: Mapping[str, ir.Table]) -> ir.Table:
    """Return every record that any table names, also those no `records` row describes.

    Returns:
        One row per record and table that names it: `source`, `record_id`.
    """
    named = [
        table.filter(table.record_id.notnull()).select("source", "record_id")
        for table in canonical.values()
        if {"source", "record_id"} <= set(table.columns)
    ]
    relations = canonical["relations"]
    named.append(relations.select(source=relations.to_source, record_id=relations.to_record_id))
    return ibis.union(*named)


def identifier_use(compared: ir.Table, *, settings: IdentitySettings) -> ir.Table:
    """Count the records that share each identifier and tell whether it links them.

    Args:
        compared: One row per identifier of a record, from `normalised`.
        settings: The project's.

    Returns:
        One row per `kind` and `normalised` value: `records` (count), `is_linking`, and `why`
        where it is not.
    """
    compared = compared.filter(compared.normalised.notnull())
    compared = compared.filter(
        ~compared.normalised.isin([p.lower() for p in settings.placeholders])
    )
    use = compared.group_by("kind", "normalised").aggregate(
        records=(compared.source + _KEY_SEPARATOR + compared.record_id).nunique()
    )
    why = ibis.cases(
        (
            use.kind.lower().isin([kind.lower() for kind in settings.ignore]),
            "this kind links nobody",
        ),
        (use.records > settings.max_records, "shared by too many records"),
        (use.records == 1, "on one record only"),
    )
    return use.mutate(is_linking=why.isnull(), why=why)


def identifier_links(
    compared: ir.Table, use: ir.Table, *, before: ir.Table | None = None
) -> ir.Table:
    """Link each record to the first record that shares an identifier with it.

    The first is the one that was there first, so that a tie lasts when other records come.

    Args:
        compared: One row per identifier of a record, from `normalised`.
        use: From `identifier_use`.
        before: Memberships of the build before, if there was one.

    Returns:
        One row per record and linking identifier: `source`, `record_id`, `to_source`,
        `to_record_id`, `kind`, `normalised`: the evidence.
    """
    linking = use.filter(use.is_linking).select("kind", "normalised")
    shared = compared.inner_join(linking, ["kind", "normalised"])
    shared = shared.select("source", "record_id", "kind", "normalised").distinct()
    order: list[Any] = ["source", "record_id"]
    if before is not None:
        first_seen = before.select("source", "record_id", "first_seen_build")
        shared = shared.left_join(first_seen, order).drop("source_right", "record_id_right")
        order = [ibis.asc("first_seen_build", nulls_first=False), *order]
    group = ibis.window(group_by=["kind", "normalised"], order_by=order)
    first = shared.mutate(
        to_source=shared.source.first().over(group),
        to_record_id=shared.record_id.first().over(group),
    )
    is_self = (first.source == first.to_source) & (first.record_id == first.to_record_id)
    return first.filter(~is_self).select(
        "source", "record_id", "to_source", "to_record_id", "kind", "normalised"
    )


def founders(numbers: RecordCodes, left: Codes, right: Codes) -> Codes:
    """Return the founder of each record's customer.

    It is the record seen in the earliest build, the first by key among those.

    Args:
        numbers: Of all records.
        left: One record of each tie, by code.
        right: The other.

    Returns:
        For each code the code of the founder; ties of records that no table names do not count.
    """
    is_known = column_array(numbers.keys, "is_known")
    are_both_known = is_known[left] & is_known[right]
    return component_labels(len(is_known), left[are_both_known], right[are_both_known])


def memberships(
    backend: BaseBackend, numbers: RecordCodes, founder: Codes, *, build: int
) -> pa.Table:
    """Assign each record to its customer.

    A customer's id is the hash of its founder. On a join the older founder's id stays; after a
    split each part has the id of its own founder. No other history is consulted, so the path
    does not matter.

    Args:
        backend: Where the numbers lie.
        numbers: Of all records.
        founder: From `founders`.
        build: Number of this build.

    Returns:
        `MEMBERSHIPS`, ordered by `source`, `record_id`.
    """
    in_order = numbers.in_order()
    in_order = in_order[column_array(numbers.keys, "is_known")[in_order]]
    rows = numbers.keys.take(pa.array(in_order))
    first_seen = pc.fill_null(rows["first_seen_build"], build)
    ids = _ids(backend, numbers, founder).take(pa.array(_rank(founder)[in_order]))
    columns = [rows["source"], rows["record_id"], ids, first_seen]
    return pa.table(columns, names=list(MEMBERSHIPS.columns)).cast(MEMBERSHIPS.schema.to_pyarrow())


def _rank(founder: Codes) -> Codes:
    """For each record the how-manieth founder its own is."""
    is_founder = founder == np.arange(len(founder))
    rank: Codes = (np.cumsum(is_founder) - 1)[founder]
    return rank


def _ids(backend: BaseBackend, numbers: RecordCodes, founder: Codes) -> pa.ChunkedArray:
    """The ids of the founders' customers, in order of the founders' codes."""
    codes = np.flatnonzero(founder == np.arange(len(founder)))
    founders = ibis.memtable(pa.table({"code": codes}))
    rows = numbers.table.semi_join(founders, "code")
    ids = rows.select("code", customer_id=_hash(rows.source + _KEY_SEPARATOR + rows.record_id))
    return backend.to_pyarrow(ids.order_by("code"))["customer_id"]


def with_customers(table: ir.Table, members: ir.Table) -> ir.Table:
    """Add `customer_id` to a canonical table; null where it names no record."""
    ids = members.select("source", "record_id", "customer_id")
    joined = table.left_join(ids, ["source", "record_id"])
    return joined.select(*table.columns, "customer_id")


def _hash(key: ir.StringValue) -> ir.StringValue:
    """Sixty bits of the key's sha256 as twelve letters and digits.

    Among ten million customers two share them with a chance of 4 in 100,000; twelve bytes are
    what DuckDB compares without following a pointer.
    """
    bits = ("0x" + key.hexdigest("sha256").substr(0, 15)).cast("int64")
    return _to_base(bits, 36, 12).lower()


@ibis.udf.scalar.builtin(name="to_base")  # type: ignore[untyped-decorator]
def _to_base(number: int, radix: int, length: int) -> str:  # type: ignore[empty-body]
    """DuckDB's own: write a number in another base, padded with zeros."""
