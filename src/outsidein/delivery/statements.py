"""The outbox's SQL statements, compiled once."""

from enum import StrEnum

from sqlalchemy import bindparam, select, text, update

from outsidein.delivery.model import Delivery
from outsidein.store.model import Base

MOST_ATTEMPTS = 12
"""A delivery is given up after this many: seven to fifteen hours after it was due."""

ROW = Base.metadata.tables[Delivery.__tablename__]
IS_WAITING = text("deliveries.state = 'waiting'")
"""A literal, because the partial index over waiting rows is not used with a bound parameter."""


class DeliveryState(StrEnum):
    """State of a delivery."""

    WAITING = "waiting"  # also while a worker holds it
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"
    HELD = "held"  # one of too many to one recipient: a person releases or drops it


_DUE = (
    select(ROW.c.id)
    .where(IS_WAITING, ROW.c.kind == bindparam("of"), ROW.c.next_at <= bindparam("now"))
    .where(ROW.c.attempts < MOST_ATTEMPTS)
    .order_by(ROW.c.next_at, ROW.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    .cte("due")
)
CLAIM = (
    update(ROW)
    .where(ROW.c.id.in_(select(_DUE.c.id)))
    .values(next_at=bindparam("until"), worker=bindparam("by"))
    .returning(
        *(ROW.c[name] for name in ("id", "kind", "to", "subject", "body", "about", "due_at")),
        *(ROW.c.attempts.label("attempt"), ROW.c.worker),
    )
)
"""One statement, so that no two workers claim the same row: SQLite has one writer at a time, and
PostgreSQL skips locked rows."""

_HELD = (
    IS_WAITING,
    ROW.c.id == bindparam("which"),
    ROW.c.attempts == bindparam("begun"),
    ROW.c.worker == bindparam("by"),
)
"""The row while the claim is valid: a later claim has another worker."""

BEGIN = (
    update(ROW)
    .where(IS_WAITING, ROW.c.id.in_(bindparam("them", expanding=True)))
    .where(ROW.c.worker == bindparam("by"), ROW.c.attempts == bindparam("begun"))
    .values(next_at=bindparam("until"), attempts=ROW.c.attempts + 1)
    .returning(ROW.c.id)
)
BEGIN_ONE = (
    update(ROW).where(*_HELD).values(next_at=bindparam("until"), attempts=ROW.c.attempts + 1)
)
"""The same for one delivery, as mails are sent: a third faster."""

DELIVERED = (
    update(ROW)
    .where(*_HELD)
    .values(state=DeliveryState.DELIVERED.value, settled_at=bindparam("now"), problem=None)
)
GIVEN_UP = (
    update(ROW)
    .where(*_HELD)
    .values(
        state=DeliveryState.GIVEN_UP.value, settled_at=bindparam("now"), problem=bindparam("said")
    )
)
WAIT = update(ROW).where(*_HELD).values(next_at=bindparam("until"), problem=bindparam("said"))
LET_GO = (
    update(ROW)
    .where(*_HELD)
    .values(next_at=bindparam("until"), attempts=bindparam("counted"), worker=None)
)
