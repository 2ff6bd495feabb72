from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from outsidein.alerts.case_file import fired_alerts
from outsidein.alerts.declaration import AlertRule
from outsidein.alerts.rule_progress import watermark
from outsidein.cases.events import case_history
from outsidein.cases.lifecycle import CaseState, EventKind
from outsidein.cases.notices import Outlets
from outsidein.cases.queue import find_case
from outsidein.cases.waiting import keep_notice, waiting_notices
from outsidein.experiments.assignment import HOLD_OUT
from tests.alerts.conftest import LATE, at, cases, late
from tests.stores import notices, posted, record


@pytest.fixture
def store(lite):
    """What happens once on each database is tried in test_once.py; here one will do."""
    return lite


def test_only_what_is_new_is_looked_at(run, store):
    run(late(1))
    assert run(late(1, 2) + late(1, record="r2"), build=2)["late"] == (2, 1, 1, 0, 0, 0)
    with Session(store) as session:
        assert watermark(session, "late") == 3


def test_what_was_recorded_before_the_rule_went_live_is_history(run):
    """Midnight in Berlin, not in Greenwich; and what came late counts by when it was known."""
    rule = LATE.model_copy(update={"live_from": date(2024, 3, 6)})
    begins = at(0, 35)  # 23:00 UTC on the 5th: midnight in Berlin
    rows = [
        *late(0, 9),
        {"encounter_id": "before", "record_id": "r2", "kind": "late",
         "started_at": begins - timedelta(seconds=1)},
        {"encounter_id": "first", "record_id": "r3", "kind": "late", "started_at": begins},
        {"encounter_id": "known_late", "record_id": "r4", "kind": "late", "started_at": at(-50),
         "recorded_at": begins},
    ]  # fmt: skip
    assert run(rows, rules={"late": rule})["late"].alerts == 3


def test_a_rule_that_goes_live_earlier_fires_on_what_it_had_left_out_and_on_nothing_twice(run):
    later, earlier = (
        {"late": LATE.model_copy(update={"live_from": date(2024, 3, day)})} for day in (8, 4)
    )
    first = [*late(1), *late(120, record="r2")]
    assert run(first, rules=later)["late"].alerts == 1
    assert run(first, rules=earlier)["late"].alerts == 1
    assert run(first, rules=later)["late"].alerts == 0
    more = [*first, *late(2, record="r3")]
    assert run(more, rules=later, build=2)["late"].alerts == 0
    assert run(more, rules=earlier, build=2)["late"].alerts == 1
    assert run(more, rules=earlier, build=2)["late"].alerts == 0


def test_a_rule_that_is_not_live_fires_never_and_may_go_live_later(run, store):
    trial = LATE.model_copy(update={"live_from": None})
    assert run(late(1), rules={"late": trial}) == {}
    assert run(late(1), rules={"late": LATE})["late"].alerts == 1
    assert len(cases(store)) == 1


def test_a_rollback_and_a_build_after_it_fire_nothing_twice_and_lose_nothing(run):
    run(late(1), build=1)
    run(late(1, 2), build=2)
    assert run(late(1), build=1)["late"].alerts == 0  # rolled back
    assert run(late(1, 2, 3), build=3)["late"].alerts == 1
    assert run(late(1, 2, 3), build=3)["late"].alerts == 0


def test_what_only_a_later_build_has_waits_for_its_return(run):
    """Another rule has gone through build 2 already when this one first runs, on build 1."""
    other = {"other": LATE.model_copy(update={"rule": "kind = 'call'"})}
    run(late(1, 2), build=2, rules=other)
    assert run(late(1), build=1)["late"].alerts == 1
    assert run(late(1, 2), build=3)["late"].alerts == 1


