"""What a team can do today, and what becomes of the rest: nothing grave is dropped."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, cast, func, select, update
from sqlalchemy.orm import Session

from outsidein.cases.clock import due_at, worked, working_day
from outsidein.cases.declaration import Team
from outsidein.cases.events import happen
from outsidein.cases.lifecycle import SYSTEM, Actor, Kind, State
from outsidein.cases.model import Case
from outsidein.cases.notices import Record
from outsidein.cases.queue import CaseRow, Cursor, Wanted, counted, listed

PAGE = 500
"""Cases read at once where a whole backlog is gone through."""

KEPT = Wanted(is_kept=True)
"""Complaints and disasters."""

LAPSE_CLOCK = "lapse term"
"""What the audit calls the clock that lets cases go."""

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
    session: Session,
    name: str,
    team: Team,
    *,
    now: datetime,
    among: Wanted = KEPT,
) -> Iterator[CaseRow]:
    """Yield what lies beyond today's capacity, the dearest first.

    Args:
        session: A transaction on the store.
        name: Of the team.
        team: As declared.
        now: When (aware).
        among: Of which cases; of complaints and disasters if not said.
    """
    begun = counted(session, Wanted(team=name, is_begun=True))
    room = max(team.capacity - _done(session, name, team, now) - begun, 0)
    within = listed(session, _free(name), limit=room) if room else None
    if within is not None and within.after is None:
        return
    after = within.after if within else None
    yield from _pages(session, replace(among, team=name, is_begun=False), after)


def let_go(
    session: Session, name: str, team: Team, *, record: Record, now: datetime, by: str
) -> int:
    """Let lapse what is no complaint, beyond capacity, and older than the team's term.

    Args:
        session: The transaction it becomes part of.
        name: Of the team.
        team: As declared.
        record: Writes into the audit.
        now: When (aware).
        by: Whose clock it is: the worker's name.

    Returns:
        How many lapsed (count); none where the team declares no term.
    """
    if team.lapse_after_hours is None:
        return 0
    term, gone = team.lapse_after_hours * 3600, 0
    since = now - timedelta(seconds=term)  # the working time is shorter still
    among = Wanted(is_kept=False, state=State.RECEIVED, opened_before=since)
    for case in list(backlog(session, name, team, now=now, among=among)):
        if worked(case.opened_at, now, team.hours).total_seconds() > term:
            happen(session, case.number, Kind.LAPSE, actor=_SYSTEM, at=now)
            about, told = f"case:{case.number}", {"clock": LAPSE_CLOCK, "team": name}
            record(session, who=by, did="case.lapsed", about=about, at=now, details=told)
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
