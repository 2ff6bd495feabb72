"""When builds became current."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from outsidein.lake.model import Publication


class PublishedBuild(NamedTuple):
    """A build that became current: its number, when, and who published it."""

    number: int
    at: datetime
    by: str


def published_since(session: Session, since: datetime) -> list[PublishedBuild]:
    """Return builds that became current after a moment, latest first."""
    query = select(Publication).where(Publication.published_at > since)
    rows = session.scalars(query.order_by(Publication.id.desc()))
    return [PublishedBuild(row.build_number, row.published_at, row.published_by) for row in rows]


def current_at(session: Session, moment: datetime) -> int | None:
    """Return the number of the build that was current at a moment, if one was."""
    query = select(Publication.build_number).where(Publication.published_at <= moment)
    return session.scalar(query.order_by(Publication.id.desc()).limit(1))
