"""Which records of a project are one customer: training, review, decisions."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends.duckdb import Backend
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from outsidein.errors import InputError
from outsidein.identity.declaration import IdentitySettings
from outsidein.identity.firewall.agglomeration import WithheldReason
from outsidein.identity.firewall.links_in_effect import evidence_in_effect
from outsidein.identity.firewall.withheld_pairs import withheld_pairs
from outsidein.identity.matching.clusters import WEAK_LINK
from outsidein.identity.matching.engines import matcher_on
from outsidein.identity.matching.matcher import MatchInput
from outsidein.identity.matching.model_files import FOLDER, add_model
from outsidein.identity.matching.training_sample import draw_training_sample, match_input
from outsidein.identity.matching.weight_tables import explain_weights
from outsidein.identity.records.customer_ids import founders, memberships
from outsidein.identity.records.evidence_ledger import reweigh
from outsidein.identity.records.pairs import PAIR, RECORD, Pair, RecordKey, orient_pairs, records_in
from outsidein.identity.records.record_codes import assign_codes, describe_records
from outsidein.identity.review.audit_sample import (
    add_verdicts,
    count_strata,
    draw_audit_sample,
    links_by_evidence,
)
from outsidein.identity.review.customer_changes import (
    CustomerChanges,
    compare_customers,
    messages_to_merged,
)
from outsidein.identity.review.decisions import (
    Decision,
    DecisionKind,
    NewDecision,
    decisions_in_force,
    decisions_table,
    latest_decisions,
    list_decisions,
    record_decisions,
)
from outsidein.identity.review.merge_decisions import (
    customer_of,
    merge_customers,
    records_of,
    unmerge_customer,
    unmerge_record,
)
from outsidein.identity.review.review_queue import ReviewQueue, review_queue
from outsidein.identity.review.side_by_side import SideBySide, side_by_side
from outsidein.lake.engine import close, connect, read_table
from outsidein.lake.scratch import scratch
from outsidein.lake.snapshots import Snapshot
from outsidein.pipeline.declared import Declared
from outsidein.workspace.defaults import SAMPLED, SEED
from outsidein.workspace.named import refuse_unheard
from outsidein.workspace.sampled import Precision, Sampled


class Explained(NamedTuple):
    """Why records are one customer: its id, its records, all evidence among them in effect."""

    customer_id: str
    records: list[RecordKey]
    evidence: list[dict[str, Any]]


class Unmerged(NamedTuple):
    """What parting a customer brings: decisions added, and what was sent to its records."""

    added: int
    messages: pa.Table


@dataclass(frozen=True, slots=True)
class Identity:
    """Identity in one project; what it decides takes effect at the next build."""

    folder: Path
    store: Engine
    clock: Callable[[], datetime]
    snapshot: Callable[[], Snapshot]
    snapshots: Callable[[], list[Snapshot]]
    check: Callable[[], Declared]

    def decisions(self) -> list[Decision]:
        """Return every decision ever taken, in order."""
        with Session(self.store) as session:
            return list_decisions(session)

    def verdicts(self) -> list[Decision]:
        """Return the decisions in force, at most one per pair."""
        return decisions_in_force(self.decisions())

    def last_word(self, pair: Pair) -> Decision | None:
        """Return the last decision on a pair that was not taken back, if there is one."""
        with Session(self.store) as session:
            return latest_decisions(list_decisions(session, of={pair})).get(pair)

    def standing(self) -> dict[int, str]:
        """Tell of each decision, by number, whether it is in force.

        Returns:
            `yes`, `no`, or `overruled`: the build in use left it out, for later decisions on other
            records contradict it. What was decided since then no build has read yet: `yes`.
        """
        every = self.decisions()
        in_force = {said.number: said.pair for said in latest_decisions(every).values()}
        built = [build.finished_at for build in self.snapshots() if build.is_current]
        void = self._overruled() if built else set()
        return {
            said.number: "no"
            if said.number not in in_force
            else ("overruled" if said.pair in void and said.at <= built[0] else "yes")
            for said in every
        }

    def _overruled(self) -> set[Pair]:
        with self._opened() as (_, table):
            withheld = table("withheld")
            void = withheld.filter(withheld.reason == WithheldReason.CONTRADICTED.value)
            rows = void.select(*PAIR).to_pyarrow().to_pylist()
        keys = ([row[name] for name in PAIR] for row in rows)
        return {Pair(RecordKey(*key[:2]), RecordKey(*key[2:])) for key in keys}

    def train(self, *, follow_decisions: bool = False) -> Path:
        """Learn from the records of the snapshot in use how to match them; write a new model.

        Args:
            follow_decisions: Whether the odds of a match are moved to agree with the decisions
                in force. They never are unless somebody asks for it.

        Raises:
            InputError: Nothing was built yet, or there are too few records to learn from.
        """
        declared = self.check()
        with self._opened() as (backend, table), scratch(backend) as held:
            matcher = matcher_on(backend)

            def records_to_match(records: ir.Table) -> MatchInput:
                return match_input(
                    held,
                    records,
                    table("identifiers"),
                    country=declared.country,
                    ignore=declared.identity.ignore,
                )

            sample = draw_training_sample(backend, table("records"))
            model = matcher.train(
                records_to_match(sample.records), now=self.clock(), population=sample.population
            )
            if follow_decisions:
                decided = ibis.memtable(decisions_table(self.verdicts()))
                records = table("records").semi_join(records_in(decided), RECORD)
                model = matcher.correct_prior(records_to_match(records), model, decided)
        return add_model(self.folder / FOLDER, model)

    def review(self) -> ReviewQueue:
        """List the pairs of customers somebody should look at, the dearest first."""
        declared = self.check()
        with self._opened() as (backend, table):
            return review_queue(
                backend,
                table("withheld"),
                table("proposals") if "proposals" in self.snapshot().tables() else None,
                table("memberships"),
                last_words=latest_decisions(self.decisions()),
                today=self.clock().date(),
                settings=declared.identity.firewall,
                value=_worth(table("profits")),
            )

    def compare(self, pair: Pair) -> SideBySide:
        """Set two records side by side, with the evidence that ties them and its weights."""
        model = self.check().model
        with self._opened() as (backend, table):
            members = table("memberships")
            one, other = (customer_of(members, record) for record in pair)
            beside = side_by_side(table("records"), table("evidence"), pair)
            beside = replace(beside, customers=(one, other))
            if model is None or "proposals" not in self.snapshot().tables():
                return beside
            weighed = orient_pairs(table("proposals"))
            mine = weighed.filter([weighed[name] == key for name, key in pair.columns.items()])
            weights = explain_weights(backend.to_pyarrow(mine), model.model)
        return replace(beside, weights=tuple(weights.to_pylist()))

    def decide(
        self, kind: DecisionKind, pair: Pair, *, by: str, reason: str, until_on: date | None = None
    ) -> int:
        """Decide on one pair of records of the snapshot in use.

        Raises:
            InputError: There is no such record, or it cannot be decided so.
        """
        if kind != DecisionKind.REVOKE:  # a decision on a record that is gone can be taken back
            with self._opened() as (_, table):
                for record in pair:
                    customer_of(table("memberships"), record)
        return self._record([NewDecision(kind, pair, until_on)], by=by, reason=reason)

    def merge(self, one: str | RecordKey, other: str | RecordKey, *, by: str, reason: str) -> int:
        """Decide that two customers are one.

        Args:
            one: A customer's id, or one of its records.
            other: Another's.
            by: Who decides.
            reason: Why.

        Raises:
            InputError: There is no such customer, or both are the same.
        """
        with self._opened() as (_, table):
            members = table("memberships")
            ids = (_customer(members, one), _customer(members, other))
            choices = merge_customers(members, *ids, in_force=self.verdicts())
        return self._record(choices, by=by, reason=reason)

    def unmerge(
        self,
        what: str | RecordKey,
        parts: Sequence[Collection[tuple[str, str]]] | None = None,
        *,
        by: str,
        reason: str,
    ) -> Unmerged:
        """Decide that a customer is several, or that a record is none of its customer's.

        Args:
            what: The customer's id, or the record.
            parts: Of a customer: records that belong together, part by part; each record by
                itself when not said.
            by: Who decides.
            reason: Why.

        Returns:
            How many decisions were added, and the messages that went to the records since the
            evidence that joined them was first there.

        Raises:
            InputError: There is no such customer or record, or it is alone.
        """
        with self._opened() as (backend, table):
            members = table("memberships")
            customer = _customer(members, what)
            if isinstance(what, RecordKey):
                choices = unmerge_record(members, what)
            else:
                choices = unmerge_customer(members, what, parts)
            together = records_of(members, customer)
            sent = messages_to_merged(
                table("messages"), together, since=self._joined_at(together, table("evidence"))
            )
            messages = backend.to_pyarrow(sent)
        return Unmerged(self._record(choices, by=by, reason=reason), messages)

    def explain(self, what: str | RecordKey) -> Explained:
        """Return the records of a customer and the evidence that makes them one.

        Args:
            what: The customer's id, or one of its records.

        Raises:
            InputError: There is no such customer or record.
        """
        with self._opened() as (_, table):
            members = table("memberships")
            customer = _customer(members, what)
            records = records_of(members, customer)
            effective = evidence_in_effect(table("evidence"), table("withheld"))
            found = effective.semi_join(_as_table(records), ["source", "record_id"])
            rows = found.order_by(*PAIR, "kind", "rule", "value").to_pyarrow()
        return Explained(customer, records, rows.to_pylist())

    def sample(self, *, size: int = SAMPLED, seed: int = SEED) -> Sampled:
        """Draw links that the evidence of the snapshot in use makes, for somebody to judge.

        Those that were judged before, for this snapshot or an earlier one, are told with their
        verdict. The firewall's settings are those of the project as it is now.
        """
        settings = self.check().identity.firewall
        snapshot = self.snapshot()
        with self._opened() as (backend, table):
            evidence = links_by_evidence(
                backend,
                table("evidence"),
                table("proposals") if "proposals" in snapshot.tables() else None,
                table("records"),
                settings=settings,
                members=table("memberships"),
            )
            drawn = draw_audit_sample(backend, evidence, size=size, seed=seed)
        answered = add_verdicts(drawn, self.verdicts())
        links = sum(stratum.links for stratum in count_strata(answered))
        return Sampled(snapshot.number, links, answered)

    def precision(self, *, size: int = SAMPLED, seed: int = SEED) -> Precision:
        """Estimate how many links are right, from the verdicts on a sample.

        Raises:
            InputError: Part of the sample was not judged yet.
            TooLittleData: There are no links.
        """
        return self.sample(size=size, seed=seed).precision()

    def simulate(self, settings: IdentitySettings) -> CustomerChanges:
        """Tell what other settings of the firewall would have made of the records at hand.

        Returns:
            Customers joined and split, with their profit so far in minor units, beside those of
            the snapshot in use.

        Raises:
            InputError: A setting differs that decides which evidence is gathered: only a build
                can tell what that does; or a kind is named that no identifier has.
        """
        declared = self.check()
        refuse_unheard(settings, self.snapshot(), file="the settings to try")
        for key in sorted(settings.model_fields_set - {"firewall"}):
            if getattr(settings, key) != getattr(declared.identity, key):
                raise InputError(
                    f"What `{key}` of [identity] does only a build can tell, for it decides which "
                    "evidence is gathered; a simulation tries [identity.firewall]."
                )
        decided = ibis.memtable(decisions_table(self.verdicts()))
        with self._opened() as (backend, table), scratch(backend) as held:
            ledger = reweigh(table("evidence"), settings.firewall)
            members = table("memberships")
            numbers = assign_codes(held, members, decisions=decided, before=members)
            effect = withheld_pairs(
                backend,
                ledger,
                describe_records(held, table("records"), numbers),
                decided,
                numbers,
                lone=table("withheld").filter(lambda row: row.reason == WEAK_LINK),
                settings=settings.firewall,
            )
            founder = founders(numbers, effect.left, effect.right)
            number = self.snapshot().number
            folded = memberships(backend, numbers, founder, build=number)
            after = backend.create_table("members_after", folded, temp=True)
            return compare_customers(backend, members, after, value=_worth(table("profits")))

    def _record(self, choices: Sequence[NewDecision], *, by: str, reason: str) -> int:
        with Session(self.store) as session, session.begin():
            return record_decisions(session, choices, by=by, at=self.clock(), reason=reason)

    def _joined_at(self, together: Sequence[RecordKey], ledger: ir.Table) -> datetime:
        """When the first build ended in which any evidence tied these records."""
        mine = _as_table(together)
        to_mine = mine.rename(to_source="source", to_record_id="record_id")
        ties = ledger.semi_join(mine, PAIR[:2]).semi_join(to_mine, PAIR[2:])
        first = ties.first_build.min().to_pyarrow().as_py()
        ended = {build.number: build.finished_at for build in self.snapshots()}
        return ended.get(first, self.clock())

    @contextmanager
    def _opened(self) -> Iterator[tuple[Backend, Callable[[str], ir.Table]]]:
        """Open an engine on the snapshot in use."""
        snapshot = self.snapshot()
        backend = connect()
        try:
            yield backend, lambda name: read_table(backend, snapshot.table(name))
        finally:
            close(backend)


def _customer(members: ir.Table, what: str | RecordKey) -> str:
    return customer_of(members, what) if isinstance(what, RecordKey) else what


def _worth(profits: ir.Table) -> ir.Table:
    return profits.select("customer_id", value="profit")


def _as_table(records: Sequence[RecordKey]) -> ir.Table:
    return ibis.memtable(pa.Table.from_pylist([record._asdict() for record in records]))
