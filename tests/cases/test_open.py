from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outsidein.cases.events import add_event, case_history, inconsistent_cases, state_of
from outsidein.cases.lifecycle import CaseState, EventKind
from outsidein.cases.model import Case
from outsidein.cases.open import open_cases
from outsidein.cases.queue import CaseFilter, count_cases, find_case, list_cases
from outsidein.errors import InputError


def opened(store, drafts, now):
    with Session(store) as session, session.begin():
        return open_cases(session, drafts, now=now)


def test_further_alerts_on_one_customer_and_issue_join_the_open_case(store, draft, now):
    first = opened(store, [draft("c1"), draft("c2"), draft("c1")], now)
    again = opened(store, [draft("c1"), draft("c1", issue="price")], now)
    assert first.cases[0] == first.cases[2] == again.cases[0]
    assert len({*first.cases, *again.cases}) == 3
    assert set(again.new) == {again.cases[1]}
    with Session(store) as session:
        case = find_case(session, first.cases[0])
        kinds = [event.kind for event in case_history(session, case.number)]
    assert (case.alerts, kinds) == (3, [EventKind.RECEIVE, EventKind.JOIN, EventKind.JOIN])


def test_a_graver_alert_raises_the_case_it_joins(store, draft, now):
    [case] = opened(store, [draft("c1")], now).cases
    opened(store, [draft("c1", severity=5, is_kept=True, priority=9_000)], now)
    opened(store, [draft("c1", severity=1, priority=1)], now)
    with Session(store) as session:
        found = find_case(session, case)
        assert (found.severity, found.is_kept, found.priority) == (5, True, 9_000)
        assert state_of(case_history(session, case)) == CaseState.RECEIVED


def test_once_closed_the_next_alert_opens_a_new_case(store, draft, now, alice):
    [case] = opened(store, [draft("c1")], now).cases
    with Session(store) as session, session.begin():
        add_event(session, case, EventKind.CLOSE, actor=alice, at=now)
    [other] = opened(store, [draft("c1")], now).cases
    assert other != case
    with Session(store) as session, pytest.raises(InputError, match="another case of the same"):
        add_event(session, case, EventKind.REOPEN, actor=alice, at=now)


def test_of_many_who_open_at_the_same_moment_one_opens_and_all_are_told(store, draft, now):
    """Six writers, the same thirty customers, each in an order of its own."""
    drafts = [draft(f"c{number}") for number in range(30)]

    def write(turn):
        mine = sorted(drafts, key=lambda d: hash((turn, d.about)))
        numbers = opened(store, mine, now).cases
        return {d.about: number for d, number in zip(mine, numbers, strict=True)}

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(write, range(6)))
    assert all(answer == answers[0] for answer in answers)
    with Session(store) as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 30
        assert inconsistent_cases(session) == []
        assert {case.alerts for case in list_cases(session, CaseFilter(), limit=99).cases} == {6}


def test_of_two_who_act_on_what_they_saw_the_second_looks_again(store, draft, now, alice):
    [case] = opened(store, [draft("c1")], now).cases

    def act(_):
        with Session(store) as session, session.begin():
            try:
                add_event(session, case, EventKind.ACKNOWLEDGE, actor=alice, at=now)
            except InputError:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(act, range(16))) == 1
    with Session(store) as session:
        assert [e.kind for e in case_history(session, case)] == [
            EventKind.RECEIVE,
            EventKind.ACKNOWLEDGE,
        ]
        assert inconsistent_cases(session) == []


def test_what_a_transaction_takes_back_has_not_happened(store, draft, now):
    with Session(store) as session:
        open_cases(session, [draft("c1")], now=now)
        session.rollback()
        assert count_cases(session, CaseFilter()) == 0


def test_who_is_nobodys_customer_has_a_case_by_the_encounter(store, draft, now):
    unknown = [replace(draft(f"shop/e{n}"), record_id=None) for n in range(2)]
    assert len(set(opened(store, unknown, now).cases)) == 2
