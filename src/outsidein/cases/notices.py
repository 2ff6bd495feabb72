"""Notices about cases, to staff and customers: recorded apart from what happened."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Notice:
    """A message to be sent once the transaction that wrote it is committed; its key is unique.

    Attributes:
        key: Twice the same key is sent once.
        kind: What it is about, such as `case_opened`.
        to: Address of the reader.
        subject: One line.
        body: What the reader needs to know.
        about: The case as `case:17`, the alert as `alert:RULE:SOURCE:KEY`, or the rule.
        due_at: When it may be sent (aware).
        asks: Member of a team who is asked to act on the case: two members may share an address.
        reader: Member who reads it without being asked to act; nobody of the company if both are
            None, so it goes to a customer.
        team: Name of the reader's team.
        is_urgent: Whether it is about a disaster, so it need not wait for the day's digest.
    """

    key: str
    kind: str
    to: str
    subject: str
    body: str
    about: str
    due_at: datetime
    asks: str | None = None
    reader: str | None = None
    team: str = ""
    is_urgent: bool = False


class Post(Protocol):
    """Posts a notice in the caller's transaction; twice the same key is once."""

    def __call__(self, session: Session, notice: Notice, /) -> object: ...  # noqa: D102


class Record(Protocol):
    """Writes into the audit in the caller's transaction who did what."""

    def __call__(  # noqa: D102
        self,
        session: Session,
        *,
        who: str,
        did: str,
        about: str,
        at: datetime,
        details: Mapping[str, Any],
    ) -> object: ...


@dataclass(frozen=True, slots=True)
class Outlets:
    """The two ways out of a case's transaction.

    `check` raises an `InputError` if notices could not be sent, before anything is written.
    """

    post: Post
    record: Record
    check: Callable[[], object] = lambda: None
