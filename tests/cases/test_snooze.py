"""Snoozed cases leave the queue, come back by themselves, and stay due when they were."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from outsidein.cases.capacity import team_day
from outsidein.cases.escalation import escalate_case, escalate_overdue
from outsidein.cases.events import case_history, inconsistent_cases, state_of
from outsidein.cases.lifecycle import EventKind
from outsidein.cases.open import open_cases
from outsidein.cases.queue import CaseFilter, find_case, list_cases, set_owner, set_team
from outsidein.cases.snooze import snooze_case, wake_case
from outsidein.cases.work import CaseWork
from outsidein.errors import InputError
from tests.stores import EDGES, post, posted


@pytest.fixture
def session(store):
    with Session(store) as session, session.begin():
        yield session


@pytest.fixture
def work(session, draft, now, alice, teams):
    """Alice's work on a case of delivery."""
    [number] = open_cases(session, [draft("c1")], now=now).cases
    return CaseWork(session, number, alice, teams, post, now)


def numbers(session, **wanted):
    return [case.number for case in list_cases(session, CaseFilter(**wanted)).cases]


def test_a_snoozed_case_is_back_when_its_moment_has_come_and_stays_due(work, session, now, teams):
    due, monday = work.case.due_at, now + timedelta(days=7)
    snooze_case(work, monday, reason="back on Monday")
    assert numbers(session, awake_at=monday - timedelta(seconds=1)) == []
    assert numbers(session, snoozed_at=monday - timedelta(seconds=1)) == [work.number]
    assert numbers(session, awake_at=monday) == [work.number]
    assert numbers(session, snoozed_at=monday) == []
    assert find_case(session, work.number).due_at == due
    later = now + timedelta(hours=1)
    day = team_day(session, "delivery", teams["delivery"], now=later)
    assert (day.cases, day.snoozed, day.overdue) == ([], 1, 1)
    [event] = [e for e in case_history(session, work.number) if e.kind == EventKind.SNOOZE]
    assert event.details == {"until": monday.isoformat(), "reason": "back on Monday"}
    assert state_of(case_history(session, work.number)) == work.case.state
    assert inconsistent_cases(session) == []


def test_the_clock_of_a_snoozed_case_runs_on_and_brings_it_back(work, session, now, teams):
    snooze_case(work, now + timedelta(days=7), reason="waits")
    tomorrow = now + timedelta(days=1)
    assert escalate_overdue(session, teams, outlets=EDGES, now=tomorrow, by="w1") == 1
    assert numbers(session, awake_at=tomorrow) == [work.number]


@pytest.mark.parametrize("by", ["wake", "alert", "assign", "hand_over", "escalate"])
def test_what_asks_for_it_brings_a_snoozed_case_back(work, session, draft, now, by):
    snooze_case(work, now + timedelta(days=7), reason="waits")
    acting = {"actor": work.actor, "at": now}
    if by == "wake":
        wake_case(work)
    if by == "alert":
        open_cases(session, [draft("c1")], now=now)
    if by == "assign":
        set_owner(session, work.number, "Bob", **acting, team=work.team)
    if by == "hand_over":
        set_team(session, work.number, "care", **acting, reason="theirs", teams=work.teams)
    if by == "escalate":
        escalate_case(work, reason="wants to leave")
    session.expire_all()
    assert numbers(session, awake_at=now) == [work.number]


@pytest.mark.parametrize(
    ("days", "reason", "problem"),
    [(7, " ", "reason"), (0, "waits", "90 days"), (-1, "waits", "90 days"), (91, "w", "90 days")],
)
def test_a_snooze_has_a_reason_and_an_end(work, now, days, reason, problem):
    before = work.case
    with pytest.raises(InputError, match=problem):
        snooze_case(work, now + timedelta(days=days), reason=reason)
    assert work.case == before


def test_only_the_owner_and_the_lead_snooze(work, session, bob, now, teams):
    other = CaseWork(session, work.number, bob, teams, post, now)
    with pytest.raises(InputError, match="Bob may not snooze"):
        snooze_case(other, now + timedelta(days=1), reason="waits")
    with pytest.raises(InputError, match="is not snoozed"):
        wake_case(work)


def test_a_member_escalates_to_the_lead_and_the_lead_to_the_team_above(work, store, bob, now):
    member = CaseWork(work.session, work.number, bob, work.teams, post, now)
    due = work.case.due_at
    with pytest.raises(InputError, match="reason"):
        escalate_case(member, reason="")
    escalate_case(member, reason="shouted")
    assert (work.case.level, work.case.team) == (1, "delivery")
    escalate_case(work, reason="wants the boss")
    assert (work.case.level, work.case.team, work.case.owner) == (2, "care", "Charlie")
    assert work.case.due_at == due
    work.session.commit()
    assert posted(store) == [f"case:{work.number}:escalated:{level}" for level in (1, 2)]
