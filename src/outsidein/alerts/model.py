"""Alerts that fired, and how far each rule has looked."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from outsidein.store.model import Base


class Alert(Base):
    """One row per rule and encounter or signal it fired on, with the facts it saw.

    Never per customer, whose id changes with merges: the key is the source's own.
    """

    __tablename__ = "alerts"
    __table_args__ = (
        UniqueConstraint("rule", "source", "key", name="uq_alerts_rule"),
        Index("ix_alerts_case_id", "case_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rule: Mapped[str]
    source: Mapped[str]
    key: Mapped[str]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    happened_at: Mapped[datetime]
    fired_at: Mapped[datetime]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    problem: Mapped[str | None]  # why it opened no case, where the work on it failed


class AlertRun(Base):
    """What the last run of all rules rested on, as a hash; since when each rule has been live."""

    __tablename__ = "alert_runs"

    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    rested_on: Mapped[str] = mapped_column(String(64))
    ran_at: Mapped[datetime]


class Watermark(Base):
    """One row per rule: the last admission it has looked at."""

    __tablename__ = "alert_watermarks"

    rule: Mapped[str] = mapped_column(String, primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger)
    moved_at: Mapped[datetime]
