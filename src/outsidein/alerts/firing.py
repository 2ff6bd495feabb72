"""Candidates become alerts: once each, with their case and their notice, or not at all."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from outsidein.alerts.alert_notices import (
    failed_notice,
    opened_notice,
    praise_notice,
    summary_notice,
)
from outsidein.alerts.columns import IS_OLD, facts_of
from outsidein.alerts.declaration import AlertRule, valid_playbooks
from outsidein.alerts.model import Alert
from outsidein.alerts.priority import RuleEvidence, priority_by_savings, priority_by_severity
from outsidein.alerts.rule_progress import record_examined
from outsidein.cases.capacity import response_due
from outsidein.cases.declaration import Team
from outsidein.cases.events import add_event
from outsidein.cases.lifecycle import SYSTEM, Actor, EventKind
from outsidein.cases.notices import Outlets
from outsidein.cases.open import CaseDraft, open_cases
from outsidein.cases.playbooks import Playbook, assign_playbook
from outsidein.cases.routing import Route, route_case
from outsidein.experiments.assignment import HOLD_OUT
from outsidein.store.batches import Batch
from outsidein.store.model import storable
from outsidein.store.row_work import RowFailure, settle_row_in

if TYPE_CHECKING:  # a run that finds nothing new opens no engine, and loads none
    import ibis.expr.types as ir

AT_ONCE = 1_000
"""Alerts in one transaction."""

_UNIQUE = ("rule", "source", "key")


@dataclass(frozen=True, slots=True)
class FiringContext:
    """What firing a rule needs beside its candidates.

    Attributes:
        teams: As declared.
        playbooks: Of the project.
        evidence: What data say of the rule; None where they do not yet.
        scale: Money per unit of severity x value, from `common_scale`.
        unknown: What is taken for an unknown value (minor units).
        outlets: Outbox and audit.
    """

    teams: Mapping[str, Team]
    playbooks: Mapping[str, Playbook]
    evidence: RuleEvidence | None
    scale: float
    unknown: int
    outlets: Outlets


class FiringCounts(NamedTuple):
    """What a rule did (counts).

    Attributes:
        alerts: Alerts that fired.
        opened: Cases opened.
        joined: Alerts that joined an open case.
        delights: Praise for employees.
        old: Alerts on rows too old for a response, which open no case.
        failed: Alerts for which the work failed; they are kept with the reason and open no case.
    """

    alerts: int = 0
    opened: int = 0
    joined: int = 0
    delights: int = 0
    old: int = 0
    failed: int = 0


def candidate_rows(candidates: "ir.Table") -> list[dict[str, Any]]:
    """Fetch candidates in the order of what happened, the same whoever fires.

    Their texts are as the store holds them: alerts are found again by source and key.
    """
    ordered = candidates.order_by("happened_at", "source", "key")
    rows: list[dict[str, Any]] = ordered.to_pyarrow().to_pylist()
    return [
        {name: storable(cell) if isinstance(cell, str) else cell for name, cell in row.items()}
        for row in rows
    ]


def fire_rule(
    batch: Batch,
    name: str,
    rule: AlertRule,
    rows: Sequence[dict[str, Any]],
    *,
    loop: FiringContext,
    reached: int | None,
    now: datetime,
) -> FiringCounts:
    """Fire a rule on its candidates, a thousand in a transaction.

    An alert is unique by rule, source and key, whoever else is firing. Its row with the facts it
    saw, its case, its notice and the audit's entry stand or fall together. The watermark moves
    with the last of them; a run that dies before repeats nothing and leaves nothing out. Where
    the work fails for one, it is kept with the reason, the lead is notified, and the others go on.

    Args:
        batch: Opens a transaction on the store.
        name: Of the rule.
        rule: As declared.
        rows: From `candidate_rows`, in order.
        loop: Teams, playbooks and what they are worth.
        reached: Where the watermark goes; None for silences, which have none.
        now: When (aware).
    """
    total = FiringCounts()
    for part in _batches(rows):
        with batch() as session:
            fired = _settle_batch(session, name, rule, part, loop=loop, now=now)
        total = _sum(total, fired)
    if reached is not None:
        with batch() as session:
            record_examined(session, name, rule, reached=reached, now=now)
    return total


def _sum(one: FiringCounts, other: FiringCounts) -> FiringCounts:
    return FiringCounts(*(a + b for a, b in zip(one, other, strict=True)))


def _batches(rows: Sequence[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]


def _settle_batch(
    session: Session,
    name: str,
    rule: AlertRule,
    rows: Sequence[dict[str, Any]],
    *,
    loop: FiringContext,
    now: datetime,
) -> FiringCounts:
    """Fire on rows together, and where that fails on each by itself."""
    fire = partial(_fire_batch, session, name, rule, loop=loop, now=now)
    together = settle_row_in(session, lambda: fire(rows), row=f"{len(rows)} of alert {name}")
    if not isinstance(together, RowFailure):
        return together
    total = FiringCounts()
    for row in rows:
        fired = settle_row_in(session, partial(fire, [row]), row=f"alert {name}")
        if isinstance(fired, RowFailure):
            keep = partial(_keep_failed, session, name, rule, row, fired, loop=loop, now=now)
            settle_row_in(session, keep, row=f"failed alert {name}")
            fired = FiringCounts(failed=1)
        total = _sum(total, fired)
    return total


def _keep_failed(
    session: Session,
    name: str,
    rule: AlertRule,
    row: Mapping[str, Any],
    failure: RowFailure,
    *,
    loop: FiringContext,
    now: datetime,
) -> None:
    """Keep an alert with the reason why it opened no case, and notify the rule's lead."""
    key = {"rule": name, "source": row["source"], "key": row["key"]}
    values = {"happened_at": row["happened_at"], "fired_at": now, "facts": {}}
    session.execute(insert(Alert).values(key | values | {"problem": failure.problem}))
    loop.outlets.post(
        session, failed_notice(name, row, failure.kind, loop.teams[rule.team], rule.team, now=now)
    )


