"""Snoozing a case: it leaves the queue until a moment, and comes back by itself."""

from datetime import datetime, timedelta

from outsidein.cases.events import add_event
from outsidein.cases.lifecycle import EventKind
from outsidein.cases.work import CaseWork
from outsidein.errors import InputError

LONGEST = timedelta(days=90)
"""Longest snooze."""


def snooze_case(work: CaseWork, until: datetime, *, reason: str) -> None:
    """Take a case out of the queue until a moment; its response stays due when it was.

    A further alert, another owner or team, and an escalation bring it back at once.

    Raises:
        InputError: The moment is past or more than 90 days away, there is no reason, or the
            actor may not.
    """
    if not reason.strip():
        raise InputError("Give a reason for the snooze.")
    if not work.now < until <= work.now + LONGEST:
        raise InputError("Choose a moment within the next 90 days.")
    add_event(
        work.session,
        work.number,
        EventKind.SNOOZE,
        actor=work.actor,
        at=work.now,
        details={"until": until.isoformat(), "reason": reason.strip()},
        changes={"snoozed_until": until},
    )


def wake_case(work: CaseWork) -> None:
    """Bring a snoozed case back into the queue.

    Raises:
        InputError: It is not snoozed, or the actor may not.
    """
    until = work.case.snoozed_until
    if until is None or until <= work.now:
        raise InputError(f"Case {work.number} is not snoozed.")
    work.add(EventKind.WAKE)
