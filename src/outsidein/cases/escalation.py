"""Escalation, by the clock or by hand: the lead is notified, then the team above has the case."""

from collections.abc import Mapping
from dataclasses import replace
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
from outsidein.cases.work import CaseWork
from outsidein.errors import InputError
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
    level = case.level + 1
    name, changes = _higher(case, level, teams[case.team], teams)
    team = teams[name]
    changes |= {"due_at": response_due(team, now)}
    details = {"level": level, "team": name, "was_due_at": case.due_at.isoformat()}
    add_event(
        session,
        case.number,
        EventKind.ESCALATE,
        actor=Actor(SYSTEM),
        at=now,
        details=details,
        changes=changes,
    )
    outlets.post(session, _overdue_notice(case, name, team, level, now))
    about, audited = f"case:{case.number}", {"clock": CLOCK, **details}
    outlets.record(session, who=by, did="case.escalated", about=about, at=now, details=audited)


def escalate_case(work: CaseWork, *, reason: str) -> None:
    """Raise a case by one level by hand; who leads its team raises it to the highest.

    It goes where the clock would send it, and stays due when it was.

    Raises:
        InputError: There is no reason, the case is at the highest level, or the actor may not.
    """
    case = work.case
    if not reason.strip():
        raise InputError("Give a reason for the escalation.")
    if case.level >= HIGHEST_LEVEL:
        raise InputError(f"Case {case.number} was escalated to the highest level already.")
    level = HIGHEST_LEVEL if case.team in work.actor.leads else case.level + 1
    name, changes = _higher(case, level, work.team, work.teams)
    add_event(
        work.session,
        case.number,
        EventKind.ESCALATE,
        actor=work.actor,
        at=work.now,
        details={"level": level, "team": name, "reason": reason.strip()},
        changes=changes,
    )
    work.post(_given_notice(case, name, work.teams[name], level, work))


def _higher(
    case: CaseRow, level: int, own: Team, teams: Mapping[str, Team]
) -> tuple[str, dict[str, Any]]:
    """Return the team that has a case on a level, and what of the case changes."""
    higher = own.escalate_to if level == HIGHEST_LEVEL else None
    moved = {"team": higher, "owner": teams[higher].lead} if higher else {}
    return higher or case.team, {"level": level, **moved}


def _given_notice(case: CaseRow, name: str, team: Team, level: int, work: CaseWork) -> Notice:
    subject = f"Case {case.number} ({case.issue}) was escalated"
    body = f"By {work.actor.name}. Respond by {team.local(case.due_at)}."
    notice = _notice(case, name, team, level, work.now, subject=subject, body=body)
    return replace(notice, kind="case_given")


def _overdue_notice(case: CaseRow, name: str, team: Team, level: int, now: datetime) -> Notice:
    subject = f"Case {case.number} ({case.issue}) is overdue"
    body = (
        f"Overdue since {team.local(case.due_at)}. State: {case.state.value}; "
        f"owner: {case.owner or 'none'}."
    )
    return _notice(case, name, team, level, now, subject=subject, body=body)


def _notice(
    case: CaseRow, name: str, team: Team, level: int, now: datetime, *, subject: str, body: str
) -> Notice:
    return Notice(
        key=f"case:{case.number}:escalated:{level}",
        kind=OVERDUE,
        to=team.address(team.lead),
        subject=subject,
        body=body,
        about=f"case:{case.number}",
        due_at=now,
        asks=team.lead,
        team=name,
        is_urgent=case.severity >= DISASTER,
    )
