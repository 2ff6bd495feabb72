from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from outsidein.delivery.blanking import blank_settled
from outsidein.delivery.by_hand import retry_delivery
from outsidein.delivery.claims import begin_attempts, claim_deliveries, release_claims
from outsidein.delivery.delivery_list import deliveries_by_state, list_deliveries
from outsidein.delivery.outbox import OutgoingDelivery, post_delivery
from outsidein.delivery.settlement import (
    backoff,
    give_up_exhausted,
    mark_delivered,
    record_failure,
)
from outsidein.delivery.statements import MOST_ATTEMPTS, DeliveryState
from outsidein.errors import InputError, UnknownName

NOW = datetime(2020, 1, 1, tzinfo=UTC)
LEASE = timedelta(minutes=5)
MINUTE = timedelta(minutes=1)


def counts(**states):
    return dict.fromkeys(("waiting", "delivered", "given_up", "held"), 0) | states


def mail(key="case:1:opened", **changed):
    facts = {
        "kind": "mail", "to": "ann@shop.example", "subject": "A case", "body": "Look.",
        "about": "case:1", "due_at": NOW,
    }  # fmt: skip
    return OutgoingDelivery(key=key, **{**facts, **changed})


def put(store, *deliveries):
    with Session(store) as session, session.begin():
        return [post_delivery(session, one) for one in deliveries]


def held(store, now=NOW, **asked):
    with Session(store) as session, session.begin():
        return claim_deliveries(
            session, now=now, lease=LEASE, **{"worker": "w1", "kind": "mail", **asked}
        )


def take(store, now=NOW, **asked):
    """Claim and begin each."""
    with Session(store) as session, session.begin():
        claimed = claim_deliveries(
            session, now=now, lease=LEASE, **{"worker": "w1", "kind": "mail", **asked}
        )
        return [
            one for some in claimed for one in begin_attempts(session, [some], until=now + LEASE)
        ]


def settle(store, claimed, *, now=NOW, **failure):
    with Session(store) as session, session.begin():
        if not failure:
            return mark_delivered(session, [claimed], now=now)
        facts = {"problem": "451 later", "is_permanent": False, "rng": Random(1)}  # noqa: S311
        return record_failure(session, claimed, now=now, **{**facts, **failure})


def seen(store, **asked):
    with Session(store) as session:
        return list_deliveries(session, **asked)


def test_the_same_key_goes_out_once_and_has_one_id(store):
    one, again, other = put(store, mail(), mail(body="Look again."), mail("case:2:opened"))
    assert one == again != other
    assert {claimed.body for claimed in take(store, most=9)} == {"Look."}
    assert len(seen(store)) == 2


def test_what_is_rolled_back_with_the_record_it_tells_of_never_goes_out(store):
    with Session(store) as session:
        post_delivery(session, mail())
        session.rollback()
    assert take(store) == []


def test_only_what_is_due_is_taken_the_longest_due_first(store):
    put(
        store,
        mail("later", due_at=NOW + MINUTE),
        mail("last", due_at=NOW - MINUTE),
        mail("first", due_at=NOW - 2 * MINUTE),
        mail("hook", kind="webhook", to="https://x.example", body="{}"),
    )
    taken = take(store, most=9)
    assert [one.due_at for one in taken] == [NOW - 2 * MINUTE, NOW - MINUTE]


def test_nobody_else_takes_it_until_the_lease_ends(store):
    put(store, mail())
    (first,) = take(store)
    assert take(store, NOW + LEASE - MINUTE, worker="w2") == []
    (second,) = take(store, NOW + LEASE, worker="w2")
    assert (first.attempt, second.attempt) == (1, 2)


def test_a_worker_whose_lease_has_ended_settles_nothing_any_more(store):
    put(store, mail())
    (late,) = take(store)
    (current,) = take(store, NOW + LEASE, worker="w2")
    assert not settle(store, late)
    assert not settle(store, late, problem="no", is_permanent=True)
    assert seen(store)[0].state == DeliveryState.WAITING
    assert settle(store, current)
    assert not settle(store, current)
    assert seen(store)[0].state == DeliveryState.DELIVERED


def test_what_was_claimed_and_not_begun_counts_no_attempt_and_is_begun_by_one_worker_only(store):
    put(store, mail("a"), mail("b"))
    first = held(store, most=9)
    with Session(store) as session, session.begin():
        [under_way] = begin_attempts(session, first[:1], until=NOW + 2 * LEASE)
    late = held(store, NOW + LEASE, worker="w2", most=9)
    assert [one.id for one in late] == [first[1].id]
    with Session(store) as session, session.begin():
        assert begin_attempts(session, first[1:], until=NOW) == []
        [begun] = begin_attempts(session, late, until=NOW)
        assert (under_way.attempt, begun.attempt) == (1, 1)


def test_what_is_let_go_is_due_as_it_was(store):
    put(store, mail("a"), mail("b", due_at=NOW - MINUTE))
    (older, newer) = held(store, most=9)
    with Session(store) as session, session.begin():
        begun = begin_attempts(session, [older], until=NOW + LEASE)
        assert release_claims(session, begun, now=NOW, uncounted=1) == 1
        assert release_claims(session, [newer], now=NOW) == 1
    again = held(store, worker="w2", most=9)
    assert [(one.id, one.attempt) for one in again] == [(older.id, 0), (newer.id, 0)]


