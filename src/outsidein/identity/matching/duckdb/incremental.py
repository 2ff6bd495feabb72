"""Matching only records that are new or changed; proposals for all others are reused."""

from collections.abc import Collection

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from outsidein.identity.matching.duckdb.prepared_records import prepare_records
from outsidein.identity.matching.duckdb.proposals import propose_pairs
from outsidein.identity.matching.match_model import MatchModel
from outsidein.identity.matching.matcher import ProposedPairs
from outsidein.identity.records.pairs import PAIR, RECORD
from outsidein.lake.scratch import Scratch

KEPT_FROM = 0.01
"""Pairs of this probability or more are kept: unlikely ones are evidence against chains."""

SEPARATOR = "\x1f"
DIGITS = 16
"""Digits of a record's hash. Two contents of one record share 64 bits once in 2^64 changes."""


def propose_incrementally(
    backend: Backend,
    features: ir.Table,
    model: MatchModel,
    *,
    version: str,
    earlier: ProposedPairs | None,
    temporary: Scratch,
) -> ProposedPairs:
    """Propose the pairs of a full run by comparing only records that are new or changed.

    Args:
        backend: The engine.
        features: One row per record, from `record_features`.
        model: The model to apply.
        version: Hash of the model; proposals of another version are not reused.
        earlier: Result of the build before.
        temporary: Holds the result until it is closed.
    """
    prepared = prepare_records(temporary, features)
    content = _content_hash(prepared, features.columns)
    rows = prepared.select(*RECORD, model=ibis.literal(version), content=content)
    compared = temporary.hold(rows, "compared_records")
    if earlier is None:
        return ProposedPairs(propose_pairs(backend, prepared, model, least=KEPT_FROM), compared)
    same = compared.semi_join(earlier.compared, [*RECORD, "model", "content"]).select(*RECORD)
    same = temporary.hold(same, "unchanged_records")
    changed = prepared.anti_join(same, RECORD).select(*RECORD)
    fresh = propose_pairs(backend, prepared, model, only=changed, least=KEPT_FROM)
    to_same = same.select(to_source="source", to_record_id="record_id")
    kept = earlier.proposals.semi_join(same, RECORD).semi_join(to_same, list(PAIR[2:]))
    return ProposedPairs(kept.select(*fresh.columns).union(fresh), compared)


def _content_hash(prepared: ir.Table, columns: Collection[str]) -> ir.StringValue:
    """Hash all that is compared of a record; the model's own hash covers how."""
    names = sorted(name for name in columns if name not in RECORD)
    texts = [_text(prepared[name]).fill_null("\x1e") for name in names]
    return ibis.literal(SEPARATOR).join(texts).hexdigest("md5").left(DIGITS)


def _text(column: ir.Column) -> ir.StringValue:
    if isinstance(column, ir.ArrayColumn):
        return column.join("\x1d")
    return column.cast("string")
