"""Events of a case: checked, stored, and folded into its current state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, exists, func, insert, select, update
from sqlalchemy.orm import Session, aliased

from outsidein.cases.lifecycle import (
    BEGINNINGS,
    SYSTEM,
    WAKING,
    Actor,
    CaseState,
    CaseStatus,
    EventKind,
    fold_events,
    may_act,
    next_state,
)
from outsidein.cases.model import Case, CaseEvent
from outsidein.errors import InputError, UnknownName

NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event of a case, and the state it left the case in."""

    position: int
    kind: EventKind
    state: CaseState
    by: str
    at: datetime
    details: Mapping[str, Any]


def add_event(
    session: Session,
    number: int,
    kind: EventKind,
    *,
    actor: Actor,
    at: datetime,
    details: Mapping[str, Any] = NOTHING,
    changes: Mapping[str, Any] = NOTHING,
) -> CaseState:
    """Add an event to a case: one event row, and the case's row moves with it.

    If somebody else changes the case at the same moment, one of the two gets an error: the row
    moves only from the event that was read here.

    Args:
        session: The transaction it becomes part of.
        number: Of the case.
        kind: What happens.
        actor: Who does it.
        at: When (aware).
        details: Kept with the event.
        changes: Columns of the case that change with it.

    Raises:
        UnknownName: There is no such case.
        InputError: It cannot happen in this state, or the actor may not do it, or the case
            changed meanwhile.
    """
    case = _case(session, number)
    standing = CaseStatus(CaseState(case.state), case.is_kept, case.team, case.owner)
    state = next_state(kind, standing)
    if not may_act(kind, standing, actor):
        raise InputError(
            f"{actor.name} may not {kind.value.replace('_', ' ')} case {number}: "
            f"{f'it belongs to {case.owner}' if case.owner else 'it has no owner'}, "
            f"in team {case.team}."
        )
    moved: dict[str, Any] = {"state": state.value, "events": case.events + 1, **changes}
    if state == CaseState.CLOSED and standing.state != CaseState.CLOSED:
        moved["closed_at"] = at
    if kind == EventKind.REOPEN:
        moved["closed_at"] = None
    if kind == EventKind.ACKNOWLEDGE or (actor.name != SYSTEM and kind in BEGINNINGS):
        moved["unanswered"] = None
    if kind in WAKING:
        moved["snoozed_until"] = None
    if kind == EventKind.HAND_OVER:
        moved["begun_at"] = None
    elif case.begun_at is None and actor.name != SYSTEM and kind in BEGINNINGS:
        moved["begun_at"] = at
    _move(session, case, moved)
    row = {"kind": kind.value, "state": state.value, "by": actor.name, "at": at}
    place = {"case_id": number, "position": case.events + 1}
    session.execute(insert(CaseEvent), [row | place | {"details": dict(details)}])
    return state


def _case(session: Session, number: int) -> Row[Any]:
    case = session.execute(select(*Case.__table__.columns).where(Case.id == number)).one_or_none()
    if case is None:
        raise UnknownName("case", str(number), None)
    return case


def _move(session: Session, case: Row[Any], moved: Mapping[str, Any]) -> None:
    seen = update(Case).where(Case.id == case.id, Case.events == case.events)
    if "closed_at" in moved and moved["closed_at"] is None:
        other = aliased(Case)
        seen = seen.where(
            ~exists().where(
                other.about == case.about, other.issue == case.issue, other.closed_at.is_(None)
            )
        )
    done = session.connection().execute(seen.values(**moved))
    if not done.rowcount:
        raise InputError(
            f"Case {case.id} was changed by somebody else, or another case of the same customer on "
            f"{case.issue!r} is open. Look at it again."
        )


def case_history(session: Session, number: int) -> list[EventRow]:
    """Return all events of a case, in order."""
    columns = CaseEvent.__table__.c
    query = select(CaseEvent).where(columns.case_id == number).order_by(columns.position)
    return [
        EventRow(e.position, EventKind(e.kind), CaseState(e.state), e.by, e.at, e.details)
        for e in session.scalars(query)
    ]


def state_of(events: Sequence[EventRow]) -> CaseState:
    """Fold what happened into the state it leads to.

    Raises:
        InputError: It could not have happened in this order.
    """
    return fold_events((event.kind, bool(event.details.get("is_kept"))) for event in events)


def inconsistent_cases(session: Session) -> list[int]:
    """Return cases whose row disagrees with their last event; there should be none."""
    last = (
        select(CaseEvent.case_id, func.max(CaseEvent.position).label("position"))
        .group_by(CaseEvent.case_id)
        .subquery()
    )
    query = (
        select(Case.id)
        .outerjoin(last, last.c.case_id == Case.id)
        .outerjoin(
            CaseEvent,
            (CaseEvent.case_id == Case.id) & (CaseEvent.position == last.c.position),
        )
        .where(
            CaseEvent.id.is_(None)
            | (CaseEvent.state != Case.state)
            | (Case.events != CaseEvent.position)
            | (Case.closed_at.is_(None) != (Case.state != CaseState.CLOSED.value))
        )
        .order_by(Case.id)
    )
    return list(session.scalars(query))
