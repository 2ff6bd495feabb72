"""Settling what was attempted: delivered, to be tried again, or given up."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import update
from sqlalchemy.orm import Session

from outsidein.delivery.claims import ClaimedDelivery, claim_key
from outsidein.delivery.row_changes import changed_rows
from outsidein.delivery.statements import (
    DELIVERED,
    GIVEN_UP,
    IS_WAITING,
    MOST_ATTEMPTS,
    ROW,
    WAIT,
    DeliveryState,
)
from outsidein.store.row_work import printable

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=6)


def mark_delivered(session: Session, arrived: Sequence[ClaimedDelivery], *, now: datetime) -> int:
    """Settle successful deliveries.

    Returns:
        How many (count), without those that another worker took after the lease had ended.
    """
    if not arrived:
        return 0
    return changed_rows(session, DELIVERED, [claim_key(one) | {"now": now} for one in arrived])


def record_failure(
    session: Session,
    claimed: ClaimedDelivery,
    *,
    now: datetime,
    rng: Random,
    problem: str,
    is_permanent: bool,
    wait: timedelta = timedelta(0),
) -> bool:
    """Schedule the next attempt of a failed delivery, or give it up.

    Args:
        session: A transaction.
        claimed: The delivery attempted.
        now: The moment (aware).
        rng: Spreads retries, so that simultaneous failures do not return together.
        problem: The other side's answer.
        is_permanent: Whether a retry cannot help.
        wait: How long the other side asked us to wait, if longer than our own backoff.

    Returns:
        False if another worker took it after the lease had ended.
    """
    problem = printable(problem)
    if is_permanent or claimed.attempt >= MOST_ATTEMPTS:
        return (
            changed_rows(session, GIVEN_UP, [claim_key(claimed) | {"now": now, "said": problem}])
            == 1
        )
    later = now + max(wait, backoff(claimed.attempt, rng=rng))
    return (
        changed_rows(session, WAIT, [claim_key(claimed) | {"until": later, "said": problem}]) == 1
    )


def backoff(attempt: int, *, rng: Random) -> timedelta:
    """Return the wait after an attempt: doubled each time, jittered between half and all of it.

    Example:
        >>> round(backoff(3, rng=Random(1)) / FIRST_WAIT, 1)
        2.3
    """
    longest: timedelta = min(FIRST_WAIT * 2 ** min(attempt, MOST_ATTEMPTS) / 2, LONGEST_WAIT)
    return longest * rng.uniform(0.5, 1.0)


def give_up_exhausted(session: Session, *, now: datetime) -> int:
    """Give up deliveries whose worker died in their last attempt.

    Returns:
        How many (count).
    """
    exhausted = (
        update(ROW)
        .where(IS_WAITING, ROW.c.next_at <= now)
        .where(ROW.c.attempts >= MOST_ATTEMPTS)
        .values(
            state=DeliveryState.GIVEN_UP,
            settled_at=now,
            problem="its worker died in the last attempt",
        )
    )
    return changed_rows(session, exhausted)
