"""Alerts of a project: tried on history, and run on what is new."""

import logging
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from outsidein import workspace
from outsidein.alerts.case_file import FiredAlert, fired_alerts
from outsidein.alerts.declaration import AlertKind, AlertRule
from outsidein.alerts.loop import LoopFiles, check_loop
from outsidein.alerts.rule_progress import last_run, live_rules, record_run
from outsidein.alerts.run import Clocks, RunResult, run_alerts
from outsidein.cases.queue import CaseFilter, count_cases, open_cases_by_rule
from outsidein.errors import NothingBuilt
from outsidein.lake.manifest import file_hash
from outsidein.lake.snapshots import Snapshot
from outsidein.store.locks import exclusive_lock
from outsidein.workspace.act import login_name
from outsidein.workspace.mailing import send_notices
from outsidein.workspace.workspace import Workspace

if TYPE_CHECKING:  # a run that finds nothing new opens no engine, and loads none
    from outsidein.figures.figure import Figure
    from outsidein.workspace.alert_engine import TriedAlertRule


log = logging.getLogger("outsidein.alerts")


@dataclass(frozen=True, slots=True)
class Alerts:
    """Alerts of one project."""

    work: Workspace

    def rules(self) -> LoopFiles:
        """Return rules, teams and playbooks, checked.

        Raises:
            ProjectError: The first thing that is wrong, by file and key.
        """
        return check_loop(self.work.loop())

    def try_(self, *names: str, within_days: int | None = None) -> "Figure":
        """Return what rules would have fired on in history: figure `alert_trial`.

        Args:
            names: Of rules; all if none is named.
            within_days: Days in which a churn counts as foreseen; the length of the
                project's silence, or its horizon, if not given.

        Raises:
            UnknownName: There is no such rule.
        """
        files = self.work.loop()
        rules = {name: files.rule(name) for name in names or sorted(files.rules)}
        return workspace.alert_engine.trial(self.work, rules, files, within_days=within_days)

    def try_on_history(self, name: str, rule: AlertRule) -> "TriedAlertRule":
        """Return what a rule would have done, whether it is declared or not.

        Raises:
            NothingBuilt: There is no history yet.
            InputError: It is no condition over the facts at hand, or its team is not declared.
        """
        return workspace.alert_engine.try_on_history(self.work, name, rule, self.work.loop())

    def check_condition(self, name: str, rule: AlertRule) -> None:
        """Check that a rule is a condition over the facts of the current snapshot.

        Raises:
            NothingBuilt: There is no snapshot yet.
            ProjectError: It is none.
        """
        workspace.alert_engine.check_condition(self.work, name, rule)

    def facts(self, on: AlertKind) -> dict[str, str]:
        """Return the facts that a rule of a kind may name, with their types.

        Raises:
            NothingBuilt: There is no snapshot yet.
        """
        return workspace.alert_engine.facts_at_hand(self.work, on)

    def open_cases(self) -> dict[str, int]:
        """Return how many cases are open by the rule that opened them (counts)."""
        with Session(self.work.store) as session:
            return open_cases_by_rule(session)

    def run(self, *, by: str | None = None) -> RunResult:
        """Fire live rules on what is new, and do what clocks and capacity ask for.

        Running twice is running once: what fired does not fire again, whatever builds, rollbacks,
        merges and unmerges came between. Where neither the current snapshot nor a file of the loop
        has changed since the last run, the rules are not even looked at, only the clocks.

        Several at once wait for each other, for two that raise the same case would collide. The
        audit has an entry for each case that was opened or moved, and one for a run that had
        something to do. A rule that fails stops no other; `RunResult.failures` has the reason.

        Args:
            by: Who runs them, for the audit: the worker's name; the login name if not given.

        Raises:
            InputError: Nothing was built yet, a file of the project is invalid, or no secret is
                set to sign the links in mails; nothing is written then.
        """
        with exclusive_lock(self.work.store, "alerts"):
            return self._run(by or login_name())

    def _run(self, by: str) -> RunResult:
        work, now = self.work, self.work.clock()
        snapshot, files = work.snapshot(), work.loop()
        if live_rules(files.rules):
            work.outlets.check()
        rests_on = _rests_on(files, snapshot)
        with Session(work.store) as session:
            is_new = last_run(session) != rests_on
        for problem in files.unreadable.values():
            log.warning("%s", problem)
        result = run_alerts(
            Clocks(files, work.acts.batch, work.outlets, now, by),
            fire_rules=lambda: workspace.alert_engine.fire_rules(
                work, files, snapshot, now=now, by=by
            ),
            find_ways=lambda cases: workspace.alert_engine.find_ways(
                work, cases, files, snapshot, now=now
            ),
            send_notices=lambda most: send_notices(work, files, snapshot, now=now, most=most),
            is_new=is_new,
        )
        for name, failure in sorted(result.failures.items()):
            log.warning("Alert rule %s failed: %s", name, failure.kind)
        with work.acts.act("alerts.ran", "alerts", by=by) as act:  # last: a run that dies is redone
            act.changed = is_new or bool(result.work)
            act.details |= _counts(result, snapshot)
            record_run(act.session, rests_on, now=now)
        return result

    def run_counted(self, *, by: str | None = None) -> int:
        """Run where something was built, and return how much there was to do (count).

        A project with neither a rule nor an open case has nothing to run; it may have tomorrow.
        """
        with Session(self.work.store) as session:
            if not self.work.loop().rules and not count_cases(session, CaseFilter()):
                return 0
        try:
            return self.run(by=by).work
        except NothingBuilt:
            return 0

    def fired(self, *, rule: str | None = None, limit: int = 50) -> list[FiredAlert]:
        """Return alerts that fired, latest first."""
        with Session(self.work.store) as session:
            return fired_alerts(session, rule=rule, limit=limit)


def _rests_on(files: LoopFiles, snapshot: Snapshot) -> str:
    """Return a hash of everything that a run of the rules follows from."""
    manifest = file_hash(snapshot.folder / "manifest.json")
    return sha256(f"{files.sha256} {snapshot.number} {manifest}".encode()).hexdigest()


def _counts(result: RunResult, snapshot: Snapshot) -> dict[str, object]:
    failed = {"failed": ", ".join(sorted(result.failures))} if result.failures else {}
    return {
        **failed,
        "build": snapshot.number,
        "alerts": result.alerts,
        "acknowledged": result.acknowledged,
        "left": result.left,
        "escalated": result.escalated,
        "lapsed": result.lapsed,
        "mails": result.mails,
    }
