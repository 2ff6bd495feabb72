"""A real project from its files to its cases: built, run, rolled back, merged, worked on."""

import json
import shutil
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from outsidein.cases.events import inconsistent_cases
from outsidein.cases.lifecycle import CaseState, EventKind
from outsidein.cases.queue import CaseFilter
from outsidein.cli import main
from outsidein.errors import InputError, UnknownName
from outsidein.lake.model import Build
from outsidein.workspace.project import Project
from tests.projects import NEED, write_shop
from tests.stores import EDGES, WAYS_OUT, audited, notices, posted

NOW = datetime(2020, 1, 2, 9, tzinfo=UTC)
FILES = {
    "tables/encounters/parcels.sql": """
select 'shop' as source, parcel as encounter_id, person_id as record_id, came_at as started_at,
       'parcel' as channel, 'parcel' as kind, 'company' as initiator, promised_at,
       came_at as actual_at, driver as employee
from parcels""",
    "alerts.toml": """
[alert.late]
on = "encounters"
rule = "days_late >= 2"
issue = "delivery"
team = "delivery"
complaint = true
open_within_days = 90
live_from = 2019-12-01
[alert.punctual]
on = "encounters"
rule = "days_late <= -2"
issue = "praise"
team = "delivery"
delight = true
open_within_days = 90
live_from = 2019-12-01
""",
    "teams.toml": """
[team.delivery]
lead = "Alice"
members = { Alice = "alice@shop.de", Bob = "bob@shop.de" }
capacity = 1
timezone = "Europe/Berlin"
""",
    "playbooks/call.md": """+++
title = "Your parcel"
issues = ["delivery"]
minimum_response = "It came late. Sorry."
+++
1. Call.
""",
}
HEAD = "parcel,person_id,promised_at,came_at,driver\n"


def parcels(*rows):
    return HEAD + "".join(",".join(row) + "\n" for row in rows)


