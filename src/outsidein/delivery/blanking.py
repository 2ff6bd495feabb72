"""Blanking what was settled long ago."""

from datetime import datetime

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from outsidein.delivery.row_changes import changed_rows
from outsidein.delivery.statements import ROW


def blank_settled(session: Session, *, before: datetime, now: datetime, most: int = 1_000) -> int:
    """Blank recipient, subject, body and problem of deliveries settled long ago.

    The row stays, with id, key, kind, times and state, so that nothing is sent twice.

    Args:
        session: A transaction.
        before: Only those settled before then (aware).
        now: The moment (aware).
        most: At most this many (count).

    Returns:
        How many (count).
    """
    settled = (
        select(ROW.c.id)
        .where(text("blanked_at IS NULL AND settled_at IS NOT NULL"), ROW.c.settled_at < before)
        .order_by(ROW.c.settled_at)
        .limit(most)
    )
    empty = dict.fromkeys(("to", "subject", "body"), "")
    blanked = update(ROW).where(ROW.c.id.in_(settled)).values(empty)
    return changed_rows(session, blanked.values(problem=None, blanked_at=now))
