from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from outsidein.cases.events import happen, history
from outsidein.cases.lifecycle import Kind, State
from outsidein.cases.open import open_cases
from outsidein.cases.queue import Wanted, assign, counted, hand_over, listed, one
from outsidein.errors import InputError, UnknownName

NOW = datetime(2024, 3, 4, 11, tzinfo=UTC)


@pytest.fixture
def hundred(store, draft, now):
    """A hundred cases of ten priorities, in two teams."""
    drafts = [
        draft(f"c{n}", priority=n % 10, team=("delivery", "care")[n % 2], severity=1 + n % 5)
        for n in range(100)
    ]
    with Session(store) as session, session.begin():
        return open_cases(session, drafts, now=now).cases


@pytest.fixture
def session(store, hundred):  # noqa: ARG001  there they are
    with Session(store) as session:
        yield session


def pages(session, wanted, limit):
    after, found = None, []
    while True:
        page = listed(session, wanted, limit=limit, after=after)
        found += page.cases
        if page.after is None:
            return found
        after = page.after


@pytest.mark.parametrize("limit", [1, 7, 10, 50, 100, 1_000])
def test_pages_show_each_case_once_the_dearest_and_then_the_oldest_first(session, limit):
    cases = pages(session, Wanted(), limit)
    keys = [(-case.priority, case.number) for case in cases]
    assert len(cases) == 100
    assert keys == sorted(keys)


def test_a_case_that_comes_between_two_pages_shifts_nothing(session, draft, now):
    first = listed(session, Wanted(), limit=30)
    open_cases(session, [draft("new", priority=1_000)], now=now)
    rest = listed(session, Wanted(), limit=1_000, after=first.after)
    numbers = [case.number for case in (*first.cases, *rest.cases)]
    assert len(numbers) == len(set(numbers)) == 100


def test_filters_leave_what_was_asked_for(session, now, alice):
    team = {case.number for case in pages(session, Wanted(team="delivery"), 9)}
    assert len(team) == 50
    number = min(team)
    happen(session, number, Kind.ASSIGN, actor=alice, at=now, changes={"owner": "Alice"})
    happen(session, number, Kind.ACKNOWLEDGE, actor=alice, at=now)
    assert [c.number for c in pages(session, Wanted(owner="Alice"), 9)] == [number]
    assert [c.number for c in pages(session, Wanted(state=State.ACKNOWLEDGED), 9)] == [number]
    assert counted(session, Wanted(team="delivery", is_begun=False)) == 49
    assert counted(session, Wanted(due_before=now)) == 0
    assert counted(session, Wanted(due_before=now + timedelta(1))) == 100
    assert counted(session, Wanted(issue="price")) == 0


def test_a_member_takes_a_case_and_the_lead_gives_it(session, teams, alice, bob, charlie):
    number = listed(session, Wanted(team="delivery")).cases[0].number
    told = {"at": NOW, "team": teams["delivery"]}
    with pytest.raises(UnknownName, match="no member 'Charlie'"):
        assign(session, number, "Charlie", actor=alice, **told)
    with pytest.raises(InputError, match="the lead gives it to others"):
        assign(session, number, "Alice", actor=bob, **told)
    with pytest.raises(InputError, match="Charlie may take case"):
        assign(session, number, "Bob", actor=charlie, **told)
    assign(session, number, "Bob", actor=bob, **told)
    assert one(session, number).owner == "Bob"
    assign(session, number, "Alice", actor=alice, **told)
    assert [e.details.get("owner") for e in history(session, number)] == [None, "Bob", "Alice"]


def test_a_case_handed_over_waits_in_the_other_team(session, teams, now, alice, bob):
    number = listed(session, Wanted(team="delivery")).cases[0].number
    told = {"at": now, "teams": teams}
    with pytest.raises(InputError, match="Say why"):
        hand_over(session, number, "care", actor=alice, reason=" ", **told)
    with pytest.raises(InputError, match="Bob may not hand over"):
        hand_over(session, number, "care", actor=bob, reason="theirs", **told)
    hand_over(session, number, "care", actor=alice, reason="theirs", **told)
    case = one(session, number)
    assert (case.team, case.owner, case.due_at) == ("care", None, now)


def test_a_case_that_is_not_there_is_named(session):
    with pytest.raises(UnknownName, match=r"^There is no case '4711'\.$"):
        one(session, 4711)
