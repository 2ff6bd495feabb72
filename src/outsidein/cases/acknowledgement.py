"""The minimum response: what a customer receives when nobody has time for the case."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from sqlalchemy.orm import Session

from outsidein.cases.capacity import backlog
from outsidein.cases.case_work import settle_case
from outsidein.cases.declaration import Team
from outsidein.cases.events import add_event
from outsidein.cases.lifecycle import SYSTEM, Actor, CaseState, EventKind
from outsidein.cases.notices import Notice, Outlets
from outsidein.cases.playbooks import Playbook
from outsidein.cases.queue import CaseFilter, CaseRow, find_case
from outsidein.consent.permission import Permission
from outsidein.delivery.delivery_list import recipients_since
from outsidein.delivery.recipients import mailbox
from outsidein.errors import InputError
from outsidein.store.row_work import RowFailure

CLOCK = "capacity"
"""The audit's name for the clock that answers on behalf of a team without capacity."""

NO_PLAYBOOK, NO_ADDRESS = "its playbook has no minimum response", "no e-mail address is known"
BAD_ADDRESS = "the e-mail address that is known is not one plain mailbox"

ENDING = ":minimum_response"
"""The ending of the keys of minimum responses."""

ONE_A_DAY = timedelta(days=1)
"""A customer gets at most one minimum response within this time."""

UNDELIVERED_CLOCK, NOT_ARRIVED = "delivery", "the minimum response did not arrive"

_SYSTEM = Actor(SYSTEM)

NO_PROBLEMS: Mapping[str, Exception] = {}


class ContactRoute(NamedTuple):
    """A customer's e-mail address, if there is one, and whether writing to it is permitted."""

    to: str | None
    permission: Permission


class ResponseCounts(NamedTuple):
    """Cases beyond capacity that were acknowledged, and that were left unanswered (counts)."""

    acknowledged: int
    left: int


UNSETTLED = ResponseCounts(0, 0)
"""Of a case that could not even be left with a reason; the audit has it."""


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
    unreadable: Mapping[str, Exception] = NO_PROBLEMS,
) -> ResponseCounts:
    """Acknowledge cases and send their customers the minimum response, where permitted.

    A customer gets one such mail a day, however many cases there are.

    A case whose customer has no address, or did not consent, or for which the work fails, is not
    acknowledged. The case records the reason, and the team's lead is notified, once for each
    reason; the other cases go on.

    Args:
        session: The transaction it becomes part of.
        cases: From `unanswered`.
        teams: As declared.
        playbooks: Of the project; that of the case holds the text.
        ways: By number of the case.
        outlets: Outbox and audit.
        now: When (aware).
        by: Whose clock it is: the worker's name.
        unreadable: Why further playbooks cannot be read, by name.
    """
    work = _Round(session, teams, outlets, now, by)
    written_to = recipients_since(session, ending=ENDING, since=now - ONE_A_DAY)
    total = ResponseCounts(0, 0)
    for case in cases:
        reason = _unreadable(unreadable, case)
        book, way = playbooks.get(case.playbook or ""), ways.get(case.number)
        answer = partial(_answer_or_leave, work, case.number, reason or book, way, written_to)
        done = work.settle(case.number, answer, CLOCK)
        total = ResponseCounts(*(a + b for a, b in zip(total, done, strict=True)))
    return total


def _unreadable(unreadable: Mapping[str, Exception], case: CaseRow) -> "_Left | None":
    problem = unreadable.get(case.playbook or "")
    return None if problem is None else _Left(f"its playbook cannot be read: {problem}")


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
    work = _Round(session, teams, outlets, now, by)
    reports = [
        work.settle(number, partial(_report, work, number), UNDELIVERED_CLOCK) for number in numbers
    ]
    return sum(report.left for report in reports)


class _Left(NamedTuple):
    """Why a customer was not answered, and which clock noticed."""

    why: str
    clock: str = CLOCK


