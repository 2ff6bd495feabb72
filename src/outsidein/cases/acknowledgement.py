"""The minimum response: what a customer receives when nobody has time for the case."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from outsidein.cases.capacity import backlog
from outsidein.cases.declaration import Team
from outsidein.cases.events import add_event
from outsidein.cases.lifecycle import SYSTEM, Actor, CaseState, EventKind
from outsidein.cases.notices import Notice, Outlets
from outsidein.cases.playbooks import Playbook
from outsidein.cases.queue import CaseFilter, CaseRow, find_case
from outsidein.consent.permission import Permission
from outsidein.delivery.delivery_list import recipients_since

CLOCK = "capacity"
"""The audit's name for the clock that answers on behalf of a team without capacity."""

NO_PLAYBOOK, NO_ADDRESS = "its playbook has no minimum response", "no e-mail address is known"

ENDING = ":minimum_response"
"""The ending of the keys of minimum responses."""

ONE_A_DAY = timedelta(days=1)
"""A customer gets at most one minimum response within this time."""

UNDELIVERED_CLOCK, NOT_ARRIVED = "delivery", "the minimum response did not arrive"

_SYSTEM = Actor(SYSTEM)


class ContactRoute(NamedTuple):
    """A customer's e-mail address, if there is one, and whether writing to it is permitted."""

    to: str | None
    permission: Permission


class ResponseCounts(NamedTuple):
    """Cases beyond capacity that were acknowledged, and that were left unanswered (counts)."""

    acknowledged: int
    left: int


def unacknowledged_cases(
    session: Session, name: str, team: Team, *, now: datetime, anew: bool
) -> list[CaseRow]:
    """Return a team's unacknowledged complaints and disasters beyond its capacity.

    Args:
        session: A transaction on the store.
        name: Of the team.
        team: As declared.
        now: When (aware).
        anew: Whether to include those that could not be answered before.
    """
    among = CaseFilter(is_kept=True, state=CaseState.RECEIVED, is_left=None if anew else False)
    return list(backlog(session, name, team, now=now, among=among))


def send_minimum_responses(
    session: Session,
    cases: Sequence[CaseRow],
    teams: Mapping[str, Team],
    *,
    playbooks: Mapping[str, Playbook],
    ways: Mapping[int, ContactRoute],
    outlets: Outlets,
    now: datetime,
    by: str,
) -> ResponseCounts:
    """Acknowledge cases and send their customers the minimum response, where permitted.

    A customer gets one such mail a day, however many cases there are.

    A case whose customer has no address, or did not consent, is not acknowledged. The case
    records the reason, and the team's lead is notified, once for each reason.

    Args:
        session: The transaction it becomes part of.
        cases: From `unanswered`.
        teams: As declared.
        playbooks: Of the project; that of the case holds the text.
        ways: By number of the case.
        outlets: Outbox and audit.
        now: When (aware).
        by: Whose clock it is: the worker's name.
    """
    acknowledged = left = 0
    written_to = recipients_since(session, ending=ENDING, since=now - ONE_A_DAY)
    for seen in cases:
        case = find_case(session, seen.number)
        if case.state != CaseState.RECEIVED or case.team not in teams:
            continue  # somebody took it meanwhile
        book, way = playbooks.get(case.playbook or ""), ways.get(case.number)
        if book is None:
            left += _leave(
                session, case, teams[case.team], _Left(NO_PLAYBOOK), outlets, now=now, by=by
            )
        elif way is None or way.to is None:
            left += _leave(
                session, case, teams[case.team], _Left(NO_ADDRESS), outlets, now=now, by=by
            )
        elif way.to in written_to:
            continue  # a customer with several cases gets one mail a day
        elif not way.permission.is_given:
            refused = _Left(way.permission.refusal)
            left += _leave(session, case, teams[case.team], refused, outlets, now=now, by=by)
        else:
            _answer(session, case, book, way, outlets, now=now, by=by)
            written_to.add(way.to)
            acknowledged += 1
    return ResponseCounts(acknowledged, left)


def report_undelivered(
    session: Session,
    numbers: Sequence[int],
    teams: Mapping[str, Team],
    *,
    outlets: Outlets,
    now: datetime,
    by: str,
) -> int:
    """Record on cases that their minimum response was given up, and notify the leads.

    Args:
        session: The transaction it becomes part of.
        numbers: Of cases whose minimum response was given up.
        teams: As declared.
        outlets: Outbox and audit.
        now: When (aware).
        by: Whose clock it is: the worker's name.

    Returns:
        How many (count): cases that nobody works on, each once.
    """
    left = 0
    for number in numbers:
        case = find_case(session, number)
        is_waiting = case.state == CaseState.ACKNOWLEDGED and case.begun_at is None
        if is_waiting and case.team in teams:
            leave = _Left(NOT_ARRIVED, UNDELIVERED_CLOCK)
            left += _leave(session, case, teams[case.team], leave, outlets, now=now, by=by)
    return left


class _Left(NamedTuple):
    """Why a customer was not answered, and which clock noticed."""

    why: str
    clock: str = CLOCK


def _answer(
    session: Session,
    case: CaseRow,
    book: Playbook,
    way: ContactRoute,
    outlets: Outlets,
    *,
    now: datetime,
    by: str,
) -> None:
    details = {"minimum_response": book.name, **way.permission.ground}
    add_event(session, case.number, EventKind.ACKNOWLEDGE, actor=_SYSTEM, at=now, details=details)
    outlets.post(session, _minimum(case, book, way.to or "", now))
    about = f"case:{case.number}"
    audited = {"clock": CLOCK, **details}
    outlets.record(session, who=by, did="case.acknowledged", about=about, at=now, details=audited)


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
    """Record why a customer is not answered; return 0 if that was recorded before."""
    why = left.why
    if case.unanswered == why:
        return 0
    add_event(
        session,
        case.number,
        EventKind.LEAVE_UNANSWERED,
        actor=_SYSTEM,
        at=now,
        details={"because": why},
        changes={"unanswered": why},
    )
    outlets.post(session, _by_hand(case, team, why, now))
    about, audited = f"case:{case.number}", {"clock": left.clock, "because": why}
    outlets.record(
        session, who=by, did="case.left_unanswered", about=about, at=now, details=audited
    )
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
    """Write the notice to the lead; its key is new for each reason."""
    return Notice(
        key=f"case:{case.number}:left_unanswered:{case.events}",
        kind="left_unanswered",
        to=team.address(None),
        subject=f"Case {case.number} ({case.issue}) is not answered",
        body=f"The customer got no response, because {why}, and the case is beyond today's "
        "capacity. Answer through a channel that the customer allows.",
        about=f"case:{case.number}",
        due_at=now,
        asks=team.lead,
        team=case.team,
    )
