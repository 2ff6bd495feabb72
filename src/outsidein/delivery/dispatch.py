"""The dispatcher: claims deliveries in batches and marks each as begun before sending it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Literal, NamedTuple

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from outsidein.delivery.attempts import DEADLINE
from outsidein.delivery.claims import (
    ClaimedDelivery,
    begin_attempts,
    claim_deliveries,
    release_claims,
)
from outsidein.delivery.settlement import give_up_exhausted, mark_delivered, record_failure
from outsidein.errors import DeliveryError
from outsidein.store.row_work import RowFailure, settle_row

LEASE = timedelta(minutes=5)
"""Longer than the longest turn: `TURN` plus the `DEADLINE` of one last attempt."""

BATCH_SIZE = 50
"""Deliveries claimed in one transaction."""

TURN = timedelta(seconds=10)
"""No delivery begins after this long, so that a worker stops soon."""

GROUP_SIZE: dict[str, int] = {"mail": 1, "webhook": BATCH_SIZE}
"""How many are begun at once, which is how many a crash may repeat: one mail; but a whole batch of
webhooks, because their receivers recognise repeats by the key."""

Send = Callable[[ClaimedDelivery, datetime], None]
"""Sends a delivery or raises a `DeliveryError`."""


class AttemptOutcome(NamedTuple):
    """The result of an attempt; `problem` is None on success."""

    claimed: ClaimedDelivery
    problem: DeliveryError | None


@dataclass(frozen=True, slots=True)
class Outbox:
    """One worker's view of the outbox.

    Attributes:
        store: The store.
        kind: Mails or webhooks.
        clock: Returns the current time.
        rng: Spreads retries.
        worker: Unique name of this worker.
        lease: How long a claim is valid; longer than the longest turn.
        deadline: How long one attempt takes at most.
        is_stopping: Whether the worker is to stop, so that nothing more is begun.
    """

    store: Engine
    kind: Literal["mail", "webhook"]
    clock: Callable[[], datetime]
    rng: Random
    worker: str
    lease: timedelta = LEASE
    deadline: timedelta = DEADLINE
    is_stopping: Callable[[], bool] = lambda: False


def deliver_batch(outbox: Outbox, send: Send) -> int:
    """Send the deliveries that have been due longest, and record the results.

    One transaction between two groups settles the first and marks the second as begun. If a
    worker dies, its claims are due again when the lease ends; only what it had begun can be sent
    twice, with the same id. A claim that was never begun does not count as an attempt.

    Returns:
        How many were attempted (count); 0 if none was due.
    """
    until, tried = outbox.clock() + TURN, 0
    waiting, under_way = _claim_batch(outbox)
    while under_way:
        outcomes, left = _send_group(outbox, send, under_way, until)
        tried += len(outcomes)
        if left or _is_over(outbox, until):
            _settle(outbox, outcomes, left=left, waiting=waiting)
            break
        waiting, under_way = _settle_and_begin(outbox, outcomes, waiting)
    return tried


def _claim_batch(outbox: Outbox) -> tuple[list[ClaimedDelivery], list[ClaimedDelivery]]:
    now = outbox.clock()
    with Session(outbox.store) as session, session.begin():
        due = claim_deliveries(
            session,
            now=now,
            lease=outbox.lease,
            worker=outbox.worker,
            kind=outbox.kind,
            most=BATCH_SIZE,
        )
        if not due:
            give_up_exhausted(session, now=now)
        return _begin_next(session, outbox, due, now)


def _settle_and_begin(
    outbox: Outbox, outcomes: Sequence[AttemptOutcome], waiting: list[ClaimedDelivery]
) -> tuple[list[ClaimedDelivery], list[ClaimedDelivery]]:
    now = outbox.clock()
    with Session(outbox.store) as session, session.begin():
        _record(session, outbox, outcomes, now)
        return _begin_next(session, outbox, waiting, now)


def _settle(
    outbox: Outbox,
    outcomes: Sequence[AttemptOutcome],
    *,
    left: list[ClaimedDelivery],
    waiting: list[ClaimedDelivery],
) -> None:
    """Record the results and release what was not sent."""
    now = outbox.clock()
    with Session(outbox.store) as session, session.begin():
        _record(session, outbox, outcomes, now)
        release_claims(session, left, now=now, uncounted=1)
        release_claims(session, waiting, now=now)


def _record(
    session: Session, outbox: Outbox, outcomes: Sequence[AttemptOutcome], now: datetime
) -> None:
    mark_delivered(session, [one.claimed for one in outcomes if one.problem is None], now=now)
    for claimed, problem in outcomes:
        if problem is not None:
            record_failure(
                session,
                claimed,
                now=now,
                rng=outbox.rng,
                problem=str(problem),
                is_permanent=problem.is_permanent,
                wait=problem.wait,
            )


def _begin_next(
    session: Session, outbox: Outbox, waiting: list[ClaimedDelivery], now: datetime
) -> tuple[list[ClaimedDelivery], list[ClaimedDelivery]]:
    """Mark the next group as begun, without what another worker has taken."""
    while waiting:
        size = _group_size(waiting, GROUP_SIZE[outbox.kind])
        group, waiting = waiting[:size], waiting[size:]
        under_way = begin_attempts(session, group, until=now + outbox.lease)
        if under_way:
            return waiting, under_way
    return [], []


def _group_size(waiting: Sequence[ClaimedDelivery], most: int) -> int:
    """How many of the first to begin together; a retry goes alone.

    A delivery that crashes its worker then costs the others one attempt at most.
    """
    fresh = next((n for n, one in enumerate(waiting) if one.attempt), len(waiting))
    return min(max(fresh, 1), most)


def _send_group(
    outbox: Outbox, send: Send, group: list[ClaimedDelivery], until: datetime
) -> tuple[list[AttemptOutcome], list[ClaimedDelivery]]:
    """Send one after another until the turn is over, but at least the first.

    What could outlive its lease is not sent, such as after this machine was suspended: another
    worker may have taken it.
    """
    outcomes: list[AttemptOutcome] = []
    for place, claimed in enumerate(group):
        now = outbox.clock()
        if (place and _is_over(outbox, until)) or now + outbox.deadline > claimed.held_until:
            return outcomes, group[place:]
        outcomes.append(AttemptOutcome(claimed, _attempt(send, claimed, now)))
    return outcomes, []


def _is_over(outbox: Outbox, until: datetime) -> bool:
    """Whether nothing more may begin in this turn."""
    return outbox.is_stopping() or outbox.clock() >= until


def _attempt(send: Send, claimed: ClaimedDelivery, now: datetime) -> DeliveryError | None:
    """Send a delivery, and return what went wrong.

    A bug is not tried again by itself: the other side may have received the delivery.
    """

    def attempt() -> DeliveryError | None:
        try:
            send(claimed, now)
        except DeliveryError as error:
            return error
        return None

    result = settle_row(attempt, row=f"{claimed.kind} {claimed.id}")
    if isinstance(result, RowFailure):
        return DeliveryError(result.problem, is_permanent=True)
    return result
