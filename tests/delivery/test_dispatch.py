"""Some at a time: what is under way when a worker dies, and what it never began."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from outsidein.delivery.attempts import DEADLINE
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


def test_a_bug_at_one_is_its_own_with_type_and_message_and_the_others_go_out(firm, caplog):
    firm = firm(5)
    odd, message = firm.posted[2], "ann@shop.example"

    def fails(claimed, now):  # noqa: ARG001
        if claimed.id == odd:
            raise KeyError(message)

    assert firm.work(fails) == 5
    rows = firm.rows()
    assert {rows[one].state for one in firm.posted if one != odd} == {"delivered"}
    assert rows[odd].state == DeliveryState.GIVEN_UP
    assert rows[odd].problem == "KeyError: 'ann@shop.example'"
    [record] = caplog.records
    assert f"{firm.kind} {odd} failed" in record.getMessage()
    assert "test_dispatch.py" in record.getMessage()
    assert "ann@shop.example" not in caplog.text


def test_a_store_that_fails_is_no_fault_of_what_is_being_sent(firm):
    firm = firm(2)

    def fails(claimed, now):  # noqa: ARG001
        raise OperationalError("UPDATE", {}, Exception("disk full"))

    with pytest.raises(OperationalError):
        firm.work(fails)
    assert {one.state for one in firm.rows().values()} == {"waiting"}


def test_an_answer_that_no_store_could_hold_is_kept_as_one_line(firm):
    firm = firm(2)

    def refuses(claimed, now):  # noqa: ARG001
        raise DeliveryError("550 no\x00such\udcff\nbox" + "x" * 9_000, is_permanent=True)

    assert firm.work(refuses) == 2
    assert {one.problem[:15] for one in firm.rows().values()} == {"550 no such  box"[:15]}
    assert max(len(one.problem) for one in firm.rows().values()) < 600


def test_a_worker_that_was_suspended_until_its_lease_could_end_sends_nothing_of_it(firm):
    firm = firm(3)
    outbox = Outbox(firm.store, firm.kind, Suspended(), Random(1), "w1")  # noqa: S311
    assert deliver_batch(outbox, lambda claimed, _: firm.sent.update([claimed.id])) == 0
    firm.now += LEASE
    while firm.work(worker="w2"):
        pass
    assert firm.sent == dict.fromkeys(firm.posted, 1)


class Suspended:
    """A clock on which five minutes pass once the first deliveries are begun."""

    def __init__(self):
        self.readings = 0

    def __call__(self):
        self.readings += 1
        return NOW + (LEASE if self.readings > 2 else timedelta(0))


def test_a_worker_that_is_to_stop_begins_nothing_more(firm):
    firm = firm(5)
    outbox = Outbox(
        firm.store, firm.kind, lambda: NOW, Random(1), "w1",  # noqa: S311
        is_stopping=lambda: bool(firm.sent),
    )  # fmt: skip
    assert deliver_batch(outbox, lambda claimed, _: firm.sent.update([claimed.id])) == 1
    waiting = [one for one in firm.rows().values() if one.state == "waiting"]
    assert {(one.attempts, one.next_at) for one in waiting} == {(0, NOW)}


def test_a_turn_with_its_last_attempt_ends_long_before_the_lease():
    assert 2 * (TURN + DEADLINE) < LEASE
