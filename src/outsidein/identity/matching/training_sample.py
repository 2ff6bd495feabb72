"""The records that a model is trained on: all, or a random sample where there are very many."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

import ibis.expr.types as ir
from ibis.backends import BaseBackend

from outsidein.identity.matching.matcher import MatchInput
from outsidein.identity.records.identifiers import normalise_identifiers
from outsidein.identity.records.pairs import RECORD
from outsidein.lake.scratch import Scratch

MOST_RECORDS = 300_000
"""Of each kind of party. More records hardly change what a model learns."""
_SEPARATOR = "\x1f"
_DIGITS = 8


class TrainingSample(NamedTuple):
    """A sample of records.

    Attributes:
        records: Canonical `records`, those in the sample.
        population: Number of records by kind of party, in the sample or not.
    """

    records: ir.Table
    population: Mapping[str, int]


def draw_training_sample(
    backend: BaseBackend, records: ir.Table, *, most: int = MOST_RECORDS
) -> TrainingSample:
    """Draw about `most` records of each kind of party, or all where there are no more.

    Whether a record is drawn depends on its key alone, so any order of rows gives the same sample.

    Args:
        backend: Where `records` lies.
        records: Canonical `records`.
        most: Records of each kind of party (count).

    Example:
        >>> import ibis, pyarrow as pa
        >>> rows = {"source": ["crm"] * 1_000, "record_id": [str(n) for n in range(1_000)]}
        >>> people = ibis.memtable(pa.table(rows)).mutate(party_kind=ibis.literal("person"))
        >>> sample = draw_training_sample(ibis.duckdb.connect(), people, most=100)
        >>> sample.population, 60 < sample.records.count().to_pyarrow().as_py() < 140
        ({'person': 1000}, True)
    """
    counts = backend.to_pyarrow(records.group_by("party_kind").aggregate(n=records.count()))
    population = {row["party_kind"]: row["n"] for row in sorted(counts.to_pylist(), key=str)}
    key = records.source + _SEPARATOR + records.record_id
    place = key.hexdigest("md5").substr(0, _DIGITS)
    sample = records
    for kind, number in population.items():
        if number > most:
            limit = f"{most * 16**_DIGITS // number:0{_DIGITS}x}"
            sample = sample.filter((records.party_kind != kind) | (place < limit))
    return TrainingSample(sample, population)


def match_input(
    temporary: Scratch,
    records: ir.Table,
    identifiers: ir.Table,
    *,
    country: str | None,
    ignore: Collection[str] = (),
) -> MatchInput:
    """Normalise the identifiers of the given records, and of no others.

    Args:
        temporary: Holds the records until it is closed.
        records: Canonical `records`, all or a sample.
        identifiers: Canonical `identifiers`.
        country: ISO 3166 code of two letters for phones without a country code.
        ignore: Kinds of identifier that are not compared.
    """
    records = temporary.hold(records, "records_to_match")
    own = identifiers.semi_join(records, RECORD)
    return MatchInput(records, normalise_identifiers(own, country=country), ignore)
