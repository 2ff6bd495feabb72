"""Matching only what is new: pairs of records that both builds know stand as they were."""

from collections.abc import Collection
from typing import NamedTuple

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from outsidein.identity.matching.match_model import Model
from outsidein.identity.matching.prepared_records import drop_prepared, prepare
from outsidein.identity.matching.proposals import proposals
from outsidein.identity.matching.record_features import comparands
from outsidein.identity.records.pairs import PAIR, RECORD
from outsidein.lake.engine import hold_table

LEAST = 0.01
"""Pairs this probable are kept: the unlikely ones are evidence against chains."""

SEPARATOR = "\x1f"
DIGITS = 16
"""Of a record's hash: two contents of one record share sixty-four bits once in 2^64 changes."""


class Proposed(NamedTuple):
    """What a build compared, and what its model proposes.

    Attributes:
        proposals: One row per pair, as `proposals` gives it.
        compared: One row per record: `source`, `record_id`, `model` (its hash) and `content`
            (hash of all that was compared).
    """

    proposals: ir.Table
    compared: ir.Table


def proposals_since(
    backend: Backend,
    records: ir.Table,
    identifiers: ir.Table,
    model: Model,
    *,
    name: str,
    ignore: Collection[str],
    before: ir.Table | None,
    compared_before: ir.Table | None,
) -> Proposed:
    """Propose pairs as a full run would, by comparing only records that are new or changed.

    Args:
        backend: The engine.
        records: Canonical `records`.
        identifiers: One row per identifier of a record, from `normalised`.
        model: What was learned.
        name: Hash of the model; pairs that another one proposed are not taken over.
        ignore: Kinds of identifier that are not compared.
        before: `proposals` of the build before, if there was one.
        compared_before: `compared` of the build before.
    """
    told = comparands(records, identifiers, ignore=ignore)
    sides = prepare(backend, told)
    content = _content(sides, told.columns)
    compared = sides.select(*RECORD, model=ibis.literal(name), content=content)
    compared = hold_table(backend, compared, "compared_now")
    if before is None or compared_before is None:
        return Proposed(proposals(backend, sides, model, least=LEAST), compared)
    same = compared.semi_join(compared_before, [*RECORD, "model", "content"]).select(*RECORD)
    same = hold_table(backend, same, "compared_same")
    new = sides.anti_join(same, RECORD).select(*RECORD)
    fresh = proposals(backend, sides, model, only=new, least=LEAST)
    to_same = same.select(to_source="source", to_record_id="record_id")
    kept = before.semi_join(same, RECORD).semi_join(to_same, list(PAIR[2:]))
    return Proposed(kept.select(*fresh.columns).union(fresh), compared)


def drop_compared(backend: Backend) -> None:
    """Drop what `proposals_since` holds, once its proposals are written."""
    drop_prepared(backend)
    for name in ("compared_now", "compared_same"):
        backend.raw_sql(f"DROP TABLE IF EXISTS {name}")


def _content(sides: ir.Table, told: Collection[str]) -> ir.StringValue:
    """Hash all that is compared of a record; the model's own hash says how."""
    names = sorted(name for name in told if name not in RECORD)
    texts = [_text(sides[name]).fill_null("\x1e") for name in names]
    return ibis.literal(SEPARATOR).join(texts).hexdigest("md5").left(DIGITS)


def _text(column: ir.Column) -> ir.StringValue:
    if isinstance(column, ir.ArrayColumn):
        return column.join("\x1d")
    return column.cast("string")
