"""The outbox: posted in the transaction of what it tells of, claimed with a lease, settled once."""

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
    State,
)
from outsidein.errors import InputError, UnknownName

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A mail or a webhook that is to go out.

    `key` names what it tells of: posted twice it goes out once. `body` is plain text for a mail
    and JSON for a webhook; `about` is what it concerns, such as `case:123`.

    Raises:
        InputError: Nobody can be reached at `to`, a webhook's body is not JSON, the subject has
            more than one line, or the moment has no zone.
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
            raise InputError("A delivery needs a key, so that it goes out once.")
        if self.due_at.tzinfo is None:
            raise InputError("A delivery needs a moment with its time zone.")
        if self.kind == "mail":
            _check_mail(self)
        else:
            _check_webhook(self)

    @property
    def id(self) -> str:
        """The same for the same key, wherever and however often it is posted."""
        return sha256(self.key.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that one worker holds until its lease ends; `attempt` counts those begun."""

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
class Listed:
    """A delivery as somebody sees it who asks what became of it."""

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


def post(session: Session, delivery: Outgoing) -> str:
    """Put a delivery into the outbox, in the caller's transaction; the same key only once.

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
            state=State.WAITING,
            next_at=delivery.due_at,
            attempts=0,
        )
        .on_conflict_do_nothing(index_elements=["key"])
    )
    return delivery.id


def claim(
    session: Session,
    *,
    now: datetime,
    lease: timedelta,
    worker: str,
    kind: Literal["mail", "webhook"],
    most: int = 1,
) -> list[Claimed]:
    """Take what is due, the longest due first, so that no other worker takes it meanwhile.

    An attempt counts when it is begun: a delivery at which workers die is given up as well.

    Args:
        session: A transaction of its own, committed before anything is sent.
        now: The moment (aware); what is due then is taken.
        lease: For how long; longer than an attempt can last. If the worker dies, the delivery
            is due again afterwards.
        worker: Name of the one who takes it, different from all others'.
        kind: Mails or webhooks.
        most: So many at most (count).
    """
    values = {"now": now, "until": now + lease, "by": worker, "of": kind, "most": most}
    taken = session.connection().execute(CLAIM, values)
    return sorted((Claimed(*row) for row in taken), key=lambda one: (one.due_at, one.id))


def begin(session: Session, held: Sequence[Claimed], *, until: datetime) -> list[Claimed]:
    """Mark deliveries as under way, each an attempt more; commit it before they are sent.

    Args:
        session: A transaction.
        held: Claimed by one worker, after the same number of attempts.
        until: When they are due again if that worker dies.

    Returns:
        Those that nobody took meanwhile, in order.
    """
    first = held[0]
    if not held[1:]:
        is_ours = _count(session, BEGIN_ONE, [_named(first) | {"until": until}]) == 1
        return [replace(first, attempt=first.attempt + 1)] if is_ours else []
    values = {"them": [one.id for one in held], "by": first.worker, "begun": first.attempt}
    found = set(session.connection().execute(BEGIN, values | {"until": until}).scalars())
    return [replace(one, attempt=one.attempt + 1) for one in held if one.id in found]


def delivered(session: Session, arrived: Sequence[Claimed], *, now: datetime) -> int:
    """Settle deliveries that arrived.

    Returns:
        How many (count): not those whose lease had ended and that another worker took.
    """
    if not arrived:
        return 0
    return _count(session, DELIVERED, [_named(one) | {"now": now} for one in arrived])


def let_go(session: Session, held: Sequence[Claimed], *, now: datetime, uncounted: int = 0) -> int:
    """Leave what was claimed, and not sent, to whoever claims it next.

    Args:
        session: A transaction.
        held: Deliveries, in order.
        now: The moment (aware).
        uncounted: Attempts that were counted and not made (count).

    Returns:
        How many (count).
    """
    rows = []
    for one in held:
        made = one.attempt - uncounted
        until = now if made else one.due_at  # what was never tried keeps its place
        rows.append(_named(one) | {"until": until, "counted": made})
    return _count(session, LET_GO, rows) if rows else 0


def failed(
    session: Session,
    claimed: Claimed,
    *,
    now: datetime,
    rng: Random,
    problem: str,
    is_permanent: bool,
    wait: timedelta = timedelta(0),
) -> bool:
    """Let a delivery that did not arrive wait for the next attempt, or give it up.

    Args:
        session: A transaction.
        claimed: What was tried.
        now: The moment (aware).
        rng: Spreads attempts, so that what failed together does not come back together.
        problem: What the other side said.
        is_permanent: Whether another attempt cannot help.
        wait: What the other side asked for; waited if it is longer than our own.

    Returns:
        False if its lease had ended and another worker took it.
    """
    if is_permanent or claimed.attempt >= MOST_ATTEMPTS:
        return _count(session, GIVEN_UP, [_named(claimed) | {"now": now, "said": problem}]) == 1
    later = now + max(wait, backoff(claimed.attempt, rng=rng))
    return _count(session, WAIT, [_named(claimed) | {"until": later, "said": problem}]) == 1


