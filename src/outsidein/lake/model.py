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
    contents: Mapped[str] = mapped_column(String(64), default="")
    """sha256 of its list of files; empty for a build of an older version."""
    exceeds: Mapped[str] = mapped_column(default="[]")
    """Limits of `[publish]` that it exceeds, a sentence each (JSON)."""


class Lake(Base):
    """A folder of snapshots of this store; the one claimed last counts."""

    __tablename__ = "lakes"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    mark: Mapped[str] = mapped_column(String(32))
    path: Mapped[str]
    host: Mapped[str]
    claimed_at: Mapped[datetime]


class Publication(Base):
    """A build becomes current: built, rolled back to, or published though it was withheld.

    The last publication counts; a build without one was withheld.
    """

    __tablename__ = "publications"

    id: Mapped[int] = mapped_column(primary_key=True)
    build_number: Mapped[int] = mapped_column(ForeignKey("builds.number"))
    published_at: Mapped[datetime]
    reason: Mapped[str]
    published_by: Mapped[str] = mapped_column(default="")
    why: Mapped[str] = mapped_column(default="")
    """Why a build beyond its limits was published anyway."""
