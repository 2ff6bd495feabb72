"""Cases, what happened to them, and notices about them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from outsidein.store.model import Base

_OPEN = text("closed_at IS NULL")


def _while_open(name: str, *columns: str, unique: bool = False) -> Index:
    return Index(name, *columns, unique=unique, sqlite_where=_OPEN, postgresql_where=_OPEN)


class Case(Base):
    """One row per case; what changes is a fold of its events, kept here to be listed by.

    It names the record of the encounter or signal that opened it. `about` is the customer that
    record belonged to when last looked up: one case is open per `about` and `issue`. `rank` is the
    priority with its sign turned, so that an index has the highest priority first, then the oldest.
    `begun_at` is when somebody took it up: routing names an owner, who may not have begun.
    `unanswered` is why its customer got no minimum response, where one was due. Until
    `snoozed_until` it is out of the queue; `due_at` stays.
    """

    __tablename__ = "cases"
    __table_args__ = (
        _while_open("uq_cases_open", "about", "issue", unique=True),
        _while_open("ix_cases_queue", "team", "rank", "id", "begun_at", "is_kept", "state"),
        _while_open("ix_cases_all", "rank", "id"),
        _while_open("ix_cases_owned", "owner", "rank", "id"),
        _while_open("ix_cases_due", "due_at"),
        Index("ix_cases_rule", "rule"),
        Index("ix_cases_closed", "team", "closed_at"),
        {"sqlite_autoincrement": True},  # a number is never given twice, even after an erasure
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    about: Mapped[str]
    source: Mapped[str]
    record_id: Mapped[str | None]
    rule: Mapped[str]
    issue: Mapped[str]
    severity: Mapped[int]
    is_kept: Mapped[bool]
    value: Mapped[int | None] = mapped_column(BigInteger)
    rank: Mapped[int] = mapped_column(BigInteger)
    team: Mapped[str]
    owner: Mapped[str | None]
    unit: Mapped[str | None]
    state: Mapped[str] = mapped_column(String(16))
    level: Mapped[int]
    playbook: Mapped[str | None]
    propensity: Mapped[float | None]
    cause: Mapped[str | None]
    verdict: Mapped[str | None] = mapped_column(String(16))
    unanswered: Mapped[str | None]
    alerts: Mapped[int]
    events: Mapped[int]
    opened_at: Mapped[datetime]
    begun_at: Mapped[datetime | None]
    due_at: Mapped[datetime]
    snoozed_until: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class CaseEvent(Base):
    """One row per thing that happened to a case, in order; rows are added and never changed."""

    __tablename__ = "case_events"
    __table_args__ = (
        UniqueConstraint("case_id", "position", name="uq_case_events_position"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(24))
    state: Mapped[str] = mapped_column(String(16))
    by: Mapped[str]
    at: Mapped[datetime]
    details: Mapped[dict[str, Any]] = mapped_column(JSON)


class CaseLink(Base):
    """One row per two open cases that turned out to be one customer's, on one issue."""

    __tablename__ = "case_links"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    to_case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    linked_at: Mapped[datetime]
    parted_at: Mapped[datetime | None]


class StoredNotice(Base):
    """One row per notice to staff: waiting until `mail` names the delivery that carried it."""

    __tablename__ = "notices"
    __table_args__ = (
        Index(
            "ix_notices_waiting",
            "id",
            sqlite_where=text("mail IS NULL"),
            postgresql_where=text("mail IS NULL"),
        ),
        Index("ix_notices_sent", "sent_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(String(32))
    to: Mapped[str]
    reader: Mapped[str]
    team: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    about: Mapped[str]
    is_urgent: Mapped[bool]
    posted_at: Mapped[datetime]
    mail: Mapped[str | None]
    sent_at: Mapped[datetime | None]