def _fire_batch(
    session: Session,
    name: str,
    rule: AlertRule,
    rows: Sequence[dict[str, Any]],
    *,
    loop: FiringContext,
    now: datetime,
) -> FiringCounts:
    numbers = _insert(session, name, rows, now)
    fired = [row for row in rows if (row["source"], row["key"]) in numbers]
    old = [row for row in fired if row[IS_OLD]]
    fresh = [row for row in fired if not row[IS_OLD]]
    if old:
        first = numbers[old[0]["source"], old[0]["key"]]
        team = loop.teams[rule.team]
        loop.outlets.post(
            session, summary_notice(name, rule, old, team, first_alert=first, now=now)
        )
    if rule.delight:
        for row in fresh:
            _praise(session, name, rule, row, loop=loop, now=now)
        return FiringCounts(len(fired), delights=len(fresh), old=len(old))
    drafts = [_draft(name, rule, row, loop=loop, now=now) for row in fresh]
    opened = _open_cases(
        session, drafts, [numbers[row["source"], row["key"]] for row in fresh], loop=loop, now=now
    )
    return FiringCounts(len(fired), opened, len(fresh) - opened, old=len(old))


def _open_cases(
    session: Session,
    drafts: Sequence[CaseDraft],
    alerts: Sequence[int],
    *,
    loop: FiringContext,
    now: datetime,
) -> int:
    """Open or join the case of each alert; return how many are new."""
    if not drafts:
        return 0
    opened = open_cases(session, drafts, now=now)
    session.execute(
        update(Alert),
        [{"id": n, "case_id": case} for n, case in zip(alerts, opened.cases, strict=True)],
    )
    for case, draft in opened.new.items():
        _open(session, case, draft, loop=loop, now=now)
    return len(opened.new)


def _praise(
    session: Session,
    name: str,
    rule: AlertRule,
    row: Mapping[str, Any],
    *,
    loop: FiringContext,
    now: datetime,
) -> None:
    team = _route(rule, row, loop).team
    notice = praise_notice(name, rule, row, loop.teams[team], team_name=team, now=now)
    loop.outlets.post(session, notice)


def _insert(
    session: Session, name: str, rows: Sequence[dict[str, Any]], now: datetime
) -> dict[tuple[str, str], int]:
    """Insert alerts that have not fired yet, and return their ids."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = (
        dialect.insert(Alert)
        .on_conflict_do_nothing(index_elements=list(_UNIQUE))
        .returning(Alert.source, Alert.key, Alert.id)
    )
    values = [
        {
            "rule": name,
            "source": row["source"],
            "key": row["key"],
            "case_id": None,
            "happened_at": row["happened_at"],
            "fired_at": now,
            "facts": facts_of(row),
            "problem": None,
        }
        for row in rows
    ]
    inserted = session.execute(statement, values)
    return {(row.source, row.key): row.id for row in inserted}


def _draft(
    name: str, rule: AlertRule, row: Mapping[str, Any], *, loop: FiringContext, now: datetime
) -> CaseDraft:
    about = row["customer_id"] or f"{row['source']}/{row['key']}"
    route = _route(rule, row, loop)
    assignment = assign_playbook(
        valid_playbooks(rule, loop.playbooks),
        rule=name,
        about=about,
        is_randomised=rule.randomise,
        hold_out=rule.hold_out,
    )
    value = row.get("value")
    return CaseDraft(
        about=about,
        source=row["source"],
        record_id=row["record_id"],
        rule=name,
        issue=rule.issue,
        severity=rule.severity,
        is_kept=rule.is_kept,
        value=value,
        priority=_priority(rule, value, loop),
        team=route.team,
        owner=route.owner,
        unit=row.get("unit"),
        playbook=assignment.playbook,
        propensity=assignment.propensity,
        due_at=response_due(loop.teams[route.team], now),
    )


def _priority(rule: AlertRule, value: int | None, loop: FiringContext) -> int:
    if loop.evidence is not None:
        return priority_by_savings(value, evidence=loop.evidence, unknown=loop.unknown)
    worth = priority_by_severity(value, severity=rule.severity, unknown=loop.unknown)
    return worth if loop.scale == 1 else round(worth * loop.scale)


def _route(rule: AlertRule, row: Mapping[str, Any], loop: FiringContext) -> Route:
    return route_case(
        loop.teams,
        default=rule.team,
        unit=row.get("unit"),
        employee=row.get("employee"),
        is_kept=rule.is_kept,
    )


def _open(
    session: Session, case: int, draft: CaseDraft, *, loop: FiringContext, now: datetime
) -> None:
    """Close a held-out case; post the notice of any other."""
    if draft.playbook == HOLD_OUT:
        add_event(session, case, EventKind.HOLD_OUT, actor=Actor(SYSTEM), at=now)
    else:
        loop.outlets.post(session, opened_notice(case, draft, loop.teams[draft.team], now))
    details = {"rule": draft.rule, "issue": draft.issue, "team": draft.team}
    loop.outlets.record(
        session, who=SYSTEM, did="case.opened", about=f"case:{case}", at=now, details=details
    )
