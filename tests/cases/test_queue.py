from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from outsidein.cases.events import add_event, case_history
from outsidein.cases.lifecycle import CaseState, EventKind
from outsidein.cases.open import open_cases
from outsidein.cases.queue import (
    CaseFilter,
    count_cases,
    find_case,
    list_cases,
    set_owner,
    set_team,
)
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
        page = list_cases(session, wanted, limit=limit, after=after)
        found += page.cases
        if page.after is None:
            return found
        after = page.after


@pytest.mark.parametrize("limit", [1, 7, 10, 50, 100, 1_000])
def test_pages_show_each_case_once_the_dearest_and_then_the_oldest_first(session, limit):
    cases = pages(session, CaseFilter(), limit)
    keys = [(-case.priority, case.number) for case in cases]
    assert len(cases) == 100
    assert keys == sorted(keys)


def test_a_case_that_comes_between_two_pages_shifts_nothing(session, draft, now):
    first = list_cases(session, CaseFilter(), limit=30)
    open_cases(session, [draft("new", priority=1_000)], now=now)
    rest = list_cases(session, CaseFilter(), limit=1_000, after=first.after)
    numbers = [case.number for case in (*first.cases, *rest.cases)]
    assert len(numbers) == len(set(numbers)) == 100


def test_filters_leave_what_was_asked_for(session, now, alice):
    team = {case.number for case in pages(session, CaseFilter(team="delivery"), 9)}
    assert len(team) == 50
    number = min(team)
    add_event(session, number, EventKind.ASSIGN, actor=alice, at=now, changes={"owner": "Alice"})
    add_event(session, number, EventKind.ACKNOWLEDGE, actor=alice, at=now)
    assert [c.number for c in pages(session, CaseFilter(owner="Alice"), 9)] == [number]
    assert [c.number for c in pages(session, CaseFilter(state=CaseState.ACKNOWLEDGED), 9)] == [
        number
    ]
    assert count_cases(session, CaseFilter(team="delivery", is_begun=False)) == 49
    assert count_cases(session, CaseFilter(due_before=now)) == 0
    assert count_cases(session, CaseFilter(due_before=now + timedelta(1))) == 100
    assert count_cases(session, CaseFilter(issue="price")) == 0


def test_a_member_takes_a_case_and_the_lead_gives_it(session, teams, alice, bob, charlie):
    number = list_cases(session, CaseFilter(team="delivery")).cases[0].number
    told = {"at": NOW, "team": teams["delivery"]}
    with pytest.raises(UnknownName, match="no member 'Charlie'"):
        set_owner(session, number, "Charlie", actor=alice, **told)
    with pytest.raises(InputError, match="not give it to others"):
        set_owner(session, number, "Alice", actor=bob, **told)
    with pytest.raises(InputError, match="Charlie may take case"):
        set_owner(session, number, "Bob", actor=charlie, **told)
    set_owner(session, number, "Bob", actor=bob, **told)
    assert find_case(session, number).owner == "Bob"
    set_owner(session, number, "Alice", actor=alice, **told)
    assert [e.details.get("owner") for e in case_history(session, number)] == [None, "Bob", "Alice"]


def test_a_case_handed_over_waits_in_the_other_team(session, teams, now, alice, bob):
    number = list_cases(session, CaseFilter(team="delivery")).cases[0].number
    told = {"at": now, "teams": teams}
    with pytest.raises(InputError, match="Give a reason"):
        set_team(session, number, "care", actor=alice, reason=" ", **told)
    with pytest.raises(InputError, match="Bob may not hand over"):
        set_team(session, number, "care", actor=bob, reason="theirs", **told)
    set_team(session, number, "care", actor=alice, reason="theirs", **told)
    case = find_case(session, number)
    assert (case.team, case.owner, case.due_at) == ("care", None, now)


def test_a_case_that_is_not_there_is_named(session):
    with pytest.raises(UnknownName, match=r"^There is no case '4711'\.$"):
        find_case(session, 4711)
