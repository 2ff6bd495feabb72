"""Alerts of a project: tried on history, and run on what is new."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from outsidein.alerts.facts import Tables
from outsidein.alerts.firing import Fired
from outsidein.alerts.model import Alert
from outsidein.alerts.running import Run, run_rules
from outsidein.alerts.trial import trial_figure, tried
from outsidein.build.declared import Declared
from outsidein.cases.capacity import let_go, respond_at_least, unanswered_records
from outsidein.cases.escalation import escalate_overdue
from outsidein.cases.merging import Reconciled, reconcile
from outsidein.cases.notices import Edges
from outsidein.errors import NothingBuilt, UnknownName
from outsidein.figures.figure import Figure
from outsidein.identity.identifiers import normalised
from outsidein.lake.engine import connect, read_table
from outsidein.lake.manifest import read_manifest
from outsidein.lake.snapshots import Snapshot
from outsidein.store.alone import alone
from outsidein.workspace.loop import LoopFiles, read_loop

LEDGER = "admitted"
"""Folder beside the builds in which it is written what was ever seen."""


class Ran(NamedTuple):
    """What a run did.

    Attributes:
        fired: Per live rule, by name.
        reconciled: What merges and unmerges meant for open cases.
        acknowledged: Complaints and disasters beyond capacity, answered with the minimum (count).
        escalated: Overdue cases raised (count).
        lapsed: Others let go (count).
    """

    fired: dict[str, Fired]
    reconciled: Reconciled
    acknowledged: int
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
    check: Callable[[], Declared]
    edges: Edges

    def rules(self) -> LoopFiles:
        """Return rules, teams and playbooks, checked.

        Raises:
            ProjectError: The first thing that is wrong, by file and key.
        """
        return read_loop(self.folder)

    def try_(self, *names: str, within_days: int | None = None) -> Figure:
        """Tell what rules would have fired on in history: figure `alert_trial`.

        Args:
            names: Of rules; all if none is named.
            within_days: Days in which a break-off counts as foreseen; the length of the
                project's silence, or its horizon, if not said.

        Raises:
            UnknownName: There is no such rule.
        """
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

    def run(self) -> Ran:
        """Fire live rules on what is new, and do what clocks and capacity ask for.

        Running twice is running once: what fired does not fire again, whatever builds, rollbacks,
        merges and unmerges came between.

        Several at once wait for each other, for two that raise the same case would collide.

        Raises:
            InputError: Nothing was built yet, or a file of the project says what cannot be.
        """
        with alone(self.store, "alerts"):
            return self._run()

    def _run(self) -> Ran:
        files, declared, now = self.rules(), self.check(), self.clock()
        snapshot = self.snapshot()
        with self.opened(declared) as (backend, tables):
            with Session(self.store) as session, session.begin():
                reconciled = reconcile(session, backend, tables.members, now=now)
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
                    edges=self.edges,
                    now=now,
                )
            )
            with Session(self.store) as session:
                records = ibis.memtable(unanswered_records(session))
            identifiers = read_table(backend, snapshot.table("identifiers"))
            wanted = identifiers.semi_join(records, ["source", "record_id"])
            to = _addresses(backend, normalised(wanted, country=declared.country))
        return Ran(fired, reconciled, *self._keep_time(files, to, now))

    def run_counted(self) -> int:
        """Run where something was built, and return how much there was to do (count)."""
        try:
            ran = self.run()
        except NothingBuilt:
            return 0
        told = sum(fired.alerts for fired in ran.fired.values())
        return told + ran.acknowledged + ran.escalated + ran.lapsed

    def fired(self, *, rule: str | None = None, limit: int = 50) -> list[Shown]:
        """Return alerts that fired, the latest first."""
        with Session(self.store) as session:
            return fired(session, rule=rule, limit=limit)

    def _keep_time(
        self, files: LoopFiles, to: dict[tuple[str, str], str], now: datetime
    ) -> tuple[int, int, int]:
        """Answer with the minimum, raise what is overdue, let go what may lapse."""
        escalated = 0
        while raised := self._escalate(files, now):
            escalated += raised
        acknowledged = lapsed = 0
        for name, team in sorted(files.teams.items()):
            with Session(self.store) as session, session.begin():
                acknowledged += respond_at_least(
                    session,
                    name,
                    team,
                    playbooks=files.playbooks,
                    addresses=to,
                    post=self.edges.post,
                    now=now,
                )
                lapsed += let_go(session, name, team, now=now)
        return acknowledged, escalated, lapsed

    def _escalate(self, files: LoopFiles, now: datetime) -> int:
        with Session(self.store) as session, session.begin():
            return escalate_overdue(session, files.teams, post=self.edges.post, now=now)

    @contextmanager
    def opened(self, declared: Declared) -> Iterator[tuple[Backend, Tables]]:
        """Open an engine on the tables of the snapshot in use that alerts look at."""
        snapshot = self.snapshot()
        backend = connect(timezone=declared.timezone)

        def table(name: str) -> ir.Table:
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
                spells=table("breakoff_spells"),
            ),
        )
        backend.disconnect()


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


def follow_up(declared: Declared) -> int:
    """Return how long to wait for a break-off: as long as silence is one, else the horizon."""
    return declared.breakoff.after_days or declared.breakoff.horizon_days


def _addresses(backend: Backend, identifiers: ir.Table) -> dict[tuple[str, str], str]:
    """The e-mail address of each record that has one: the first by letters.

    What stands there and is no address is none: one of them must not stop all other mails.
    """
    is_mail = (identifiers.kind.lower() == "email") & identifiers.normalised.notnull()
    mails = identifiers.filter(is_mail)
    first = mails.group_by("source", "record_id").aggregate(to=mails.normalised.min())
    rows = backend.to_pyarrow(first).to_pylist()
    return {(row["source"], row["record_id"]): row["to"] for row in rows}
