"""Some at a time: what is under way when a worker dies, and what it never began."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlalchemy.orm import Session

from outsidein.delivery.delivery_list import list_deliveries
from outsidein.delivery.dispatch import BATCH_SIZE, LEASE, TURN, Outbox, deliver_batch
from outsidein.delivery.outbox import OutgoingDelivery, post_delivery
from outsidein.delivery.statements import MOST_ATTEMPTS, DeliveryState
from outsidein.errors import DeliveryError

NOW = datetime(2020, 1, 1, tzinfo=UTC)
TO = {"mail": ("ann@shop.example", "Look."), "webhook": ("https://x.example", "{}")}


class DiedError(BaseException):
    """What no code catches: the worker is gone."""


class Firm:
    """Workers of one store, at whatever time it is; keeps what was sent."""

    def __init__(self, store, kind, number):
        self.store, self.kind, self.now, self.sent = store, kind, NOW, Counter()
        with Session(store) as session, session.begin():
            self.posted = [
                post_delivery(
                    session,
                    OutgoingDelivery(f"d{n}", kind, TO[kind][0], "s", TO[kind][1], "c", NOW),
                )
                for n in range(number)
            ]

    def work(self, send=None, worker="w1"):
        outbox = Outbox(self.store, self.kind, lambda: self.now, Random(1), worker)  # noqa: S311

        def sent(claimed, now):
            if send:
                send(claimed, now)
            self.sent[claimed.id] += 1

        return deliver_batch(outbox, sent)

    def rows(self, **asked):
        with Session(self.store) as session:
            return {one.id: one for one in list_deliveries(session, **asked)}


@pytest.fixture(params=["mail", "webhook"])
def firm(request, store):
    return lambda number: Firm(store, request.param, number)


def test_everything_is_sent_once_some_at_a_time(firm):
    firm = firm(BATCH_SIZE + 2)
    assert [firm.work() for _ in range(3)] == [BATCH_SIZE, 2, 0]
    assert firm.sent == dict.fromkeys(firm.posted, 1)
    assert {one.attempts for one in firm.rows().values()} == {1}


def test_what_a_dead_worker_had_under_way_is_repeated_and_nothing_else(firm):
    firm = firm(5)

    def dies(claimed, now):  # noqa: ARG001
        if len(firm.sent) == 3:
            raise DiedError

    with pytest.raises(DiedError):
        firm.work(dies)
    assert firm.work(worker="w2") == 0  # it is the dead one's until the lease ends
    begun = [one for one in firm.rows().values() if one.attempts]
    assert len(begun) == (4 if firm.kind == "mail" else 5)
    firm.now += LEASE
    while firm.work(worker="w2"):
        pass
    repeated = sum(firm.sent.values()) - 5
    assert repeated == (0 if firm.kind == "mail" else 3)  # the receiver knows them by their key
    assert {one.state for one in firm.rows().values()} == {"delivered"}


def test_one_at_which_every_worker_dies_is_given_up_and_costs_the_others_one_attempt(firm):
    firm = firm(6)
    poison = firm.posted[3]

    def dies(claimed, now):  # noqa: ARG001
        if claimed.id == poison:
            raise DiedError

    for number in range(3 * MOST_ATTEMPTS):
        try:
            firm.work(dies, worker=f"w{number}")
        except DiedError:
            firm.now += LEASE
    rows = firm.rows()
    assert (rows[poison].state, rows[poison].attempts) == (DeliveryState.GIVEN_UP, MOST_ATTEMPTS)
    others = [one for one in rows.values() if one.id != poison]
    assert {one.state for one in others} == {"delivered"}
    assert max(one.attempts for one in others) <= 2


def test_a_turn_ends_and_what_was_not_begun_is_left_to_others(firm):
    firm = firm(9)

    def slow(claimed, now):  # noqa: ARG001
        firm.now += TURN / 2

    assert firm.work(slow) == 2
    left = [one for one in firm.rows().values() if one.state == "waiting"]
    assert {(one.attempts, one.next_at) for one in left} == {(0, NOW)}
    assert firm.work(worker="w2") == 7
    assert firm.sent == dict.fromkeys(firm.posted, 1)


def test_what_is_refused_waits_or_is_given_up_while_the_others_go_out(firm):
    firm = firm(5)
    later, never = firm.posted[:2]

    def refuses(claimed, now):  # noqa: ARG001
        if claimed.id in (later, never):
            raise DeliveryError("no", is_permanent=claimed.id == never)

    assert firm.work(refuses) == 5
    rows = firm.rows()
    assert (rows[later].state, rows[later].problem) == ("waiting", "no")
    assert rows[later].next_at >= NOW + timedelta(seconds=15)
    assert rows[never].state == DeliveryState.GIVEN_UP
    assert {rows[one].state for one in firm.posted[2:]} == {"delivered"}


def test_a_worker_so_slow_that_another_took_over_sends_none_of_it_again(firm):
    firm = firm(4)

    def hangs(claimed, now):  # noqa: ARG001
        if not firm.sent and firm.now == NOW:
            firm.now += LEASE
            assert firm.work(worker="w2") == 4

    firm.work(hangs)
    assert sum(firm.sent.values()) == 5  # the one at which it hung, twice
    assert {one.state for one in firm.rows().values()} == {"delivered"}
