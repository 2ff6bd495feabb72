"""What cases tell people, and where they leave their trace: recorded apart from what happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Notice:
    """A message to be sent once the transaction that wrote it holds; its key is its own for ever.

    `about` names the case as `case:17`, or the alert as `alert:RULE:SOURCE:KEY`. `asks` is the
    member of a team who is asked to act on the case: two members may share one address.
    """

    key: str
    kind: str
    to: str
    subject: str
    body: str
    about: str
    due_at: datetime
    asks: str | None = None


class Post(Protocol):
    """Puts a notice into the outbox in the caller's transaction; twice the same key is once."""

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
    """The two ways out of a case's transaction."""

    post: Post
    record: Record
