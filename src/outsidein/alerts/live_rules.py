"""One run of all live rules over a snapshot."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir
from ibis.backends import BaseBackend

from outsidein.alerts.admissions import admit_new
from outsidein.alerts.candidates import live_candidates
from outsidein.alerts.declaration import AlertRule
from outsidein.alerts.facts import Tables
from outsidein.alerts.firing import (
    Fired,
    Loop,
    above_watermark,
    candidate_rows,
    fire,
    fired_keys,
    live,
    reach,
    watermark,
)
from outsidein.alerts.priority import Learned, common_scale, learned
from outsidein.alerts.trial import Tried, tried
from outsidein.cases.capacity import reprice
from outsidein.cases.declaration import Team
from outsidein.cases.notices import Outlets
from outsidein.cases.outcomes import cases_table, followed, playbook_counts, retention_effect
from outsidein.cases.playbooks import Playbook
from outsidein.experiments.assignment import HOLD_OUT
from outsidein.stats.proportion import Difference, difference
from outsidein.store.batches import Batch


@dataclass(frozen=True, slots=True, eq=False)
class Run:
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
    tables: Tables
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


class Prices(NamedTuple):
    """What cases are worth: by rule what data say, and how the other rules queue among those."""

    learned: Mapping[str, Learned | None]
    scale: float
    unknown: int


def run_rules(run: Run) -> dict[str, Fired]:
    """Fire every live rule on what it has not looked at yet, and price what is open anew.

    Returns:
        What each live rule did, by name.

    Raises:
        ProjectError: A rule is no condition over the facts at hand.
    """
    tables = {"encounters": run.tables.encounters, "signals": run.tables.signals}
    ledger = admit_new(run.backend, run.ledger, tables, build=run.build)
    reached = reach(run.backend, ledger, build=run.build)
    priced = prices(run)
    fired = {
        name: _fire(run, name, rule, ledger, reached=reached, priced=priced)
        for name, rule in sorted(live(run.rules).items())
    }
    _reprice(run, priced)
    return fired


def prices(run: Run) -> Prices:
    """Say what data carry of each rule's worth.

    The hazard jump is that of customers held out by chance over those the rule is silent on, the
    chance of recovery that of customers whose case was worked on over those held out.
    """
    is_told = any(rule.hold_out for rule in run.rules.values())
    rows = _outcomes(run) if is_told else []
    found = {name: _learned(run, name, rule, rows) for name, rule in run.rules.items()}
    severities = {name: rule.severity for name, rule in run.rules.items()}
    return Prices(found, common_scale(found, severities), _mean_value(run))


def _outcomes(run: Run) -> list[dict[str, Any]]:
    with run.batch() as session:
        cases = ibis.memtable(cases_table(session, timezone=run.timezone))
    stays = followed(
        cases,
        run.tables.members,
        run.tables.spells,
        within_days=run.within_days,
        as_of=run.as_of,
    )
    rows: list[dict[str, Any]] = run.backend.to_pyarrow(playbook_counts(stays)).to_pylist()
    return rows


def _learned(run: Run, name: str, rule: AlertRule, rows: list[dict[str, Any]]) -> Learned | None:
    kept = retention_effect(rows, name)
    if kept is None or kept.low <= 0:
        return None
    found = tried(
        run.backend,
        run.tables,
        name,
        rule,
        run.teams[rule.team],
        within_days=run.within_days,
        as_of=run.as_of,
    )
    costs = [run.playbooks[book].header.cost for book in rule.playbooks if book in run.playbooks]
    return learned(_jump(rows, name, found), kept, cost=max(costs, default=0))


def _jump(rows: list[dict[str, Any]], name: str, found: Tried) -> Difference | None:
    """The hazard jump of those left alone: of the others some were kept by the work."""
    alone = [row for row in rows if row["rule"] == name and row["playbook"] == HOLD_OUT]
    ripe, stayed = (sum(row[part] for row in alone) for part in ("ripe", "stayed"))
    if found.others is None or not (ripe and found.others.ripe):
        return None
    return difference(ripe - stayed, ripe, found.others.left, found.others.ripe)


def _mean_value(run: Run) -> int:
    customers = run.tables.customers
    if "value" not in customers.columns:
        return 0
    row = customers.aggregate(value=customers.value.sum().cast("int64"), n=customers.value.count())
    found = run.backend.to_pyarrow(row).to_pylist()[0]
    return int(found["value"]) // int(found["n"]) if found["n"] else 0


def _fire(
    run: Run, name: str, rule: AlertRule, ledger: ir.Table, *, reached: int, priced: Prices
) -> Fired:
    is_of_rows = rule.is_of_rows
    with run.batch() as session:
        seen = watermark(session, name)
        known = None if is_of_rows else fired_keys(session, name)
    # before its first run all rows are above a rule's watermark: none need be looked up
    new = above_watermark(ledger, rule.on, watermark=seen) if is_of_rows and seen else None
    candidates = live_candidates(
        run.tables,
        name,
        rule,
        as_of=run.as_of,
        live_from=_midnight(rule.live_from or run.as_of, run.timezone),
        new=new,
    )
    if known is not None:
        candidates = candidates.anti_join(ibis.memtable(known), ["source", "key"])
    loop = Loop(
        run.teams,
        run.playbooks,
        priced.learned[name],
        priced.scale,
        priced.unknown,
        run.outlets,
    )
    moved = reached if is_of_rows else None
    rows = candidate_rows(candidates)
    return fire(run.batch, name, rule, rows, loop=loop, reached=moved, now=run.now)


def _midnight(day: date, timezone: str) -> datetime:
    return datetime.combine(day, time(0), ZoneInfo(timezone))


def _reprice(run: Run, priced: Prices) -> None:
    """Bring all open cases onto one scale, once data carry any of it."""
    if not any(priced.learned.values()):
        return
    with run.batch() as session:
        for name, rule in sorted(run.rules.items()):
            known = priced.learned[name]
            reprice(
                session,
                name,
                per_value=known.per_value if known else rule.severity * priced.scale,
                cost=known.cost if known else 0,
                unknown=priced.unknown,
            )