@dataclass(frozen=True, slots=True)
class _Round:
    """One round of answers, in one transaction."""

    session: Session
    teams: Mapping[str, Team]
    outlets: Outlets
    now: datetime
    by: str

    def settle(self, number: int, do: Callable[[], ResponseCounts], clock: str) -> ResponseCounts:
        """Do the work on one case; if it fails, leave the case with that as its reason."""
        done = self._settle(number, do, clock)
        if isinstance(done, RowFailure):
            left = _Left(f"the work on it failed ({done.kind})", clock)
            done = self._settle(number, lambda: self.leave(number, left), clock)
        return UNSETTLED if isinstance(done, RowFailure) else done

    def _settle(
        self, number: int, do: Callable[[], ResponseCounts], clock: str
    ) -> ResponseCounts | RowFailure:
        return settle_case(
            self.session,
            number,
            do,
            clock=clock,
            record=self.outlets.record,
            now=self.now,
            by=self.by,
        )

    def leave(self, number: int, left: _Left) -> ResponseCounts:
        """Record why a customer is not answered, unless that was recorded before."""
        case, why = find_case(self.session, number), left.why
        if case.unanswered == why:
            return ResponseCounts(0, 0)
        add_event(
            self.session,
            number,
            EventKind.LEAVE_UNANSWERED,
            actor=_SYSTEM,
            at=self.now,
            details={"because": why},
            changes={"unanswered": why},
        )
        self.outlets.post(self.session, _by_hand(case, self.teams[case.team], why, self.now))
        self._record(number, "case.left_unanswered", {"clock": left.clock, "because": why})
        return ResponseCounts(0, 1)

    def answer(self, case: CaseRow, book: Playbook, to: str, ground: Mapping[str, str]) -> None:
        """Acknowledge a case, and send its customer the minimum response."""
        details = {"minimum_response": book.name, **ground}
        add_event(
            self.session,
            case.number,
            EventKind.ACKNOWLEDGE,
            actor=_SYSTEM,
            at=self.now,
            details=details,
        )
        self.outlets.post(self.session, _minimum(case, book, to, self.now))
        self._record(case.number, "case.acknowledged", {"clock": CLOCK, **details})

    def _record(self, number: int, did: str, details: Mapping[str, str]) -> None:
        about = f"case:{number}"
        self.outlets.record(
            self.session, who=self.by, did=did, about=about, at=self.now, details=details
        )


def _answer_or_leave(
    work: _Round,
    number: int,
    book: "Playbook | _Left | None",
    way: ContactRoute | None,
    written_to: set[str],
) -> ResponseCounts:
    case = find_case(work.session, number)
    if case.state != CaseState.RECEIVED or case.team not in work.teams:
        return ResponseCounts(0, 0)  # somebody took it meanwhile
    if not isinstance(book, Playbook):
        return work.leave(number, book or _Left(NO_PLAYBOOK))
    to = _address(way)
    if isinstance(to, _Left):
        return work.leave(number, to)
    if to in written_to:
        return ResponseCounts(0, 0)  # a customer with several cases gets one mail a day
    if way is None or not way.permission.is_given:
        return work.leave(number, _Left(way.permission.refusal if way else NO_ADDRESS))
    work.answer(case, book, to, way.permission.ground)
    written_to.add(to)
    return ResponseCounts(1, 0)


def _address(way: ContactRoute | None) -> str | _Left:
    """Return where to write to a customer, or why that is not possible."""
    if way is None or way.to is None:
        return _Left(NO_ADDRESS)
    try:
        return mailbox(way.to)
    except InputError:
        return _Left(BAD_ADDRESS)


def _report(work: _Round, number: int) -> ResponseCounts:
    case = find_case(work.session, number)
    is_waiting = case.state == CaseState.ACKNOWLEDGED and case.begun_at is None
    if not (is_waiting and case.team in work.teams):
        return ResponseCounts(0, 0)
    return work.leave(number, _Left(NOT_ARRIVED, UNDELIVERED_CLOCK))


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
