"""What builds of simulated firms say, counted against what is true of them."""

import pytest
from scipy.stats import binom

from tests.headlines.firms import EFFECTS, FirmTask, firm_with, judge_firm, judge_whole_firm
from tests.headlines.sweep import WHOLE

STATED = 0.05
"""Share of firms that may read of any effect though nothing has one."""


@pytest.fixture(scope="module")
def firms(request):
    """Quiet firms by seed: 200 with --full, else a few."""
    number = 200 if request.config.getoption("--full") else 2
    return [judge_firm(FirmTask(seed, {})) for seed in range(1, number + 1)]


@pytest.mark.slow
def test_quiet_firms_are_not_told_of_effects_more_often_than_stated(firms):
    false = [(firm.seed, s["text"]) for firm in firms for c in EFFECTS for s in firm.shown(c)]
    allowed = binom.ppf(0.99, len(firms), STATED)
    assert len({seed for seed, _ in false}) <= allowed, f"claimed: {false}"


def factor(penalty):
    return {
        "description": "A factor",
        "answer": "channel",
        "low": 0.3,
        "high": 0.3,
        "penalty": penalty,
        "reward": 0.0,
    }


def planted():
    """Late parcels make customers leave, students spend most, one factor matters most."""
    table = firm_with({}).model_dump(exclude_none=True)
    table["factor"] = {"waiting": factor(-0.3), "support": factor(-0.05), "delivery": factor(0.0)}
    table["contract"]["hazard"] = (0.02, 0.02, 0.2, 0.02)
    table["failure"]["late_delivery"]["jump"] = 6.0
    table["unit"]["depot_north"]["kept"] = table["unit"]["depot_south"]["kept"] = 0.75
    table["segment"]["students"]["spend"] = 6.0
    return {name: table[name] for name in ("factor", "contract", "failure", "unit", "segment")}


@pytest.fixture(scope="module")
def planted_firm():
    return judge_whole_firm(FirmTask(5, planted(), customers=1_000))


@pytest.mark.slow
def test_figures_that_answer_one_question_agree_in_firms_built_whole(request, planted_firm):
    number = WHOLE if request.config.getoption("--full") else 0
    quiet = [judge_whole_firm(FirmTask(seed, {})) for seed in range(1, number + 1)]
    contradictions = {f.seed: f.contradictions() for f in (planted_firm, *quiet)}
    assert [seed for seed, found in contradictions.items() if found] == []


@pytest.mark.slow
def test_planted_effects_are_found_and_what_takes_money_comes_first(planted_firm):
    firm = planted_firm
    [factor], [month] = firm.shown("first_factor"), firm.shown("riskiest_month")
    assert factor["text"].startswith("Most would be gained from “waiting”")
    assert month["text"].startswith("The riskiest time is month 3 ")
    assert [s["name"] for s in firm.shown()][:2] == ["after late delivery", "segment students"]
    assert [s["name"] for s in firm.shown("after")] == ["after late delivery"]


def dated_changes():
    """From days of 2025 on more leave, parcels are late, a factor is scored low, orders halve."""
    table = firm_with({}).model_dump(exclude_none=True)
    table["factor"]["advice"]["shift"] = ({"on": "2025-01-01", "low": 0.5, "high": 0.1},)
    table["contract"]["shift"] = ({"on": "2025-03-01", "hazard": 3.0},)
    table["unit"]["depot_south"]["shift"] = ({"on": "2025-04-01", "kept": 0.6},)
    table["unit"]["team_day"]["kept"] = 0.6
    table["purchases"]["shift"] = ({"on": "2025-05-01", "orders": 0.5},)
    return {name: table[name] for name in ("factor", "contract", "unit", "purchases")}


@pytest.mark.slow
def test_planted_changes_and_broken_promises_are_said_with_the_month_they_began_in():
    firm = judge_firm(FirmTask(6, dated_changes(), customers=2_000))
    assert {s["name"] for s in firm.shown("shift")} == {
        "shift low scores advice 2025-01-01",
        "shift churn all customers 2025-03-01",
        "shift disasters delivery 2025-04-01",
        "shift ordering again all customers 2025-05-01",
    }
    assert firm.shown()[0]["name"] == "shift ordering again all customers 2025-05-01"
    assert {s["name"] for s in firm.shown("promise")} == {"promise delivery", "promise support"}
    assert firm.shown("first_factor") == []
