from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from outsidein.cases.capacity import backlog, let_lapse, reprice, team_day
from outsidein.cases.escalation import escalate_overdue
from outsidein.cases.events import add_event
from outsidein.cases.lifecycle import CaseState, EventKind
from outsidein.cases.open import open_cases
from outsidein.cases.queue import CaseFilter, find_case, list_cases, set_owner
from tests.stores import EDGES, audited, failing_at, notices, posted, record


@pytest.fixture
def ten(store, draft, now):
    """Ten cases of rising priority, every other one a complaint; the team takes three a day."""
    drafts = [draft(f"c{n}", priority=n, is_kept=n % 2 == 0) for n in range(10)]
    with Session(store) as session, session.begin():
        return open_cases(session, drafts, now=now).cases


@pytest.mark.usefixtures("ten")
def test_the_dearest_fill_the_day_and_the_rest_stands_in_sight(store, teams, now):
    with Session(store) as session:
        today = team_day(session, "delivery", teams["delivery"], now=now)
        beyond = list(backlog(session, "delivery", teams["delivery"], now=now))
    assert [case.priority for case in today.cases] == [9, 8, 7]
    assert (today.backlog, today.waiting) == (4, 3)
    assert [case.priority for case in beyond] == [6, 4, 2, 0]
    assert today.risk == sum(range(7))


def test_what_somebody_has_begun_and_what_was_done_today_takes_from_the_day(
    store, ten, teams, now, alice
):
    team = teams["delivery"]
    with Session(store) as session, session.begin():
        for number in ten[:2]:
            set_owner(session, number, "Alice", actor=alice, at=now, team=team)
        add_event(session, ten[1], EventKind.CLOSE, actor=alice, at=now)
    with Session(store) as session:
        today = team_day(session, "delivery", team, now=now)
        tomorrow = team_day(session, "delivery", team, now=now + timedelta(1))
    assert [case.priority for case in today.cases] == [0, 9]
    assert today.done == 1
    assert [case.priority for case in tomorrow.cases] == [0, 9, 8]


def test_an_owner_named_by_routing_has_not_begun(store, draft, teams, now):
    """A lead to whom thirty complaints are routed can take three a day like anybody."""
    drafts = [draft(f"c{n}", owner="Alice", is_kept=True) for n in range(30)]
    with Session(store) as session, session.begin():
        open_cases(session, drafts, now=now)
    with Session(store) as session:
        today = team_day(session, "delivery", teams["delivery"], now=now)
    assert (len(today.cases), today.backlog) == (3, 27)


@pytest.mark.usefixtures("ten")
def test_what_is_no_complaint_lapses_after_its_term_and_a_complaint_never(store, teams, now):
    team = teams["delivery"].model_copy(update={"lapse_after_hours": 16.0})
    later = now + timedelta(days=2)
    with Session(store) as session, session.begin():
        assert (
            let_lapse(session, "delivery", teams["delivery"], record=record, now=later, by="w1")
            == 0
        )  # no term declared
        assert (
            let_lapse(session, "delivery", team, record=record, now=later, by="w1") == 0
        )  # sixteen hours, not more
        assert (
            let_lapse(
                session, "delivery", team, record=record, now=later + timedelta(minutes=1), by="w1"
            )
            == 3
        )
    with Session(store) as session:
        left = list_cases(session, CaseFilter(team="delivery")).cases
        assert [case.priority for case in left] == [9, 8, 7, 6, 4, 2, 0]
    lapsed = [act for act in audited(store) if act.did == "case.lapsed"]
    assert [(act.who, act.details["clock"]) for act in lapsed] == [("w1", "lapse term")] * 3


def test_priorities_are_reckoned_anew_in_one_go(store, draft, now):
    drafts = [draft("c1", value=1_000), draft("c2", value=None), draft("c3", rule="rude")]
    with Session(store) as session, session.begin():
        numbers = open_cases(session, drafts, now=now).cases
        reprice(session, "late", per_value=0.05, cost=20, unknown=200)
    with Session(store) as session:
        assert [find_case(session, n).priority for n in numbers] == [30, -10, 3_000]


def test_what_is_overdue_goes_to_the_lead_and_then_up_and_no_further(store, draft, teams, now):
    monday = now.replace(hour=10)
    with Session(store) as session, session.begin():
        drafts = [draft("late", due_at=monday), draft("fine", due_at=now + timedelta(30))]
        late, fine = open_cases(session, drafts, now=now).cases
    raised = []
    for hours in (0, 1, 2, 25, 26, 50, 72):
        with Session(store) as session, session.begin():
            at = monday + timedelta(hours=hours)
            raised.append(escalate_overdue(session, teams, outlets=EDGES, by="w1", now=at))
    assert raised == [0, 1, 0, 0, 1, 0, 0]
    with Session(store) as session:
        case = find_case(session, late)
        assert (case.level, case.team, case.owner) == (2, "care", "Charlie")
        assert case.state == CaseState.RECEIVED
        assert find_case(session, fine).level == 0
    acts = [(act.who, act.did, act.about, act.details["level"]) for act in audited(store)]
    assert acts == [("w1", "case.escalated", f"case:{late}", level) for level in (1, 2)]
    told = notices(store)
    assert told[f"case:{late}:escalated:1"]["to"] == "alice@firm.de"
    assert told[f"case:{late}:escalated:2"]["to"] == "charlie@firm.de"


def test_a_bug_at_one_overdue_case_keeps_no_other_from_its_lead(store, draft, teams, now):
    with Session(store) as session, session.begin():
        drafts = [draft(name, due_at=now) for name in ("c1", "c2", "c3")]
        numbers = open_cases(session, drafts, now=now).cases
    broken, later = failing_at(f"case:{numbers[1]}", "escalation"), now + timedelta(hours=1)
    for raised in (2, 0):
        with Session(store) as session, session.begin():
            done = escalate_overdue(session, teams, outlets=broken, by="w1", now=later)
            assert done == raised
    assert posted(store) == [f"case:{numbers[n]}:escalated:1" for n in (0, 2)]
    with Session(store) as session:
        assert [find_case(session, number).level for number in numbers] == [1, 0, 1]
    failed = [act.about for act in audited(store) if act.did == "case.failed"]
    assert set(failed) == {f"case:{numbers[1]}"}


def test_a_response_that_was_given_is_not_overdue(store, draft, teams, now, alice):
    with Session(store) as session, session.begin():
        [number] = open_cases(session, [draft("c1", due_at=now)], now=now).cases
        for kind in (EventKind.ACKNOWLEDGE, EventKind.ASSESS, EventKind.RESPOND):
            add_event(session, number, kind, actor=alice, at=now)
        assert escalate_overdue(session, teams, outlets=EDGES, by="w1", now=now + timedelta(9)) == 0
    assert posted(store) == []
