import pytest
from hypothesis import given
from hypothesis import strategies as st

from outsidein.cases.lifecycle import (
    SYSTEM,
    Actor,
    CaseState,
    CaseStatus,
    EventKind,
    fold_events,
    may_act,
    next_state,
)
from outsidein.errors import InputError

KINDS = st.lists(st.sampled_from(EventKind), max_size=40)


def walked(kinds, *, is_kept):
    """The events that could happen, of those tried in turn, and the states they led through."""
    state, done, states = CaseState.RECEIVED, [], [CaseState.RECEIVED]
    for kind in kinds:
        try:
            state = next_state(kind, CaseStatus(state, is_kept, "t"))
        except InputError:
            continue
        done.append(kind)
        states.append(state)
    return done, states


@given(KINDS, st.booleans())
def test_no_state_is_reached_without_its_event(kinds, is_kept):
    done, states = walked(kinds, is_kept=is_kept)
    leads_to = {
        CaseState.ACKNOWLEDGED: {EventKind.ACKNOWLEDGE, EventKind.REOPEN},
        CaseState.ASSESSED: {EventKind.ASSESS},
        CaseState.INVESTIGATED: {EventKind.INVESTIGATE},
        CaseState.RESPONDED: {EventKind.RESPOND},
        CaseState.COMMUNICATED: {EventKind.COMMUNICATE},
        CaseState.CLOSED: {EventKind.CLOSE, EventKind.LAPSE, EventKind.HOLD_OUT},
    }
    for before, kind, reached in zip(states[:-1], done, states[1:], strict=True):
        assert reached == before or kind in leads_to[reached]


@given(KINDS)
def test_a_complaint_closes_only_after_every_step_of_the_standard(kinds):
    """Between receipt, or reopening, and closing lie acknowledgement to communication, in order."""
    done, states = walked(kinds, is_kept=True)
    must = [EventKind.ASSESS, EventKind.RESPOND, EventKind.COMMUNICATE]
    since = []
    for kind, reached in zip(done, states[1:], strict=True):
        since = [] if kind == EventKind.REOPEN else [*since, kind]
        if reached == CaseState.CLOSED and kind == EventKind.CLOSE:
            assert [k for k in since if k in must] == must
        assert kind not in (EventKind.LAPSE, EventKind.HOLD_OUT)


@given(KINDS, st.booleans())
def test_the_fold_of_the_events_is_the_state_they_led_to(kinds, is_kept):
    done, states = walked(kinds, is_kept=is_kept)
    assert (
        fold_events([(EventKind.RECEIVE, is_kept), *((kind, False) for kind in done)]) == states[-1]
    )


@given(KINDS, st.booleans())
def test_a_case_can_always_be_brought_to_its_end(kinds, is_kept):
    _, states = walked(kinds, is_kept=is_kept)
    way = [
        EventKind.ACKNOWLEDGE,
        EventKind.ASSESS,
        EventKind.RESPOND,
        EventKind.COMMUNICATE,
        EventKind.CLOSE,
    ]
    state = states[-1]
    for kind in way:
        try:
            state = next_state(kind, CaseStatus(state, is_kept, "t"))
        except InputError:
            continue
    assert state == CaseState.CLOSED


def test_events_in_an_order_that_cannot_be_are_refused():
    with pytest.raises(InputError, match="must be its receipt"):
        fold_events([(EventKind.CLOSE, False)])
    with pytest.raises(InputError, match="The case is received; 'respond' is only possible when"):
        fold_events([(EventKind.RECEIVE, True), (EventKind.RESPOND, False)])


ALICE = Actor("Alice", frozenset({"delivery"}), frozenset({"delivery"}))
BOB = Actor("Bob", frozenset({"delivery"}))
BEN = Actor("Ben", frozenset({"delivery"}))
CHARLIE = Actor("Charlie", frozenset({"care"}), frozenset({"care"}))
MACHINE = Actor(SYSTEM)


@pytest.mark.parametrize(
    ("kind", "able"),
    [
        (EventKind.ACKNOWLEDGE, {"Alice", "Bob", SYSTEM}),
        (EventKind.ASSESS, {"Alice", "Bob"}),
        (EventKind.INVESTIGATE, {"Alice", "Bob"}),
        (EventKind.RESPOND, {"Alice", "Bob"}),
        (EventKind.COMMUNICATE, {"Alice", "Bob"}),
        (EventKind.CLOSE, {"Alice", "Bob"}),
        (EventKind.REOPEN, {"Alice", "Bob"}),
        (EventKind.CAUSE, {"Alice", "Bob"}),
        (EventKind.HAND_OVER, {"Alice", "Bob"}),
        (EventKind.ASSIGN, {"Alice", "Bob", "Ben"}),
        (EventKind.NOTE, {"Alice", "Bob", "Ben"}),
        (EventKind.VERDICT, {"Alice", "Bob", "Ben"}),
        (EventKind.ESCALATE, {"Alice", "Bob", "Ben", SYSTEM}),
        (EventKind.RECEIVE, {SYSTEM}),
        (EventKind.JOIN, {SYSTEM}),
        (EventKind.LINK, {SYSTEM}),
        (EventKind.PART, {SYSTEM}),
        (EventKind.LAPSE, {SYSTEM}),
        (EventKind.HOLD_OUT, {SYSTEM}),
    ],
)
def test_who_may_do_what_to_bobs_case(kind, able):
    """Alice leads the team, Bob owns the case, Ben is of the team, Charlie leads another."""
    case = CaseStatus(CaseState.RECEIVED, False, "delivery", "Bob")  # noqa: FBT003  the field is named
    actors = (ALICE, BOB, BEN, CHARLIE, MACHINE)
    assert {actor.name for actor in actors if may_act(kind, case, actor)} == able
