"""Overdue responses: first the lead is notified, then the case goes to another team."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outsidein.cases.capacity import response_due
from outsidein.cases.case_work import settle_case
from outsidein.cases.declaration import Team
from outsidein.cases.events import add_event
from outsidein.cases.lifecycle import DISASTER, SYSTEM, Actor, CaseState, EventKind
from outsidein.cases.model import Case
from outsidein.cases.notices import Notice, Outlets
from outsidein.cases.queue import CaseRow, case_row
from outsidein.cases.waiting import OVERDUE
from outsidein.store.row_work import RowFailure

HIGHEST_LEVEL = 2
"""The highest level: there is nobody above it."""

CLOCK = "response term"
"""The audit's name for the clock that escalates overdue cases."""

AT_ONCE = 500
_AWAITED = [
    state.value
    for state in (
        CaseState.RECEIVED,
        CaseState.ACKNOWLEDGED,
        CaseState.ASSESSED,
        CaseState.INVESTIGATED,
    )
]


def escalate_overdue(
    session: Session, teams: Mapping[str, Team], *, outlets: Outlets, now: datetime, by: str
) -> int:
    """Raise by one level each case whose response is overdue, and set it a new term.

    Level 1 tells the team's lead; level 2 gives the case to the lead of the team it escalates to,
    or tells the own lead again where there is none. Nothing is raised above level 2.

    Args:
        session: The transaction it becomes part of.
        teams: As declared.
        outlets: Outbox and audit.
        now: When (aware).
        by: Whose clock it is: the worker's name.

    Returns:
        How many were raised (count), at most 500 in a transaction; call it until there are none.
        A case for which it fails is passed over, and the audit says so.
    """
    query = (
        select(Case)
        .where(
            Case.closed_at.is_(None),
            Case.due_at < now,
            Case.level < HIGHEST_LEVEL,
            Case.state.in_(_AWAITED),
            Case.team.in_(list(teams)),
        )
        .order_by(Case.due_at, Case.id)
        .limit(AT_ONCE)
    )
    overdue = [case_row(case) for case in session.scalars(query)]
    raised = 0
    for case in overdue:
        result = settle_case(
            session,
            case.number,
            partial(_raise, session, case, teams, outlets=outlets, now=now, by=by),
            clock=CLOCK,
            record=outlets.record,
            now=now,
            by=by,
        )
        raised += not isinstance(result, RowFailure)
    return raised


def _raise(
    session: Session,
    case: CaseRow,
    teams: Mapping[str, Team],
    *,
    outlets: Outlets,
    now: datetime,
    by: str,
) -> None:
    level, own = case.level + 1, teams[case.team]
    higher_team = own.escalate_to if level == HIGHEST_LEVEL else None
    team = teams[higher_team] if higher_team else own
    changes: dict[str, Any] = {"level": level, "due_at": response_due(team, now)}
    if higher_team:
        changes |= {"team": higher_team, "owner": team.lead}
    details = {
        "level": level,
        "team": higher_team or case.team,
        "was_due_at": case.due_at.isoformat(),
    }
    add_event(
        session,
        case.number,
        EventKind.ESCALATE,
        actor=Actor(SYSTEM),
        at=now,
        details=details,
        changes=changes,
    )
    outlets.post(session, _notice(case, higher_team or case.team, team, level, now))
    about, audited = f"case:{case.number}", {"clock": CLOCK, **details}
    outlets.record(session, who=by, did="case.escalated", about=about, at=now, details=audited)


def _notice(case: CaseRow, name: str, team: Team, level: int, now: datetime) -> Notice:
    return Notice(
        key=f"case:{case.number}:escalated:{level}",
        kind=OVERDUE,
        to=team.address(team.lead),
        subject=f"Case {case.number} ({case.issue}) is overdue",
        body=f"Overdue since {team.local(case.due_at)}. State: {case.state.value}; "
        f"owner: {case.owner or 'none'}.",
        about=f"case:{case.number}",
        due_at=now,
        asks=team.lead,
        team=name,
        is_urgent=case.severity >= DISASTER,
    )
