"""What a person may do to a delivery."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from outsidein.delivery.delivery_list import list_deliveries
from outsidein.delivery.row_changes import changed_rows
from outsidein.delivery.statements import ROW, DeliveryState
from outsidein.errors import InputError, UnknownName

DROPPED = "dropped by hand: too many to one recipient"


def retry_delivery(session: Session, delivery: str, *, now: datetime) -> None:
    """Retry a delivery that was given up, from `now` on.

    Raises:
        UnknownName: No delivery with that id was given up.
        InputError: It has been blanked since.
    """
    anew = (
        update(ROW)
        .where(
            ROW.c.id == delivery, ROW.c.state == DeliveryState.GIVEN_UP, ROW.c.blanked_at.is_(None)
        )
        .values(state=DeliveryState.WAITING, next_at=now, attempts=0, worker=None, settled_at=None)
    )
    if not changed_rows(session, anew):
        given_up = list_deliveries(session, state=DeliveryState.GIVEN_UP)
        if any(one.id == delivery for one in given_up):
            raise InputError(f"Delivery {delivery} was blanked: its text is no longer kept.")
        raise UnknownName("delivery that was given up", delivery, [one.id for one in given_up])


class HeldRecipient(NamedTuple):
    """Deliveries that are held for one recipient."""

    kind: str
    to: str
    deliveries: int
    first_due_at: datetime
    last_due_at: datetime


def held_recipients(session: Session) -> list[HeldRecipient]:
    """Return whose deliveries are held, most first."""
    n, due = func.count(), ROW.c.due_at
    query = (
        select(ROW.c.kind, ROW.c.to, n, func.min(due), func.max(due))
        .where(ROW.c.state == DeliveryState.HELD)
        .group_by(ROW.c.kind, ROW.c.to)
        .order_by(n.desc(), ROW.c.to)
    )
    return [HeldRecipient(*row) for row in session.execute(query)]


def release_held(session: Session, to: str, *, now: datetime) -> int:
    """Let go what is held for a recipient; it is due at once.

    Returns:
        How many (count).

    Raises:
        UnknownName: Nothing is held for this recipient.
    """
    return _settle_held(session, to, {"state": DeliveryState.WAITING, "next_at": now})


def drop_held(session: Session, to: str, *, now: datetime) -> int:
    """Give up what is held for a recipient.

    Returns:
        How many (count).

    Raises:
        UnknownName: Nothing is held for this recipient.
    """
    dropped = {"state": DeliveryState.GIVEN_UP, "settled_at": now, "problem": DROPPED}
    return _settle_held(session, to, dropped)


def _settle_held(session: Session, to: str, values: dict[str, object]) -> int:
    change = update(ROW).where(ROW.c.state == DeliveryState.HELD, ROW.c.to == to)
    changed = changed_rows(session, change.values(values))
    if not changed:
        recipients = [one.to for one in held_recipients(session)]
        raise UnknownName("recipient with held deliveries", to, recipients)
    return changed
