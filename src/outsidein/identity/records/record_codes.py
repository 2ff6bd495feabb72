"""Integer codes of records: keys are joined once, everything after uses the codes."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from ibis.backends import BaseBackend

from outsidein.identity.records.attributes import Codes
from outsidein.identity.records.homes import home_of
from outsidein.identity.records.pairs import PAIR, RECORD
from outsidein.identity.records.suffixes import suffix_of
from outsidein.lake.scratch import Scratch

DESCRIBED = ("party_kind", "given_name", "family_name", "gender", "born_on")


@dataclass(frozen=True, slots=True)
class RecordCodes:
    """Every record by its code: the order in which records would found a customer, from 0."""

    table: ir.Table
    """One row per record: `code`, `place`, `source`, `record_id`."""
    keys: pa.Table
    """In order of codes: `source`, `record_id`, `first_seen_build` (null where new), `is_known`
    (false where only a decision names it)."""
    places: Codes
    """For each code its place in the order of keys."""

    def coded(self, pairs: ir.Table) -> ir.Table:
        """Put `left` and `right` in the place of `PAIR`: the higher code first.

        Rows of records that have no number go.
        """
        one = self.table.select(*RECORD, one="code")
        other = self.table.select(to_source="source", to_record_id="record_id", other="code")
        joined = pairs.inner_join(one, RECORD).inner_join(other, list(PAIR[2:]))
        rest = [name for name in pairs.columns if name not in PAIR]
        return joined.select(
            *rest,
            left=ibis.greatest(joined.one, joined.other),
            right=ibis.least(joined.one, joined.other),
        )

    def pairs(self, rows: pa.Table) -> Codes:
        """Give each `left` and `right` one number for the two."""
        left, right = (rows[name].to_numpy() for name in ("left", "right"))
        pair_codes: Codes = left * len(self.keys) + right
        return pair_codes

    def in_order(self) -> Codes:
        """The codes of all records in order of their keys."""
        codes = np.empty(len(self.places), dtype=np.int64)
        codes[self.places] = np.arange(len(self.places))
        return codes

    def oriented(self, one: Codes, other: Codes) -> tuple[Codes, Codes]:
        """Return the later by key of each two, and the earlier."""
        is_later = self.places[one] > self.places[other]
        return np.where(is_later, one, other), np.where(is_later, other, one)

    def named(self, codes: Codes, to: Codes) -> dict[str, pa.ChunkedArray]:
        """Return the columns of `PAIR` of pairs of codes."""
        keys = self.keys.select(list(RECORD))
        first, last = (keys.take(pa.array(end)) for end in (codes, to))
        columns = [*first.columns, *last.columns]
        return dict(zip(PAIR, columns, strict=True))


def assign_codes(
    temporary: Scratch,
    keys: ir.Table,
    *,
    decisions: ir.Table | None = None,
    before: ir.Table | None,
) -> RecordCodes:
    """Number every record: those seen in earlier builds first, then by key.

    Args:
        temporary: Holds the codes until it is closed.
        keys: Records, each once or more: `source`, `record_id`.
        decisions: `DECISIONS`, which may name records that nothing else does.
        before: Memberships of the build before, if there was one.

    Example:
        >>> from outsidein.lake.scratch import scratch
        >>> keys = ibis.memtable(pa.table({"source": ["b", "a"], "record_id": ["1", "2"]}))
        >>> with scratch(ibis.duckdb.connect()) as temporary:
        ...     codes = assign_codes(temporary, keys, before=None)
        ...     codes.keys["source"].to_pylist(), codes.places.tolist()
        (['a', 'b'], [0, 1])
    """
    backend = temporary.backend
    table = temporary.hold(_in_order(_named(backend, keys, decisions), before), "record_codes")
    rows = backend.to_pyarrow(table.order_by("code"))
    return RecordCodes(
        table.select("code", "place", *RECORD),
        rows.drop_columns(["code", "place"]).combine_chunks(),
        rows["place"].to_numpy(),
    )


def describe_records(temporary: Scratch, records: ir.Table, numbers: RecordCodes) -> ir.Table:
    """Select the attributes of records that tell persons apart, by code.

    Args:
        temporary: Holds the result until it is closed.
        records: Canonical `records`.
        numbers: Codes of all records.

    Returns:
        One row per record that `records` describes: `code`, `place`, what tells persons apart,
        `suffix` (empty where a name has none) and `home`, null where a person has none.
    """
    attributes = records.select(
        *RECORD, *DESCRIBED, suffix=suffix_of(records), home=home_of(records)
    )
    joined = attributes.inner_join(numbers.table, RECORD)
    columns = ("code", "place", *DESCRIBED, "suffix", "home")
    return temporary.hold(joined.select(*columns), "described_records")


def _named(backend: BaseBackend, keys: ir.Table, decisions: ir.Table | None) -> ir.Table:
    """Each record once, with whether any table names it."""
    keys = _keyed(keys)
    if decisions is None or not backend.to_pyarrow(decisions.count()).as_py():
        return keys.distinct().mutate(is_known=True)
    ends = _keyed(decisions).union(_keyed(decisions, "to_"))
    named = keys.mutate(is_known=True).union(ends.mutate(is_known=False))
    return named.group_by(*RECORD).aggregate(is_known=named.is_known.any())


def _keyed(rows: ir.Table, end: str = "") -> ir.Table:
    # To a union, a text that may be null and one that may not are of different types.
    return rows.select(**{name: rows[f"{end}{name}"].cast("string") for name in RECORD})


def _in_order(wanted: ir.Table, before: ir.Table | None) -> ir.Table:
    place = ibis.row_number().over(order_by=RECORD)
    if before is None:
        placed = wanted.mutate(place=place, first_seen_build=ibis.null().cast("int64"))
        return placed.mutate(code=placed.place)
    seen = before.select(*RECORD, "first_seen_build")
    joined = wanted.left_join(seen, RECORD).select(*wanted.columns, "first_seen_build")
    placed = joined.mutate(place=place)
    order = [ibis.asc("first_seen_build", nulls_first=False), "place"]
    return placed.mutate(code=ibis.row_number().over(order_by=order))
