"""The outbox: deliveries are posted in the transaction of their cause, once for each key."""

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Literal

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from outsidein.delivery.model import Delivery
from outsidein.delivery.recipients import mailbox, web_address
from outsidein.delivery.statements import DeliveryState
from outsidein.errors import InputError


@dataclass(frozen=True, slots=True)
class OutgoingDelivery:
    """A mail or webhook to send.

    `key` makes it unique: posted twice, it is sent once. `to` is kept in its one form. `body` is
    plain text for a mail and JSON for a webhook; `about` is what it concerns, such as `case:123`.

    Raises:
        InputError: `to` is no address, a webhook's body is not JSON, the subject is more than one
            printable line, or the moment has no time zone.
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
        return sha256(self.key.encode()).hexdigest()[:32]


def post_delivery(session: Session, delivery: OutgoingDelivery) -> str:
    """Post a delivery in the caller's transaction; a repeated key is ignored.

    Returns:
        Its id, which is also the webhook's idempotency key and the mail's Message-ID.
    """
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(
        insert(Delivery)
        .values(
            id=delivery.id,
            key=delivery.key,
            kind=delivery.kind,
            to=delivery.to,
            subject=delivery.subject,
            body=delivery.body,
            about=delivery.about,
            due_at=delivery.due_at,
            state=DeliveryState.WAITING,
            next_at=delivery.due_at,
            attempts=0,
        )
        .on_conflict_do_nothing(index_elements=["key"])
    )
    return delivery.id


def _check_mail(mail: OutgoingDelivery) -> str:
    to = mailbox(mail.to)
    if not mail.subject.isprintable():
        raise InputError("The subject of a mail must be one line of printable characters.")
    return to


def _check_webhook(webhook: OutgoingDelivery) -> str:
    to = web_address(webhook.to)
    try:
        json.loads(webhook.body)
    except ValueError as error:
        raise InputError(f"The body of a webhook must be JSON: {error}") from error
    return to
