"""What a team can do today, and the backlog: complaints and disasters are never dropped."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, cast, func, select, update
from sqlalchemy.orm import Session

from outsidein.cases.case_work import settle_case
from outsidein.cases.clock import working_day, working_time, working_time_later
from outsidein.cases.declaration import Team
from outsidein.cases.events import add_event
from outsidein.cases.lifecycle import SYSTEM, Actor, CaseState, EventKind
from outsidein.cases.model import Case
from outsidein.cases.notices import Record
from outsidein.cases.queue import CaseFilter, CaseRow, Cursor, count_cases, list_cases

PAGE = 500
"""Cases read at once when paging through a whole backlog."""

COMPLAINTS_AND_DISASTERS = CaseFilter(is_kept=True)
"""Complaints and disasters."""

LAPSE_CLOCK = "lapse term"
"""The audit's name for the clock that lets cases lapse."""

_SYSTEM = Actor(SYSTEM)


class TeamDay(NamedTuple):
    """A team's day.

    `cases` are those to work on: begun ones first, then by priority. `done` were closed today.
    Beyond capacity are `backlog` complaints and disasters and `waiting` others (counts); `risk` is
    the sum of their priorities (minor units). `snoozed` are out of the queue until a moment, and
    `overdue` of them are past their time meanwhile (counts).
    """

    cases: list[CaseRow]
    done: int
    backlog: int
    waiting: int
    risk: int
    snoozed: int = 0
    overdue: int = 0


def team_day(session: Session, name: str, team: Team, *, now: datetime) -> TeamDay:
    """Fit the open cases of a team to its working day.

    A case that somebody has begun stays on the list until it is closed; the others fill the rest
    of the day's capacity by priority. An owner named by routing alone has not begun. What is
    snoozed takes no capacity until it is back.
    """
    begun = _all(session, CaseFilter(team=name, is_begun=True, awake_at=now))
    done = _done(session, name, team, now)
    room = max(team.capacity - done - len(begun), 0)
    free = list_cases(session, _free(name), limit=room).cases if room else []
    kept = count_cases(session, CaseFilter(team=name, is_begun=False, is_kept=True))
    total = count_cases(session, _free(name))
    backlog = kept - sum(case.is_kept for case in free)
    at_risk = select(func.sum(-Case.rank)).where(
        Case.team == name, Case.begun_at.is_(None), Case.closed_at.is_(None)
    )
    risk = int(session.scalar(at_risk) or 0) - sum(case.priority for case in free)
    snoozed = count_cases(session, CaseFilter(team=name, snoozed_at=now))
    overdue = count_cases(session, CaseFilter(team=name, snoozed_at=now, due_before=now))
    waiting = total - len(free) - backlog
    return TeamDay([*begun, *free], done, backlog, waiting, risk, snoozed, overdue)


def backlog(
    session: Session,
    name: str,
    team: Team,
    *,
    now: datetime,
    among: CaseFilter = COMPLAINTS_AND_DISASTERS,
) -> Iterator[CaseRow]:
    """Yield the cases beyond today's capacity, highest priority first.

    Args:
        session: A transaction on the store.
        name: Of the team.
        team: As declared.
        now: When (aware).
        among: Which cases; by default complaints and disasters.
    """
    begun = count_cases(session, CaseFilter(team=name, is_begun=True, awake_at=now))
    room = max(team.capacity - _done(session, name, team, now) - begun, 0)
    within = list_cases(session, _free(name), limit=room) if room else None
    if within is not None and within.after is None:
        return
    after = within.after if within else None
    yield from _pages(session, replace(among, team=name, is_begun=False), after)


def let_lapse(
    session: Session, name: str, team: Team, *, record: Record, now: datetime, by: str
) -> int:
    """Let cases lapse that are no complaint, beyond capacity, and older than the team's term.

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
    lapsed = 0
    since = now - timedelta(hours=team.lapse_after_hours)  # working time is never longer
    among = CaseFilter(is_kept=False, state=CaseState.RECEIVED, opened_before=since)
    for case in list(backlog(session, name, team, now=now, among=among)):
        result = settle_case(
            session,
            case.number,
            partial(_lapse, session, case, name, team, record=record, now=now, by=by),
            clock=LAPSE_CLOCK,
            record=record,
            now=now,
            by=by,
        )
        lapsed += result is True
    return lapsed


def _lapse(
    session: Session,
    case: CaseRow,
    name: str,
    team: Team,
    *,
    record: Record,
    now: datetime,
    by: str,
) -> bool:
    """Let a case lapse if it is older than its team's term."""
    term = (team.lapse_after_hours or 0) * 3600
    if working_time(case.opened_at, now, team.hours).total_seconds() <= term:
        return False
    add_event(session, case.number, EventKind.LAPSE, actor=_SYSTEM, at=now)
    about, audited = f"case:{case.number}", {"clock": LAPSE_CLOCK, "team": name}
    record(session, who=by, did="case.lapsed", about=about, at=now, details=audited)
    return True


def reprice(session: Session, rule: str, *, per_value: float, cost: int, unknown: int) -> None:
    """Update the priority of a rule's open cases: value x `per_value` - `cost`.

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
    return working_time_later(now, team.term, team.hours)


def _free(name: str) -> CaseFilter:
    return CaseFilter(team=name, is_begun=False)


def _all(session: Session, wanted: CaseFilter) -> list[CaseRow]:
    return list(_pages(session, wanted, None))


def _pages(session: Session, wanted: CaseFilter, after: Cursor | None) -> Iterator[CaseRow]:
    while True:
        page = list_cases(session, wanted, limit=PAGE, after=after)
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
