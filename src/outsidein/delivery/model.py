"""The outbox."""

from datetime import datetime

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from outsidein.store.model import Base


class Delivery(Base):
    """One mail or webhook: waiting, delivered, given up, or held."""

    __tablename__ = "deliveries"
    __table_args__ = (
        Index(
            "ix_deliveries_due",
            *("kind", "next_at", "id"),
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_deliveries_recipient", "to", "due_at"),
        Index(
            "ix_deliveries_unblanked",
            "settled_at",
            sqlite_where=text("blanked_at IS NULL AND settled_at IS NOT NULL"),
            postgresql_where=text("blanked_at IS NULL AND settled_at IS NOT NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(String(8))
    to: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    about: Mapped[str] = mapped_column(index=True)
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10))
    next_at: Mapped[datetime]  # earliest next attempt: a wait after a failure, or a lease
    attempts: Mapped[int]
    worker: Mapped[str | None]
    settled_at: Mapped[datetime | None]
    blanked_at: Mapped[datetime | None]
    problem: Mapped[str | None]
