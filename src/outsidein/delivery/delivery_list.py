"""Deliveries as lists and counts."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from outsidein.delivery.model import Delivery
from outsidein.delivery.statements import ROW, DeliveryState


@dataclass(frozen=True, slots=True)
class DeliveryStatus:
    """State and attempts of a delivery, for lists."""

    id: str
    kind: str
    to: str
    subject: str
    about: str
    due_at: datetime
    state: str
    attempts: int
    next_at: datetime
    settled_at: datetime | None
    blanked_at: datetime | None
    problem: str | None


def list_deliveries(
    session: Session,
    *,
    state: DeliveryState | None = None,
    about: str | None = None,
    rows: int = 100,
) -> list[DeliveryStatus]:
    """Return deliveries, latest due first.

    Args:
        session: A transaction on the store.
        state: Only those in this state.
        about: Only those that concern this.
        rows: At most this many (count).
    """
    columns = [ROW.c[name] for name in DeliveryStatus.__dataclass_fields__]
    query = select(*columns).order_by(Delivery.due_at.desc(), Delivery.id).limit(rows)
    if state is not None:
        query = query.where(Delivery.state == state)
    if about is not None:
        query = query.where(Delivery.about == about)
    return [DeliveryStatus(*row) for row in session.execute(query)]


def given_up_subjects(session: Session, *, ending: str, since: datetime) -> list[str]:
    """Return what given-up deliveries concern (their `about`).

    Args:
        session: A transaction on the store.
        ending: Only those whose key ends with this.
        since: Only those given up then or later (aware), and not blanked.
    """
    query = (
        select(ROW.c.about)
        .where(text("blanked_at IS NULL AND settled_at IS NOT NULL"), ROW.c.settled_at >= since)
        .where(ROW.c.state == DeliveryState.GIVEN_UP, ROW.c.key.endswith(ending, autoescape=True))
        .order_by(ROW.c.settled_at, ROW.c.id)
    )
    return list(session.scalars(query))


def recipients_since(session: Session, *, ending: str, since: datetime) -> set[str]:
    """Return the recipients of deliveries that were due since a moment.

    Args:
        session: A transaction on the store.
        ending: Only those whose key ends with this.
        since: Only those due then or later (aware).
    """
    query = select(ROW.c.to).where(
        ROW.c.due_at >= since, ROW.c.key.endswith(ending, autoescape=True)
    )
    return set(session.scalars(query))


def deliveries_by_state(session: Session) -> dict[str, int]:
    """Return how many deliveries are in each state (count)."""
    rows = session.execute(select(Delivery.state, func.count()).group_by(Delivery.state))
    in_state = {state: n for state, n in rows}  # noqa: C416  dict() knows no types of rows
    return {state.value: in_state.get(state.value, 0) for state in DeliveryState}
