"""The minimum response: what a customer hears at the least where nobody can take the case up."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from outsidein.cases.capacity import backlog
from outsidein.cases.declaration import Team
from outsidein.cases.events import happen
from outsidein.cases.lifecycle import SYSTEM, Actor, Kind, State
from outsidein.cases.notices import Notice, Outlets
from outsidein.cases.playbooks import Playbook
from outsidein.cases.queue import CaseRow, Wanted, one
from outsidein.consent.permission import Permission

CLOCK = "capacity"
"""What the audit calls the clock that answers for a team without room."""

NO_PLAYBOOK, NO_ADDRESS = "no playbook says what to write", "no address is known to write to"

ENDING = ":minimum_response"
"""How the keys of minimum responses end."""

UNDELIVERED_CLOCK, NOT_ARRIVED = "delivery", "the minimum response did not arrive"

_SYSTEM = Actor(SYSTEM)


class Way(NamedTuple):
    """How the customer of a case can be written to, if at all, and whether that is permitted."""

    to: str | None
    permission: Permission


class Answered(NamedTuple):
    """What became of cases beyond capacity: acknowledged, or left without an answer (counts)."""

    acknowledged: int
    left: int


def unanswered(
    session: Session, name: str, team: Team, *, now: datetime, anew: bool
) -> list[CaseRow]:
    """Return the complaints and disasters beyond a team's capacity that nobody acknowledged.

    Args:
        session: A transaction on the store.
        name: Of the team.
        team: As declared.
        now: When (aware).
        anew: Also those of which it was seen before that they cannot be answered.
    """
    among = Wanted(is_kept=True, state=State.RECEIVED, is_left=None if anew else False)
    return list(backlog(session, name, team, now=now, among=among))


def respond_at_least(
    session: Session,
    cases: Sequence[CaseRow],
    teams: Mapping[str, Team],
    *,
    playbooks: Mapping[str, Playbook],
    ways: Mapping[int, Way],
    outlets: Outlets,
    now: datetime,
    by: str,
) -> Answered:
    """Acknowledge cases and tell their customers the minimum, where that is permitted.

    A case whose customer cannot be written to, or did not consent, is not acknowledged: it says
    why, and its team's lead is told, once for each reason.

    Args:
        session: The transaction it becomes part of.
        cases: From `unanswered`.
        teams: As declared.
        playbooks: Of the project; the case's own holds the words.
        ways: How to write to the customer of a case, by its number.
        outlets: Outbox and audit.
        now: When (aware).
        by: Whose clock it is: the worker's name.
    """
    acknowledged = left = 0
    for seen in cases:
        case = one(session, seen.number)
        if case.state != State.RECEIVED or case.team not in teams:
            continue  # somebody was faster
        book, way = playbooks.get(case.playbook or ""), ways.get(case.number)
        if book is None:
            left += _leave(
                session, case, teams[case.team], _Left(NO_PLAYBOOK), outlets, now=now, by=by
            )
        elif way is None or way.to is None:
            left += _leave(
                session, case, teams[case.team], _Left(NO_ADDRESS), outlets, now=now, by=by
            )
        elif not way.permission.is_given:
            refused = _Left(way.permission.refusal)
            left += _leave(session, case, teams[case.team], refused, outlets, now=now, by=by)
        else:
            _answer(session, case, book, way, outlets, now=now, by=by)
            acknowledged += 1
    return Answered(acknowledged, left)


def tell_undelivered(
    session: Session,
    numbers: Sequence[int],
    teams: Mapping[str, Team],
    *,
    outlets: Outlets,
    now: datetime,
    by: str,
) -> int:
    """Say with cases, and to their leads, that the minimum response was given up.

    Args:
        session: The transaction it becomes part of.
        numbers: Of cases whose minimum response was given up.
        teams: As declared.
        outlets: Outbox and audit.
        now: When (aware).
        by: Whose clock it is: the worker's name.

    Returns:
        How many (count): those that nobody is at, each once.
    """
    left = 0
    for number in numbers:
        case = one(session, number)
        is_waiting = case.state == State.ACKNOWLEDGED and case.begun_at is None
        if is_waiting and case.team in teams:
            leave = _Left(NOT_ARRIVED, UNDELIVERED_CLOCK)
            left += _leave(session, case, teams[case.team], leave, outlets, now=now, by=by)
    return left


class _Left(NamedTuple):
    """Why a customer was not answered, and by which clock that was seen."""

    why: str
    clock: str = CLOCK


def _answer(
    session: Session,
    case: CaseRow,
    book: Playbook,
    way: Way,
    outlets: Outlets,
    *,
    now: datetime,
    by: str,
) -> None:
    details = {"minimum_response": book.name, **way.permission.ground}
    happen(session, case.number, Kind.ACKNOWLEDGE, actor=_SYSTEM, at=now, details=details)
    outlets.post(session, _minimum(case, book, way.to or "", now))
    about = f"case:{case.number}"
    told = {"clock": CLOCK, **details}
    outlets.record(session, who=by, did="case.acknowledged", about=about, at=now, details=told)


def _leave(
    session: Session,
    case: CaseRow,
    team: Team,
    left: _Left,
    outlets: Outlets,
    *,
    now: datetime,
    by: str,
) -> int:
    """Write down why a customer hears nothing; 0 where that was written down before."""
    why = left.why
    if case.unanswered == why:
        return 0
    happen(
        session,
        case.number,
        Kind.LEAVE_UNANSWERED,
        actor=_SYSTEM,
        at=now,
        details={"because": why},
        changes={"unanswered": why},
    )
    outlets.post(session, _by_hand(case, team, why, now))
    about, told = f"case:{case.number}", {"clock": left.clock, "because": why}
    outlets.record(session, who=by, did="case.left_unanswered", about=about, at=now, details=told)
    return 1


def _minimum(case: CaseRow, book: Playbook, to: str, now: datetime) -> Notice:
    return Notice(
        key=f"case:{case.number}{ENDING}",
        kind="minimum_response",
        to=to,
        subject=book.header.title,
        body=book.header.minimum_response,
        about=f"case:{case.number}",
        due_at=now,
    )


def _by_hand(case: CaseRow, team: Team, why: str, now: datetime) -> Notice:
    """Anew for each event that says why."""
    return Notice(
        key=f"case:{case.number}:left_unanswered:{case.events}",
        kind="left_unanswered",
        to=team.address(None),
        subject=f"Case {case.number} ({case.issue}) is not answered",
        body=f"It is beyond today's capacity, and {case.source}/{case.record_id} did not hear of "
        f"it: {why}. Answer it by a way that the customer allows.",
        about=f"case:{case.number}",
        due_at=now,
        asks=team.lead,
    )
