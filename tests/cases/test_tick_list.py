from datetime import UTC, datetime

import pytest

from outsidein.cases.declaration import Team
from outsidein.cases.events import EventRow
from outsidein.cases.lifecycle import (
    Actor,
    CaseState,
    CaseStatus,
    EventKind,
    next_state,
    possible_steps,
)
from outsidein.cases.membership import member_name
from outsidein.cases.ticks import PlaybookStep, playbook_steps

AT = datetime(2020, 1, 2, tzinfo=UTC)
TEAMS = {
    "delivery": Team(lead="Ann", members={"Ann": "ann@shop.de", "Bo": "desk@shop.de"}),
    "returns": Team(
        lead="Anna", members={"Anna": "ann@shop.de", "Cy": "desk@shop.de", "Di": "desk@shop.de"}
    ),
}


def ticks(*done):
    """Notes that tick steps, or take ticks away, one after the other."""
    return [
        EventRow(n, EventKind.NOTE, CaseState.ASSESSED, by, AT, {"step": step, "is_done": is_done})
        for n, (step, is_done, by) in enumerate(done)
    ]


def test_a_step_is_done_by_whoever_ticked_it_last_until_the_tick_is_taken_away():
    events = ticks(("Call.", True, "Bo"), ("Write.", True, "Bo"), ("Write.", False, "Ann"))
    assert playbook_steps(("Call.", "Write.", "Wait."), events) == [
        PlaybookStep("Call.", "Bo", AT),
        PlaybookStep("Write."),
        PlaybookStep("Wait."),
    ]
    assert playbook_steps(("Call.",), [*events, *ticks(("Call.", True, "Ann"))])[0].by == "Ann"
    assert playbook_steps(("Call twice.",), events) == [PlaybookStep("Call twice.")]


@pytest.mark.parametrize(
    ("address", "name", "team", "member"),
    [
        ("ANN@shop.de", "Somebody", "delivery", "Ann"),
        ("ann@shop.de", "Somebody", "returns", "Anna"),
        ("ann@shop.de", "Somebody", None, "Ann"),
        ("desk@shop.de", "Di", "returns", "Di"),
        ("desk@shop.de", "Somebody", "returns", "Bo"),  # of delivery, so refused in returns
        ("zoe@shop.de", "Zoe", "delivery", "Zoe"),
    ],
)
def test_a_person_works_under_the_name_of_the_member_with_their_address(
    address, name, team, member
):
    assert member_name(TEAMS, address=address, name=name, team=team) == member


@pytest.mark.parametrize("state", CaseState)
@pytest.mark.parametrize("is_kept", [True, False])
def test_every_possible_step_is_one_that_the_lifecycle_takes(state, is_kept):
    lead = Actor("Ann", frozenset({"delivery"}), frozenset({"delivery"}))
    status = CaseStatus(state, is_kept, "delivery", "Bo")
    steps = possible_steps(status, lead)
    for kind in steps:
        next_state(kind, status)
    assert steps or state is CaseState.COMMUNICATED  # from there it closes
    assert possible_steps(status, Actor("Cy", frozenset({"delivery"}))) == []
