"""Alerts of a project: tried on history, and run on what is new."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from outsidein.alerts.firing import Fired, last_run, live, ran
from outsidein.alerts.model import Alert
from outsidein.cases.acknowledgement import (
    ENDING,
    Answered,
    respond_at_least,
    tell_undelivered,
    unanswered,
)
from outsidein.cases.capacity import let_go
from outsidein.cases.escalation import escalate_overdue
from outsidein.cases.lifecycle import SYSTEM
from outsidein.cases.merging import Reconciled, reconcile
from outsidein.cases.notices import Outlets
from outsidein.cases.queue import Wanted, counted
from outsidein.delivery.outbox import given_up_subjects
from outsidein.errors import NothingBuilt, UnknownName
from outsidein.lake.manifest import file_hash, read_manifest
from outsidein.lake.snapshots import Snapshot
from outsidein.store.locks import exclusive_lock
from outsidein.workspace.loop import LoopFiles, loop_hash, read_loop

if TYPE_CHECKING:  # a run that finds nothing new opens no engine, and loads none
    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend

    from outsidein.alerts.facts import Tables
    from outsidein.figures.figure import Figure
    from outsidein.pipeline.declared import Declared

AT_ONCE = 500
"""Cases answered in one transaction."""

LATELY = timedelta(days=1)
"""A minimum response that was given up is told of within so long, or not at all."""

NONE_FIRED = Fired(0, 0, 0, 0)

LEDGER = "admitted"
"""Folder beside the builds in which it is written what was ever seen."""


class Ran(NamedTuple):
    """What a run did.

    Attributes:
        fired: Per live rule, by name.
        reconciled: What merges and unmerges meant for open cases.
        acknowledged: Complaints and disasters beyond capacity, answered with the minimum (count).
        left: Others of these whose customer could not or may not be written to (count).
        escalated: Overdue cases raised (count).
        lapsed: Others let go (count).
    """

    fired: dict[str, Fired]
    reconciled: Reconciled
    acknowledged: int
    left: int
    escalated: int
    lapsed: int


class Shown(NamedTuple):
    """An alert that fired: one row of a list."""

    rule: str
    source: str
    key: str
    case: int | None
    happened_at: datetime
    fired_at: datetime
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Alerts:
    """Alerts of one project."""

    folder: Path
    store: Engine
    clock: Callable[[], datetime]
    snapshot: Callable[[], Snapshot]
    check: "Callable[[], Declared]"
    outlets: Outlets

    def rules(self) -> LoopFiles:
        """Return rules, teams and playbooks, checked.

        Raises:
            ProjectError: The first thing that is wrong, by file and key.
        """
        return read_loop(self.folder)

    def try_(self, *names: str, within_days: int | None = None) -> "Figure":
        """Tell what rules would have fired on in history: figure `alert_trial`.

        Args:
            names: Of rules; all if none is named.
            within_days: Days in which a churn counts as foreseen; the length of the
                project's silence, or its horizon, if not said.

        Raises:
            UnknownName: There is no such rule.
        """
        from outsidein.alerts.trial import trial_figure, tried  # noqa: PLC0415  loaded by who needs it

        files, declared = self.rules(), self.check()
        days = within_days or follow_up(declared)
        for name in names:
            if name not in files.rules:
                raise UnknownName("alert rule", name, files.rules)
        chosen = names or tuple(sorted(files.rules))
        with self.opened(declared) as (backend, tables):
            found = {
                name: tried(
                    backend,
                    tables,
                    name,
                    files.rules[name],
                    files.teams[files.rules[name].team],
                    within_days=days,
                    as_of=as_of(self.snapshot()),
                )
                for name in chosen
            }
        capacities = {name: files.teams[files.rules[name].team].capacity for name in chosen}
        return trial_figure(found, within_days=days, capacities=capacities)

    def run(self, *, by: str = SYSTEM) -> Ran:
        """Fire live rules on what is new, and do what clocks and capacity ask for.

        Running twice is running once: what fired does not fire again, whatever builds, rollbacks,
        merges and unmerges came between. Where neither the snapshot in use nor a file of the loop
        has changed since the last run, the rules are not even looked at, only the clocks.

        Several at once wait for each other, for two that raise the same case would collide.

        Args:
            by: Whose clocks they are, for the audit: the worker's name.

        Raises:
            InputError: Nothing was built yet, or a file of the project says what cannot be.
        """
        with exclusive_lock(self.store, "alerts"):
            return self._run(by)

    def _run(self, by: str) -> Ran:
        snapshot, now = self.snapshot(), self.clock()
        rests_on = f"{loop_hash(self.folder)} {snapshot.number} {manifest_hash(snapshot)}"
        files = self.rules()  # after the hash: what changes in between is seen by the next run
        rested_on = sha256(rests_on.encode()).hexdigest()
        with Session(self.store) as session:
            is_new = last_run(session) != rested_on
        if is_new:
            fired, reconciled = self._look(files, snapshot, now=now, by=by)
        else:
            fired, reconciled = dict.fromkeys(live(files.rules), NONE_FIRED), Reconciled(0, 0, 0)
        escalated = self._escalate(files, now=now, by=by)
        answered = self._answer(files, snapshot, anew=is_new, now=now, by=by)
        left = answered.left + self._tell_undelivered(files, now=now, by=by)
        lapsed = self._let_go(files, now=now, by=by)
        if is_new:  # last, so that a run that dies is begun anew
            with Session(self.store) as session, session.begin():
                ran(session, rested_on, now=now)
        return Ran(fired, reconciled, answered.acknowledged, left, escalated, lapsed)

    def run_counted(self, *, by: str = SYSTEM) -> int:
        """Run where something was built, and return how much there was to do (count).

        A project with neither a rule nor an open case has nothing to run; it may have tomorrow.
        """
        with Session(self.store) as session:
            if not self.rules().rules and not counted(session, Wanted()):
                return 0
        try:
            ran = self.run(by=by)
        except NothingBuilt:
            return 0
        told = sum(fired.alerts for fired in ran.fired.values())
        return told + ran.acknowledged + ran.left + ran.escalated + ran.lapsed

    def fired(self, *, rule: str | None = None, limit: int = 50) -> list[Shown]:
        """Return alerts that fired, the latest first."""
        with Session(self.store) as session:
            return fired(session, rule=rule, limit=limit)

    def _look(
        self, files: LoopFiles, snapshot: Snapshot, *, now: datetime, by: str
    ) -> tuple[dict[str, Fired], Reconciled]:
        """Find anew whose open cases are, and fire the rules on what is new."""
        from outsidein.alerts.running import Run, run_rules  # noqa: PLC0415  loaded by who needs it

        declared = self.check()
        with self.opened(declared) as (backend, tables):
            with Session(self.store) as session, session.begin():
                reconciled = reconcile(
                    session, backend, tables.members, record=self.outlets.record, now=now, by=by
                )
            fired = run_rules(
                Run(
                    backend=backend,
                    tables=tables,
                    build=snapshot.number,
                    as_of=as_of(snapshot),
                    timezone=declared.timezone,
                    within_days=follow_up(declared),
                    ledger=snapshot.folder.parent.parent / LEDGER,
                    store=self.store,
                    rules=files.rules,
                    teams=files.teams,
                    playbooks=files.playbooks,
                    outlets=self.outlets,
                    now=now,
                )
            )
        return fired, reconciled

    def _escalate(self, files: LoopFiles, *, now: datetime, by: str) -> int:
        """Raise what is overdue."""
        escalated, raised = 0, -1
        while raised:
            with Session(self.store) as session, session.begin():
                raised = escalate_overdue(
                    session, files.teams, outlets=self.outlets, now=now, by=by
                )
            escalated += raised
        return escalated

    def _answer(
        self, files: LoopFiles, snapshot: Snapshot, *, anew: bool, now: datetime, by: str
    ) -> Answered:
        """Answer with the minimum what lies beyond capacity, where that is permitted."""
        with Session(self.store) as session:
            cases = [
                case
                for name, team in sorted(files.teams.items())
                for case in unanswered(session, name, team, now=now, anew=anew)
            ]
        if not cases:
            return Answered(0, 0)
        from outsidein.workspace.ways import ways  # noqa: PLC0415  loaded by who needs it

        found = ways(cases, snapshot, self.check(), files.consent, now=now)
        total = Answered(0, 0)
        for start in range(0, len(cases), AT_ONCE):
            with Session(self.store) as session, session.begin():
                answered = respond_at_least(
                    session,
                    cases[start : start + AT_ONCE],
                    files.teams,
                    playbooks=files.playbooks,
                    ways=found,
                    outlets=self.outlets,
                    now=now,
                    by=by,
                )
            total = Answered(*(a + b for a, b in zip(total, answered, strict=True)))
        return total

    def _tell_undelivered(self, files: LoopFiles, *, now: datetime, by: str) -> int:
        """Say with cases that their minimum response was given up lately."""
        with Session(self.store) as session, session.begin():
            about = given_up_subjects(session, ending=ENDING, since=now - LATELY)
            numbers = [int(case.removeprefix("case:")) for case in about]
            return tell_undelivered(
                session, numbers, files.teams, outlets=self.outlets, now=now, by=by
            )

    def _let_go(self, files: LoopFiles, *, now: datetime, by: str) -> int:
        """Let lapse what may."""
        lapsed = 0
        for name, team in sorted(files.teams.items()):
            with Session(self.store) as session, session.begin():
                lapsed += let_go(session, name, team, record=self.outlets.record, now=now, by=by)
        return lapsed

    @contextmanager
    def opened(self, declared: "Declared") -> "Iterator[tuple[Backend, Tables]]":
        """Open an engine on the tables of the snapshot in use that alerts look at."""
        from outsidein.alerts.facts import Tables  # noqa: PLC0415  loaded by who needs it
        from outsidein.lake.engine import close, connect, read_table  # noqa: PLC0415  loaded by who needs it

        snapshot = self.snapshot()
        backend = connect(timezone=declared.timezone)

        def table(name: str) -> "ir.Table":
            return read_table(backend, snapshot.table(name))

        yield (
            backend,
            Tables(
                encounters=table("encounters"),
                signals=table("signals"),
                messages=table("messages"),
                transactions=table("transactions"),
                members=table("memberships"),
                customers=table("customers"),
                segments=table("segment_memberships"),
                spells=table("churn_spells"),
            ),
        )
        close(backend)


def fired(
    session: Session, *, rule: str | None = None, case: int | None = None, limit: int
) -> list[Shown]:
    """Return alerts that fired, of a rule or a case or all, the latest first."""
    query = select(Alert).order_by(Alert.id.desc()).limit(limit)
    if rule is not None:
        query = query.where(Alert.rule == rule)
    if case is not None:
        query = query.where(Alert.case_id == case)
    return [
        Shown(a.rule, a.source, a.key, a.case_id, a.happened_at, a.fired_at, a.facts)
        for a in session.scalars(query)
    ]


def as_of(snapshot: Snapshot) -> date:
    """Return the first day that a snapshot does not know."""
    return date.fromisoformat(read_manifest(snapshot.folder)["as_of"])


def manifest_hash(snapshot: Snapshot) -> str:
    """Return what tells a snapshot from another of its number."""
    return file_hash(snapshot.folder / "manifest.json")


def follow_up(declared: "Declared") -> int:
    """Return how long to wait for a churn: as long as silence is one, else the horizon."""
    return declared.churn.after_days or declared.churn.horizon_days
