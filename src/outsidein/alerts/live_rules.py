"""One run of all live rules over a snapshot."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends import BaseBackend

from outsidein.alerts.admissions import admit_new
from outsidein.alerts.alert_notices import failed_rule_notice
from outsidein.alerts.candidates import live_candidates
from outsidein.alerts.declaration import AlertRule
from outsidein.alerts.facts import AlertTables
from outsidein.alerts.firing import FiringContext, FiringCounts, candidate_rows, fire_rule
from outsidein.alerts.priority import RuleEvidence, common_scale, rule_evidence
from outsidein.alerts.rule_progress import (
    above_watermark,
    examined_from,
    fired_keys,
    last_admission,
    live_rules,
    watermark,
)
from outsidein.alerts.trial import RuleTrial, try_rule
from outsidein.cases.capacity import reprice
from outsidein.cases.declaration import Team
from outsidein.cases.notices import Outlets
from outsidein.cases.outcomes import case_outcomes, cases_table, playbook_counts, retention_effect
from outsidein.cases.playbooks import Playbook
from outsidein.experiments.assignment import HOLD_OUT
from outsidein.stats.proportion import Difference, difference
from outsidein.store.batches import Batch
from outsidein.store.row_work import RowFailure, settle_row

KEY_COLUMNS = pa.schema({"source": pa.string(), "key": pa.string()})


@dataclass(frozen=True, slots=True, eq=False)
class RuleRun:
    """What a run rests on.

    Attributes:
        backend: Where the tables lie.
        tables: Of the snapshot in use.
        build: Its number.
        as_of: First day that is not known.
        timezone: Of the project.
        within_days: Days after a case in which a churn counts.
        ledger: Folder in which it is written what was ever seen.
        batch: Opens a transaction on the store.
        rules: As declared, by name.
        teams: As declared, by name.
        playbooks: Of the project, by name.
        outlets: Outbox and audit.
        now: When (aware).
    """

    backend: BaseBackend
    tables: AlertTables
    build: int
    as_of: date
    timezone: str
    within_days: int
    ledger: Path
    batch: Batch
    rules: Mapping[str, AlertRule]
    teams: Mapping[str, Team]
    playbooks: Mapping[str, Playbook]
    outlets: Outlets
    now: datetime


class CasePrices(NamedTuple):
    """What cases are worth: by rule what data say, and how the other rules queue among those."""

    evidence: Mapping[str, RuleEvidence | None]
    scale: float
    unknown: int


class FiredRules(NamedTuple):
    """What the live rules did, by name, and why the others failed."""

    fired: Mapping[str, FiringCounts]
    failures: Mapping[str, RowFailure]


def run_rules(run: RuleRun) -> FiredRules:
    """Fire every live rule on what it has not looked at yet, and price what is open anew.

    A rule that fails as a whole stops no other: its lead is notified, and it looks at the same
    rows again in the next run on another build or other files.
    """
    tables = {"encounters": run.tables.encounters, "signals": run.tables.signals}
    ledger = admit_new(run.backend, run.ledger, tables, build=run.build)
    reached = last_admission(run.backend, ledger, build=run.build)
    priced = case_prices(run)
    fired, failures = dict[str, FiringCounts](), dict[str, RowFailure]()
    for name, rule in sorted(live_rules(run.rules).items()):
        fire = partial(_fire, run, name, rule, ledger, reached=reached, priced=priced)
        counts = settle_row(fire, row=f"alert rule {name}")
        if isinstance(counts, RowFailure):
            failures[name] = counts
            _report_failure(run, name, rule, counts)
        else:
            fired[name] = counts
    _reprice(run, priced)
    return FiredRules(fired, failures)


def _report_failure(run: RuleRun, name: str, rule: AlertRule, failure: RowFailure) -> None:
    notice = failed_rule_notice(
        name, failure.kind, run.teams[rule.team], rule.team, build=run.build, now=run.now
    )
    with run.batch() as session:
        run.outlets.post(session, notice)


def case_prices(run: RuleRun) -> CasePrices:
    """Return what was measured about each rule, and the scale of the others.

    The hazard jump is that of customers held out by chance over those the rule is silent on, the
    chance of recovery that of customers whose case was worked on over those held out.
    """
    has_hold_out = any(rule.hold_out for rule in run.rules.values())
    rows = _outcomes(run) if has_hold_out else []
    evidence = {name: _evidence(run, name, rule, rows) for name, rule in run.rules.items()}
    severities = {name: rule.severity for name, rule in run.rules.items()}
    return CasePrices(evidence, common_scale(evidence, severities), _mean_value(run))


def _outcomes(run: RuleRun) -> list[dict[str, Any]]:
    with run.batch() as session:
        cases = ibis.memtable(cases_table(session, timezone=run.timezone))
    stays = case_outcomes(
        cases,
        run.tables.members,
        run.tables.spells,
        within_days=run.within_days,
        as_of=run.as_of,
    )
    rows: list[dict[str, Any]] = run.backend.to_pyarrow(playbook_counts(stays)).to_pylist()
    return rows


def _evidence(
    run: RuleRun, name: str, rule: AlertRule, rows: list[dict[str, Any]]
) -> RuleEvidence | None:
    """Return what was measured about a rule; None where nothing was, or where its trial fails."""
    learned = settle_row(partial(_learned, run, name, rule, rows), row=f"trial of rule {name}")
    return None if isinstance(learned, RowFailure) else learned


def _learned(
    run: RuleRun, name: str, rule: AlertRule, rows: list[dict[str, Any]]
) -> RuleEvidence | None:
    effect = retention_effect(rows, name)
    if effect is None or effect.low <= 0:
        return None
    trial = try_rule(
        run.backend,
        run.tables,
        name,
        rule,
        run.teams[rule.team],
        within_days=run.within_days,
        as_of=run.as_of,
    )
    costs = [run.playbooks[book].header.cost for book in rule.playbooks if book in run.playbooks]
    return rule_evidence(_jump(rows, name, trial), effect, cost=max(costs, default=0))


def _jump(rows: list[dict[str, Any]], name: str, trial: RuleTrial) -> Difference | None:
    """The hazard jump of those left alone: of the others some were kept by the work."""
    alone = [row for row in rows if row["rule"] == name and row["playbook"] == HOLD_OUT]
    ripe, stayed = (sum(row[part] for row in alone) for part in ("ripe", "stayed"))
    if trial.others is None or not (ripe and trial.others.ripe):
        return None
    return difference(ripe - stayed, ripe, trial.others.left, trial.others.ripe)


def _mean_value(run: RuleRun) -> int:
    customers = run.tables.customers
    if "value" not in customers.columns:
        return 0
    row = customers.aggregate(value=customers.value.sum().cast("int64"), n=customers.value.count())
    totals = run.backend.to_pyarrow(row).to_pylist()[0]
    return int(totals["value"]) // int(totals["n"]) if totals["n"] else 0


def _fire(
    run: RuleRun, name: str, rule: AlertRule, ledger: ir.Table, *, reached: int, priced: CasePrices
) -> FiringCounts:
    is_of_rows = rule.is_of_rows
    with run.batch() as session:
        seen = watermark(session, name)
        began = examined_from(session, name)
        fired = [] if is_of_rows else fired_keys(session, name)
    # before its first run all rows are above a rule's watermark: none need be looked up; where it
    # goes live earlier than before, rows below the watermark may fire too
    is_earlier = began is not None and rule.live_from is not None and rule.live_from < began
    is_limited = is_of_rows and seen and not is_earlier
    new = above_watermark(ledger, rule.on, watermark=seen) if is_limited else None
    candidates = live_candidates(
        run.tables,
        name,
        rule,
        as_of=run.as_of,
        live_from=_midnight(rule.live_from or run.as_of, run.timezone),
        new=new,
    )
    if fired:
        keys = pa.Table.from_pylist(fired, schema=KEY_COLUMNS)
        candidates = candidates.anti_join(ibis.memtable(keys), ["source", "key"])
    loop = FiringContext(
        run.teams,
        run.playbooks,
        priced.evidence[name],
        priced.scale,
        priced.unknown,
        run.outlets,
    )
    moved = reached if is_of_rows else None
    rows = candidate_rows(candidates)
    return fire_rule(run.batch, name, rule, rows, loop=loop, reached=moved, now=run.now)


def _midnight(day: date, timezone: str) -> datetime:
    return datetime.combine(day, time(0), ZoneInfo(timezone))


def _reprice(run: RuleRun, priced: CasePrices) -> None:
    """Bring all open cases onto one scale, once data carry any of it."""
    if not any(priced.evidence.values()):
        return
    with run.batch() as session:
        for name, rule in sorted(run.rules.items()):
            evidence = priced.evidence[name]
            reprice(
                session,
                name,
                per_value=evidence.per_value if evidence else rule.severity * priced.scale,
                cost=evidence.cost if evidence else 0,
                unknown=priced.unknown,
            )
