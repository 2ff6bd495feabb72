"""What clocks do to cases, one by one: where it fails for one, the others go on."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from outsidein.cases.notices import Record
from outsidein.store.audit import audited_acts
from outsidein.store.row_work import RowFailure, settle_row_in

T = TypeVar("T")

FAILED = "case.failed"
"""The audit's word for work on a case that failed."""


def settle_case(
    session: Session,
    number: int,
    do: Callable[[], T],
    *,
    clock: str,
    record: Record,
    now: datetime,
    by: str,
) -> T | RowFailure:
    """Do a clock's work on one case; if it fails, what it wrote is undone and the audit says so.

    The audit gets the kind of the error, never its message, which may name a customer; a failure
    that repeats itself is recorded once.

    Args:
        session: The transaction it becomes part of.
        number: Of the case.
        do: The work.
        clock: The audit's name for the clock.
        record: Writes into the audit.
        now: When (aware).
        by: Whose clock it is: the worker's name.
    """
    result = settle_row_in(session, do, row=f"{clock}: case {number}")
    if isinstance(result, RowFailure):
        about, details = f"case:{number}", {"clock": clock, "error": result.kind}
        session.flush()
        before = audited_acts(session, about=about, rows=1)
        if not before or (before[0].did, before[0].details) != (FAILED, details):
            record(session, who=by, did=FAILED, about=about, at=now, details=details)
    return result
