"""What a team can do today, and what becomes of the rest: nothing grave is dropped."""

from collections.abc import Iterator, Mapping
from datetime import datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pyarrow as pa
from sqlalchemy import BigInteger, cast, func, select, update
from sqlalchemy.orm import Session

from outsidein.cases.clock import due_at, worked, working_day
from outsidein.cases.declaration import Team
from outsidein.cases.events import happen
from outsidein.cases.lifecycle import SYSTEM, Actor, Kind, State
from outsidein.cases.model import Case
from outsidein.cases.notices import Notice, Post
from outsidein.cases.playbooks import Playbook
from outsidein.cases.queue import CaseRow, Cursor, Wanted, counted, listed

PAGE = 500
"""Cases read at once where a whole backlog is gone through."""

_SYSTEM = Actor(SYSTEM)


class Day(NamedTuple):
    """A team's day.

    `cases` are those to work on, begun ones first, then the dearest; `done` were closed today;
    beyond stand `backlog` complaints and disasters and `waiting` others (counts), of which `risk`
    is the sum of priorities (minor units).
    """

    cases: list[CaseRow]
    done: int
    backlog: int
    waiting: int
    risk: int


def day(session: Session, name: str, team: Team, *, now: datetime) -> Day:
    """Fit the open cases of a team to its working day.

    What somebody has begun stays on the list until it is done; the dearest of the others fill
    what is left of the day's capacity. An owner named by routing alone has not begun.
    """
    begun = _all(session, Wanted(team=name, is_begun=True))
    done = _done(session, name, team, now)
    room = max(team.capacity - done - len(begun), 0)
    free = listed(session, _free(name), limit=room).cases if room else []
    kept = counted(session, Wanted(team=name, is_begun=False, is_kept=True))
    total = counted(session, _free(name))
    backlog = kept - sum(case.is_kept for case in free)
    at_risk = select(func.sum(-Case.rank)).where(
        Case.team == name, Case.begun_at.is_(None), Case.closed_at.is_(None)
    )
    risk = int(session.scalar(at_risk) or 0) - sum(case.priority for case in free)
    return Day([*begun, *free], done, backlog, total - len(free) - backlog, risk)


def backlog(
    session: Session, name: str, team: Team, *, now: datetime, is_kept: bool = True
) -> Iterator[CaseRow]:
    """Yield what lies beyond today's capacity, the dearest first.

    Args:
        session: A transaction on the store.
        name: Of the team.
        team: As declared.
        now: When (aware).
        is_kept: Complaints and disasters; else all the others.
    """
    begun = counted(session, Wanted(team=name, is_begun=True))
    room = max(team.capacity - _done(session, name, team, now) - begun, 0)
    within = listed(session, _free(name), limit=room) if room else None
    if within is not None and within.after is None:
        return
    after = within.after if within else None
    yield from _pages(session, Wanted(team=name, is_begun=False, is_kept=is_kept), after)


def respond_at_least(
    session: Session,
    name: str,
    team: Team,
    *,
    playbooks: Mapping[str, Playbook],
    addresses: Mapping[tuple[str, str], str],
    post: Post,
    now: datetime,
) -> int:
    """Acknowledge what is grave and beyond today's capacity, and tell the customer the minimum.

    Where no address of the customer is known the lead is told to do it by hand, and the case is
    not acknowledged.

    Args:
        session: The transaction it becomes part of.
        name: Of the team.
        team: As declared.
        playbooks: Of the project; the case's own holds the words.
        addresses: E-mail address of a record, by source and record id.
        post: Puts a notice into the outbox.
        now: When (aware).

    Returns:
        How many were acknowledged (count).
    """
    told = 0
    for case in list(backlog(session, name, team, now=now)):
        book = playbooks.get(case.playbook or "")
        to = addresses.get((case.source, case.record_id or ""))
        if case.state != State.RECEIVED:
            continue
        if book is None or to is None:
            post(session, _by_hand(case, team, now))
            continue
        details = {"minimum_response": book.name}
        happen(session, case.number, Kind.ACKNOWLEDGE, actor=_SYSTEM, at=now, details=details)
        post(session, _minimum(case, book, to, now))
        told += 1
    return told


