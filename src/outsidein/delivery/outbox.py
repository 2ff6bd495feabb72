"""The outbox: deliveries are posted in the transaction of their cause, once for each key."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Literal, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from outsidein.delivery.model import Delivery
from outsidein.delivery.recipients import mailbox, web_address
from outsidein.delivery.statements import ROW, DeliveryState
from outsidein.errors import InputError
from outsidein.project.one_line import is_one_line
from outsidein.store.row_work import printable

MOST_A_DAY = 200
"""Deliveries to one recipient within 24 hours, unless the project says otherwise."""

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OutgoingDelivery:
    """A mail or webhook to send.

    `key` makes it unique: posted twice, it is sent once. `to` is kept in its one form. `body` is
    plain text for a mail and JSON for a webhook; `about` is what it concerns, such as `case:123`.

    Raises:
        InputError: `to` is no address, a webhook's body is not JSON, the subject is more than one
            line, or the moment has no time zone.
    """

    key: str
    kind: Literal["mail", "webhook"]
    to: str
    subject: str
    body: str
    about: str
    due_at: datetime

    def __post_init__(self) -> None:
        if not self.key:
            raise InputError("A delivery needs a key, so that it is sent once.")
        if self.due_at.tzinfo is None:
            raise InputError("A delivery needs a moment with its time zone.")
        to = _check_mail(self) if self.kind == "mail" else _check_webhook(self)
        object.__setattr__(self, "to", to)

    @property
    def id(self) -> str:
        """Derived from the key alone, so that a repeated post has the same id."""
        return _id(self.key)


class RefusedDelivery(NamedTuple):
    """A mail or webhook that cannot be written, as far as it is known."""

    key: str
    kind: Literal["mail", "webhook"]
    to: str
    subject: str
    about: str
    due_at: datetime


def post_given_up(session: Session, refused: RefusedDelivery, *, problem: str) -> None:
    """Post a delivery as given up, so that it is listed with its reason; once for each key."""
    values = {
        **refused._asdict(),
        "id": _id(refused.key),
        "to": printable(refused.to),
        "subject": printable(refused.subject),
        "body": "",
        "state": DeliveryState.GIVEN_UP,
        "next_at": refused.due_at,
        "settled_at": refused.due_at,
        "attempts": 0,
        "problem": printable(problem),
    }
    _insert(session, values)


def post_delivery(
    session: Session, delivery: OutgoingDelivery, *, most_a_day: int = MOST_A_DAY
) -> str:
    """Post a delivery in the caller's transaction; a repeated key is ignored.

    If its recipient already has as many within a day as it may get, it is held until a person
    releases or drops it.

    Args:
        session: The transaction it becomes part of.
        delivery: What to send.
        most_a_day: Deliveries to one recipient within 24 hours (count).

    Returns:
        Its id, which is also the webhook's idempotency key and the mail's Message-ID.
    """
    same = ("id", "key", "kind", "to", "subject", "body", "about", "due_at")
    values = {name: getattr(delivery, name) for name in same}
    is_held = _has_got(session, delivery, most_a_day)
    state = DeliveryState.HELD if is_held else DeliveryState.WAITING
    _insert(session, values | {"state": state, "next_at": delivery.due_at, "attempts": 0})
    return delivery.id


def _has_got(session: Session, delivery: OutgoingDelivery, most: int) -> bool:
    """Whether the recipient has got, or is to get, as many within the day before."""
    since = delivery.due_at - ONE_DAY
    mine = select(ROW.c.id).where(ROW.c.to == delivery.to, ROW.c.due_at > since).limit(most)
    return session.scalar(select(func.count()).select_from(mine.subquery())) == most


def _insert(session: Session, values: dict[str, Any]) -> None:
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(Delivery).values(values)
    session.execute(statement.on_conflict_do_nothing(index_elements=["key"]))


def _id(key: str) -> str:
    return sha256(key.encode()).hexdigest()[:32]


def _check_mail(mail: OutgoingDelivery) -> str:
    to = mailbox(mail.to)
    if not is_one_line(mail.subject):
        raise InputError("The subject of a mail must be one line without control characters.")
    return to


def _check_webhook(webhook: OutgoingDelivery) -> str:
    to = web_address(webhook.to)
    try:
        json.loads(webhook.body)
    except ValueError as error:
        raise InputError(f"The body of a webhook must be JSON: {error}") from error
    return to
