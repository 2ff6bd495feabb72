"""Claims on deliveries: a worker holds them until its lease ends."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy.orm import Session

from outsidein.delivery.row_changes import changed_rows
from outsidein.delivery.statements import BEGIN, BEGIN_ONE, CLAIM, LET_GO


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    """A delivery claimed by a worker until its lease ends; `attempt` counts attempts begun.

    Id, attempt and worker are its fencing token: a change names all three, so that nothing is
    settled or begun that another worker took over, or this one at a later attempt.
    """

    id: str
    kind: str
    to: str
    subject: str
    body: str
    about: str
    due_at: datetime
    attempt: int
    worker: str
    held_until: datetime


def claim_deliveries(
    session: Session,
    *,
    now: datetime,
    lease: timedelta,
    worker: str,
    kind: Literal["mail", "webhook"],
    most: int = 1,
) -> list[ClaimedDelivery]:
    """Claim due deliveries, longest due first.

    An attempt counts when it begins, so a delivery that crashes its workers is given up too.

    Args:
        session: A separate transaction, committed before anything is sent.
        now: The moment (aware).
        lease: How long the claim is valid; longer than the longest attempt. If the worker dies,
            the delivery is due again afterwards.
        worker: Unique name of the claiming worker.
        kind: Mails or webhooks.
        most: At most this many (count).
    """
    until = now + lease
    values = {"now": now, "until": until, "by": worker, "of": kind, "most": most}
    rows = session.connection().execute(CLAIM, values).mappings()
    claims = [ClaimedDelivery(**row, held_until=until) for row in rows]
    return sorted(claims, key=lambda delivery: (delivery.due_at, delivery.id))


def begin_attempts(
    session: Session, claims: Sequence[ClaimedDelivery], *, until: datetime
) -> list[ClaimedDelivery]:
    """Count an attempt for each delivery; commit before sending.

    Args:
        session: A transaction.
        claims: Claims of one worker with the same number of attempts.
        until: When they are due again if the worker dies.

    Returns:
        Those that no other worker has taken, in order.
    """
    first = claims[0]
    if not claims[1:]:
        is_ours = changed_rows(session, BEGIN_ONE, [claim_key(first) | {"until": until}]) == 1
        return [_begun(first, until)] if is_ours else []
    values = {"them": [one.id for one in claims], "by": first.worker, "begun": first.attempt}
    begun_ids = set(session.connection().execute(BEGIN, values | {"until": until}).scalars())
    return [_begun(one, until) for one in claims if one.id in begun_ids]


def _begun(claimed: ClaimedDelivery, until: datetime) -> ClaimedDelivery:
    return replace(claimed, attempt=claimed.attempt + 1, held_until=until)


def release_claims(
    session: Session, claims: Sequence[ClaimedDelivery], *, now: datetime, uncounted: int = 0
) -> int:
    """Release claims that were not sent.

    Args:
        session: A transaction.
        claims: Deliveries, in order.
        now: The moment (aware).
        uncounted: Attempts counted but not made (count).

    Returns:
        How many (count).
    """
    rows = []
    for one in claims:
        attempts = one.attempt - uncounted
        until = now if attempts else one.due_at  # a first attempt keeps its place in the queue
        rows.append(claim_key(one) | {"until": until, "counted": attempts})
    return changed_rows(session, LET_GO, rows) if rows else 0


def claim_key(claimed: ClaimedDelivery) -> dict[str, Any]:
    """Return what a row must still have for the claim to be valid."""
    return {"which": claimed.id, "begun": claimed.attempt, "by": claimed.worker}