def test_a_delight_goes_to_the_employee_who_earned_it_and_opens_no_case(run, store):
    rule = AlertRule(
        on="signals", rule="score = 5", issue="praise", team="delivery", delight=True,
        live_from=date(2024, 3, 4),
    )  # fmt: skip
    calls = [
        {"encounter_id": name, "record_id": "r1", "started_at": at(1), "employee": employee}
        for name, employee in (("e1", "Bob"), ("e2", "Zoe"))
    ]
    praise = [
        {"signal_id": f"s-{name}", "record_id": "r1", "encounter_id": name, "signalled_at": at(2),
         "score": 5.0}
        for name in ("e1", "e2")
    ]  # fmt: skip
    for _ in range(2):
        run(calls, rules={"praise": rule}, signals=praise)
    told = notices(store)
    assert told["alert:praise:shop:s-e1"]["to"] == "bob@firm.de"
    assert told["alert:praise:shop:s-e2"]["to"] == "alice@firm.de"
    assert "Zoe" in told["alert:praise:shop:s-e2"]["body"]
    assert cases(store) == []


def test_the_unit_answers_for_its_encounters_and_nobody_for_a_complaint_about_themselves(
    run, store
):
    rows = [
        *late(1, record="r1", employee="Charlie"),
        *late(1, record="r2", unit="parcels", employee="Bob"),
    ]
    soft = LATE.model_copy(update={"team": "care"})
    run(rows, rules={"late": soft})
    routes = {case.about: (case.team, case.owner) for case in cases(store)}
    assert routes == {"c1": ("care", "Charlie"), "c2": ("delivery", "Bob")}
    grave = soft.model_copy(update={"complaint": True, "issue": "other"})
    run(rows, rules={"grave": grave}, build=2)
    routes = {case.about: case.owner for case in cases(store) if case.issue == "other"}
    assert routes == {"c1": "Charlie", "c2": "Alice"}


def test_some_are_left_alone_by_chance_and_nobody_is_told_of_them(run, store):
    rule = LATE.model_copy(update={"randomise": True, "hold_out": 0.3})
    run([row for n in range(60) for row in late(1, record=f"r{n}")], rules={"late": rule})
    found = cases(store)
    alone = [case for case in found if case.playbook == HOLD_OUT]
    assert 5 < len(alone) < 35
    assert {case.state for case in alone} == {CaseState.CLOSED}
    assert len(posted(store)) == 60 - len(alone)
    assert {case.playbook for case in found} == {HOLD_OUT, "call", "voucher"}
    assert {round(case.propensity, 2) for case in found} == {0.3, 0.35}
    with Session(store) as session:
        kinds = [event.kind for event in case_history(session, alone[0].number)]
    assert kinds == [EventKind.RECEIVE, EventKind.HOLD_OUT]


def test_a_silence_fires_once_and_the_next_one_anew(run):
    rule = AlertRule(
        on="silence", rule="silent_days >= 30 and active_days >= 2", issue="silence", team="care",
        live_from=date(2024, 4, 1),
    )  # fmt: skip
    rules = {"quiet": rule}
    calls = [{"encounter_id": f"e{n}", "record_id": "r1", "started_at": at(n)} for n in (0, 7)]
    old = [{"encounter_id": f"f{n}", "record_id": "r2", "started_at": at(n)} for n in (-90, -80)]

    def fired(rows, days):
        return run(rows, rules=rules, as_of=at(days).date())["quiet"].alerts

    assert fired(calls + old, 36) == 0  # r2 was silent before the rule went live: history
    assert fired(calls + old, 37) == 1
    assert fired(calls + old, 60) == 0
    back = [*calls, {"encounter_id": "e70", "record_id": "r1", "started_at": at(70)}]
    assert fired(back + old, 99) == 0
    assert fired(back + old, 100) == 1


def test_a_customer_nobody_knows_has_a_case_all_the_same(run, store):
    rows = [{"encounter_id": f"e{n}", "started_at": at(1), "kind": "late"} for n in range(2)]
    assert run(rows + late(1))["late"] == (3, 3, 0, 0, 0, 0)
    assert {case.about for case in cases(store)} == {"shop/e0", "shop/e1", "c1"}


