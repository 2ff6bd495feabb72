"""Emptying the outbox, one delivery after another."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Literal

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from outsidein.delivery.outbox import Claimed, claim, delivered, failed, give_up_exhausted
from outsidein.errors import DeliveryError

LEASE = timedelta(minutes=5)
"""Longer than an attempt can last: eleven answers of a mail server, or one of a web server."""

Send = Callable[[Claimed, datetime], None]
"""Sends a delivery or raises a `DeliveryError`."""


def deliver_next(
    store: Engine,
    send: Send,
    *,
    kind: Literal["mail", "webhook"],
    now: datetime,
    rng: Random,
    worker: str,
    lease: timedelta = LEASE,
) -> int:
    """Send the delivery that is longest due, and record what became of it.

    Claim, sending and record are three steps, and the claim and the record are transactions of
    their own. A worker that dies after the claim leaves a delivery that is due again when the
    lease ends; only the one under way can so be sent twice, with the same id.

    Args:
        store: The store.
        send: Sends it.
        kind: Mails or webhooks.
        now: The moment (aware).
        rng: Spreads the attempts.
        worker: Name of this worker, different from all others'.
        lease: How long the claim holds.

    Returns:
        1, or 0 if nothing was due.
    """
    with Session(store) as session, session.begin():
        due = claim(session, now=now, lease=lease, worker=worker, kind=kind)
        if not due:
            give_up_exhausted(session, now=now)
            return 0
    _try(store, send, due[0], now=now, rng=rng)
    return 1


def _try(store: Engine, send: Send, claimed: Claimed, *, now: datetime, rng: Random) -> None:
    problem = _problem(send, claimed, now)
    with Session(store) as session, session.begin():
        if problem is None:
            delivered(session, claimed, now=now)
            return
        failed(
            session,
            claimed,
            now=now,
            rng=rng,
            problem=str(problem),
            is_permanent=problem.is_permanent,
            wait=problem.wait,
        )


def _problem(send: Send, claimed: Claimed, now: datetime) -> DeliveryError | None:
    try:
        send(claimed, now)
    except DeliveryError as error:
        return error
    return None
