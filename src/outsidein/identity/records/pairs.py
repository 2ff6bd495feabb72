"""Keys of records and of unordered pairs of records."""

from typing import NamedTuple

import ibis.expr.types as ir

from outsidein.errors import InputError

PAIR = ("source", "record_id", "to_source", "to_record_id")
"""Columns that name two records, the later by key first, as ties and proposals have them."""

RECORD = PAIR[:2]
"""Columns that name a record."""


class RecordKey(NamedTuple):
    """Key of a record."""

    source: str
    record_id: str

    def __str__(self) -> str:
        return f"{self.source}/{self.record_id}"


class Pair(NamedTuple):
    """Two records; make one with `pair`, so that the same two are always the same pair."""

    record: RecordKey
    to: RecordKey

    def __str__(self) -> str:
        return f"{self.record} and {self.to}"

    @property
    def columns(self) -> dict[str, str]:
        """The four keys, by the names of `PAIR`."""
        return dict(zip(PAIR, (*self.record, *self.to), strict=True))


def pair(one: tuple[str, str], other: tuple[str, str]) -> Pair:
    """Take two records together, the later by key first.

    Raises:
        InputError: They are one and the same.

    Example:
        >>> pair(("crm", "1"), ("shop", "7")) == pair(("shop", "7"), ("crm", "1"))
        True
    """
    if tuple(one) == tuple(other):
        raise InputError(f"{RecordKey(*one)} was named twice; a pair is two records.")
    first, last = sorted((RecordKey(*one), RecordKey(*other)))
    return Pair(last, first)


def records_in(pairs: ir.Table) -> ir.Table:
    """Name each record that stands in any of the pairs, once."""
    other = pairs.select(source="to_source", record_id="to_record_id")
    return pairs.select(*RECORD).union(other, distinct=True)


def orient_pairs(pairs: ir.Table) -> ir.Table:
    """Name the later record first in every row; rows of a record with itself go.

    Args:
        pairs: Any rows with the columns of `PAIR`.

    Returns:
        The same rows and columns, with ends exchanged where needed.
    """
    kept = pairs.filter((pairs.source != pairs.to_source) | (pairs.record_id != pairs.to_record_id))
    is_later = (kept.source > kept.to_source) | (
        (kept.source == kept.to_source) & (kept.record_id > kept.to_record_id)
    )
    return kept.mutate(
        source=is_later.ifelse(kept.source, kept.to_source),
        record_id=is_later.ifelse(kept.record_id, kept.to_record_id),
        to_source=is_later.ifelse(kept.to_source, kept.source),
        to_record_id=is_later.ifelse(kept.to_record_id, kept.record_id),
    )
