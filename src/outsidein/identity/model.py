"""What people decided about records: which are one customer, which are not."""

from datetime import date, datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from outsidein.store.model import Base


class IdentityDecision(Base):
    """One decision on a pair of records; rows are added and never changed."""

    __tablename__ = "identity_decisions"
    __table_args__ = (
        Index("ix_identity_decisions_pair", "source", "record_id", "to_source", "to_record_id"),
        {"sqlite_autoincrement": True},  # an id is never given twice, even after an erasure
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    source: Mapped[str]
    record_id: Mapped[str]
    to_source: Mapped[str]
    to_record_id: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]
    reason: Mapped[str]
    until_on: Mapped[date | None]
