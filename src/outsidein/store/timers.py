"""Duties that come due at moments of their own: whoever claims a turn first does it alone."""

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
"""A lease is renewed so often before it would end."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One claim on a timer: it holds until its lease ends or somebody claims a later one."""

    name: str
    number: int
    due_at: datetime


def plan_timer(session: Session, *, name: str, plan: str, due_at: datetime) -> None:
    """Set a timer, once per plan: a changed plan sets it anew, the same one leaves it.

    Args:
        session: A transaction on the store.
        name: Name of the duty.
        plan: What is planned, in words, such as `02:30 Europe/Berlin`.
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
    """Claim a duty that is due and that nobody else is at.

    Args:
        session: A transaction of its own, committed before the duty is begun.
        name: Name of the duty.
        now: The moment (aware).
        lease: For how long; if the worker dies, the duty is due again afterwards.
        worker: Name of the one who claims.

    Returns:
        None if it is not due, or another is at it.
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
        False if the lease had ended and another claimed it.
    """
    return _changed(session, _held(turn).values(leased_until=None, done_at=now, due_at=due_at))


def renew_turn(session: Session, turn: Turn, *, until: datetime) -> bool:
    """Lengthen the lease of a turn.

    Returns:
        False if the lease had ended and another claimed it.
    """
    return _changed(session, _held(turn).values(leased_until=until))


@contextmanager
def held(
    store: Engine, turn: Turn, *, lease: timedelta, clock: Callable[[], datetime]
) -> Iterator[None]:
    """Keep the lease of a turn alive for as long as the duty takes."""
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


def _held(turn: Turn) -> Update:
    return update(Timer).where(Timer.name == turn.name, Timer.turn == turn.number)


def _changed(session: Session, change: Update) -> bool:
    result = session.execute(change.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)  # noqa: S101  what an UPDATE gives
    return result.rowcount == 1
