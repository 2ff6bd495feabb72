"""Kill -9 between any two steps: nothing is lost, and only what was under way is repeated."""

import random
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from outsidein.delivery.delivery_list import deliveries_by_state
from outsidein.delivery.outbox import OutgoingDelivery, post_delivery
from outsidein.delivery.statements import MOST_ATTEMPTS
from tests.delivery.processes import (
    CONTEXT,
    address,
    begin,
    deliver_all,
    deliver_for_ever,
    deliver_together,
    die_delivering,
    post_for_ever,
)
from tests.delivery.servers import http_server, smtp_server

NOW = datetime(2020, 1, 1, tzinfo=UTC)
LEASE = timedelta(minutes=5)
SOME = 3
"""Mails, and webhooks, in the outbox when a worker begins."""


class Outside:
    """Both servers, and what arrived at them, by id, at once when it arrived."""

    def __init__(self):
        self.arrived = Counter()
        self.smtp = smtp_server(told=lambda name: self.hear(name.strip("<>").split("@")[0]))
        self.http = http_server(told=self.hear)

    def hear(self, delivery):
        self.arrived[delivery] += 1

    def __enter__(self):
        self.postbox, self.port = self.smtp.__enter__()
        self.requests, self.hook = self.http.__enter__()
        return self

    def __exit__(self, *error):
        self.smtp.__exit__(*error)
        self.http.__exit__(*error)

    def put(self, store, number, *, due_at=NOW, name="d"):
        """Post `number` mails and as many webhooks; return their ids."""
        to = {"mail": ("a@x.example", "b"), "webhook": (self.hook, "{}")}
        with Session(store) as session, session.begin():
            return {
                post_delivery(
                    session,
                    OutgoingDelivery(f"{name}{n}{kind}", kind, there, "s", body, "c", due_at),
                )
                for n in range(number)
                for kind, (there, body) in to.items()
            }


@pytest.fixture
def outside():
    with Outside() as outside:
        yield outside


def test_a_worker_killed_at_any_step_loses_nothing_and_repeats_only_what_was_under_way(
    store, outside, rounds
):
    """Every statement, every commit, every sending is a step; it dies before each in turn."""
    died, kills, step, stride = True, 0, 1, 7 // rounds(7)
    while died:
        outside.arrived.clear()
        posted = outside.put(store, SOME, name=f"{step}-")
        now = NOW + timedelta(days=step)
        process = begin(die_delivering, address(store), outside.port, now, step)
        process.join()
        assert process.exitcode in (0, -9)
        died = process.exitcode == -9
        kills, step = kills + died, step + stride
        deliver_all(address(store), outside.port, now=now + LEASE)
        assert set(outside.arrived) == posted
        mails, webhooks = (repeated(store, outside, kind) for kind in ("mail", "webhook"))
        assert mails <= died
        assert webhooks <= SOME * died
    assert step > 40
    with Session(store) as session:
        assert deliveries_by_state(session) == {
            "waiting": 0, "delivered": 2 * SOME * (kills + 1), "given_up": 0,
            "held": 0,
        }  # fmt: skip


def test_workers_killed_at_random_moments_deliver_everything_all_the_same(store, outside, rounds):
    posted = outside.put(store, 60, due_at=datetime.now(UTC))
    rng, lease, kills = random.Random(7), timedelta(seconds=1), 0  # noqa: S311
    for _ in range(rounds(60)):
        workers = [begin(deliver_for_ever, address(store), outside.port, lease) for _ in range(2)]
        time.sleep(rng.uniform(0.1, 0.7))
        for worker in workers:
            worker.kill()
            worker.join()
            kills += 1
    last = datetime.now(UTC) + timedelta(days=1)
    deliver_all(address(store), outside.port, now=last)
    assert set(outside.arrived) == posted
    assert repeated(store, outside, "mail") <= kills
    with Session(store) as session:
        assert deliveries_by_state(session) == {
            "waiting": 0,
            "delivered": 120,
            "given_up": 0,
            "held": 0,
        }
    assert max(outside.arrived.values()) <= MOST_ATTEMPTS


def test_several_workers_at_once_deliver_each_exactly_once(store, outside):
    posted, together = outside.put(store, 60), CONTEXT.Barrier(4)
    workers = [
        begin(deliver_together, address(store), outside.port, NOW, together) for _ in range(4)
    ]
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0, 0]
    assert outside.arrived == dict.fromkeys(posted, 1)
    with store.connect() as connection:
        asked = text("SELECT count(DISTINCT worker) FROM deliveries")
        assert connection.execute(asked).scalar() > 1


def test_what_is_recorded_and_the_word_of_it_are_both_there_or_neither(store, rounds):
    rng = random.Random(7)  # noqa: S311
    for number in range(rounds(30)):
        poster = begin(post_for_ever, address(store), f"p{number}", NOW)
        while f"p{number}:3" not in abouts(store, "deliveries"):
            time.sleep(0.01)
        time.sleep(rng.uniform(0, 0.2))
        poster.kill()
        poster.join()
    recorded, posted = abouts(store, "audit"), abouts(store, "deliveries")
    assert len(recorded) > 3
    assert sorted(recorded) == sorted(posted)


def repeated(store, outside, kind):
    """How many deliveries of a kind arrived more than once, each further time counted."""
    with store.connect() as connection:
        asked = text("SELECT id FROM deliveries WHERE kind = :kind")
        ids = connection.execute(asked, {"kind": kind}).scalars()
        return sum(max(outside.arrived[one] - 1, 0) for one in ids)


def abouts(store, table):
    with store.connect() as connection:
        return connection.execute(text(f"SELECT about FROM {table}")).scalars().all()
