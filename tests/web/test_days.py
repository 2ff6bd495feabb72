"""A day of each of six people, end to end, on a simulated firm."""

import re
import tomllib

import pytest

import outsidein
from outsidein.access.rights import Right, Role
from outsidein.report.documents import Document
from outsidein.simulate.declaration import read_firm
from outsidein.simulate.simulation import simulate
from outsidein.workspace.project import Project
from tests.projects import NEED
from tests.web.site import site_of, with_people
from tests.web.visitor import CHROMIUM, PHONE, Visitor

SLUG = "simulated-firm"
TEAM = "delivery"

pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(), reason="needs Chromium: apt-get install chromium"
)


@pytest.fixture(scope="module")
def firm(tmp_path_factory):
    """A firm with open cases, and people of every role; the agent works for its delivery."""
    folder = tmp_path_factory.mktemp("days") / "firm"
    simulate(read_firm(), folder, customers=800, seed=1)
    (folder / "parking.csv").write_text("ticket,plate\n1,AA-00-AA\n")
    with (folder / "sources.toml").open("a") as file:
        file.write('[source.parking]\nformat = "csv"\npath = "parking.csv"\n')
    with (folder / "data_needs.toml").open("a") as file:
        columns = '["ticket", "plate"]'
        file.write(NEED.format(source="parking", columns=columns, state="approved"))
    with Project(folder, environment={"OUTSIDEIN_LINK_SECRET": "l" * 32}) as project:
        project.build(publish_anyway="a project of tests")
        project.alerts.run()
    project = with_people(folder, clock=None)
    project.people.change("agent@shop.example", teams=[TEAM], by="test")
    return project


def states_of(project):
    """The state of every column that the current build knows."""
    rows = project.table("columns").to_pylist()
    return {(row["source"], row["column"], row["state"]) for row in rows}


@pytest.fixture(scope="module")
def base(firm):
    with site_of(firm) as web:
        yield str(web.base_url).rstrip("/")


@pytest.fixture
def visitor(chromium, base):
    """Makes visitors; each must leave without a problem in the browser."""
    visitors = []

    def come(role, **context):
        visitors.append(Visitor(chromium, base, role, slug=SLUG, **context))
        return visitors[-1]

    yield come
    for each in visitors:
        each.context.close()
        assert each.problems == []


def close_case(person, cause):
    person.press(f"Accept as {person.name}")
    problem = person.page.get_by_role("alert")
    assert problem.count() == 0, problem.first.inner_text()
    person.page.get_by_label("Note", exact=True).fill("Called: the parcel was left next door.")
    person.press("Called")
    person.page.get_by_text("Close", exact=True).first.click()
    person.page.get_by_label("Root cause").select_option(cause)
    person.page.get_by_label("What was done").fill("A voucher, and an apology.")
    person.press("Close the case")
    problem = person.page.get_by_role("alert")
    assert problem.count() == 0, problem.first.inner_text()


def test_a_manager_goes_from_an_extreme_to_a_case_that_is_closed(visitor, firm):
    ann = visitor(Role.MANAGER)
    ann.name = "Manager"
    ann.page.get_by_role("heading", name="To call first").wait_for()
    ann.page.get_by_role("link", name=re.compile(r"^Case \d+: delivery")).first.click()
    number = int(ann.page.url.rpartition("/")[2])
    assert "Late" in ann.text() or "late" in ann.text()
    close_case(ann, "carrier")
    ann.page.get_by_text("A voucher, and an apology.").first.wait_for()
    case = firm.cases.show(number).case
    assert (case.state.value, case.cause) == ("closed", "carrier")
    ann.goto("monday")
    assert f"Case {number}:" not in ann.text()


def test_a_crm_director_decides_a_policy_that_stands_in_the_file_and_in_the_next_board_pack(
    visitor, firm
):
    carl = visitor(Role.MANAGER)
    carl.page.get_by_role("navigation", name="Pages").get_by_role("link", name="Value").click()
    carl.page.get_by_role("link", name="Policies").click()
    carl.page.get_by_label("Policy", exact=True).first.select_option("invest")
    carl.page.get_by_label("Reason").first.fill("They carry the firm.")
    carl.press("Decide")
    carl.page.get_by_text("They carry the firm.").first.wait_for()
    declared = tomllib.loads((firm.folder / "outsidein.toml").read_text())
    assert declared["tier"][0]["policy"]["decision"] == "invest"
    with outsidein.open(firm.folder) as project:
        project.build(publish_anyway="a project of tests")
        pack = project.report(document=Document.PACK)
    assert "They carry the firm." in pack.read_text() + (pack.parent / "appendix.html").read_text()