NOTHING = (0, 0, 0, 0, 0, 0)
LATE = [
    ("k1", "p1", "2019-12-10", "2019-12-13", "Bob"),
    ("k2", "p8", "2019-12-10", "2019-12-14", "Bob"),
    ("k3", "p9", "2019-12-10", "2019-12-15", "Bob"),  # p8 and p9 share an address
    ("k4", "p3", "2019-12-20", "2019-12-10", "Bob"),
    ("k6", "p5", "2019-12-20", "2019-12-24", "Bob"),
    ("k5", "p4", "2019-10-10", "2019-10-20", "Bob"),  # before the rule went live
]
MORE = ("k7", "p6", "2019-12-20", "2019-12-24", "Bob")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = write_shop(tmp_path_factory.mktemp("loop") / "shop")
    sources = (folder / "sources.toml").read_text()
    sources += '[source.parcels]\nformat = "csv"\npath = "raw/parcels.csv"\n'
    (folder / "sources.toml").write_text(sources)
    columns = '["parcel", "person_id", "promised_at", "came_at", "driver"]'
    needs = (folder / "data_needs.toml").read_text()
    needs += NEED.format(source="parcels", columns=columns, state="approved")
    (folder / "data_needs.toml").write_text(needs)
    for name, text in (FILES | {"raw/parcels.csv": parcels(*LATE)}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    Project(folder, clock=lambda: NOW).build()
    return folder


class Loop:
    """A project with its alerts and cases at a moment."""

    def __init__(self, folder, now=NOW):
        self.now = now
        self.project = Project(folder, clock=lambda: self.now, outlets=EDGES)
        self.store = self.project.operations.store
        self.alerts, self.cases = self.project.alerts, self.project.cases
        WAYS_OUT.create_all(self.store)


@pytest.fixture
def loop(built, tmp_path):
    return Loop(shutil.copytree(built, tmp_path / "shop"))


def test_from_files_to_cases_once_over_builds_rollbacks_and_merges(loop):
    ran = loop.alerts.run()
    assert ran.fired == {"late": (4, 3, 1, 0, 0, 0), "punctual": (1, 0, 0, 1, 0, 0)}
    assert notices(loop.store)["alert:punctual:shop:k4"]["to"] == "bob@shop.de"
    p1, p5 = _customer(loop, "p1"), _customer(loop, "p5")
    loop.project.identity.merge(p1, p5, by="Ida", reason="same person")
    raw = loop.project.folder / "raw" / "parcels.csv"
    raw.write_text(parcels(*LATE, MORE))
    loop.project.build()
    assert _ran(loop) == {"alerts": 1, "linked": 1, "parted": 0}
    told = posted(loop.store)
    for number, linked, parted in ((1, 0, 1), (2, 1, 0)):
        loop.project.rollback(number)
        assert _ran(loop) == {"alerts": 0, "linked": linked, "parted": parted}
    loop.project.identity.unmerge(_customer(loop, "p1"), by="Ida", reason="two persons")
    loop.project.build()
    assert _ran(loop) == {"alerts": 0, "linked": 0, "parted": 1}
    assert len(loop.cases.list().cases) == 4
    assert posted(loop.store) == told
    with Session(loop.store) as session:
        assert inconsistent_cases(session) == []


def _ran(loop):
    ran = loop.alerts.run()
    return {
        "alerts": ran.fired["late"].alerts,
        "linked": ran.reconciled.linked,
        "parted": ran.reconciled.parted,
    }


def _customer(loop, record):
    rows = loop.project.table("memberships").to_pylist()
    [found] = [row["customer_id"] for row in rows if row["record_id"] == record]
    return found


def test_beyond_capacity_the_customer_hears_the_minimum(loop):
    assert loop.alerts.run().acknowledged == 2
    today = loop.cases.day("delivery")
    assert (len(today.cases), today.backlog) == (1, 2)
    sent = [n for n in notices(loop.store).values() if n["kind"] == "minimum_response"]
    assert [n["body"] for n in sent] == ["It came late. Sorry."] * 2
    assert {n["to"].split("@")[1] for n in sent} == {"mail.de"}
    assert [case.state for case in loop.cases.backlog("delivery")] == [CaseState.ACKNOWLEDGED] * 2


def declare_consents(loop, *rows):
    """Let the project know what customers said of being written to, and build it."""
    folder = loop.project.folder
    columns = ["person_id", "purpose", "state", "effective_at"]
    lines = [",".join(columns), *(",".join(row) for row in rows)]
    (folder / "raw" / "consents.csv").write_text("\n".join(lines) + "\n")
    with (folder / "sources.toml").open("a") as file:
        file.write('[source.consents]\nformat = "csv"\npath = "raw/consents.csv"\n')
    with (folder / "data_needs.toml").open("a") as file:
        file.write(NEED.format(source="consents", columns=json.dumps(columns), state="approved"))
    (folder / "tables" / "consents").mkdir()
    (folder / "tables" / "consents" / "said.sql").write_text(
        "select 'shop' as source, person_id as record_id, purpose, 'email' as channel, state, "
        "effective_at from consents"
    )
    loop.project.build()


def test_who_refused_to_be_written_to_hears_nothing_and_the_case_says_why(loop):
    declare_consents(
        loop,
        ("p1", "service", "withdrawn", "2020-01-01"),
        ("p8", "marketing", "refused", "2020-01-01"),
    )
    cases = {case.record_id: case for case in beyond(loop)}
    assert {record: case.unanswered for record, case in cases.items()} == {
        "p1": "no consent for service by email: withdrawn on 2020-01-01 (shop/p1)",
        "p8": None,
    }
    sent = [n["about"] for n in notices(loop.store).values() if n["kind"] == "minimum_response"]
    assert sent == [f"case:{cases['p8'].number}"]


def test_what_rests_on_consent_goes_only_to_who_gave_it(loop):
    (loop.project.folder / "consent.toml").write_text(
        'minimum_response = "care"\n[purpose.care]\nlegal_basis = "consent"\nreason = "asked"\n'
    )
    declare_consents(loop, ("p8", "care", "given", "2019-01-01"))
    left = {case.record_id: case.unanswered for case in beyond(loop)}
    because = "no consent for care by email: never given, or expired"
    assert left == {"p1": because, "p8": None}


def beyond(loop):
    """Run, and return the complaints beyond the capacity of one case a day."""
    (loop.project.folder / "teams.toml").write_text(FILES["teams.toml"])
    loop.alerts.run()
    return list(loop.cases.backlog("delivery"))


def test_a_run_with_nothing_new_reads_no_table_and_sees_a_changed_rule(loop):
    loop.alerts.run()
    folder = loop.project.snapshot().folder
    aside = folder.rename(folder.with_name("aside"))
    folder.mkdir()
    shutil.copy(aside / "manifest.json", folder)
    with Session(loop.store) as session, session.begin():
        session.execute(update(Build).values(contents=""))  # whose files are not looked at
    assert loop.alerts.run().fired == {"late": NOTHING, "punctual": NOTHING}
    rules = loop.project.folder / "alerts.toml"
    rules.write_text(rules.read_text().replace("live_from = 2019-12-01", "live_from = 2019-10-01"))
    with pytest.raises(UnknownName):
        loop.alerts.run()
    shutil.rmtree(folder)
    aside.rename(folder)
    assert loop.alerts.run().fired["late"].alerts > 0  # what had been recorded before it was live
    assert loop.alerts.run().fired["late"].alerts == 0


def test_clocks_go_on_where_nothing_is_new(loop):
    loop.alerts.run()
    loop.now += timedelta(days=4)
    assert loop.alerts.run(by="w1").escalated == 3
    acts = [act for act in audited(loop.store) if act.did == "case.escalated"]
    assert {(act.who, act.details["clock"]) for act in acts} == {("w1", "response term")}


def test_a_worker_keeps_the_clocks_of_open_cases_whose_rules_are_gone_and_sees_new_rules(loop):
    rules = loop.project.folder / "alerts.toml"
    written = rules.read_text()
    rules.write_text("")
    assert loop.alerts.run_counted(by="w1") == 0
    rules.write_text(written)
    assert loop.alerts.run_counted(by="w1") > 0
    rules.write_text("")
    loop.now += timedelta(days=4)
    assert loop.alerts.run_counted(by="w1") >= 3
    assert "case.escalated" in {act.did for act in audited(loop.store)}


def test_a_case_is_worked_through_by_those_who_may(loop):
    loop.alerts.run()
    [number, *_] = [case.number for case in loop.cases.list().cases]
    with pytest.raises(InputError, match="Zoe"):
        loop.cases.assign(number, "Alice", by="Zoe")
    loop.cases.assign(number, "Bob", by="Alice")
    given = notices(loop.store)[f"case:{number}:given:2"]
    assert (given["to"], given["subject"]) == ("bob@shop.de", f"Case {number}: delivery")
    loop.cases.accept(number, by="Alice")
    with pytest.raises(InputError, match="is only possible when it is communicated"):
        loop.cases.add_event(number, EventKind.CLOSE, by="Alice")
    loop.cases.add_event(number, EventKind.ASSESS, by="Alice", details={"note": "a driver was ill"})
    loop.cases.record_cause(number, "carrier", by="Alice")
    loop.cases.done(number, by="Alice", note="voucher sent")
    loop.cases.record_verdict(number, "satisfied", by="Bob")
    whole = loop.cases.show(number)
    assert whole.playbook.steps == ("Call.",)
    assert (whole.case.verdict, whole.case.cause) == ("satisfied", "carrier")
    kinds = [event.kind.value for event in whole.events]
    assert kinds[-5:] == ["cause", "respond", "communicate", "close", "verdict"]


def test_time_brings_what_is_overdue_to_the_lead(loop):
    loop.alerts.run()
    loop.now = NOW + timedelta(days=4)
    assert loop.alerts.run().escalated >= 1


def test_figures_are_made_from_the_store_as_it_is(loop):
    loop.alerts.run()
    figures = {figure.name: figure for figure in loop.cases.figures()}
    load = {e.measure: e.value for e in figures["case_load"].estimates}
    assert load["open cases"] == 3
    assert figures["playbook_outcomes"].estimates
    tried = loop.alerts.try_("late", within_days=30)
    assert {e.measure: e.value for e in tried.estimates}["would have fired"] == 5


def test_names_that_are_not_there_are_named(loop):
    with pytest.raises(UnknownName, match="Did you mean 'late'"):
        loop.alerts.try_("lat")
    with pytest.raises(UnknownName, match="Did you mean 'delivery'"):
        loop.cases.day("delivry")


def said(*arguments, folder):
    result = CliRunner().invoke(main, [*arguments, "--project", str(folder)])
    assert result.exit_code == 0, result.output
    return result.output


def test_the_loop_from_the_command_line(loop, monkeypatch):
    monkeypatch.setenv("OUTSIDEIN_LINK_SECRET", "l" * 32)
    folder = loop.project.folder
    assert "late\twould have fired\tnumber\t5" in said("alerts", "try", "late", folder=folder)
    assert "late\t4\t3\t1\t0\t0" in said("alerts", "run", folder=folder)
    assert "late\t0\t0\t0\t0\t0" in said("alerts", "run", folder=folder)
    assert said("alerts", "list", "--rule", "late", folder=folder).count("\n") == 5
    page = said("cases", "list", "--rows", "1", folder=folder)
    number, place = page.splitlines()[1].split("\t")[0], page.split("--after ")[1].strip()
    assert said("cases", "list", "--after", place, folder=folder).splitlines()[1][0] != number
    assert "complaints and disasters" in said("cases", "day", "delivery", folder=folder)
    assert "receive\treceived" in said("cases", "show", number, folder=folder)
    said("cases", "accept", number, "--by", "Alice", folder=folder)
    said("cases", "step", number, "assess", "--by", "Alice", folder=folder)
    said("cases", "note", number, "called", "--by", "Bob", folder=folder)
    said("cases", "cause", number, "carrier", "--by", "Alice", folder=folder)
    assert "closed" in said("cases", "done", number, "--by", "Alice", folder=folder)
    said("cases", "verdict", number, "satisfied", "--by", "Alice", folder=folder)
    assert said("cases", "backlog", "delivery", folder=folder).startswith("case\t")
    assert len(loop.cases.list(CaseFilter(is_open=True)).cases) == 2


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["alerts", "try", "lat"], "Did you mean 'late'"),
        (["cases", "step", "1", "asess"], "There is no step 'asess'"),
        (["cases", "show", "99"], "There is no case '99'"),
        (["cases", "list", "--team", "delivry"], "Did you mean 'delivery'"),
        (["alerts", "list", "--rule", "lat"], "Did you mean 'late'"),
        (["cases", "list", "--after", "x"], "is not a cursor"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_to_do(loop, arguments, problem):
    result = CliRunner().invoke(main, [*arguments, "--project", str(loop.project.folder)])
    assert result.exit_code == 1
    assert problem in result.output
    assert result.output.count("\n") == 1
