"""The outbox: posted in the transaction of its cause, claimed with a lease, settled once."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Any, Literal

from sqlalchemy import CursorResult, Update, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from outsidein.delivery.model import Delivery
from outsidein.delivery.statements import (
    BEGIN,
    BEGIN_ONE,
    CLAIM,
    DELIVERED,
    GIVEN_UP,
    IS_WAITING,
    LET_GO,
    MOST_ATTEMPTS,
    ROW,
    WAIT,
    DeliveryState,
)
from outsidein.errors import InputError, UnknownName

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class OutgoingDelivery:
    """A mail or webhook to send.

    `key` makes it unique: posted twice, it is sent once. `body` is plain text for a mail and JSON
    for a webhook; `about` is what it concerns, such as `case:123`.

    Raises:
        InputError: `to` is no address, a webhook's body is not JSON, the subject has more than one
            line, or the moment has no time zone.
    """

    key: str
    kind: Literal["mail", "webhook"]
    to: str
    subject: str
    body: str
    about: str
    due_at: datetime

    def __post_init__(self) -> None:
        if not self.key:
            raise InputError("A delivery needs a key, so that it is sent once.")
        if self.due_at.tzinfo is None:
            raise InputError("A delivery needs a moment with its time zone.")
        if self.kind == "mail":
            _check_mail(self)
        else:
            _check_webhook(self)

    @property
    def id(self) -> str:
        """Derived from the key alone, so that a repeated post has the same id."""
        return sha256(self.key.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    """A delivery claimed by a worker until its lease ends; `attempt` counts attempts begun."""

    id: str
    kind: str
    to: str
    subject: str
    body: str
    about: str
    due_at: datetime
    attempt: int
    worker: str


@dataclass(frozen=True, slots=True)
class DeliveryStatus:
    """State and attempts of a delivery, for lists."""

    id: str
    kind: str
    to: str
    subject: str
    about: str
    due_at: datetime
    state: str
    attempts: int
    next_at: datetime
    settled_at: datetime | None
    blanked_at: datetime | None
    problem: str | None


def post_delivery(session: Session, delivery: OutgoingDelivery) -> str:
    """Post a delivery in the caller's transaction; a repeated key is ignored.

    Returns:
        Its id, which is also the webhook's idempotency key and the mail's Message-ID.
    """
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(
        insert(Delivery)
        .values(
            id=delivery.id,
            key=delivery.key,
            kind=delivery.kind,
            to=delivery.to,
            subject=delivery.subject,
            body=delivery.body,
            about=delivery.about,
            due_at=delivery.due_at,
            state=DeliveryState.WAITING,
            next_at=delivery.due_at,
            attempts=0,
        )
        .on_conflict_do_nothing(index_elements=["key"])
    )
    return delivery.id


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
    values = {"now": now, "until": now + lease, "by": worker, "of": kind, "most": most}
    rows = session.connection().execute(CLAIM, values)
    return sorted(
        (ClaimedDelivery(*row) for row in rows), key=lambda delivery: (delivery.due_at, delivery.id)
    )


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
        is_ours = _changed_rows(session, BEGIN_ONE, [_claim_key(first) | {"until": until}]) == 1
        return [replace(first, attempt=first.attempt + 1)] if is_ours else []
    values = {"them": [one.id for one in claims], "by": first.worker, "begun": first.attempt}
    begun_ids = set(session.connection().execute(BEGIN, values | {"until": until}).scalars())
    return [replace(one, attempt=one.attempt + 1) for one in claims if one.id in begun_ids]


def mark_delivered(session: Session, arrived: Sequence[ClaimedDelivery], *, now: datetime) -> int:
    """Settle successful deliveries.

    Returns:
        How many (count), without those that another worker took after the lease had ended.
    """
    if not arrived:
        return 0
    return _changed_rows(session, DELIVERED, [_claim_key(one) | {"now": now} for one in arrived])


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
        rows.append(_claim_key(one) | {"until": until, "counted": attempts})
    return _changed_rows(session, LET_GO, rows) if rows else 0


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
    if is_permanent or claimed.attempt >= MOST_ATTEMPTS:
        return (
            _changed_rows(session, GIVEN_UP, [_claim_key(claimed) | {"now": now, "said": problem}])
            == 1
        )
    later = now + max(wait, backoff(claimed.attempt, rng=rng))
    return (
        _changed_rows(session, WAIT, [_claim_key(claimed) | {"until": later, "said": problem}]) == 1
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
    return _changed_rows(session, exhausted)


def list_deliveries(
    session: Session,
    *,
    state: DeliveryState | None = None,
    about: str | None = None,
    rows: int = 100,
) -> list[DeliveryStatus]:
    """Return deliveries, latest due first.

    Args:
        session: A transaction on the store.
        state: Only those in this state.
        about: Only those that concern this.
        rows: At most this many (count).
    """
    columns = [ROW.c[name] for name in DeliveryStatus.__dataclass_fields__]
    query = select(*columns).order_by(Delivery.due_at.desc(), Delivery.id).limit(rows)
    if state is not None:
        query = query.where(Delivery.state == state)
    if about is not None:
        query = query.where(Delivery.about == about)
    return [DeliveryStatus(*row) for row in session.execute(query)]


def given_up_subjects(session: Session, *, ending: str, since: datetime) -> list[str]:
    """Return what given-up deliveries concern (their `about`).

    Args:
        session: A transaction on the store.
        ending: Only those whose key ends with this.
        since: Only those given up then or later (aware), and not blanked.
    """
    query = (
        select(ROW.c.about)
        .where(text("blanked_at IS NULL AND settled_at IS NOT NULL"), ROW.c.settled_at >= since)
        .where(ROW.c.state == DeliveryState.GIVEN_UP, ROW.c.key.endswith(ending, autoescape=True))
        .order_by(ROW.c.settled_at, ROW.c.id)
    )
    return list(session.scalars(query))


def recipients_since(session: Session, *, ending: str, since: datetime) -> set[str]:
    """Return the recipients of deliveries that were due since a moment.

    Args:
        session: A transaction on the store.
        ending: Only those whose key ends with this.
        since: Only those due then or later (aware).
    """
    query = select(ROW.c.to).where(
        ROW.c.due_at >= since, ROW.c.key.endswith(ending, autoescape=True)
    )
    return set(session.scalars(query))


def deliveries_by_state(session: Session) -> dict[str, int]:
    """Return how many deliveries are in each state (count)."""
    rows = session.execute(select(Delivery.state, func.count()).group_by(Delivery.state))
    in_state = {state: n for state, n in rows}  # noqa: C416  dict() knows no types of rows
    return {state.value: in_state.get(state.value, 0) for state in DeliveryState}


def retry_delivery(session: Session, delivery: str, *, now: datetime) -> None:
    """Retry a delivery that was given up, from `now` on.

    Raises:
        UnknownName: No delivery with that id was given up.
        InputError: It has been blanked since.
    """
    anew = (
        update(ROW)
        .where(
            ROW.c.id == delivery, ROW.c.state == DeliveryState.GIVEN_UP, ROW.c.blanked_at.is_(None)
        )
        .values(state=DeliveryState.WAITING, next_at=now, attempts=0, worker=None, settled_at=None)
    )
    if not _changed_rows(session, anew):
        given_up = list_deliveries(session, state=DeliveryState.GIVEN_UP)
        if any(one.id == delivery for one in given_up):
            raise InputError(f"Delivery {delivery} was blanked: its text is no longer kept.")
        raise UnknownName("delivery that was given up", delivery, [one.id for one in given_up])


def blank_settled(session: Session, *, before: datetime, now: datetime, most: int = 1_000) -> int:
    """Blank recipient, subject, body and problem of deliveries settled long ago.

    The row stays, with id, key, kind, times and state, so that nothing is sent twice.

    Args:
        session: A transaction.
        before: Only those settled before then (aware).
        now: The moment (aware).
        most: At most this many (count).

    Returns:
        How many (count).
    """
    settled = (
        select(ROW.c.id)
        .where(text("blanked_at IS NULL AND settled_at IS NOT NULL"), ROW.c.settled_at < before)
        .order_by(ROW.c.settled_at)
        .limit(most)
    )
    empty = dict.fromkeys(("to", "subject", "body"), "")
    blanked = update(ROW).where(ROW.c.id.in_(settled)).values(empty)
    return _changed_rows(session, blanked.values(problem=None, blanked_at=now))


def _claim_key(claimed: ClaimedDelivery) -> dict[str, Any]:
    return {"which": claimed.id, "begun": claimed.attempt, "by": claimed.worker}


def _changed_rows(session: Session, change: Update, rows: Sequence[dict[str, Any]] = ()) -> int:
    connection = session.connection()
    result = connection.execute(change, rows) if rows else connection.execute(change)
    assert isinstance(result, CursorResult)  # noqa: S101  the result type of an UPDATE
    return result.rowcount


def _check_mail(mail: OutgoingDelivery) -> None:
    name, _, domain = mail.to.rpartition("@")
    if not name or not domain or any(char in mail.to for char in " \r\n<>,"):
        raise InputError(f"{mail.to!r} is not a mail address.")
    if "\n" in mail.subject or "\r" in mail.subject:
        raise InputError("The subject of a mail must be one line.")


def _check_webhook(webhook: OutgoingDelivery) -> None:
    if not webhook.to.startswith(("http://", "https://")):
        raise InputError(f"{webhook.to!r} is not a webhook address; write https://...")
    try:
        json.loads(webhook.body)
    except ValueError as error:
        raise InputError(f"The body of a webhook must be JSON: {error}") from error
