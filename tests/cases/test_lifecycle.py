import pytest
from hypothesis import given
from hypothesis import strategies as st

from outsidein.cases.lifecycle import (
    SYSTEM,
    Actor,
    Kind,
    Standing,
    State,
    after,
    allowed,
    folded,
)
from outsidein.errors import InputError

KINDS = st.lists(st.sampled_from(Kind), max_size=40)


def walked(kinds, *, is_kept):
    """The events that could happen, of those tried in turn, and the states they led through."""
    state, done, states = State.RECEIVED, [], [State.RECEIVED]
    for kind in kinds:
        try:
            state = after(kind, Standing(state, is_kept, "t"))
        except InputError:
            continue
        done.append(kind)
        states.append(state)
    return done, states


@given(KINDS, st.booleans())
def test_no_state_is_reached_without_its_event(kinds, is_kept):
    done, states = walked(kinds, is_kept=is_kept)
    leads_to = {
        State.ACKNOWLEDGED: {Kind.ACKNOWLEDGE, Kind.REOPEN},
        State.ASSESSED: {Kind.ASSESS},
        State.INVESTIGATED: {Kind.INVESTIGATE},
        State.RESPONDED: {Kind.RESPOND},
        State.COMMUNICATED: {Kind.COMMUNICATE},
        State.CLOSED: {Kind.CLOSE, Kind.LAPSE, Kind.HOLD_OUT},
    }
    for before, kind, reached in zip(states[:-1], done, states[1:], strict=True):
        assert reached == before or kind in leads_to[reached]


@given(KINDS)
def test_a_complaint_closes_only_after_every_step_of_the_standard(kinds):
    """Between receipt, or reopening, and closing lie acknowledgement to communication, in order."""
    done, states = walked(kinds, is_kept=True)
    must = [Kind.ASSESS, Kind.RESPOND, Kind.COMMUNICATE]
    since = []
    for kind, reached in zip(done, states[1:], strict=True):
        since = [] if kind == Kind.REOPEN else [*since, kind]
        if reached == State.CLOSED and kind == Kind.CLOSE:
            assert [k for k in since if k in must] == must
        assert kind not in (Kind.LAPSE, Kind.HOLD_OUT)


@given(KINDS, st.booleans())
def test_the_fold_of_the_events_is_the_state_they_led_to(kinds, is_kept):
    done, states = walked(kinds, is_kept=is_kept)
    assert folded([(Kind.RECEIVE, is_kept), *((kind, False) for kind in done)]) == states[-1]


@given(KINDS, st.booleans())
def test_a_case_can_always_be_brought_to_its_end(kinds, is_kept):
    _, states = walked(kinds, is_kept=is_kept)
    way = [Kind.ACKNOWLEDGE, Kind.ASSESS, Kind.RESPOND, Kind.COMMUNICATE, Kind.CLOSE]
    state = states[-1]
    for kind in way:
        try:
            state = after(kind, Standing(state, is_kept, "t"))
        except InputError:
            continue
    assert state == State.CLOSED


def test_events_in_an_order_that_cannot_be_are_refused():
    with pytest.raises(InputError, match="begins with its receipt"):
        folded([(Kind.CLOSE, False)])
    with pytest.raises(InputError, match="The case is received; 'respond' can happen only where"):
        folded([(Kind.RECEIVE, True), (Kind.RESPOND, False)])


ALICE = Actor("Alice", frozenset({"delivery"}), frozenset({"delivery"}))
BOB = Actor("Bob", frozenset({"delivery"}))
BEN = Actor("Ben", frozenset({"delivery"}))
CHARLIE = Actor("Charlie", frozenset({"care"}), frozenset({"care"}))
MACHINE = Actor(SYSTEM)


@pytest.mark.parametrize(
    ("kind", "able"),
    [
        (Kind.ACKNOWLEDGE, {"Alice", "Bob", SYSTEM}),
        (Kind.ASSESS, {"Alice", "Bob"}),
        (Kind.INVESTIGATE, {"Alice", "Bob"}),
        (Kind.RESPOND, {"Alice", "Bob"}),
        (Kind.COMMUNICATE, {"Alice", "Bob"}),
        (Kind.CLOSE, {"Alice", "Bob"}),
        (Kind.REOPEN, {"Alice", "Bob"}),
        (Kind.CAUSE, {"Alice", "Bob"}),
        (Kind.HAND_OVER, {"Alice", "Bob"}),
        (Kind.ASSIGN, {"Alice", "Bob", "Ben"}),
        (Kind.NOTE, {"Alice", "Bob", "Ben"}),
        (Kind.VERDICT, {"Alice", "Bob", "Ben"}),
        (Kind.ESCALATE, {"Alice", "Bob", "Ben", SYSTEM}),
        (Kind.RECEIVE, {SYSTEM}),
        (Kind.JOIN, {SYSTEM}),
        (Kind.LINK, {SYSTEM}),
        (Kind.PART, {SYSTEM}),
        (Kind.LAPSE, {SYSTEM}),
        (Kind.HOLD_OUT, {SYSTEM}),
    ],
)
def test_who_may_do_what_to_bobs_case(kind, able):
    """Alice leads the team, Bob owns the case, Ben is of the team, Charlie leads another."""
    case = Standing(State.RECEIVED, False, "delivery", "Bob")  # noqa: FBT003  the field is named
    actors = (ALICE, BOB, BEN, CHARLIE, MACHINE)
    assert {actor.name for actor in actors if allowed(kind, case, actor)} == able
