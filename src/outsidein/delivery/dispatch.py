"""Emptying the outbox: claimed some at a time, each marked as under way before it is sent."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Literal, NamedTuple

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from outsidein.delivery.outbox import (
    Claimed,
    begin,
    claim,
    delivered,
    failed,
    give_up_exhausted,
    let_go,
)
from outsidein.errors import DeliveryError

LEASE = timedelta(minutes=5)
"""Longer than a turn can last: its time, and then one attempt more, eleven answers of a mail
server or one of a web server."""

AT_ONCE = 50
"""Claimed in one transaction."""

TURN = timedelta(seconds=10)
"""After so long nothing more of what was claimed is begun, so that a worker stops soon."""

TOGETHER: dict[str, int] = {"mail": 1, "webhook": AT_ONCE}
"""How many are under way at once, which is how many a crash may repeat: of mails the one being
sent; of webhooks all whose receivers would know them by their key."""

Send = Callable[[Claimed, datetime], None]
"""Sends a delivery or raises a `DeliveryError`."""


class Outcome(NamedTuple):
    """What became of an attempt: None where it arrived."""

    claimed: Claimed
    problem: DeliveryError | None


@dataclass(frozen=True, slots=True)
class Outbox:
    """One worker's view of the outbox.

    Attributes:
        store: The store.
        kind: Mails or webhooks.
        clock: The time.
        rng: Spreads the attempts.
        worker: Name of this worker, different from all others'.
        lease: How long a claim holds; longer than a turn can last.
    """

    store: Engine
    kind: Literal["mail", "webhook"]
    clock: Callable[[], datetime]
    rng: Random
    worker: str
    lease: timedelta = LEASE


def deliver_some(outbox: Outbox, send: Send) -> int:
    """Send what is longest due, and record what became of it.

    Between two sendings there is one transaction: it settles what was sent, and marks what is
    sent next as under way. A worker that dies leaves what it claimed due again when the lease
    ends; only what was under way can so be sent twice, with the same id. What it claimed and did
    not begin counts no attempt.

    Returns:
        How many were tried (count); 0 if nothing was due.
    """
    until, tried = outbox.clock() + TURN, 0
    waiting, under_way = _claimed(outbox)
    while under_way:
        outcomes, left = _sent(outbox, send, under_way, until)
        tried += len(outcomes)
        if left or outbox.clock() >= until:
            _settle(outbox, outcomes, left=left, waiting=waiting)
            break
        waiting, under_way = _settle_and_begin(outbox, outcomes, waiting)
    return tried


def _claimed(outbox: Outbox) -> tuple[list[Claimed], list[Claimed]]:
    now = outbox.clock()
    with Session(outbox.store) as session, session.begin():
        due = claim(
            session,
            now=now,
            lease=outbox.lease,
            worker=outbox.worker,
            kind=outbox.kind,
            most=AT_ONCE,
        )
        if not due:
            give_up_exhausted(session, now=now)
        return _begun(session, outbox, due, now)


def _settle_and_begin(
    outbox: Outbox, outcomes: Sequence[Outcome], waiting: list[Claimed]
) -> tuple[list[Claimed], list[Claimed]]:
    now = outbox.clock()
    with Session(outbox.store) as session, session.begin():
        _record(session, outbox, outcomes, now)
        return _begun(session, outbox, waiting, now)


def _settle(
    outbox: Outbox, outcomes: Sequence[Outcome], *, left: list[Claimed], waiting: list[Claimed]
) -> None:
    """Settle what was sent, and leave the rest to whoever claims it next."""
    now = outbox.clock()
    with Session(outbox.store) as session, session.begin():
        _record(session, outbox, outcomes, now)
        let_go(session, left, now=now, uncounted=1)
        let_go(session, waiting, now=now)


def _record(session: Session, outbox: Outbox, outcomes: Sequence[Outcome], now: datetime) -> None:
    delivered(session, [one.claimed for one in outcomes if one.problem is None], now=now)
    for claimed, problem in outcomes:
        if problem is not None:
            failed(
                session,
                claimed,
                now=now,
                rng=outbox.rng,
                problem=str(problem),
                is_permanent=problem.is_permanent,
                wait=problem.wait,
            )


def _begun(
    session: Session, outbox: Outbox, waiting: list[Claimed], now: datetime
) -> tuple[list[Claimed], list[Claimed]]:
    """Mark the next as under way; what another worker has taken meanwhile is left out."""
    while waiting:
        size = _together(waiting, TOGETHER[outbox.kind])
        group, waiting = waiting[:size], waiting[size:]
        under_way = begin(session, group, until=now + outbox.lease)
        if under_way:
            return waiting, under_way
    return [], []


def _together(waiting: Sequence[Claimed], most: int) -> int:
    """How many of the first go together: one that was tried before goes alone.

    One at which workers die so costs the others one attempt at most, rather than all of them.
    """
    fresh = next((n for n, one in enumerate(waiting) if one.attempt), len(waiting))
    return min(max(fresh, 1), most)


def _sent(
    outbox: Outbox, send: Send, group: list[Claimed], until: datetime
) -> tuple[list[Outcome], list[Claimed]]:
    """Try one after another until the turn is over; the first in any case."""
    outcomes: list[Outcome] = []
    for place, claimed in enumerate(group):
        now = outbox.clock()
        if place and now >= until:
            return outcomes, group[place:]
        outcomes.append(Outcome(claimed, _problem(send, claimed, now)))
    return outcomes, []


def _problem(send: Send, claimed: Claimed, now: datetime) -> DeliveryError | None:
    try:
        send(claimed, now)
    except DeliveryError as error:
        return error
    return None