def unanswered_records(session: Session) -> pa.Table:
    """Return whom a complaint or disaster is about that nobody has acknowledged.

    Returns:
        One row per record: `source`, `record_id`.
    """
    query = (
        select(Case.source, Case.record_id)
        .where(
            Case.closed_at.is_(None),
            Case.is_kept,
            Case.state == State.RECEIVED.value,
            Case.record_id.is_not(None),
        )
        .distinct()
    )
    rows = [row._asdict() for row in session.execute(query)]
    return pa.Table.from_pylist(
        rows, schema=pa.schema({"source": pa.string(), "record_id": pa.string()})
    )


def _minimum(case: CaseRow, book: Playbook, to: str, now: datetime) -> Notice:
    return Notice(
        key=f"case:{case.number}:minimum_response",
        kind="minimum_response",
        to=to,
        subject=book.header.title,
        body=book.header.minimum_response,
        about=f"case:{case.number}",
        due_at=now,
    )


def _by_hand(case: CaseRow, team: Team, now: datetime) -> Notice:
    return Notice(
        key=f"case:{case.number}:minimum_response_by_hand",
        kind="minimum_response_by_hand",
        to=team.address(None),
        subject=f"Case {case.number} ({case.issue}) needs a minimum response by hand",
        body=f"It is beyond today's capacity, and no address of {case.source}/{case.record_id} is "
        "known to write to.",
        about=f"case:{case.number}",
        due_at=now,
        asks=team.lead,
    )


def let_go(session: Session, name: str, team: Team, *, now: datetime) -> int:
    """Let lapse what is no complaint, beyond capacity, and older than the team's term.

    Returns:
        How many lapsed (count); none where the team declares no term.
    """
    if team.lapse_after_hours is None:
        return 0
    term, gone = team.lapse_after_hours * 3600, 0
    for case in list(backlog(session, name, team, now=now, is_kept=False)):
        waited = worked(case.opened_at, now, team.hours).total_seconds()
        if case.state == State.RECEIVED and waited > term:
            happen(session, case.number, Kind.LAPSE, actor=_SYSTEM, at=now)
            gone += 1
    return gone


def reprice(session: Session, rule: str, *, per_value: float, cost: int, unknown: int) -> None:
    """Reckon the priority of a rule's open cases anew: value x `per_value` - `cost`.

    Args:
        session: The transaction it becomes part of.
        rule: Name of the alert's rule.
        per_value: Share of a customer's value that the work is expected to save.
        cost: Of the work (minor units).
        unknown: Value taken for who has none (minor units).
    """
    value = func.coalesce(Case.value, unknown)
    rank = cost - cast(value * per_value, BigInteger)
    open_now = update(Case).where(Case.rule == rule, Case.closed_at.is_(None))
    session.connection().execute(open_now.values(rank=rank))


def response_due(team: Team, now: datetime) -> datetime:
    """Return when a case opened now is due."""
    return due_at(now, team.term, team.hours)


def _free(name: str) -> Wanted:
    return Wanted(team=name, is_begun=False)


def _all(session: Session, wanted: Wanted) -> list[CaseRow]:
    return list(_pages(session, wanted, None))


def _pages(session: Session, wanted: Wanted, after: Cursor | None) -> Iterator[CaseRow]:
    while True:
        page = listed(session, wanted, limit=PAGE, after=after)
        yield from page.cases
        if page.after is None:
            return
        after = page.after


def _done(session: Session, name: str, team: Team, now: datetime) -> int:
    """Count the cases somebody closed since the working day began."""
    zone = ZoneInfo(team.timezone)
    since = datetime.combine(working_day(now, team.hours), time(0), zone)
    query = select(func.count()).where(
        Case.team == name, Case.closed_at >= since, Case.begun_at.is_not(None)
    )
    return session.scalar(query) or 0
