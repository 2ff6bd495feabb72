"""Notices to staff that wait to be mailed, and the mails that carried earlier ones."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from outsidein.cases.model import StoredNotice
from outsidein.cases.notices import Notice

PRAISE, OVERDUE = "delight", "escalation"
"""Kinds of the notices that pass on praise, and of those about overdue cases."""

_ROW = StoredNotice.__table__


class WaitingNotice(NamedTuple):
    """A notice that no mail has carried yet."""

    id: int
    key: str
    kind: str
    to: str
    reader: str
    team: str
    subject: str
    body: str
    about: str
    is_urgent: bool
    posted_at: datetime

    @property
    def is_praise(self) -> bool:
        """Whether it passes on praise from a customer."""
        return self.kind == PRAISE


class SentMail(NamedTuple):
    """A mail to a person of the staff."""

    to: str
    reader: str
    mail: str
    sent_at: datetime


def keep_notice(session: Session, notice: Notice, *, reader: str) -> None:
    """Keep a notice in the caller's transaction until it is mailed; twice the same key is once."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    values = {
        "key": notice.key,
        "kind": notice.kind,
        "to": notice.to,
        "reader": reader,
        "team": notice.team,
        "subject": notice.subject,
        "body": notice.body,
        "about": notice.about,
        "is_urgent": notice.is_urgent,
        "posted_at": notice.due_at,
    }
    statement = insert(StoredNotice).values(values)
    session.execute(statement.on_conflict_do_nothing(index_elements=["key"]))


def waiting_notices(session: Session) -> list[WaitingNotice]:
    """Return the notices that no mail has carried yet, in the order in which they were posted."""
    columns = [_ROW.c[name] for name in WaitingNotice._fields]
    query = select(*columns).where(StoredNotice.mail.is_(None)).order_by(StoredNotice.id)
    return [WaitingNotice(*row) for row in session.execute(query)]


def mails_since(session: Session, since: datetime) -> list[SentMail]:
    """Return the mails to staff that were written since a moment, each once."""
    columns = [_ROW.c[name] for name in SentMail._fields]
    query = select(*columns).where(StoredNotice.sent_at >= since).distinct()
    return [SentMail(*row) for row in session.execute(query)]


def mark_mailed(session: Session, ids: Iterable[int], *, mail: str, now: datetime) -> None:
    """Record which mail carried notices."""
    carried = update(StoredNotice).where(StoredNotice.id.in_(list(ids)))
    session.execute(carried.values(mail=mail, sent_at=now))
