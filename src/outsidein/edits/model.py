"""Changes of a project's files."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from outsidein.store.model import Base


class FileChangeRow(Base):
    """One new version of one file."""

    __tablename__ = "file_changes"
    __table_args__ = (Index("ix_file_changes_path", "path", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    who: Mapped[str]
    path: Mapped[str]
    """Within the project, with slashes."""
    reason: Mapped[str]
    before: Mapped[str]
    after: Mapped[str]
    revision: Mapped[str | None] = mapped_column(String(64))
    """The git commit; none where the project is no git repository."""
