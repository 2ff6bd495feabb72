import pytest

from outsidein.alerts.loop import read_loop
from outsidein.errors import ProjectError

TEAMS = """
[team.delivery]
lead = "Alice"
members = { Alice = "alice@firm.de" }
"""
ALERT = """
[alert.late]
on = "encounters"
rule = "kind = 'late'"
issue = "delivery"
team = "delivery"
"""
BOOK = """+++
title = "Late"
issues = ["delivery"]
minimum_response = "Sorry."
+++
1. Call.
"""


@pytest.fixture
def project(tmp_path):
    """A folder with these files: `project(alerts=..., teams=..., book=...)`."""

    def write(alerts=ALERT, teams=TEAMS, book=""):
        (tmp_path / "alerts.toml").write_text(alerts)
        (tmp_path / "teams.toml").write_text(teams)
        if book:
            (tmp_path / "playbooks").mkdir()
            (tmp_path / "playbooks" / "call.md").write_text(book)
        return tmp_path

    return write


def test_a_project_without_a_loop_has_none(tmp_path):
    files = read_loop(tmp_path)
    assert not files.rules
    assert not files.teams
    assert not files.playbooks


def test_a_loop_is_read(project):
    files = read_loop(project(book=BOOK))
    assert files.rules["late"].live_from is None
    assert files.teams["delivery"].address("Zoe") == "alice@firm.de"


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"teams": TEAMS + 'open = "8-20"'},
         r"teams\.toml: team\.delivery\.open: '8-20' is invalid: '8' is no time of day"),
        ({"teams": TEAMS + 'open = "25:00-26:00"'}, "'25:00' is no time of day"),
        ({"teams": TEAMS + 'holidays = "XX"'}, r"no such country\. Available: .* and \d+ more\.$"),
        ({"alerts": ALERT + 'teams = "delivery"'},
         r"alerts\.toml: alert\.late\.teams: is unknown here\. Did you mean 'team'"),
        ({"alerts": ALERT.replace('team = "delivery"', 'team = "delivry"')},
         r"alert\.late\.team: there is no team 'delivry'\. Did you mean 'delivery'"),
        ({"alerts": ALERT + 'playbooks = ["cal"]', "book": BOOK},
         r"alert\.late\.playbooks: there is no playbook 'cal'\. Did you mean 'call'"),
        ({"alerts": ALERT + "severity = 6"}, r"alert\.late\.severity: 6 is invalid"),
        ({"alerts": ALERT + "severity = 5"}, "needs a playbook, for its minimum response"),
        ({"alerts": ALERT + "complaint = true\nhold_out = 0.1", "book": BOOK},
         "a complaint or disaster is never held out"),
        ({"alerts": ALERT + "delight = true\ncomplaint = true"}, "a delight opens no case"),
        ({"alerts": ALERT.replace("kind = 'late'", "kind = ")},
         r"alert\.late\.rule: The condition"),
        ({"alerts": ALERT.replace("kind = 'late'", "true")}, "names no fact to decide by"),
        ({"teams": TEAMS.replace('lead = "Alice"', 'lead = "Zoe"')},
         "the lead 'Zoe' is none of the members"),
        ({"teams": TEAMS + 'timezone = "Europe/Berln"'}, "Did you mean 'Europe/Berlin'"),
        ({"teams": TEAMS + 'holidays = "DE-XX"'}, "there is no such region of DE"),
        ({"teams": TEAMS + 'open = "22:00-06:00"'}, "the end is not after the beginning"),
        ({"teams": TEAMS + 'open = "nine to five"'}, "write from and until"),
        ({"teams": TEAMS + 'escalate_to = "boss"'}, "there is no team 'boss'"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_named_by_file_and_key(project, wrong, problem):
    with pytest.raises(ProjectError, match=problem):
        read_loop(project(**wrong))
