"""From severity x value to money: a firm in which calling helps, and what the loop makes of it."""

from datetime import date

import numpy as np
import pytest

from outsidein.alerts.declaration import AlertRule
from outsidein.cases.playbooks import assign_playbook
from outsidein.experiments.assignment import HOLD_OUT
from tests.alerts.conftest import at, cases, late

CUSTOMERS = 900
RULES = {
    "late": AlertRule(
        on="encounters", rule="kind = 'late'", against="kind = 'on_time'", issue="delivery",
        team="delivery", playbooks=("call",), hold_out=0.4, live_from=date(2024, 3, 4),
    ),
    "rude": AlertRule(
        on="encounters", rule="kind = 'rude'", issue="manners", team="delivery", severity=5,
        live_from=date(2024, 3, 4),
    ),
}  # fmt: skip


@pytest.fixture
def store(lite):
    return lite


def is_held_out(about):
    late = assign_playbook(("call",), rule="late", about=about, is_randomised=False, hold_out=0.4)
    return late.playbook == HOLD_OUT


def spells(*, helps):
    """Half of those left alone leave, and of those called as many or a tenth; else a tenth."""
    rng, found = np.random.default_rng(9), []
    for number in range(2 * CUSTOMERS):
        about = f"c{number}"
        is_safe = number >= CUSTOMERS or (helps and not is_held_out(about))
        gone = rng.random() < (0.1 if is_safe else 0.5)
        day = at(20).date() if gone else None
        found.append({"customer_id": about, "started_on": at(-9).date(), "churned_on": day})
    return found


def encounters():
    for number in range(2 * CUSTOMERS):
        kind = "late" if number < CUSTOMERS else "on_time"
        yield {"encounter_id": f"e{number}", "record_id": f"r{number}", "started_at": at(1),
               "kind": kind}  # fmt: skip


def worked_on():
    """A customer who was in time so far and whose case is not left alone."""
    for number in range(CUSTOMERS, 2 * CUSTOMERS):
        if not is_held_out(f"c{number}"):
            return str(number)
    return None


def learn(run, *, helps):
    """Two runs: one opens the cases, one comes when it is known who stayed, with two new cases."""
    rows = list(encounters())
    run(rows, rules=RULES, now=at(2))
    rows += late(150, record=f"r{worked_on()}")
    rows += [
        dict(row, kind="rude", encounter_id="rude") for row in late(150, record=f"r{worked_on()}")
    ]
    run(rows, rules=RULES, build=2, as_of=at(160).date(), now=at(151), spells=spells(helps=helps))


def test_once_data_carry_it_cases_are_priced_by_what_the_work_saves(run, store):
    learn(run, helps=True)
    open_now = [case for case in cases(store) if case.closed_at is None]
    late_one, rude = (
        next(c for c in open_now if c.issue == issue and c.about == f"c{worked_on()}")
        for issue in ("delivery", "manners")
    )
    # Worked on 10 % leave, left alone 50 %: the call saves about 0.4 of a customer's value, less
    # what it costs ...
    per_value = (late_one.priority + 50) / late_one.value
    assert 0.33 < per_value < 0.47
    # ... and a rule without data stands on the same scale, per degree of severity.
    assert rude.priority / rude.value == pytest.approx(5 * per_value / 3, rel=0.02)


def test_where_the_work_saves_nobody_severity_and_value_go_on_deciding(run, store):
    learn(run, helps=False)
    for case in cases(store):
        assert case.priority == case.severity * case.value
