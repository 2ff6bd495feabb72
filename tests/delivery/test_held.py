"""The brake: too many deliveries to one recipient are held until a person decides."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from outsidein.delivery.by_hand import drop_held, held_recipients, release_held
from outsidein.delivery.claims import claim_deliveries
from outsidein.delivery.delivery_list import deliveries_by_state, list_deliveries
from outsidein.delivery.outbox import MOST_A_DAY, OutgoingDelivery, post_delivery
from outsidein.delivery.statements import DeliveryState
from outsidein.errors import UnknownName

NOW = datetime(2020, 1, 1, tzinfo=UTC)
DESK = "desk@shop.example"


def post(store, number, *, to=DESK, at=NOW, name="d", **limits):
    with Session(store) as session, session.begin():
        for n in range(number):
            delivery = OutgoingDelivery(f"{name}{n}{to}", "mail", to, "s", "b", "case:1", at)
            post_delivery(session, delivery, **limits)


def states(store):
    with Session(store) as session:
        return {state: n for state, n in deliveries_by_state(session).items() if n}


def test_one_run_cannot_flood_one_desk(store):
    post(store, MOST_A_DAY + 50)
    post(store, 1, to="ann@shop.example")
    assert states(store) == {"waiting": MOST_A_DAY + 1, "held": 50}
    with Session(store) as session, session.begin():
        due = claim_deliveries(
            session, now=NOW, lease=timedelta(1), worker="w1", kind="mail", most=999
        )
        assert len(due) == MOST_A_DAY + 1
        assert held_recipients(session) == [("mail", DESK, 50, NOW, NOW)]


def test_the_limit_is_of_any_24_hours_and_the_projects_own(store):
    post(store, 3, most_a_day=2)
    post(store, 1, at=NOW + timedelta(hours=23), name="later", most_a_day=2)
    post(store, 2, at=NOW + timedelta(hours=46), name="next", most_a_day=2)
    assert states(store) == {"waiting": 3, "held": 3}


def test_what_is_posted_again_is_neither_sent_nor_held_again(store):
    post(store, 2, most_a_day=2)
    post(store, 2, most_a_day=2)
    assert states(store) == {"waiting": 2}


def test_what_is_held_is_sent_or_given_up_as_a_person_decides(store):
    post(store, 3, most_a_day=1)
    post(store, 3, to="ann@shop.example", most_a_day=1)
    later = NOW + timedelta(hours=1)
    with Session(store) as session, session.begin():
        assert release_held(session, DESK, now=later) == 2
        assert drop_held(session, "ann@shop.example", now=later) == 2
        with pytest.raises(UnknownName, match="no recipient with held deliveries 'desk@"):
            release_held(session, DESK, now=later)
    assert states(store) == {"waiting": 4, "given_up": 2}
    with Session(store) as session:
        dropped = list_deliveries(session, state=DeliveryState.GIVEN_UP)
        released = [one for one in list_deliveries(session) if one.next_at == later]
    assert {one.problem for one in dropped} == {"dropped by hand: too many to one recipient"}
    assert {one.to for one in released} == {DESK}
