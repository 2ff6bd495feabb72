"""Changes to rows of the outbox, counted."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CursorResult, Update
from sqlalchemy.orm import Session


def changed_rows(session: Session, change: Update, rows: Sequence[dict[str, Any]] = ()) -> int:
    """Execute an UPDATE, once or for each of `rows`; return how many rows it changed (count)."""
    connection = session.connection()
    result = connection.execute(change, rows) if rows else connection.execute(change)
    assert isinstance(result, CursorResult)  # noqa: S101  the result type of an UPDATE
    return result.rowcount
