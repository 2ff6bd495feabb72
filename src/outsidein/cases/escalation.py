"""What happens when a response is overdue: first the lead is told, then it goes up."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outsidein.cases.capacity import response_due
from outsidein.cases.declaration import Team
from outsidein.cases.events import happen
from outsidein.cases.lifecycle import SYSTEM, Actor, Kind, State
from outsidein.cases.model import Case
from outsidein.cases.notices import Notice, Outlets
from outsidein.cases.queue import CaseRow, row_of

HIGHEST = 2
"""Level above which nobody is left to tell."""

CLOCK = "response term"
"""What the audit calls the clock that raises what is overdue."""

AT_ONCE = 500
_AWAITED = [
    state.value
    for state in (State.RECEIVED, State.ACKNOWLEDGED, State.ASSESSED, State.INVESTIGATED)
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
    """
    query = (
        select(Case)
        .where(
            Case.closed_at.is_(None),
            Case.due_at < now,
            Case.level < HIGHEST,
            Case.state.in_(_AWAITED),
            Case.team.in_(list(teams)),
        )
        .order_by(Case.due_at, Case.id)
        .limit(AT_ONCE)
    )
    overdue = [row_of(case) for case in session.scalars(query)]
    for case in overdue:
        _raise(session, case, teams, outlets=outlets, now=now, by=by)
    return len(overdue)


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
    above = own.escalate_to if level == HIGHEST else None
    team = teams[above] if above else own
    changes: dict[str, Any] = {"level": level, "due_at": response_due(team, now)}
    if above:
        changes |= {"team": above, "owner": team.lead}
    details = {"level": level, "team": above or case.team, "was_due_at": case.due_at.isoformat()}
    happen(
        session,
        case.number,
        Kind.ESCALATE,
        actor=Actor(SYSTEM),
        at=now,
        details=details,
        changes=changes,
    )
    outlets.post(session, _notice(case, team, level, now))
    about, told = f"case:{case.number}", {"clock": CLOCK, **details}
    outlets.record(session, who=by, did="case.escalated", about=about, at=now, details=told)


def _notice(case: CaseRow, team: Team, level: int, now: datetime) -> Notice:
    return Notice(
        key=f"case:{case.number}:escalated:{level}",
        kind="escalation",
        to=team.address(team.lead),
        subject=f"Case {case.number} ({case.issue}) is overdue",
        body=f"Its response was due {team.local(case.due_at)}; it is {case.state.value} and "
        f"{case.owner or 'nobody'}'s.",
        about=f"case:{case.number}",
        due_at=now,
        asks=team.lead,
    )
