"""Which records of a project are one customer: training, review, decisions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
from sqlalchemy.orm import Session

from outsidein.identity.declaration import IdentitySettings
from outsidein.identity.firewall.agglomeration import WithheldReason
from outsidein.identity.matching.match_models import FOLDER, add_model
from outsidein.identity.records.pairs import PAIR, Pair, RecordKey
from outsidein.identity.review.customer_changes import CustomerChanges
from outsidein.identity.review.customer_evidence import (
    Explained,
    compare_records,
    explain,
    merge_choices,
    split_choices,
)
from outsidein.identity.review.decisions import (
    Decision,
    DecisionKind,
    NewDecision,
    decisions_in_force,
    latest_decisions,
    list_decisions,
    record_decisions,
)
from outsidein.identity.review.link_sample import Precision, Sampled, draw_links
from outsidein.identity.review.merge_decisions import customer_of
from outsidein.identity.review.review_queue import ReviewQueue, review_queue
from outsidein.identity.review.settings_trial import (
    profit_of_customers,
    refuse_untriable,
    try_settings,
)
from outsidein.identity.review.side_by_side import SideBySide
from outsidein.identity.review.train import train_model
from outsidein.profiles.name_checks import refuse_unheard
from outsidein.workspace.act import Transaction
from outsidein.workspace.defaults import SAMPLED, SEED
from outsidein.workspace.workspace import Workspace


class Unmerged(NamedTuple):
    """What splitting a customer brings: decisions added, and what was sent to its records."""

    added: int
    messages: pa.Table


@dataclass(frozen=True, slots=True)
class Identity:
    """Identity in one project; decisions take effect at the next build."""

    work: Workspace

    def decisions(self) -> list[Decision]:
        """Return every decision ever taken, in order."""
        with Session(self.work.store) as session:
            return list_decisions(session)

    def verdicts(self) -> list[Decision]:
        """Return the decisions in force, at most one per pair."""
        return decisions_in_force(self.decisions())

    def last_word(self, pair: Pair) -> Decision | None:
        """Return the last decision on a pair that was not taken back, if there is one."""
        with Session(self.work.store) as session:
            return latest_decisions(list_decisions(session, of={pair})).get(pair)

    def standing(self) -> dict[int, str]:
        """Return for each decision, by number, whether it is in force.

        Returns:
            `yes`, `no`, or `overruled`: the current build left it out, for later decisions on other
            records contradict it. What was decided since then no build has read yet: `yes`.
        """
        decisions = self.decisions()
        latest = latest_decisions(decisions).values()
        in_force = {decision.number: decision.pair for decision in latest}
        built = [s.finished_at for s in self.work.snapshots.all() if s.is_current]
        void = self._overruled() if built else set()
        return {
            decision.number: "no"
            if decision.number not in in_force
            else ("overruled" if decision.pair in void and decision.at <= built[0] else "yes")
            for decision in decisions
        }

    def _overruled(self) -> set[Pair]:
        with self.work.reading() as reading:
            withheld = reading.table("withheld")
            void = withheld.filter(withheld.reason == WithheldReason.CONTRADICTED.value)
            rows = void.select(*PAIR).to_pyarrow().to_pylist()
        keys = ([row[name] for name in PAIR] for row in rows)
        return {Pair(RecordKey(*key[:2]), RecordKey(*key[2:])) for key in keys}

    def train(self, *, follow_decisions: bool = False, by: str | None = None) -> Path:
        """Train a matching model on the records of the current snapshot; write it to a new file.

        Args:
            follow_decisions: Whether the odds of a match are moved to agree with the decisions
                in force. They never are unless somebody asks for it.
            by: Who trains; the login name if not given.

        Raises:
            InputError: Nothing was built yet, or there are too few records to learn from.
        """
        declared = self.work.check()
        with self.work.reading() as reading:
            model = train_model(
                reading,
                country=declared.country,
                settings=declared.identity,
                follow=self.verdicts() if follow_decisions else None,
                now=self.work.clock(),
            )
        with self.work.acts.act("identity.trained", "identity", by=by) as act:
            path = add_model(self.work.folder / FOLDER, model)
            act.details["model"] = path.stem
        return path

    def review(self) -> ReviewQueue:
        """List the pairs of customers to review, highest value first."""
        declared = self.work.check()
        with self.work.reading() as reading:
            return review_queue(
                reading.backend,
                reading.table("withheld"),
                reading.table("proposals") if reading.has("proposals") else None,
                reading.table("memberships"),
                last_words=latest_decisions(self.decisions()),
                today=self.work.clock().date(),
                settings=declared.identity.firewall,
                value=profit_of_customers(reading.table("profits")),
            )

    def compare(self, pair: Pair) -> SideBySide:
        """Set two records side by side, with the evidence that ties them and its weights."""
        stored = self.work.check().model
        with self.work.reading() as reading:
            return compare_records(reading, pair, stored.model if stored else None)

    def decide(
        self,
        kind: DecisionKind,
        pair: Pair,
        *,
        reason: str,
        until_on: date | None = None,
        by: str | None = None,
    ) -> int:
        """Decide on one pair of records of the current snapshot.

        Returns:
            Decisions added (count): 0 where it was decided before.

        Raises:
            InputError: There is no such record, or it cannot be decided so.
        """
        if kind != DecisionKind.REVOKE:  # a decision on a record that is gone can be taken back
            with self.work.reading() as reading:
                for record in pair:
                    customer_of(reading.table("memberships"), record)
        one, other = map(str, pair)
        did, details = f"identity.{kind.value}", {"other": other}
        with self.work.acts.act(did, f"record:{one}", by=by, details=details) as act:
            return _record(act, [NewDecision(kind, pair, until_on)], reason)

    def merge(
        self, one: str | RecordKey, other: str | RecordKey, *, reason: str, by: str | None = None
    ) -> int:
        """Decide that two customers are one.

        Args:
            one: A customer's id, or one of its records.
            other: Another's.
            reason: Why.
            by: Who decides; the login name if not given.

        Raises:
            InputError: There is no such customer, or both are the same.
        """
        with self.work.reading() as reading:
            choices = merge_choices(reading, one, other, in_force=self.verdicts())
        about, details = _about(one), {"other": _about(other)}
        with self.work.acts.act("identity.merged", about, by=by, details=details) as act:
            return _record(act, choices, reason)

    def unmerge(
        self,
        what: str | RecordKey,
        parts: Sequence[Collection[tuple[str, str]]] | None = None,
        *,
        reason: str,
        by: str | None = None,
    ) -> Unmerged:
        """Decide that a customer is several, or that a record belongs to another customer.

        Args:
            what: The customer's id, or the record.
            parts: Of a customer: records that belong together, part by part; each record by
                itself if not given.
            reason: Why.
            by: Who decides; the login name if not given.

        Returns:
            How many decisions were added, and the messages that went to the records since the
            evidence that joined them was first there.

        Raises:
            InputError: There is no such customer or record, or it is alone.
        """
        finished_at = {s.number: s.finished_at for s in self.work.snapshots.all()}
        with self.work.reading() as reading:
            split = split_choices(
                reading, what, parts, finished_at=finished_at, now=self.work.clock()
            )
        with self.work.acts.act("identity.unmerged", _about(what), by=by) as act:
            added = _record(act, split.choices, reason)
        return Unmerged(added, split.messages)

    def explain(self, what: str | RecordKey) -> Explained:
        """Return the records of a customer and the evidence that makes them one.

        Args:
            what: The customer's id, or one of its records.

        Raises:
            InputError: There is no such customer or record.
        """
        with self.work.reading() as reading:
            return explain(reading, what)

    def sample(self, *, size: int = SAMPLED, seed: int = SEED) -> Sampled:
        """Draw links that the evidence of the current snapshot makes, for clerical review.

        Those reviewed before, for this snapshot or an earlier one, come with their verdict. The
        firewall's settings are those of the project as it is now.
        """
        settings = self.work.check().identity.firewall
        with self.work.reading() as reading:
            return draw_links(reading, settings, in_force=self.verdicts(), size=size, seed=seed)

    def precision(self, *, size: int = SAMPLED, seed: int = SEED) -> Precision:
        """Estimate how many links are right, from the verdicts on a sample.

        Raises:
            InputError: Part of the sample was not reviewed yet.
            TooLittleData: There are no links.
        """
        return self.sample(size=size, seed=seed).precision()

    def simulate(self, settings: IdentitySettings) -> CustomerChanges:
        """Return what other settings of the firewall would have made of the current records.

        Returns:
            Customers joined and split, with their profit so far in minor units, beside those of
            the current snapshot.

        Raises:
            InputError: A setting differs that decides which evidence is gathered: only a build
                can tell what that does; or a kind is named that no identifier has.
        """
        declared = self.work.check()
        refuse_unheard(settings, self.work.snapshot(), file="the settings to try")
        refuse_untriable(settings, declared.identity)
        with self.work.reading() as reading:
            return try_settings(reading, settings, in_force=self.verdicts())


def _record(act: Transaction, choices: Sequence[NewDecision], reason: str) -> int:
    added = record_decisions(act.session, choices, by=act.by, at=act.now, reason=reason)
    act.details["decisions"] = added
    return added


def _about(what: str | RecordKey) -> str:
    return f"record:{what}" if isinstance(what, RecordKey) else f"customer:{what}"
