from datetime import date

import numpy as np
import pytest

from outsidein.alerts.declaration import AlertRule
from outsidein.alerts.trial import trial_figure, try_rule
from outsidein.stats.proportion import difference
from tests.alerts.conftest import AS_OF, at, world

LATE = AlertRule(
    on="encounters", rule="kind = 'late'", against="kind = 'on_time'", issue="delivery",
    team="delivery",
)  # fmt: skip


def on(kind, record, day, **changes):
    return {"encounter_id": f"{kind}-{record}-{day}", "record_id": record, "kind": kind,
            "started_at": at(day), **changes}  # fmt: skip


def spell(number, churned_on):
    day = None if churned_on is None else at(churned_on).date()
    return {"customer_id": f"c{number}", "started_on": at(-9).date(), "churned_on": day}


@pytest.fixture
def attempt(backend, teams):
    def go(rule=LATE, **tables):
        return try_rule(
            backend, world(**tables), "late", rule, teams[rule.team], within_days=30, as_of=AS_OF
        )

    return go


def test_it_tells_how_often_for_whom_and_how_much_of_it_the_team_could_have_taken(attempt):
    """Five on Monday, two on Saturday and one on the Monday after: a team of two a day."""
    rows = [on("late", f"r{n}", 0) for n in range(1, 6)]
    rows += [on("late", "r1", 5), on("late", "r6", 5), on("late", "r7", 7)]
    found = attempt(encounters=[*rows, on("on_time", "r8", 0)])
    assert (found.times, found.customers, found.days) == (8, 7, 2)
    assert (found.busiest, found.within) == (5, 4)  # Saturday's wait for Monday
    assert (found.value, found.valued) == (sum(range(100, 800, 100)), 7)


def test_churns_are_counted_by_customer_and_compared_with_those_it_was_silent_on(attempt):
    encounters = [
        *(on("late", f"r{n}", 0) for n in range(1, 5)),
        on("late", "r1", 20),  # again: no further customer
        *(on("on_time", f"r{n}", 0) for n in range(4, 9)),  # r4 was late too: no comparison
        on("order", "r9", 0),  # not asked for by `against`
        on("late", "r10", 290),  # its days are not over
    ]
    spells = [spell(1, 10), spell(2, 40), spell(3, 5), spell(4, None), spell(5, 10)]
    spells += [spell(n, None) for n in range(6, 11)]
    found = attempt(encounters=encounters, spells=spells)
    assert (found.fired.left, found.fired.ripe) == (2, 4)
    assert (found.others.left, found.others.ripe) == (1, 4)
    assert found.jump == difference(2, 4, 1, 4)


def test_facts_of_today_are_named_as_hindsight(attempt):
    rule = LATE.model_copy(update={"rule": "kind = 'late' and tier = 'gold' and in_vip"})
    found = attempt(rule, encounters=[on("late", "r1", 0)])
    assert found.hindsight == ("in_vip", "tier")


def test_the_hazard_jump_of_a_simulated_firm_is_found(attempt):
    """Of 1,500 each 30 % leave after a late parcel and 18 % after one in time."""
    rng = np.random.default_rng(2)
    late = [on("late", f"r{n}", 0) for n in range(1, 1501)]
    fine = [on("on_time", f"r{n}", 0) for n in range(1501, 3001)]
    gone = rng.random(3000) < np.repeat([0.3, 0.18], 1500)
    spells = [spell(n, 10 if left else None) for n, left in enumerate(gone, start=1)]
    found = attempt(encounters=late + fine, spells=spells)
    assert found.jump.low < 0.12 < found.jump.high
    assert found.jump.low > 0.05


def test_a_silence_is_tried_on_the_first_of_each_month(attempt):
    rule = AlertRule(
        on="silence", rule="silent_days >= 60", issue="silence", team="care",
    )  # fmt: skip
    calls = [on("call", "r1", 0), on("call", "r1", 100), on("call", "r2", 299)]
    found = attempt(rule, encounters=calls)
    assert found.times == 2  # after the first call and after the second, each once
    assert found.others is None
    assert found.jump is None


def test_a_figure_says_why_there_is_no_number(attempt):
    found = attempt(encounters=[on("late", "r1", 0)])
    figure = trial_figure({"late": found}, within_days=30, capacities={"late": 2})
    said = {e.measure: e for e in figure.estimates}
    assert said["would have fired"].value == 1
    assert said["precision: share who churned"].value is None
    assert said["hazard jump"].why == "no comparison with a follow-up"
    assert said["of it at risk"].why == "no hazard jump"


def test_a_rule_that_never_fires_is_told_so(attempt):
    found = attempt(encounters=[on("on_time", "r1", 0)])
    assert (found.times, found.customers, found.days, found.busiest) == (0, 0, 0, 0)


def test_the_day_of_an_alert_is_the_day_where_the_team_works(attempt):
    """At 23:30 UTC it is tomorrow in Berlin."""
    found = attempt(encounters=[on("late", "r1", 0), on("late", "r2", 0, started_at=at(0, 11.5))])
    assert found.days == 2
    assert date(2024, 3, 5) == at(0, 12).date()
