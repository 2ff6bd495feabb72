from datetime import UTC, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from outsidein.delivery.delivery_list import list_deliveries
from outsidein.delivery.dispatch import Outbox, deliver_batch
from outsidein.delivery.outbox import OutgoingDelivery, post_delivery
from outsidein.errors import DeliveryError, InputError
from outsidein.store.audit import audited_acts
from outsidein.worker.duties import build_duty, delivery_duty, retention_duty
from outsidein.worker.senders import Sender
from outsidein.workspace.act import Acts

MIDNIGHT = datetime(2020, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Firm:
    """Two workers of one store, at whatever time it is; counts the builds."""

    def __init__(self, store):
        self.store, self.now, self.builds = store, MIDNIGHT, []
        self.acts = Acts(store, lambda: self.now)
        self.at = time(2, 30)

    def duty(self, worker="w1", build=None):
        return build_duty(
            self.acts, build or self.build, at=self.at, zone=ZoneInfo("UTC"), worker=worker,
        )  # fmt: skip

    def build(self):
        self.builds.append(self.now)
        return len(self.builds)

    def day(self, *duties, hours=24):
        for _ in range(hours):
            self.now += HOUR
            for duty in duties:
                duty.do(self.now)

    def told(self):
        with Session(self.store) as session:
            return [(act.who, act.did, act.details) for act in audited_acts(session)]


@pytest.fixture
def firm(store):
    return Firm(store)


def test_it_builds_once_a_day_however_many_workers_there_are(firm):
    firm.day(firm.duty("w1"), firm.duty("w2"), hours=72)
    assert [moment.hour for moment in firm.builds] == [3, 3, 3]
    assert firm.told() == []  # a build writes its own entry


def test_what_was_missed_while_no_worker_ran_is_made_up_for_once(firm):
    firm.day(firm.duty(), hours=1)
    firm.now += timedelta(days=5)
    firm.day(firm.duty(), hours=1)
    assert len(firm.builds) == 1


def test_another_time_in_the_project_counts_from_then_on(firm):
    firm.day(firm.duty(), hours=1)
    firm.at = time(20)
    firm.day(firm.duty(), hours=23)
    assert [moment.hour for moment in firm.builds] == [20]


def test_a_build_whose_worker_died_is_begun_again_when_the_lease_ends(firm):
    class DiedError(BaseException):
        """What no code catches."""

    def dies():
        raise DiedError

    firm.day(firm.duty(), hours=2)
    firm.now += HOUR
    with pytest.raises(DiedError):
        firm.duty("w1", build=dies).do(firm.now)
    assert firm.duty("w2").do(firm.now) == 0
    firm.now += timedelta(minutes=5)
    assert firm.duty("w2").do(firm.now) == 1
    assert firm.duty("w3").do(firm.now + HOUR) == 0


def test_a_build_that_is_refused_is_told_and_not_tried_again_the_same_day(firm):
    def refuses():
        firm.builds.append(1)
        raise InputError("Source 'orders' is missing.")

    firm.day(firm.duty(build=refuses))
    assert len(firm.builds) == 1
    assert firm.told() == [("w1", "build.refused", {"because": "Source 'orders' is missing."})]


def settled(store, name, at):
    with Session(store) as session, session.begin():
        post_delivery(
            session, OutgoingDelivery(name, "mail", "ann@shop.example", "s", "b", "case:1", at)
        )
    outbox = Outbox(store, "mail", lambda: at, Random(1), "w1")  # noqa: S311  spreads waits
    assert deliver_batch(outbox, lambda *_: None) == 1


def test_what_was_settled_long_ago_is_blanked_once_and_the_audit_says_so(firm):
    settled(firm.store, "old", MIDNIGHT)
    settled(firm.store, "new", MIDNIGHT + 24 * HOUR)
    duty = retention_duty(firm.acts, after=timedelta(days=30), worker="w1")
    assert [duty.do(MIDNIGHT + timedelta(days=30) + n * HOUR) for n in (0, 1, 2)] == [0, 1, 0]
    with Session(firm.store) as session:
        assert [one.to for one in list_deliveries(session)] == ["ann@shop.example", ""]
    details = {"deliveries": 1, "settled_before": "2020-01-01T01:00:00+00:00"}
    assert firm.told() == [("w1", "deliveries.blanked", details)]


def test_the_log_says_once_that_deliveries_fail_and_once_that_they_arrive_again(firm, caplog):
    is_down, now = True, MIDNIGHT

    def send(*_):
        if is_down:
            raise DeliveryError("451 ann@shop.example: not now", is_permanent=False)

    outbox = Outbox(firm.store, "mail", lambda: now, Random(1), "w1")  # noqa: S311  spreads waits
    duty = delivery_duty(outbox, Sender(send, lambda: None))
    with Session(firm.store) as session, session.begin():
        for name in "abc":
            post_delivery(
                session, OutgoingDelivery(name, "mail", "ann@shop.example", "s", "b", "case:1", now)
            )
    assert duty.do(now) == 3
    is_down, now = False, now + HOUR
    assert duty.do(now) == 3
    assert caplog.messages == [
        "mail deliveries fail and wait; `outsidein deliveries list --state waiting` says why",
        "mail deliveries arrive again",
    ]
