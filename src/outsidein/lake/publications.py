"""When builds became current, and who published them."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from outsidein.lake.model import Publication


class PublicationRecord(NamedTuple):
    """When and how a build became current, who made it so, and why if it exceeds limits."""

    at: datetime
    by: str
    reason: str
    why: str


class PublishedBuild(NamedTuple):
    """A build that became current: its number, when, and who published it."""

    number: int
    at: datetime
    by: str


def publication(number: int, reason: str, *, by: str, now: datetime, why: str = "") -> Publication:
    """Return the row that makes a build current once it is in the store."""
    return Publication(
        build_number=number, published_at=now, reason=reason, published_by=by, why=why
    )


def publications_of(session: Session, number: int) -> list[PublicationRecord]:
    """Return when a build became current, and who published it, oldest first."""
    query = select(Publication).where(Publication.build_number == number).order_by(Publication.id)
    return [
        PublicationRecord(row.published_at, row.published_by, row.reason, row.why)
        for row in session.scalars(query)
    ]


def published_since(session: Session, since: datetime) -> list[PublishedBuild]:
    """Return builds that became current after a moment, latest first."""
    query = select(Publication).where(Publication.published_at > since)
    rows = session.scalars(query.order_by(Publication.id.desc()))
    return [PublishedBuild(row.build_number, row.published_at, row.published_by) for row in rows]


def current_number(session: Session, *, at: datetime | None = None) -> int | None:
    """Return the number of the build that is current, or was at a moment; None if none was."""
    query = select(Publication.build_number).order_by(Publication.id.desc()).limit(1)
    return session.scalar(query if at is None else query.where(Publication.published_at <= at))
