from datetime import UTC, datetime, timedelta

import pytest

from outsidein.cases.capacity import TeamDay
from outsidein.cases.declaration import Team
from outsidein.cases.lifecycle import CaseState
from outsidein.cases.queue import CaseRow
from outsidein.cases.workload import today_figure
from outsidein.figures.figure import Estimate, Figure, Unit, counted
from outsidein.report.evidence import gather
from outsidein.report.sections.cases import TODAYS_CASES
from tests.report.figures_of_a_shop import shop

NOW = datetime(2024, 3, 4, 10, tzinfo=UTC)
TEAM = Team(lead="Ann", members={"Ann": "ann@shop.example"}, timezone="Europe/Berlin")


def case(number, **changes):
    fields = {
        "number": number, "about": "c1", "source": "shop", "record_id": "r1", "rule": "late",
        "issue": "delivery", "severity": 3, "is_kept": False, "value": 12_345,
        "priority": 37_035, "team": "delivery", "owner": None, "state": CaseState.RECEIVED,
        "level": 0, "playbook": "call", "propensity": 1.0, "cause": None, "verdict": None,
        "alerts": 1, "events": 1, "opened_at": NOW, "begun_at": None,
        "due_at": NOW + timedelta(hours=2), "closed_at": None, "unanswered": None,
            "snoozed_until": None,
    }  # fmt: skip
    return CaseRow(**fields | changes)


@pytest.fixture
def section():
    def make(*figures):
        return TODAYS_CASES.show(gather(shop(figures={figure.name: figure for figure in figures})))

    return make


def blocks(section):
    return {block.name: block for block in section.blocks}


def test_todays_cases_are_listed_with_money_owner_and_clock(section):
    mine = [case(17), case(18, value=None, owner="Bob", due_at=NOW - timedelta(hours=1))]
    today = today_figure({"delivery": TeamDay(mine, 0, 4, 3, 9)}, {"delivery": TEAM}, now=NOW)
    block = blocks(section(today))["cases_today"]
    assert block.finding == "2 cases for today, 1 of them overdue"
    [table] = block.tables
    [first, second] = [[cell.text for cell in row] for row in table.rows]
    assert first[:7] == [
        *("17", "2024-03-04 13:00 Europe/Berlin", "nobody", "delivery", "received", "late"),
        "delivery",
    ]
    assert "123" in first[7]
    assert second[2] == "Bob"
    assert second[1].endswith("(overdue)")
    assert second[7] == ""


def test_the_backlog_of_what_is_grave_is_the_heading(section):
    of = {"team": "delivery"}
    load = Figure(
        "case_load", "The load of the teams", "Open cases.", ("team",),
        tuple(
            counted(measure, Unit.NUMBER, number, n=50, group=of)
            for measure, number in (
                ("open cases", 60), ("backlog of complaints and disasters", 12)
            )
        ),
    )  # fmt: skip
    found = blocks(section(load))["case_load"].finding
    assert found == "12 complaints and disasters stand beyond today's capacity"


@pytest.mark.parametrize(
    ("low", "high", "finding"),
    [
        (-0.02, 0.1, "No playbook is shown to do better than another yet"),
        (0.01, 0.1, "call against voucher: more customers stay"),
    ],
)
def test_a_playbook_is_called_better_only_where_its_interval_says_so(section, low, high, finding):
    of = {"rule": "late", "playbook": "call against voucher"}
    better = Estimate("more stayed than with the other", Unit.SHARE, 400, 0.05, low, high, None, of)
    figure = Figure("playbook_outcomes", "Outcomes", "By chance.", ("rule", "playbook"), (better,))
    assert blocks(section(figure))["playbook_outcomes"].finding == finding


def test_what_is_not_there_is_said(section):
    assert len(section().missing) == 4