def test_a_failure_is_tried_again_later_and_tells_what_was_said(store):
    put(store, mail())
    (claimed,) = take(store)
    settle(store, claimed, problem="451 later")
    (found,) = seen(store)
    assert (found.state, found.attempts, found.problem) == ("waiting", 1, "451 later")
    assert NOW + timedelta(seconds=15) <= found.next_at <= NOW + timedelta(seconds=30)
    assert take(store, found.next_at - timedelta(seconds=1)) == []
    assert len(take(store, found.next_at)) == 1


def test_a_longer_wait_that_the_other_side_asks_for_is_kept(store):
    put(store, mail())
    settle(store, take(store)[0], problem="429", wait=timedelta(hours=3))
    assert seen(store)[0].next_at == NOW + timedelta(hours=3)


def test_it_is_given_up_after_the_stated_number_of_attempts_and_stays_visible(store):
    put(store, mail())
    now, attempts = NOW, 0
    while taken := take(store, now):
        attempts += 1
        settle(store, taken[0], now=now, problem="451 later")
        now = seen(store)[0].next_at
    (found,) = seen(store, state=DeliveryState.GIVEN_UP)
    assert attempts == found.attempts == MOST_ATTEMPTS
    assert timedelta(hours=6) < found.settled_at - NOW < timedelta(hours=15)


def test_a_refusal_for_good_is_given_up_at_once_and_can_be_retried_by_hand(store):
    (one,) = put(store, mail())
    settle(store, take(store)[0], problem="550 unknown", is_permanent=True)
    assert take(store, NOW + timedelta(days=9)) == []
    with Session(store) as session, session.begin():
        retry_delivery(session, one, now=NOW)
        assert deliveries_by_state(session) == counts(waiting=1)
    assert [claimed.attempt for claimed in take(store)] == [1]
    with Session(store) as session, pytest.raises(UnknownName, match="no delivery that was given"):
        retry_delivery(session, one, now=NOW)


def test_what_kills_every_worker_is_given_up_too(store):
    put(store, mail())
    now = NOW
    for _ in range(MOST_ATTEMPTS):
        assert len(take(store, now)) == 1
        now += LEASE
    assert take(store, now) == []
    with Session(store) as session, session.begin():
        assert give_up_exhausted(session, now=now - MINUTE) == 0
        assert give_up_exhausted(session, now=now) == 1
    assert seen(store)[0].problem == "its worker died in the last attempt"


def test_what_was_settled_long_ago_is_blanked_and_stays_known_by_its_key(store):
    settled, given_up, fresh, waiting = put(
        store, *(mail(key) for key in "abc"), mail("d", due_at=NOW + MINUTE)
    )
    for claimed in take(store, most=3):
        failure = {"problem": "550 ann@shop.example", "is_permanent": True}
        settle(store, claimed, **(failure if claimed.id == given_up else {}))
    later = NOW + timedelta(days=30)
    with Session(store) as session, session.begin():
        assert blank_settled(session, before=NOW, now=later) == 0
        assert blank_settled(session, before=NOW + MINUTE, now=later, most=2) == 2
        assert blank_settled(session, before=NOW + MINUTE, now=later, most=2) == 1
        assert blank_settled(session, before=NOW + MINUTE, now=later) == 0
    assert put(store, mail("a")) == [settled]  # posted again, it does not go out again
    found = {one.id: one for one in seen(store)}
    assert found[settled].state == DeliveryState.DELIVERED
    assert (found[settled].settled_at, found[settled].blanked_at) == (NOW, later)
    blanked = [found[one] for one in (settled, given_up, fresh)]
    assert {(one.to, one.subject, one.problem) for one in blanked} == {("", "", None)}
    assert found[waiting].to == "ann@shop.example"
    with store.connect() as connection:
        whole = connection.execute(text("SELECT * FROM deliveries WHERE state <> 'waiting'"))
        assert "ann@" not in str(whole.all())
    with Session(store) as session, pytest.raises(InputError, match="was blanked"):
        retry_delivery(session, given_up, now=later)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"to": "ann"}, "'ann' is not one plain mail address"),
        ({"to": "ann@shop.example, eve@spam.example"}, "is not one plain mail address"),
        ({"subject": "A case\r\nBcc: eve@spam.example"}, "one line"),
        ({"kind": "webhook", "to": "file:///etc/passwd", "body": "{}"}, "is not a web address"),
        ({"kind": "webhook", "to": "https://x.example", "body": "{"}, "must be JSON"),
        ({"due_at": datetime(2020, 1, 1)}, "time zone"),  # noqa: DTZ001
        ({"key": ""}, "needs a key"),
    ],
    ids=str,
)
def test_what_could_never_arrive_is_refused_before_it_is_posted(changed, says):
    with pytest.raises(InputError, match=says):
        mail(**changed)


@given(st.integers(1, 60), st.randoms(use_true_random=False))
def test_waits_double_up_to_six_hours_and_never_coincide_on_purpose(attempt, rng):
    whole = min(timedelta(seconds=30) * 2 ** min(attempt - 1, 30), timedelta(hours=6))
    assert whole / 2 <= backoff(attempt, rng=rng) <= whole
