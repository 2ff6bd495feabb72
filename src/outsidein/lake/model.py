"""Builds and their publications."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from outsidein.store.model import Base


class Build(Base):
    """One finished build."""

    __tablename__ = "builds"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    manifest: Mapped[str] = mapped_column(String(64))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime]
    is_pruned: Mapped[bool] = mapped_column(default=False)


class Publication(Base):
    """A build becomes current, by building it or by rollback; the last publication counts."""

    __tablename__ = "publications"

    id: Mapped[int] = mapped_column(primary_key=True)
    build_number: Mapped[int] = mapped_column(ForeignKey("builds.number"))
    published_at: Mapped[datetime]
    reason: Mapped[str]
