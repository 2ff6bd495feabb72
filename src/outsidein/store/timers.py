"""Recurring duties: one worker claims each turn."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, Thread

from sqlalchemy import CursorResult, Engine, Update, or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from outsidein.store.model import Timer

RENEWALS = 3
"""How often a lease is renewed within its length."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One claim on a timer, valid until its lease ends and a later claim replaces it."""

    name: str
    number: int
    due_at: datetime


def plan_timer(session: Session, *, name: str, plan: str, due_at: datetime) -> None:
    """Set a timer unless it already has this plan.

    Args:
        session: A transaction on the store.
        name: Name of the duty.
        plan: The schedule in words, such as `02:30 Europe/Berlin`.
        due_at: When it is first due (aware).
    """
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = {"name": name, "plan": plan, "due_at": due_at}
    session.execute(
        insert(Timer)
        .values(**row, turn=0)
        .on_conflict_do_update(
            index_elements=["name"], set_={"plan": plan, "due_at": due_at}, where=Timer.plan != plan
        )
    )


def claim_turn(
    session: Session, *, name: str, now: datetime, lease: timedelta, worker: str
) -> Turn | None:
    """Claim a duty that is due and unclaimed.

    Args:
        session: A separate transaction, committed before the duty begins.
        name: Name of the duty.
        now: The moment (aware).
        lease: How long the claim is valid; the duty is due again if the worker dies.
        worker: Name of the claiming worker.

    Returns:
        None if it is not due, or another worker holds it.
    """
    claimed = session.execute(
        update(Timer)
        .where(Timer.name == name, Timer.due_at <= now)
        .where(or_(Timer.leased_until.is_(None), Timer.leased_until <= now))
        .values(leased_until=now + lease, worker=worker, turn=Timer.turn + 1)
        .returning(Timer.turn, Timer.due_at)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return Turn(name, claimed.turn, claimed.due_at) if claimed else None


def finish_turn(session: Session, turn: Turn, *, now: datetime, due_at: datetime) -> bool:
    """End a turn and set when the duty is due next.

    Returns:
        False if the lease had ended and another worker claimed it.
    """
    return _is_changed(
        session, _claimed_timer(turn).values(leased_until=None, done_at=now, due_at=due_at)
    )


def renew_turn(session: Session, turn: Turn, *, until: datetime) -> bool:
    """Extend the lease of a turn.

    Returns:
        False if the lease had ended and another worker claimed it.
    """
    return _is_changed(session, _claimed_timer(turn).values(leased_until=until))


@contextmanager
def keep_lease(
    store: Engine, turn: Turn, *, lease: timedelta, clock: Callable[[], datetime]
) -> Iterator[None]:
    """Renew the lease of a turn until the body ends."""
    over = Event()

    def renew() -> None:
        while not over.wait(lease.total_seconds() / RENEWALS):
            with Session(store) as session, session.begin():
                renew_turn(session, turn, until=clock() + lease)

    renewing = Thread(target=renew, name=f"lease of {turn.name}", daemon=True)
    renewing.start()
    try:
        yield
    finally:
        over.set()
        renewing.join()


def _claimed_timer(turn: Turn) -> Update:
    return update(Timer).where(Timer.name == turn.name, Timer.turn == turn.number)


def _is_changed(session: Session, change: Update) -> bool:
    result = session.execute(change.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)  # noqa: S101  the result type of an UPDATE
    return result.rowcount == 1
