"""Identify: evidence, what of it takes effect, and the customers that follow from it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.backends.duckdb import Backend

from outsidein.figures.figure import Figure
from outsidein.identity.counts import (
    evidence_figure,
    records_figure,
    review_figure,
    thresholds_figure,
    weights_figure,
)
from outsidein.identity.firewall.withheld_pairs import weak_links, withheld_pairs
from outsidein.identity.matching.clusters import merge_or_review
from outsidein.identity.matching.engines import matcher_on
from outsidein.identity.matching.matcher import MatchInput, ProposedPairs
from outsidein.identity.matching.model_files import StoredModel
from outsidein.identity.records.customer_ids import (
    founders,
    identifier_links,
    identifier_use,
    memberships,
    record_keys,
)
from outsidein.identity.records.evidence_ledger import EVIDENCE_KEY, ModelVersion, gather_evidence
from outsidein.identity.records.identifiers import normalise_identifiers
from outsidein.identity.records.pairs import PAIR
from outsidein.identity.records.record_codes import assign_codes, describe_records
from outsidein.identity.relations.firms import resolve_firms
from outsidein.identity.relations.suggested_relations import (
    SUGGESTED_KEY,
    combine_suggestions,
    relations_from_withheld,
    suggest_employees,
    suggest_households,
)
from outsidein.identity.review.decisions import decisions_table
from outsidein.lake.engine import read_table, spool_table, write_table
from outsidein.lake.scratch import scratch
from outsidein.pipeline.declared import Declared

ROW_GROUP = 122_880
"""Rows in a piece of a file, as the engine writes them: it reads pieces side by side."""


@dataclass(frozen=True, slots=True)
class Before:
    """Where the snapshot in use lies, whose customer ids and evidence are carried on."""

    folder: Path | None = None

    def table(self, backend: Backend, name: str) -> ir.Table | None:
        """Read one of its tables; None where it has none of that name."""
        path = self.path(name)
        return read_table(backend, path) if path else None

    def path(self, name: str) -> Path | None:
        """Return where a table lies; None where there is none of that name."""
        path = self.folder / f"{name}.parquet" if self.folder else None
        return path if path and path.exists() else None


@dataclass(frozen=True, slots=True)
class Room:
    """Where a build writes: the snapshot to be, and what only this build reads."""

    folder: Path
    spool: Path


@dataclass(frozen=True, slots=True)
class Identified:
    """Which record is which customer, and why."""

    members: ir.Table
    evidence: ir.Table
    withheld: ir.Table
    model: StoredModel | None
    proposals: ir.Table | None

    def figures(self) -> Iterator[Figure]:
        """Yield every figure about identity."""
        yield records_figure(self.members)
        yield evidence_figure(self.evidence, self.withheld)
        yield review_figure(self.withheld)
        if self.model:
            yield weights_figure(self.model.model)
        if self.proposals is not None:
            yield thresholds_figure(self.proposals)


def identify(
    backend: Backend,
    declared: Declared,
    known: Mapping[str, ir.Table],
    *,
    before: Before,
    build: int,
    room: Room,
) -> Identified:
    """Write the ledger of evidence, what was withheld of it, and the memberships.

    Args:
        backend: The engine.
        declared: The project.
        known: Canonical tables by name, known before the build's day.
        before: The snapshot in use.
        build: Number of this build.
        room: Where to write.

    Returns:
        Memberships, and the figures about them.
    """
    decisions = ibis.memtable(decisions_table(declared.decisions))
    compared = normalise_identifiers(known["identifiers"], country=declared.country)
    compared = spool_table(backend, compared, room.spool / "compared.parquet")
    proposed = _proposals(backend, declared, known["records"], compared, before=before, room=room)
    told = _held_together(proposed, declared)
    members_before = before.table(backend, "memberships")
    gathered = gather_evidence(
        _ties(backend, declared, compared, members_before, room),
        told,
        decisions,
        model=ModelVersion("model", declared.model.name) if declared.model else None,
        settings=declared.identity.firewall,
        before=before.table(backend, "evidence"),
        build=build,
    )
    gathered = write_table(
        backend, gathered, room.folder / "evidence.parquet", key=[*EVIDENCE_KEY, "model"]
    )
    with scratch(backend) as held:
        numbers = assign_codes(held, record_keys(known), decisions=decisions, before=members_before)
        described = describe_records(held, known["records"], numbers)
        effect = withheld_pairs(
            backend,
            gathered,
            described,
            decisions,
            numbers,
            lone=None if told is None else weak_links(told, gathered),
            settings=declared.identity.firewall,
        )
        withheld = _written(backend, effect.rows(numbers), room.folder / "withheld.parquet")
        founder = founders(numbers, effect.left, effect.right)
        folded = memberships(backend, numbers, founder, build=build)
        members = _written(backend, folded, room.folder / "memberships.parquet")
        suggested = [
            suggest_households(
                backend, described, founder, numbers, settings=declared.identity.firewall
            ),
            relations_from_withheld(backend, effect.withheld, described, numbers),
            *_employees(backend, declared, known, compared),
        ]
        relations = combine_suggestions(*suggested, declared=known["relations"])
        path = room.folder / "suggested_relations.parquet"
        write_table(backend, relations, path, key=SUGGESTED_KEY)
    return Identified(members, gathered, withheld, declared.model, proposed)


def _written(backend: Backend, rows: pa.Table, path: Path) -> ir.Table:
    pq.write_table(rows, path, compression="zstd", row_group_size=ROW_GROUP)
    return read_table(backend, path)


def _ties(
    backend: Backend, declared: Declared, compared: ir.Table, before: ir.Table | None, room: Room
) -> ir.Table:
    """Write how identifiers are used, and return which records they tie."""
    use = identifier_use(compared, settings=declared.identity)
    path = room.folder / "identifier_use.parquet"
    use = write_table(backend, use, path, key=["kind", "normalised"])
    return identifier_links(compared, use, before=before)


def _employees(
    backend: Backend, declared: Declared, known: Mapping[str, ir.Table], compared: ir.Table
) -> Iterator[pa.Table]:
    """Who is of which firm, where any record is one."""
    records = known["records"]
    organisations = records.filter(records.party_kind == "organisation")
    if organisations.limit(1).to_pyarrow().num_rows:
        found = resolve_firms(backend, records, compared, settings=declared.identity.firewall)
        yield suggest_employees(backend, ibis.memtable(found))


def _proposals(
    backend: Backend,
    declared: Declared,
    records: ir.Table,
    compared: ir.Table,
    *,
    before: Before,
    room: Room,
) -> ir.Table | None:
    """Write what the model weighs, the unlikely among it, and return it."""
    model = declared.model
    if model is None:
        return None
    records_to_match = MatchInput(records, compared, declared.identity.ignore)
    weighed, compared_before = (
        before.table(backend, name) for name in ("proposals", "compared_records")
    )
    is_first = weighed is None or compared_before is None
    with scratch(backend) as held:
        result = matcher_on(backend).propose(
            records_to_match,
            model.model,
            version=model.sha256,
            earlier=None if is_first else ProposedPairs(weighed, compared_before),
            held=held,
        )
        key = ["source", "record_id"]
        write_table(backend, result.compared, room.folder / "compared_records.parquet", key=key)
        path = room.folder / "proposals.parquet"
        return write_table(backend, result.proposals, path, key=list(PAIR))


def _held_together(proposed: ir.Table | None, declared: Declared) -> ir.Table | None:
    """The likely pairs, with whether they hold together."""
    if proposed is None or declared.model is None:
        return None
    return ibis.memtable(
        merge_or_review(proposed.to_pyarrow(), threshold=declared.model.model.threshold)
    )