def backoff(attempt: int, *, rng: Random) -> timedelta:
    """Return how long to wait after an attempt: doubled each time, between half of it and all.

    Example:
        >>> round(backoff(3, rng=Random(1)) / FIRST_WAIT, 1)
        2.3
    """
    longest: timedelta = min(FIRST_WAIT * 2 ** min(attempt, MOST_ATTEMPTS) / 2, LONGEST_WAIT)
    return longest * rng.uniform(0.5, 1.0)


def give_up_exhausted(session: Session, *, now: datetime) -> int:
    """Give up what was claimed for the last time by a worker that then died.

    Returns:
        How many (count).
    """
    exhausted = (
        update(ROW)
        .where(IS_WAITING, ROW.c.next_at <= now)
        .where(ROW.c.attempts >= MOST_ATTEMPTS)
        .values(state=State.GIVEN_UP, settled_at=now, problem="its worker died at the last attempt")
    )
    return _count(session, exhausted)


def listed(
    session: Session, *, state: State | None = None, about: str | None = None, rows: int = 100
) -> list[Listed]:
    """Return deliveries, the latest due first.

    Args:
        session: A transaction on the store.
        state: Only those in this state.
        about: Only those that concern this.
        rows: So many at most (count).
    """
    columns = [ROW.c[name] for name in Listed.__dataclass_fields__]
    query = select(*columns).order_by(Delivery.due_at.desc(), Delivery.id).limit(rows)
    if state is not None:
        query = query.where(Delivery.state == state)
    if about is not None:
        query = query.where(Delivery.about == about)
    return [Listed(*row) for row in session.execute(query)]


def undelivered(session: Session, *, ending: str, since: datetime) -> list[str]:
    """Return what given-up deliveries were about.

    Args:
        session: A transaction on the store.
        ending: Only those whose key ends so.
        since: Only those given up then or later (aware), and not blanked.
    """
    query = (
        select(ROW.c.about)
        .where(text("blanked_at IS NULL AND settled_at IS NOT NULL"), ROW.c.settled_at >= since)
        .where(ROW.c.state == State.GIVEN_UP, ROW.c.key.endswith(ending, autoescape=True))
        .order_by(ROW.c.settled_at, ROW.c.id)
    )
    return list(session.scalars(query))


def counts(session: Session) -> dict[str, int]:
    """Return how many deliveries are in each state (count)."""
    found = session.execute(select(Delivery.state, func.count()).group_by(Delivery.state))
    in_state = {state: n for state, n in found}  # noqa: C416  dict() knows no types of rows
    return {state.value: in_state.get(state.value, 0) for state in State}


def retry(session: Session, delivery: str, *, now: datetime) -> None:
    """Let a delivery that was given up be tried anew from `now` on.

    Raises:
        UnknownName: No delivery of that id was given up.
        InputError: It was blanked since.
    """
    anew = (
        update(ROW)
        .where(ROW.c.id == delivery, ROW.c.state == State.GIVEN_UP, ROW.c.blanked_at.is_(None))
        .values(state=State.WAITING, next_at=now, attempts=0, worker=None, settled_at=None)
    )
    if not _count(session, anew):
        given_up = listed(session, state=State.GIVEN_UP)
        if any(one.id == delivery for one in given_up):
            raise InputError(f"Delivery {delivery} was blanked: what it said is not kept any more.")
        raise UnknownName("delivery that was given up", delivery, [one.id for one in given_up])


def blank_settled(session: Session, *, before: datetime, now: datetime, most: int = 1_000) -> int:
    """Blank what was settled long ago: recipient, subject, body, and what the other side said.

    The row stays, with its id, key, kind, moments and state, so that nothing goes out twice.

    Args:
        session: A transaction.
        before: Only what was settled before then (aware).
        now: The moment (aware).
        most: So many at most (count).

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
    return _count(session, blanked.values(problem=None, blanked_at=now))


def _named(claimed: Claimed) -> dict[str, Any]:
    return {"which": claimed.id, "begun": claimed.attempt, "by": claimed.worker}


def _count(session: Session, change: Update, rows: Sequence[dict[str, Any]] = ()) -> int:
    connection = session.connection()
    result = connection.execute(change, rows) if rows else connection.execute(change)
    assert isinstance(result, CursorResult)  # noqa: S101  what an UPDATE gives
    return result.rowcount


def _check_mail(mail: Outgoing) -> None:
    name, _, domain = mail.to.rpartition("@")
    if not name or not domain or any(char in mail.to for char in " \r\n<>,"):
        raise InputError(f"{mail.to!r} is no address that a mail can go to.")
    if "\n" in mail.subject or "\r" in mail.subject:
        raise InputError("The subject of a mail is one line.")


def _check_webhook(webhook: Outgoing) -> None:
    if not webhook.to.startswith(("http://", "https://")):
        raise InputError(f"{webhook.to!r} is no address of a webhook; write https://...")
    try:
        json.loads(webhook.body)
    except ValueError as error:
        raise InputError(f"The body of a webhook is JSON: {error}") from error
