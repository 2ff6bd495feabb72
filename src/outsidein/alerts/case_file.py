"""Alerts that fired, and a case with everything that belongs to it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from outsidein.alerts.loop import LoopFiles
from outsidein.alerts.model import Alert
from outsidein.cases.declaration import Team
from outsidein.cases.events import EventRow, case_history
from outsidein.cases.links import linked_cases
from outsidein.cases.playbooks import Playbook, playbooks_for
from outsidein.cases.queue import CaseRow, find_case

ALERTS_OF_CASE = 5
"""Most alerts shown with a case."""


class FiredAlert(NamedTuple):
    """An alert that fired: one row of a list."""

    rule: str
    source: str
    key: str
    case: int | None
    happened_at: datetime
    fired_at: datetime
    facts: dict[str, Any]
    problem: str | None = None


class CaseFile(NamedTuple):
    """A case with everything that belongs to it.

    Attributes:
        case: The case.
        team: Its team; None where the team is no longer declared.
        alerts: The latest few of its alerts, newest first.
        events: What happened to it, oldest first.
        linked: Numbers of cases about the same customer.
        playbook: The one it follows.
        proposed: Playbooks for its issue.
        causes: Root causes to choose from; any may be recorded if empty.
        other_teams: Names of the teams it can be handed over to.
    """

    case: CaseRow
    team: Team | None
    alerts: list[FiredAlert]
    events: list[EventRow]
    linked: list[int]
    playbook: Playbook | None
    proposed: list[Playbook]
    causes: Sequence[str]
    other_teams: Sequence[str]


def fired_alerts(
    session: Session, *, rule: str | None = None, case: int | None = None, limit: int
) -> list[FiredAlert]:
    """Return alerts that fired, of a rule or a case or all, latest first."""
    query = select(Alert).order_by(Alert.id.desc()).limit(limit)
    if rule is not None:
        query = query.where(Alert.rule == rule)
    if case is not None:
        query = query.where(Alert.case_id == case)
    return [
        FiredAlert(
            a.rule, a.source, a.key, a.case_id, a.happened_at, a.fired_at, a.facts, a.problem
        )
        for a in session.scalars(query)
    ]


def case_file(session: Session, number: int, files: LoopFiles) -> CaseFile:
    """Return a case with its alerts, events, linked cases and playbooks.

    Raises:
        UnknownName: There is no such case.
    """
    case = find_case(session, number)
    return CaseFile(
        case=case,
        team=files.teams.get(case.team),
        alerts=fired_alerts(session, case=number, limit=ALERTS_OF_CASE),
        events=case_history(session, number),
        linked=linked_cases(session, number),
        playbook=files.playbooks.get(case.playbook or ""),
        proposed=playbooks_for(files.playbooks, case.issue),
        causes=files.causes(case.rule),
        other_teams=tuple(name for name in files.teams if name != case.team),
    )
