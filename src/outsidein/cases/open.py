"""Opening cases: one per customer and issue, whoever else is opening at the same moment."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, insert, select, text, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from outsidein.cases.lifecycle import SYSTEM, CaseState, EventKind
from outsidein.cases.model import Case, CaseEvent

AT_ONCE = 400
"""Customers looked up in one statement: within the limit of both databases."""

TRIES = 5
"""Somebody may close a case between two statements, but hardly five times in a row."""

Matter = tuple[str, str]
"""Whom a case is about, and its issue."""


@dataclass(frozen=True, slots=True)
class CaseDraft:
    """A case to be opened, or the occasion to join the one that is open.

    Attributes:
        about: The customer; where nobody is known, the encounter or signal itself.
        source: Of the record whose encounter or signal it was.
        record_id: That record; null where none is known.
        rule: Name of the alert's rule.
        issue: One case is open per customer and issue.
        severity: 1 to 5.
        is_kept: Whether it is a complaint or a disaster.
        value: Of the customer (minor units); null where unknown.
        priority: Higher ones come first.
        team: Name of the responsible team.
        owner: Of its members, if one is clear from the start.
        unit: Of the encounter.
        playbook: Proposed to whoever takes the case.
        propensity: Probability with which it got this playbook.
        due_at: When the response is due.
    """

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
    unit: str | None
    playbook: str | None
    propensity: float | None
    due_at: datetime

    @property
    def matter(self) -> Matter:
        """Whom it is about, and the issue."""
        return self.about, self.issue


class OpenedCases(NamedTuple):
    """The case of each draft, in order, and which cases are new."""

    cases: list[int]
    new: dict[int, CaseDraft]


def open_cases(session: Session, drafts: Sequence[CaseDraft], *, now: datetime) -> OpenedCases:
    """Open a case for each customer and issue, or join the one that is open.

    The database keeps it to one: a partial unique index over the open cases. Of several drafts on
    one matter the first opens the case and the others join it.

    Args:
        session: The transaction they become part of.
        drafts: In the order of their alerts.
        now: When (aware).
    """
    openers = {draft.matter: place for place, draft in reversed(list(enumerate(drafts)))}
    first = {matter: drafts[place] for matter, place in openers.items()}
    case_numbers: dict[Matter, int] = {}
    new: dict[int, CaseDraft] = {}
    for _ in range(TRIES):
        # in one order whoever writes, so that no two wait for each other
        missing = [first[matter] for matter in sorted(first) if matter not in case_numbers]
        if not missing:
            break
        inserted = _insert(session, missing, now)
        new |= {number: first[matter] for matter, number in inserted.items()}
        case_numbers |= inserted | _open_now(
            session, [d.matter for d in missing if d.matter not in inserted]
        )
    cases = [case_numbers[draft.matter] for draft in drafts]
    _receive(session, new, now)
    fresh = {openers[draft.matter] for draft in new.values()}
    joining = [(cases[n], draft) for n, draft in enumerate(drafts) if n not in fresh]
    _join(session, joining, now)
    return OpenedCases(cases, new)


def _insert(session: Session, drafts: Sequence[CaseDraft], now: datetime) -> dict[Matter, int]:
    """Insert drafts on whose matter no case is open, and return their numbers."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = (
        dialect.insert(Case)
        .on_conflict_do_nothing(
            index_elements=["about", "issue"], index_where=text("closed_at IS NULL")
        )
        .returning(Case.about, Case.issue, Case.id)
    )
    rows = session.execute(statement, [_row(draft, now) for draft in drafts])
    return {(row.about, row.issue): row.id for row in rows}


def _row(draft: CaseDraft, now: datetime) -> dict[str, Any]:
    same = (
        *("about", "source", "record_id", "rule", "issue", "severity", "is_kept", "value"),
        *("team", "owner", "unit", "playbook", "propensity", "due_at"),
    )
    return {name: getattr(draft, name) for name in same} | {
        "rank": -draft.priority,
        "state": CaseState.RECEIVED.value,
        "level": 0,
        "alerts": 1,
        "events": 1,
        "opened_at": now,
        "begun_at": None,
        "cause": None,
        "verdict": None,
        "unanswered": None,
        "snoozed_until": None,
        "closed_at": None,
    }


def _open_now(session: Session, matters: Sequence[Matter]) -> dict[Matter, int]:
    case_numbers: dict[Matter, int] = {}
    for chunk in _portions(matters):
        query = select(Case.about, Case.issue, Case.id).where(
            tuple_(Case.about, Case.issue).in_(chunk), Case.closed_at.is_(None)
        )
        # nobody may close a case that an alert is about to join
        query = query.order_by(Case.about, Case.issue).with_for_update()
        case_numbers |= {(row.about, row.issue): row.id for row in session.execute(query)}
    return case_numbers


def _portions(matters: Sequence[Matter]) -> Iterator[Sequence[Matter]]:
    for start in range(0, len(matters), AT_ONCE):
        yield matters[start : start + AT_ONCE]


def _receive(session: Session, new: Mapping[int, CaseDraft], now: datetime) -> None:
    rows = [
        _event(number, 1, EventKind.RECEIVE, CaseState.RECEIVED, draft=draft, now=now)
        for number, draft in new.items()
    ]
    if rows:
        session.execute(insert(CaseEvent), rows)


def _join(session: Session, joining: Sequence[tuple[int, CaseDraft]], now: datetime) -> None:
    """Count further alerts on open cases, raise severity and rank, and add an event for each."""
    of_case: dict[int, list[CaseDraft]] = {}
    for number, draft in joining:
        of_case.setdefault(number, []).append(draft)
    changed, events = [], []
    for case in _standing(session, list(of_case)):
        drafts = of_case[case.id]
        changed.append(_raised(case, drafts))
        state = CaseState(case.state)
        for place, draft in enumerate(drafts, start=case.events + 1):
            events.append(_event(case.id, place, EventKind.JOIN, state, draft=draft, now=now))
    if changed:
        session.execute(update(Case), changed)
        session.execute(insert(CaseEvent), events)


def _standing(session: Session, numbers: Sequence[int]) -> Iterator[Row[Any]]:
    columns = (
        Case.id,
        Case.state,
        Case.events,
        Case.alerts,
        Case.severity,
        Case.is_kept,
        Case.rank,
    )
    for start in range(0, len(numbers), AT_ONCE):
        chunk = numbers[start : start + AT_ONCE]
        rows: Iterable[Any] = session.execute(select(*columns).where(Case.id.in_(chunk)))
        yield from rows


def _raised(case: Row[Any], drafts: Sequence[CaseDraft]) -> dict[str, Any]:
    return {
        "id": case.id,
        "events": case.events + len(drafts),
        "alerts": case.alerts + len(drafts),
        "severity": max(case.severity, *(draft.severity for draft in drafts)),
        "is_kept": case.is_kept or any(draft.is_kept for draft in drafts),
        "rank": min(case.rank, *(-draft.priority for draft in drafts)),
        "snoozed_until": None,
    }


def _event(
    number: int,
    position: int,
    kind: EventKind,
    state: CaseState,
    *,
    draft: CaseDraft,
    now: datetime,
) -> dict[str, Any]:
    return {
        "case_id": number,
        "position": position,
        "kind": kind.value,
        "state": state.value,
        "by": SYSTEM,
        "at": now,
        "details": {"rule": draft.rule, "is_kept": draft.is_kept},
    }