def test_an_analyst_goes_from_a_number_to_its_rows_and_to_the_call_of_a_notebook(visitor, firm):
    bob = visitor(Role.ANALYST)
    bob.page.get_by_role("link", name="Drivers").first.click()
    bob.page.get_by_role("link", name="Numbers, method, rows").first.click()
    call = bob.page.locator("code", has_text="outsidein.open(").first.inner_text()
    name = re.search(r'figure\("(\w+)"\)', call)[1]
    with outsidein.open(firm.folder) as project:
        [*estimates] = project.figure(name).figure.estimates
    assert str(estimates[0].n or "") in bob.page.text_content("main").replace(",", "")
    bob.page.get_by_role("term").filter(has_text="Rows").wait_for()
    bob.page.locator("dt:has-text('Rows') + dd a").first.click()
    table = bob.page.url.rpartition("/")[2]
    assert bob.page.get_by_role("heading", level=1).inner_text() == table
    assert bob.page.locator("tbody tr").count() > 0


def test_an_agent_finds_a_caller_by_a_misspelt_name_on_the_phone_and_closes_the_case(visitor, firm):
    case = next(c for c in firm.cases.list().cases if c.team == TEAM)
    named = firm.customers.by_id([case.about], personal=True)[case.about]
    eve = visitor(Role.AGENT, **PHONE)
    eve.name = "Agent"
    if named.name:
        given, *_, family = named.name.split()
        eve.goto("customers")
        eve.page.get_by_label("Find a customer").fill(f"{given} {family[:-2]}{family[-1]}")
        eve.press("Find")
        assert eve.width() <= PHONE["viewport"]["width"]
        eve.page.get_by_role("link", name=re.compile(named.name)).first.click()
        eve.page.get_by_role("link", name=re.compile(rf"^(Case )?{case.number}\b")).first.click()
    else:
        eve.goto(f"cases/{case.number}")
    assert eve.width() <= PHONE["viewport"]["width"]
    close_case(eve, "depot")
    eve.page.get_by_text("A voucher, and an apology.").first.wait_for()
    assert firm.cases.show(case.number).case.cause == "depot"


def test_a_data_owner_vetoes_a_column_that_is_gone_after_the_build(visitor, firm):
    dora = visitor(Role.DATA_OWNER)
    dora.page.get_by_role("navigation", name="Pages").get_by_role("link", name="Data").click()
    dora.page.get_by_role("link", name="Needs and use").click()
    row = dora.page.get_by_role("row").filter(has_text="parking.plate")
    assert "approved" in row.inner_text()
    row.get_by_role("link", name="Veto").click()
    assert "Nothing: no model, survey, segment or alert uses it." in dora.text()
    dora.page.get_by_label("Reason").fill("Nobody may be followed by their car.")
    dora.press("Veto")
    dora.page.wait_for_url("**/data/needs*")
    with outsidein.open(firm.folder) as project:
        assert ("parking", "plate", "approved") in states_of(project)
        project.build(publish_anyway="a project of tests")
        assert ("parking", "plate", "vetoed") in states_of(project)
    dora.goto("data/needs?source=parking")
    row = dora.page.get_by_role("row").filter(has_text="parking.plate")
    assert "vetoed" in row.inner_text()
    assert "in the current build" not in row.inner_text()


def test_an_administrator_adds_a_person_takes_a_key_away_and_rolls_a_build_back(visitor, firm):
    key = firm.people.add_key("the wall", rights={Right.SEE_FIGURES}, by="test")
    ada = visitor(Role.ADMINISTRATOR)
    ada.goto("settings")
    ada.page.get_by_label("Mail address").fill("new@firm.example")
    ada.page.get_by_label("Name", exact=True).fill("Nina")
    ada.press("Add")
    ada.page.get_by_text("This link signs").wait_for()
    assert [p.name for p in firm.people.everybody() if p.email == "new@firm.example"] == ["Nina"]
    ada.goto("settings/keys")
    ada.press("Revoke")
    ada.page.get_by_text("revoked").first.wait_for()
    assert firm.people.key_of(key.text) is None
    with outsidein.open(firm.folder) as project:
        number = project.snapshot().number
        project.build(publish_anyway="a project of tests")
    ada.goto(f"data/builds/{number}")
    ada.press(f"Make build {number} current")
    ada.page.get_by_text("rollback").first.wait_for()
    assert firm.snapshot().number == number