def test_old_encounters_at_first_sight_become_one_summary_and_no_cases(run, store):
    """A first run on history: of 60 late parcels two are of the last week."""
    rows = [row for n in range(58) for row in late(1, record=f"r{n}")]
    fresh = late(95, record="r90") + late(99, record="r91")
    again = [row for n in range(100, 103) for row in late(2, record=f"r{n}")]
    day = {"as_of": at(100).date(), "open_within_days": 7}
    assert run(rows + fresh, **day)["late"] == (60, 2, 0, 0, 58, 0)
    assert {case.record_id for case in cases(store)} == {"r90", "r91"}
    summary, *opened = sorted(
        notices(store).values(), key=lambda notice: notice["kind"], reverse=True
    )
    assert summary["subject"] == "58 alerts of rule late, 2024-03-05 to 2024-03-05"
    assert "more than 7 days old when a build first had them" in summary["body"]
    assert (summary["to"], len(opened)) == ("alice@firm.de", 2)
    assert run(rows + fresh, build=2, **day)["late"] == (0, 0, 0, 0, 0, 0)
    assert run(rows + fresh + again, build=3, **day)["late"] == (3, 0, 0, 0, 3, 0)
    assert len(notices(store)) == 4


def test_an_old_silence_is_summed_up_and_a_fresh_one_opens_a_case(run, store):
    rule = AlertRule(
        on="silence", rule="silent_days >= 30", issue="silence", team="care",
        live_from=date(2024, 3, 5),
    )  # fmt: skip
    calls = [
        {"encounter_id": f"e{n}", "record_id": f"r{n}", "started_at": at(n)} for n in (0, 20, 67)
    ]
    done = run(calls, rules={"quiet": rule}, as_of=at(100).date(), open_within_days=7)["quiet"]
    assert done == (3, 1, 0, 0, 2, 0)
    assert [case.record_id for case in cases(store)] == ["r67"]


def test_only_a_disaster_is_urgent(store, run):
    grave = LATE.model_copy(update={"severity": 5, "issue": "loss"})
    run(late(1), rules={"late": LATE, "grave": grave}, outlets=Outlets(keep, record))
    with Session(store) as session:
        assert {n.subject: n.is_urgent for n in waiting_notices(session)} == {
            "Case 1: loss": True,
            "Case 2: delivery": False,
        }


def keep(session, notice):
    keep_notice(session, notice, reader=notice.asks or notice.reader)


def test_a_bug_at_one_row_is_kept_with_its_alert_and_the_others_open_their_cases(run, store):
    def post_or_fail(session, notice):
        keep_notice(session, notice, reader="Alice")
        if notice.kind == "case_opened" and about_r2(session, notice):
            raise OverflowError("too large")

    rows = late(1) + late(1, record="r2") + late(1, record="r3")
    broken = Outlets(post_or_fail, record)
    assert run(rows, outlets=broken)["late"] == (2, 2, 0, 0, 0, 1)
    assert run(rows, outlets=broken, build=2)["late"] == (0, 0, 0, 0, 0, 0)
    with Session(store) as session:
        [failed] = [alert for alert in fired_alerts(session, limit=9) if alert.problem]
        notice = next(n for n in waiting_notices(session) if n.kind == "failed")
    assert (failed.key, failed.case, failed.problem) == ("r2-1", None, "OverflowError: too large")
    assert (notice.reader, notice.subject) == ("Alice", "An alert of rule late opened no case")
    assert "r2-1 of shop" in notice.body
    assert "too large" not in notice.body


def about_r2(session, notice):
    return find_case(session, int(notice.about.removeprefix("case:"))).record_id == "r2"


def test_a_rule_that_fails_as_a_whole_stops_no_other_and_looks_at_its_rows_again(
    run_all, run, store
):
    """Its condition fits no facts, as after a change of what a build holds."""
    misspelt = LATE.model_copy(update={"rule": "kindd = 'late'"})
    fired, failures = run_all(late(1), rules={"late": LATE, "a_wrong_one": misspelt})
    assert fired["late"].alerts == 1
    [(name, failure)] = failures.items()
    assert (name, failure.kind) == ("a_wrong_one", "ProjectError")
    assert "There is no column 'kindd'. Did you mean 'kind'?" in failure.problem
    notice = notices(store)["rule:a_wrong_one:failed:1"]
    assert (notice["to"], notice["subject"]) == ("alice@firm.de", "Alert rule a_wrong_one failed")
    assert run(late(1), rules={"a_wrong_one": LATE}, build=2)["a_wrong_one"].alerts == 1
