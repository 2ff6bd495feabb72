"""The history of a project's files: every version that was written from a page."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from outsidein.edits.model import FileChangeRow


@dataclass(frozen=True, slots=True)
class FileChange:
    """One new version of one file.

    Attributes:
        number: Of the change.
        at: When.
        who: Who changed it.
        path: Of the file within the project.
        reason: Why, in the words of who changed it.
        before: The text that it replaced.
        after: The new text.
        revision: The git commit, if the project is a git repository.
    """

    number: int
    at: datetime
    who: str
    path: str
    reason: str
    before: str
    after: str
    revision: str | None


def add_change(session: Session, change: FileChange) -> int:
    """Add a change to the history and return its number; the number that it carries is ignored."""
    row = FileChangeRow(
        at=change.at,
        who=change.who,
        path=change.path,
        reason=change.reason,
        before=change.before,
        after=change.after,
        revision=change.revision,
    )
    session.add(row)
    session.flush()
    return row.id


def note_revision(session: Session, number: int, revision: str | None) -> None:
    """Note the git commit of a change."""
    session.execute(
        update(FileChangeRow).where(FileChangeRow.id == number).values(revision=revision)
    )


def file_changes(
    session: Session, *, path: str | None = None, before: int | None = None, rows: int = 100
) -> list[FileChange]:
    """Return changes, latest first.

    Args:
        session: A transaction on the store.
        path: Only of this file.
        before: Only with a lower number: the last one of the previous page.
        rows: At most this many (count).
    """
    query = select(FileChangeRow).order_by(FileChangeRow.id.desc()).limit(rows)
    if path is not None:
        query = query.where(FileChangeRow.path == path)
    if before is not None:
        query = query.where(FileChangeRow.id < before)
    return [_change(row) for row in session.scalars(query)]


def _change(row: FileChangeRow) -> FileChange:
    return FileChange(
        row.id, row.at, row.who, row.path, row.reason, row.before, row.after, row.revision
    )
