import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from outsidein.store.model import Timer
from outsidein.store.timers import claim_turn, finish_turn, keep_lease, plan_timer, renew_turn

NOW = datetime(2020, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
LEASE = timedelta(minutes=5)


@pytest.fixture(autouse=True)
def timer(store):
    plan(store)


def plan(store, plan="hourly", due_at=NOW):
    with Session(store) as session, session.begin():
        plan_timer(session, name="build", plan=plan, due_at=due_at)


def take(store, now=NOW, worker="w1"):
    with Session(store) as session, session.begin():
        return claim_turn(session, name="build", now=now, lease=LEASE, worker=worker)


def end(store, turn, now=NOW):
    with Session(store) as session, session.begin():
        return finish_turn(session, turn, now=now, due_at=now + HOUR)


def due_at(store):
    with Session(store) as session:
        return session.get_one(Timer, "build").due_at


def test_one_of_all_workers_does_what_is_due_and_none_before_it_is(store):
    assert take(store, NOW - HOUR) is None
    turn = take(store)
    assert take(store, worker="w2") is None
    assert end(store, turn)
    assert take(store, worker="w2") is None
    assert take(store, NOW + HOUR, worker="w2") is not None


def test_planning_the_same_again_changes_nothing_and_another_plan_sets_it_anew(store):
    plan(store, due_at=NOW + 5 * HOUR)
    assert due_at(store) == NOW
    plan(store, plan="nightly", due_at=NOW + 5 * HOUR)
    assert due_at(store) == NOW + 5 * HOUR


def test_what_a_worker_died_over_is_done_once_more_and_its_late_word_counts_for_nothing(store):
    late = take(store)
    assert take(store, NOW + LEASE - HOUR / 60, worker="w2") is None
    current = take(store, NOW + LEASE, worker="w2")
    assert not end(store, late, NOW + LEASE)
    with Session(store) as session, session.begin():
        assert not renew_turn(session, late, until=NOW + HOUR)
    assert end(store, current, NOW + LEASE)


def test_a_lease_is_renewed_for_as_long_as_the_duty_takes(store):
    turn, short = take(store), timedelta(seconds=0.15)
    with keep_lease(store, turn, lease=short, clock=lambda: NOW + HOUR):
        deadline = time.monotonic() + 20
        while take(store, NOW + LEASE, worker="w2") is not None and time.monotonic() < deadline:
            time.sleep(0.05)
        with Session(store) as session:
            renewed = session.get_one(Timer, "build").leased_until
    assert renewed > NOW + LEASE
