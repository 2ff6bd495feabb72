"""The declarative base of all tables, and the tables that belong to no noun."""

import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, MetaData, String
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, also on SQLite, which stores no time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002, D102
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401, ARG002, D102
        return value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC) if value else None


class StoredText(TypeDecorator[str]):
    """A text; where a character is one that a database refuses, the replacement character."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002, D102
        return None if value is None else storable(value)


def storable(text: str) -> str:
    """Replace what no store holds: PostgreSQL has no NUL, and UTF-8 no half of a surrogate pair.

    Example:
        >>> storable("a" + chr(0) + "b")
        'a\N{REPLACEMENT CHARACTER}b'
    """
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


class Base(DeclarativeBase):
    """Base of every noun's `model.py`."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
        }
    )
    type_annotation_map = {datetime: Moment, str: StoredText}  # noqa: RUF012  SQLAlchemy reads it from the class


class AuditEntry(Base):
    """One act of one person; both databases refuse to change or delete it."""

    __tablename__ = "audit"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    who: Mapped[str]
    did: Mapped[str] = mapped_column(String(64))
    about: Mapped[str] = mapped_column(index=True)
    details: Mapped[str]  # JSON


class Timer(Base):
    """When a duty is next due; one row per duty."""

    __tablename__ = "timers"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    plan: Mapped[str]
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    worker: Mapped[str | None]
    turn: Mapped[int]  # how often it was claimed; identifies the claim
    done_at: Mapped[datetime | None]
