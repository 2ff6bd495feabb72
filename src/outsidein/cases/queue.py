"""The queue of cases: filtered, highest priority first, page by page."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, or_, select, tuple_
from sqlalchemy.orm import Session

from outsidein.cases.declaration import Team
from outsidein.cases.events import add_event
from outsidein.cases.lifecycle import Actor, CaseState, EventKind
from outsidein.cases.model import Case
from outsidein.errors import InputError, UnknownName

LONGEST_NUMBER = 10
"""Digits from which on a number is none of a case."""

_CURSOR = re.compile(r"(-?[0-9]{1,18}):([0-9]{1,9})")


class Cursor(NamedTuple):
    """Where a page ended."""

    rank: int
    number: int

    def __str__(self) -> str:
        return f"{self.rank}:{self.number}"


def read_cursor(text: str) -> Cursor | None:
    """Return where a page ended, as it was written; None if nothing was.

    Raises:
        InputError: It is no cursor.

    Example:
        >>> read_cursor(str(Cursor(-2500, 7)))
        Cursor(rank=-2500, number=7)
    """
    if not text:
        return None
    match = _CURSOR.fullmatch(text)
    if match is None:
        raise InputError(f"{text!r} is not a cursor; copy it from the end of the previous page.")
    return Cursor(int(match[1]), int(match[2]))


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases to list; None means no restriction.

    `text` is looked for in number, issue, rule, owner, record and cause.

    `is_left` are those whose customer could not be answered when a minimum response was due;
    `awake_at` and `snoozed_at` are those that were back, or still snoozed, at a moment.
    """

    team: str | None = None
    teams: tuple[str, ...] | None = None
    owner: str | None = None
    is_begun: bool | None = None
    state: CaseState | None = None
    issue: str | None = None
    rule: str | None = None
    about: str | None = None
    due_before: datetime | None = None
    opened_since: datetime | None = None
    opened_before: datetime | None = None
    is_left: bool | None = None
    is_kept: bool | None = None
    text: str = ""
    awake_at: datetime | None = None
    snoozed_at: datetime | None = None
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as it stands: one row of a list.

    `value` and `priority` are minor units; `is_kept` marks complaints and disasters; `unanswered`
    is why its customer got no minimum response where one was due.
    """

    number: int
    about: str
    source: str
    record_id: str | None
    rule: str
    issue: str
    severity: int
    is_kept: bool
    value: int | None
    priority: int
    team: str
    owner: str | None
    state: CaseState
    level: int
    playbook: str | None
    propensity: float | None
    cause: str | None
    verdict: str | None
    unanswered: str | None
    alerts: int
    events: int
    opened_at: datetime
    begun_at: datetime | None
    due_at: datetime
    snoozed_until: datetime | None
    closed_at: datetime | None


class Page(NamedTuple):
    """A page of cases by priority, and where the next page begins; None after the last."""

    cases: list[CaseRow]
    after: Cursor | None


def list_cases(
    session: Session, wanted: CaseFilter, *, limit: int = 50, after: Cursor | None = None
) -> Page:
    """List cases, highest priority first, then oldest first.

    A page begins where the last one ended, by key rather than by number of rows, so that cases
    opened or closed meanwhile shift nothing and the thousandth page costs as much as the first.

    Args:
        session: A transaction on the store.
        wanted: Which.
        limit: Most cases on a page (count).
        after: Where the page before ended.
    """
    query = _where(select(Case), wanted).order_by(Case.rank, Case.id).limit(limit + 1)
    if after is not None:
        query = query.where(tuple_(Case.rank, Case.id) > tuple_(after.rank, after.number))
    rows = [case_row(case) for case in session.scalars(query)]
    more = Cursor(-rows[limit - 1].priority, rows[limit - 1].number) if rows[limit:] else None
    return Page(rows[:limit], more)


def count_cases(session: Session, wanted: CaseFilter) -> int:
    """Count the cases that a filter selects."""
    return session.scalar(_where(select(func.count()).select_from(Case), wanted)) or 0


class CaseCounts(NamedTuple):
    """How many cases were opened, and how many closed."""

    opened: int
    closed: int


def count_changes(session: Session, since: datetime) -> CaseCounts:
    """Count the cases that were opened and closed after a moment."""
    return CaseCounts(
        *(
            session.scalar(select(func.count()).select_from(Case).where(moment > since)) or 0
            for moment in (Case.opened_at, Case.closed_at)
        )
    )


def open_cases_by_rule(session: Session) -> dict[str, int]:
    """Count the open cases by the rule that opened them."""
    query = select(Case.rule, func.count()).where(Case.closed_at.is_(None)).group_by(Case.rule)
    return {row[0]: row[1] for row in session.execute(query)}


def find_case(session: Session, number: int) -> CaseRow:
    """Return a case.

    Raises:
        UnknownName: There is none of that number.
    """
    case = session.get(Case, number, populate_existing=True)
    if case is None:
        raise UnknownName("case", str(number), None)
    return case_row(case)


def set_owner(
    session: Session, number: int, owner: str, *, actor: Actor, at: datetime, team: Team
) -> None:
    """Give a case to a member of its team.

    Raises:
        InputError: The owner is neither one of them nor an actor who works in the team or leads
            it, or the actor may not give it.
    """
    of = find_case(session, number).team
    may_lead = of in actor.leads
    may_take = owner == actor.name and of in actor.teams | actor.leads
    if owner not in team.members and not may_take:
        raise UnknownName("member", owner, team.members)
    if owner != actor.name and not may_lead:
        raise InputError(
            f"{actor.name} may take case {number} but not give it to others; "
            "only the team's lead can."
        )
    add_event(
        session,
        number,
        EventKind.ASSIGN,
        actor=actor,
        at=at,
        details={"owner": owner},
        changes={"owner": owner},
    )


def set_team(
    session: Session,
    number: int,
    to: str,
    *,
    actor: Actor,
    at: datetime,
    reason: str,
    teams: Mapping[str, Team],
) -> None:
    """Hand a case to another team, where nobody owns it yet; it stays due when it was.

    Raises:
        UnknownName: There is no such team.
        InputError: The actor may not, or gives no reason.
    """
    if to not in teams:
        raise UnknownName("team", to, teams)
    if not reason.strip():
        raise InputError("Give a reason for handing the case over.")
    changes = {"team": to, "owner": None}
    add_event(
        session,
        number,
        EventKind.HAND_OVER,
        actor=actor,
        at=at,
        details={"team": to, "reason": reason},
        changes=changes,
    )


def case_row(case: Case) -> CaseRow:
    """Return the case as a row of a list."""
    same = (
        *("about", "source", "record_id", "rule", "issue", "severity", "is_kept", "value", "team"),
        *("owner", "level", "playbook", "propensity", "cause", "verdict", "unanswered"),
        *("alerts", "events"),
        *("opened_at", "begun_at", "due_at", "snoozed_until", "closed_at"),
    )
    fields = {name: getattr(case, name) for name in same}
    return CaseRow(number=case.id, priority=-case.rank, state=CaseState(case.state), **fields)


def _where(query: Select[Any], wanted: CaseFilter) -> Select[Any]:
    for name in ("team", "owner", "state", "issue", "rule", "about", "is_kept"):
        value = getattr(wanted, name)
        if value is not None:
            query = query.where(getattr(Case, name) == value)
    if wanted.teams is not None:
        query = query.where(Case.team.in_(wanted.teams))
    if wanted.is_open:
        query = query.where(Case.closed_at.is_(None))
    if wanted.is_begun is not None:
        query = query.where(Case.begun_at.is_(None) != wanted.is_begun)
    if wanted.is_left is not None:
        query = query.where(Case.unanswered.is_(None) != wanted.is_left)
    if wanted.text:
        query = query.where(_names(wanted.text))
    return _at_moments(query, wanted)


def _at_moments(query: Select[Any], wanted: CaseFilter) -> Select[Any]:
    if wanted.opened_since is not None:
        query = query.where(Case.opened_at >= wanted.opened_since)
    if wanted.opened_before is not None:
        query = query.where(Case.opened_at < wanted.opened_before)
    if wanted.due_before is not None:
        query = query.where(Case.due_at < wanted.due_before)
    if wanted.awake_at is not None:
        is_back = Case.snoozed_until.is_(None) | (Case.snoozed_until <= wanted.awake_at)
        query = query.where(is_back)
    if wanted.snoozed_at is not None:
        query = query.where(Case.snoozed_until > wanted.snoozed_at)
    return query


def _names(text: str) -> ColumnElement[bool]:
    """Whether a text is the number of a case, or part of its issue, owner, record or cause."""
    words = (Case.issue, Case.rule, Case.owner, Case.record_id, Case.cause)
    number = int(text) if text.isascii() and text.isdigit() and len(text) < LONGEST_NUMBER else -1
    return or_(Case.id == number, *(column.icontains(text, autoescape=True) for column in words))
