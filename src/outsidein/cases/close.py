"""Closing a case: every step that it has not taken yet, in one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from outsidein.cases.accept import accept_case
from outsidein.cases.conclusions import record_cause
from outsidein.cases.declaration import Team
from outsidein.cases.events import add_event
from outsidein.cases.lifecycle import Actor, CaseState, EventKind
from outsidein.cases.queue import find_case

PATH = (
    CaseState.ACKNOWLEDGED,
    CaseState.ASSESSED,
    CaseState.RESPONDED,
    CaseState.COMMUNICATED,
    CaseState.CLOSED,
)
"""The states that closing leads through; investigation is optional and left out."""

_TOWARDS = {
    CaseState.ACKNOWLEDGED: EventKind.ACKNOWLEDGE,
    CaseState.ASSESSED: EventKind.ASSESS,
    CaseState.RESPONDED: EventKind.RESPOND,
    CaseState.COMMUNICATED: EventKind.COMMUNICATE,
    CaseState.CLOSED: EventKind.CLOSE,
}


def close_case(session: Session, number: int, *, actor: Actor, note: str, now: datetime) -> None:
    """Take a case through each step it has not taken yet.

    Raises:
        InputError: The actor may not, or the case is closed.
    """
    case = find_case(session, number)
    start = PATH.index(case.state) + 1 if case.state in PATH else 0
    steps = PATH[2:] if case.state == CaseState.INVESTIGATED else PATH[start:]
    for state in steps or (CaseState.CLOSED,):
        details = {"note": note} if note and state == CaseState.CLOSED else {}
        add_event(session, number, _TOWARDS[state], actor=actor, at=now, details=details)


def close_with_cause(
    session: Session,
    number: int,
    *,
    actor: Actor,
    teams: Mapping[str, Team],
    cause: str,
    causes: Sequence[str],
    note: str,
    now: datetime,
) -> None:
    """Close a case and record its root cause; take ownership first if it is unassigned.

    Args:
        session: The transaction.
        number: Of the case.
        actor: Who closes it.
        teams: As declared.
        cause: The root cause; none is recorded if empty.
        causes: Those to choose from; any may be recorded if empty.
        note: Kept with the last step.
        now: When (aware).

    Raises:
        InputError: The actor may not, the cause is none of `causes`, or the case is closed.
    """
    case = find_case(session, number)
    if case.owner is None and case.closed_at is None:
        accept_case(session, number, actor=actor, teams=teams, now=now)
    if cause:
        record_cause(session, number, cause, actor=actor, at=now, causes=causes)
    close_case(session, number, actor=actor, note=note, now=now)
