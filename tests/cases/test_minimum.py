"""Beyond capacity the customer hears the minimum, where an address is known and it is permitted."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from outsidein.cases.acknowledgement import (
    BAD_ADDRESS,
    NO_ADDRESS,
    NOT_ARRIVED,
    ContactRoute,
    report_undelivered,
    send_minimum_responses,
    unacknowledged_cases,
)
from outsidein.cases.events import add_event, case_history
from outsidein.cases.lifecycle import CaseState, EventKind
from outsidein.cases.open import open_cases
from outsidein.cases.playbooks import Playbook, PlaybookHeader
from outsidein.cases.queue import CaseFilter, find_case, list_cases
from outsidein.consent.permission import Permission
from tests.stores import EDGES, audited, failing_at, notices

BOOK = Playbook(
    "call", PlaybookHeader(title="Late", issues=("delivery",), minimum_response="We are sorry."), ""
)
YES = Permission(True, "service", "email", "contract", "about an order")  # noqa: FBT003
NO = Permission(False, "service", "email", "contract", "withdrawn on 2024-03-01 (shop/r-c2)")  # noqa: FBT003


@pytest.fixture
def ten(store, draft, now):
    """Ten cases of rising priority, every other one a complaint; the team takes three a day."""
    drafts = [draft(f"c{n}", priority=n, is_kept=n % 2 == 0) for n in range(10)]
    with Session(store) as session, session.begin():
        return open_cases(session, drafts, now=now).cases


def answer(store, teams, now, ways, *, anew=True, outlets=EDGES):
    with Session(store) as session, session.begin():
        cases = unacknowledged_cases(session, "delivery", teams["delivery"], now=now, anew=anew)
        return send_minimum_responses(
            session, cases, teams, playbooks={"call": BOOK}, ways=ways, outlets=outlets, now=now,
            by="w1",
        )  # fmt: skip


def ways(ten, *known, permission=YES):
    return {ten[n]: ContactRoute(f"c{n}@mail.de", permission) for n in known}


def of_kind(store, kind):
    return [n for n in notices(store).values() if n["kind"] == kind]


def test_complaints_beyond_capacity_get_the_minimum_response_once(store, ten, teams, now):
    assert answer(store, teams, now, ways(ten, 0, 2, 4)) == (3, 1)
    assert answer(store, teams, now, ways(ten, 0, 2, 4)) == (0, 0)
    sent = of_kind(store, "minimum_response")
    assert sorted(n["to"] for n in sent) == ["c0@mail.de", "c2@mail.de", "c4@mail.de"]
    assert {n["body"] for n in sent} == {"We are sorry."}
    [by_hand] = of_kind(store, "left_unanswered")
    assert (by_hand["to"], by_hand["about"]) == ("alice@firm.de", f"case:{ten[6]}")
    with Session(store) as session:
        assert find_case(session, ten[0]).state == CaseState.ACKNOWLEDGED
        assert find_case(session, ten[6]).state == CaseState.RECEIVED
        assert find_case(session, ten[6]).unanswered == NO_ADDRESS
        assert find_case(session, ten[8]).state == CaseState.RECEIVED  # within today's capacity
        assert find_case(session, ten[8]).unanswered is None


def test_what_goes_out_says_with_the_case_and_in_the_audit_what_it_rests_on(store, ten, teams, now):
    answer(store, teams, now, ways(ten, 0))
    ground = {"purpose": "service", "channel": "email", "legal_basis": "contract"}
    ground |= {"because": "about an order", "minimum_response": "call"}
    with Session(store) as session:
        assert case_history(session, ten[0])[-1].details == ground
    [act] = [act for act in audited(store) if act.did == "case.acknowledged"]
    assert (act.who, act.about) == ("w1", f"case:{ten[0]}")
    assert act.details == {"clock": "capacity", **ground}
    assert "@" not in str(audited(store))


def test_a_customer_with_several_cases_gets_one_mail_a_day(store, ten, teams, now):
    [way] = ways(ten, 0).values()
    same = dict.fromkeys((ten[0], ten[2], ten[4]), way)
    assert answer(store, teams, now, same | ways(ten, 6)) == (2, 0)
    assert sorted(n["to"] for n in of_kind(store, "minimum_response")) == [
        *("c0@mail.de", "c6@mail.de")
    ]


def test_who_refused_hears_nothing_and_the_case_says_so_in_lists_and_to_the_lead(
    store, ten, teams, now
):
    because = "no consent for service by email: withdrawn on 2024-03-01 (shop/r-c2)"
    assert answer(store, teams, now, ways(ten, 2, permission=NO) | ways(ten, 0, 4, 6)) == (3, 1)
    assert answer(store, teams, now, ways(ten, 2, permission=NO)) == (0, 0)
    assert "c2@mail.de" not in {n["to"] for n in notices(store).values()}
    [by_hand] = of_kind(store, "left_unanswered")
    assert because in by_hand["body"]
    with Session(store) as session:
        [left] = [case for case in list_cases(session, CaseFilter()).cases if case.unanswered]
        assert (left.number, left.state, left.unanswered) == (ten[2], CaseState.RECEIVED, because)
        last = case_history(session, ten[2])[-1]
        assert (last.kind, last.details) == (EventKind.LEAVE_UNANSWERED, {"because": because})
    [act] = [act for act in audited(store) if act.did == "case.left_unanswered"]
    assert act.details == {"clock": "capacity", "because": because}


def test_one_who_consents_later_is_answered_then_and_another_reason_is_told_anew(
    store, ten, teams, now
):
    everybody = ways(ten, 0, 4, 6)
    answer(store, teams, now, everybody)
    answer(store, teams, now, ways(ten, 2, permission=NO))
    with Session(store) as session:
        why = [e.details["because"] for e in case_history(session, ten[2])[1:]]
    assert why == [NO_ADDRESS, NO.refusal]
    assert len(of_kind(store, "left_unanswered")) == 2
    assert answer(store, teams, now, ways(ten, 2), anew=False) == (0, 0)  # nothing new is known
    assert answer(store, teams, now, ways(ten, 2)) == (1, 0)
    with Session(store) as session:
        assert find_case(session, ten[2]).unanswered is None


def test_a_case_that_somebody_takes_up_is_not_answered_any_more(store, ten, teams, now, alice):
    with Session(store) as session, session.begin():
        cases = unacknowledged_cases(session, "delivery", teams["delivery"], now=now, anew=True)
        add_event(
            session, ten[0], EventKind.ACKNOWLEDGE, actor=alice, at=now + timedelta(minutes=1)
        )
        send_minimum_responses(
            session, cases, teams, playbooks={"call": BOOK}, ways=ways(ten, 0, 2, 4, 6),
            outlets=EDGES, now=now, by="w1",
        )  # fmt: skip
    sent = {n["to"] for n in of_kind(store, "minimum_response")}
    assert sent == {"c2@mail.de", "c4@mail.de", "c6@mail.de"}


def test_a_minimum_response_that_was_given_up_is_told_once_unless_somebody_is_at_it(
    store, ten, teams, now, alice
):
    answer(store, teams, now, ways(ten, 0, 2, 4, 6))
    with Session(store) as session, session.begin():
        add_event(session, ten[2], EventKind.ASSESS, actor=alice, at=now)
    told = []
    for _ in range(2):
        with Session(store) as session, session.begin():
            numbers = [ten[0], ten[2]]
            told.append(
                report_undelivered(session, numbers, teams, outlets=EDGES, now=now, by="w1")
            )
    assert told == [1, 0]
    [by_hand] = of_kind(store, "left_unanswered")
    assert (by_hand["to"], by_hand["about"]) == ("alice@firm.de", f"case:{ten[0]}")
    with Session(store) as session, session.begin():
        assert find_case(session, ten[0]).unanswered == NOT_ARRIVED
        add_event(session, ten[0], EventKind.ASSESS, actor=alice, at=now)
        assert find_case(session, ten[0]).unanswered is None


def test_an_address_that_is_not_one_mailbox_is_not_written_to_and_the_others_are(
    store, ten, teams, now
):
    odd = {
        ten[0]: ContactRoute("x:eve@mail.de", YES),
        ten[2]: ContactRoute("a\u2028b@mail.de", YES),
        ten[4]: ContactRoute("Info@Bücher.de", YES),
    }
    assert answer(store, teams, now, odd) == (1, 3)
    assert [n["to"] for n in of_kind(store, "minimum_response")] == ["info@xn--bcher-kva.de"]
    with Session(store) as session:
        reasons = [find_case(session, ten[n]).unanswered for n in (0, 2, 4, 6)]
    assert reasons == [BAD_ADDRESS, BAD_ADDRESS, None, NO_ADDRESS]
    assert "eve@" not in str(audited(store))


def test_a_bug_at_one_case_leaves_that_case_with_the_reason_and_the_others_are_answered(
    store, ten, teams, now, caplog
):
    everybody = ways(ten, 0, 2, 4, 6)
    broken = failing_at(f"case:{ten[2]}", "minimum_response")
    assert answer(store, teams, now, everybody, outlets=broken) == (3, 1)
    sent = {n["to"] for n in of_kind(store, "minimum_response")}
    assert sent == {"c0@mail.de", "c4@mail.de", "c6@mail.de"}
    with Session(store) as session:
        case = find_case(session, ten[2])
    assert (case.state, case.unanswered) == (
        CaseState.RECEIVED, "the work on it failed (KeyError)"
    )  # fmt: skip
    [failed] = [act for act in audited(store) if act.did == "case.failed"]
    assert (failed.about, failed.details) == (
        f"case:{ten[2]}", {"clock": "capacity", "error": "KeyError"}
    )  # fmt: skip
    assert "acknowledgement.py" in caplog.text
    assert "c2@mail.de" not in caplog.text


def test_a_case_that_no_longer_exists_keeps_no_other_from_being_reported(store, ten, teams, now):
    answer(store, teams, now, ways(ten, 0, 2, 4, 6))
    with Session(store) as session, session.begin():
        numbers = [999_999, ten[0]]
        assert report_undelivered(session, numbers, teams, outlets=EDGES, now=now, by="w1") == 1
