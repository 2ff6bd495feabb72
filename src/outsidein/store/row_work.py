"""The work on one row: whatever fails in it is recorded with that row, and the others go on."""

import logging
import traceback
from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeVar

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from sqlalchemy.orm import Session

from outsidein.errors import OutsideInError

log = logging.getLogger("outsidein.rows")

T = TypeVar("T")

STORE_FAILURES = (OperationalError, InterfaceError, PendingRollbackError, NoConnectionError)
"""The store is locked, full or gone: no fault of the row, so its work is repeated later."""

LONGEST_PROBLEM = 500
"""Characters of a problem that are kept."""


class RowFailure(NamedTuple):
    """Why a row could not be worked on.

    Attributes:
        kind: Class of the error.
        problem: One line for those who look after the row; it may quote it.
    """

    kind: str
    problem: str


def settle_row(do: Callable[[], T], *, row: str) -> T | RowFailure:
    """Do the work on one row, and return its result or why it failed.

    An error raised on purpose is the row's problem. So is a bug, by its type and message; its
    traceback is logged without the message, which may quote a customer. Failures of the store
    itself are raised, for they concern every row.

    Args:
        do: The work.
        row: What the log calls it, such as `mail 7b1c`; nothing personal.

    Example:
        >>> settle_row(lambda: int("12"), row="number 1")
        12
    """
    try:
        return do()
    except OutsideInError as error:
        return RowFailure(type(error).__name__, printable(str(error)))
    except STORE_FAILURES:
        raise
    except Exception as error:  # the one place where a row's bugs end: they must stop no other row
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            raise
        log.error("%s failed\n%s", row, "".join(_frames(error)))  # noqa: TRY400  see above
        kind = type(error).__name__
        return RowFailure(kind, printable(f"{kind}: {error}"))


def settle_row_in(session: Session, do: Callable[[], T], *, row: str) -> T | RowFailure:
    """Do the work on one row of a transaction; if it fails, only what it wrote is undone."""
    _begin(session)

    def within() -> T:
        with session.begin_nested():
            return do()

    return settle_row(within, row=row)


def _begin(session: Session) -> None:
    """Begin the transaction, lest SQLite take the first savepoint for the whole of it."""
    if session.get_bind().dialect.name == "sqlite":
        connection = session.connection()
        driver = connection.connection.dbapi_connection
        if driver is not None and not driver.in_transaction:
            connection.exec_driver_sql("BEGIN")


def printable(problem: str) -> str:
    """Return a problem as one line that every store can hold.

    Example:
        >>> printable("550 no" + chr(0) + "such box")
        '550 no such box'
    """
    line = "".join(char if char.isprintable() else " " for char in problem)
    return line if len(line) <= LONGEST_PROBLEM else f"{line[:LONGEST_PROBLEM]}…"


def _frames(error: BaseException | None) -> Iterator[str]:
    """Yield where an error came from, its causes after it, without their messages."""
    while error is not None:
        yield f"{type(error).__name__}, raised at\n"
        yield from traceback.format_tb(error.__traceback__)
        error = error.__cause__ or error.__context__
