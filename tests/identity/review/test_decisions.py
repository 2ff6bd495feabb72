from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from outsidein.errors import InputError
from outsidein.identity.records.pairs import pair
from outsidein.identity.review.decisions import (
    Decision,
    DecisionKind,
    NewDecision,
    decisions_hash,
    decisions_in_force,
    latest_decisions,
    list_decisions,
    record_decisions,
)

NOW = datetime(2020, 1, 1, tzinfo=UTC)
AB, AC = pair(("s", "a"), ("s", "b")), pair(("s", "a"), ("s", "c"))


@pytest.fixture
def session(store):
    with Session(store) as session:
        yield session


def say(session, *choices, by="Ann", at=NOW, reason="same voice"):
    made = [
        c if isinstance(c, NewDecision) else NewDecision(DecisionKind(c[0]), c[1]) for c in choices
    ]
    return record_decisions(session, made, by=by, at=at, reason=reason)


def in_force(session):
    return {d.pair: d.kind for d in decisions_in_force(list_decisions(session))}


def test_the_latest_decision_on_a_pair_wins_in_whichever_order_its_records_are_named(session):
    say(session, ("always", AB), ("always", AC))
    say(session, ("never", pair(("s", "b"), ("s", "a"))))
    assert in_force(session) == {AB: "never", AC: "always"}


def test_revoking_brings_back_what_was_in_force_before(session):
    say(session, ("always", AB), ("never", AB), ("revoke", AB))
    assert in_force(session) == {AB: "always"}
    say(session, ("revoke", AB))
    assert in_force(session) == {}


def test_saying_it_twice_is_saying_it_once(session):
    assert say(session, ("always", AB)) == 1
    assert say(session, ("always", AB)) == 0
    say(session, ("revoke", AB))
    assert in_force(session) == {}


def test_nothing_is_ever_overwritten(session):
    say(session, ("always", AB))
    say(session, ("never", AB), at=NOW + timedelta(days=1), by="Bo", reason="other voice")
    first, second = list_decisions(session)
    assert (first.kind, first.by, first.reason, first.at) == ("always", "Ann", "same voice", NOW)
    assert (second.kind, second.by) == ("never", "Bo")
    assert first.number < second.number


def test_a_postponement_is_no_verdict_and_lasts_until_the_next_word(session):
    say(session, NewDecision(DecisionKind.POSTPONE, AB, date(2020, 2, 1)))
    assert in_force(session) == {}
    assert latest_decisions(list_decisions(session))[AB].until_on == date(2020, 2, 1)
    say(session, ("never", AB))
    assert latest_decisions(list_decisions(session))[AB].kind == "never"


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ([("revoke", AC)], "no decision on s/c and s/a to take back"),
        ([NewDecision(DecisionKind.POSTPONE, AC)], "until a day after 2020-01-01"),
        (
            [NewDecision(DecisionKind.POSTPONE, AC, date(2020, 1, 1))],
            "until a day after 2020-01-01",
        ),
        (
            [NewDecision(DecisionKind.POSTPONE, AB, date(2020, 2, 1))],
            r"are decided already \(always\); revoke that",
        ),
        (
            [NewDecision(DecisionKind.NEVER, AC, date(2020, 2, 1))],
            "Only a postponement ends on a day",
        ),
        ([("always", AC), ("revoke", AC), ("revoke", AC)], "no decision on s/c and s/a"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_of_it_is_kept(session, choices, message):
    say(session, ("always", AB))
    with pytest.raises(InputError, match=message):
        say(session, *choices)
    assert len(list_decisions(session)) == 1


@pytest.mark.parametrize(
    "about",
    [{"by": " "}, {"reason": ""}, {"at": datetime(2020, 1, 1)}],  # noqa: DTZ001
)
def test_a_decision_names_who_when_and_why(session, about):
    with pytest.raises(InputError, match="A decision needs"):
        say(session, ("always", AB), **about)


def test_a_pair_is_two_records():
    with pytest.raises(InputError, match="s/a was named twice"):
        pair(("s", "a"), ("s", "a"))


def test_many_decisions_at_once_are_checked_like_few(session):
    many = [NewDecision(DecisionKind.NEVER, pair(("s", "a"), ("s", f"r{i}"))) for i in range(300)]
    assert (say(session, *many), say(session, *many)) == (300, 0)


def test_the_hash_follows_what_is_in_force_and_nothing_else(session):
    empty = decisions_hash([])
    say(session, ("always", AB))
    one = decisions_hash(decisions_in_force(list_decisions(session)))
    say(session, NewDecision(DecisionKind.POSTPONE, AC, date(2020, 2, 1)))
    assert decisions_hash(decisions_in_force(list_decisions(session))) == one != empty
    say(session, ("revoke", AB))
    assert decisions_hash(decisions_in_force(list_decisions(session))) == empty


said = st.lists(
    st.tuples(st.sampled_from(["always", "never", "revoke"]), st.sampled_from([AB, AC]))
)


@given(said, st.randoms())
def test_the_fold_is_a_stack_per_pair_whatever_the_order_of_rows(said, random):
    decisions = [Decision(n, DecisionKind(k), p, "Ann", NOW, "") for n, (k, p) in enumerate(said)]
    expected = {}
    for between in (AB, AC):
        stack = []
        for kind in [k for k, p in said if p == between]:
            if kind == "revoke":
                stack = stack[:-1]
            elif stack[-1:] != [kind]:
                stack = [*stack, kind]
        if stack:
            expected[between] = stack[-1]
    random.shuffle(decisions)
    assert {d.pair: d.kind for d in decisions_in_force(decisions)} == expected
