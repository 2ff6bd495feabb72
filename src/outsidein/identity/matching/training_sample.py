"""The records that a model is learned from: all, or of very many some drawn at random."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

import ibis.expr.types as ir
from ibis.backends import BaseBackend
from ibis.backends.duckdb import Backend

from outsidein.identity.matching.prepared_records import prepare
from outsidein.identity.matching.record_features import comparands
from outsidein.identity.records.identifiers import normalised
from outsidein.identity.records.pairs import RECORD
from outsidein.lake.engine import hold_table

MOST_RECORDS = 300_000
"""Of each kind of party. More teach nothing new about how records differ."""
_SEPARATOR = "\x1f"
_DIGITS = 8


class Drawn(NamedTuple):
    """Some records.

    Attributes:
        records: Canonical `records`, those drawn.
        there: How many there are by kind of party, drawn or not.
    """

    records: ir.Table
    there: Mapping[str, int]


def drawn(backend: BaseBackend, records: ir.Table, *, most: int = MOST_RECORDS) -> Drawn:
    """Draw about so many records of each kind of party, all where there are no more.

    A record is drawn by its key alone: the same ones in any order of rows.

    Args:
        backend: Where `records` lies.
        records: Canonical `records`.
        most: How many of each kind of party (count).

    Example:
        >>> import ibis, pyarrow as pa
        >>> rows = {"source": ["crm"] * 1_000, "record_id": [str(n) for n in range(1_000)]}
        >>> people = ibis.memtable(pa.table(rows)).mutate(party_kind=ibis.literal("person"))
        >>> some = drawn(ibis.duckdb.connect(), people, most=100)
        >>> some.there, 60 < some.records.count().to_pyarrow().as_py() < 140
        ({'person': 1000}, True)
    """
    counted = backend.to_pyarrow(records.group_by("party_kind").aggregate(n=records.count()))
    there = {row["party_kind"]: row["n"] for row in sorted(counted.to_pylist(), key=str)}
    key = records.source + _SEPARATOR + records.record_id
    place = key.hexdigest("md5").substr(0, _DIGITS)
    kept = records
    for kind, number in there.items():
        if number > most:
            limit = f"{most * 16**_DIGITS // number:0{_DIGITS}x}"
            kept = kept.filter((records.party_kind != kind) | (place < limit))
    return Drawn(kept, there)


class Spelling(NamedTuple):
    """How a project has its records spelt.

    Attributes:
        country: ISO 3166 code of two letters for phones without a country code.
        ignore: Kinds of identifier that are not compared.
    """

    country: str | None
    ignore: Collection[str] = ()


def spelt(backend: Backend, records: ir.Table, identifiers: ir.Table, how: Spelling) -> ir.Table:
    """Spell and prepare some records; the identifiers of others are not looked at.

    Args:
        backend: The engine.
        records: Canonical `records`, all or some.
        identifiers: Canonical `identifiers`.
        how: In which country and what of them.

    Returns:
        Prepared records, as `prepare` gives them.
    """
    records = hold_table(backend, records, "records_read")
    held = normalised(identifiers.semi_join(records, RECORD), country=how.country)
    return prepare(backend, comparands(records, held, ignore=how.ignore))
