"""The part of a run of the alerts that reads snapshots."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from outsidein.alerts.briefings import (
    AlertKey,
    PurchaseHistory,
    briefings,
    merged_briefing,
    purchases,
)
from outsidein.alerts.candidates import STANDING_FACTS, compared_with, standing_candidates
from outsidein.alerts.case_context import CaseCustomer, case_customer
from outsidein.alerts.case_file import CaseFile
from outsidein.alerts.declaration import ROW_KINDS, AlertKind, AlertRule
from outsidein.alerts.facts import BEFORE, AlertTables, row_facts
from outsidein.alerts.live_rules import FiredRules, RuleRun, run_rules
from outsidein.alerts.loop import LoopFiles
from outsidein.alerts.rule_history import RuleHistory, rule_history
from outsidein.alerts.trial import RuleTrial, trial_figure, try_rule, would_be_alerts
from outsidein.cases.acknowledgement import ContactRoute
from outsidein.cases.contact_routes import contact_routes
from outsidein.cases.links import MergeCounts
from outsidein.cases.loop_figures import loop_figures
from outsidein.cases.mail_plan import PlannedMail
from outsidein.cases.mail_text import Briefing
from outsidein.cases.merging import reconcile_cases
from outsidein.cases.queue import CaseRow
from outsidein.figures.figure import Figure
from outsidein.identity.records.pairs import RecordKey
from outsidein.lake.snapshots import Snapshot
from outsidein.pipeline.declared import Declared
from outsidein.present.alert_facts import exact_money
from outsidein.workspace.workspace import Workspace

LEDGER = "admitted"
"""Folder beside the builds that holds the order in which keys were first seen."""


def trial(
    work: Workspace, rules: Mapping[str, AlertRule], files: LoopFiles, *, within_days: int | None
) -> Figure:
    """Return figure `alert_trial`: what rules would have fired on in history."""
    days = within_days or follow_up(work.check())
    with work.reading() as reading:
        tables = AlertTables.of(reading.table)
        trials = {
            name: try_rule(
                reading.backend,
                tables,
                name,
                rule,
                files.teams[rule.team],
                within_days=days,
                as_of=reading.snapshot.as_of,
            )
            for name, rule in rules.items()
        }
    capacities = {name: files.teams[rule.team].capacity for name, rule in rules.items()}
    return trial_figure(trials, within_days=days, capacities=capacities)


@dataclass(frozen=True, slots=True)
class TriedAlertRule:
    """A rule that was run over history.

    Attributes:
        trial: Over all of it, with what became of its customers.
        history: The last 90 days before the build.
        within_days: Days in which a churn counts as one that followed.
    """

    trial: RuleTrial
    history: RuleHistory
    within_days: int


def try_on_history(work: Workspace, name: str, rule: AlertRule, files: LoopFiles) -> TriedAlertRule:
    """Return what a rule would have done, whether it is declared or not."""
    days = follow_up(work.check())
    with work.reading() as reading:
        tables, backend = AlertTables.of(reading.table), reading.backend
        as_of = reading.snapshot.as_of
        fired = would_be_alerts(backend, tables, name, rule, as_of)
        trial = try_rule(
            backend,
            tables,
            name,
            rule,
            files.team(rule.team),
            within_days=days,
            as_of=as_of,
            fired=fired,
        )
        return TriedAlertRule(
            trial, rule_history(backend, tables, fired, (name, rule), as_of=as_of), days
        )


def check_condition(work: Workspace, name: str, rule: AlertRule) -> None:
    """Check that a rule is a condition over the facts of the current snapshot.

    Raises:
        ProjectError: It is none.
    """
    with work.reading() as reading:
        tables, as_of = AlertTables.of(reading.table), reading.snapshot.as_of
        if rule.is_of_rows:
            compared_with(tables, name, rule)
        else:
            standing_candidates(tables, name, rule, as_of=as_of)


def facts_at_hand(work: Workspace, on: AlertKind) -> dict[str, str]:
    """Return the facts that a rule of a kind may name, with their types."""
    with work.reading() as reading:
        tables = AlertTables.of(reading.table)
        if on in ROW_KINDS:
            table = row_facts(tables, on, needed=(*BEFORE, *tables.customers.columns))
        else:
            rule = AlertRule(
                on=on, rule=" and ".join(tables.customers.columns), issue="x", team="x"
            )
            table = STANDING_FACTS[on](tables, rule, reading.snapshot.as_of)
        return {name: str(kind).lower() for name, kind in sorted(table.schema().items())}


def fire_rules(
    work: Workspace, files: LoopFiles, snapshot: Snapshot, *, now: datetime, by: str
) -> tuple[FiredRules, MergeCounts]:
    """Find whose open cases are now, and fire the rules on what is new."""
    declared = work.check()
    with work.reading(snapshot.number) as reading:
        tables = AlertTables.of(reading.table)
        with work.acts.batch() as session:
            reconciled = reconcile_cases(
                session,
                reading.backend,
                tables.members,
                record=work.outlets.record,
                now=now,
                by=by,
            )
        run = RuleRun(
            backend=reading.backend,
            tables=tables,
            build=snapshot.number,
            as_of=snapshot.as_of,
            timezone=declared.timezone,
            within_days=follow_up(declared),
            ledger=snapshot.folder.parent.parent / LEDGER,
            batch=work.acts.batch,
            rules=files.rules,
            teams=files.teams,
            playbooks=files.playbooks,
            outlets=work.outlets,
            now=now,
        )
        return run_rules(run), reconciled


def find_ways(
    work: Workspace,
    cases: Sequence[CaseRow],
    files: LoopFiles,
    snapshot: Snapshot,
    *,
    now: datetime,
) -> dict[int, ContactRoute]:
    """Find how the customers of cases can be written to."""
    declared = work.check()
    with work.reading(snapshot.number) as reading:
        return contact_routes(
            cases,
            reading,
            files.consent,
            country=declared.country,
            timezone=declared.timezone,
            now=now,
        )


def find_briefings(
    work: Workspace,
    snapshot: Snapshot,
    planned: Sequence[PlannedMail],
    case_files: Mapping[int, CaseFile],
    files: LoopFiles,
) -> dict[str, Briefing]:
    """Find what mails say about customers, by what their notices are about."""
    keys = {
        f"case:{number}": [AlertKey(alert.source, alert.key) for alert in file.alerts]
        for number, file in case_files.items()
    }
    for mail in planned:
        keys |= {n.about: [AlertKey.of_notice(n.about)] for n in mail.notices if n.is_praise}
    every = [key for several in keys.values() for key in several]
    with work.reading(snapshot.number) as reading:
        tables = AlertTables.of(reading.table)
        by_key = briefings(reading.backend, tables, every)
        customers = [file.case.about for file in case_files.values()]
        bought = purchases(reading.backend, tables.customers, customers)
    by_subject = {
        about: merged_briefing([by_key[key] for key in several if key in by_key])
        for about, several in keys.items()
    }
    for number, file in case_files.items():
        about, case = f"case:{number}", file.case
        briefing = by_subject[about]
        record = f"{case.source}/{case.record_id}" if case.record_id else ""
        by_subject[about] = replace(
            briefing,
            customer=briefing.customer or record,
            value="" if case.value is None else exact_money(case.value, work.file.currency),
            history=_history_text(bought.get(case.about), work.file.currency),
            happened=_silence_text(file, briefing.happened, files),
        )
    return by_subject


def customer_of_case(work: Workspace, file: CaseFile) -> CaseCustomer:
    """Return what the current snapshot says about the customer of a case.

    Raises:
        NothingBuilt: Nothing was built or published yet.
    """
    case, snapshot = file.case, work.snapshot()
    record = RecordKey(case.source, case.record_id) if case.record_id else None
    alerts = tuple(AlertKey(alert.source, alert.key) for alert in file.alerts)
    return _customer_of(_CustomerQuestion(snapshot.folder, record, alerts, work, snapshot.number))


@dataclass(frozen=True, slots=True)
class _CustomerQuestion:
    """What is asked of a snapshot, which never changes: equal questions have equal answers."""

    folder: Path
    record: RecordKey | None
    alerts: tuple[AlertKey, ...]
    work: Workspace = field(compare=False)
    number: int


@lru_cache(maxsize=256)
def _customer_of(question: _CustomerQuestion) -> CaseCustomer:
    """Look a customer up; whoever works on a case sees its page again after each step."""
    with question.work.reading(question.number) as reading:
        return case_customer(reading, question.record, question.alerts)


def _history_text(bought: PurchaseHistory | None, currency: str) -> str:
    if bought is None or not bought.orders:
        return ""
    orders = f"{bought.orders} order{'s' * (bought.orders != 1)}"
    return f"{orders}, {exact_money(bought.revenue, currency)}"


def _silence_text(file: CaseFile, happened: str, files: LoopFiles) -> str:
    """Word a silence by the last activity before it."""
    rule = files.rules.get(file.case.rule)
    if rule is None or rule.is_of_rows or not happened:
        return happened
    return f"nothing since the last activity: {happened}"


def case_figures(work: Workspace) -> tuple[Figure, ...]:
    """Return the figures of the report's section on cases, as the store has them now."""
    declared = work.check()
    with work.acts.batch() as session, work.reading() as reading:
        return loop_figures(
            session,
            reading,
            work.loop().teams,
            timezone=declared.timezone,
            within_days=follow_up(declared),
            as_of=reading.snapshot.as_of,
            now=work.clock(),
        )


def follow_up(declared: Declared) -> int:
    """Return how many days to wait for a churn: as long as silence is one, else the horizon."""
    return declared.churn.after_days or declared.churn.horizon_days
