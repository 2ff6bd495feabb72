"""The queue and the page of a case, as agents, leads and managers use them."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from outsidein.access.rights import Right, Role
from outsidein.cases.queue import CaseFilter
from outsidein.store.audit import audited_acts
from outsidein.workspace.project import Project
from tests.projects import NEED, write_shop
from tests.web.site import PASSWORD, form_token, site_of

NOW = datetime(2020, 1, 2, 9, tzinfo=UTC)
QUEUE = "/p/shop/cases"
BOB, ALICE, CARLA, MIA = (f"{name}@shop.de" for name in ("bob", "alice", "carla", "mia"))
ANGRY = "Never again! <b>Call</b> 030 1234567."

FILES = {
    "tables/records/people.sql": "select 'shop' as source, person_id as record_id, city, "
    "'Person <i>' || person_id as name from people",
    "tables/identifiers/phones.sql": "select 'shop' as source, person_id as record_id, "
    "'phone' as kind, '030 55510' || right(person_id, 1) as value from people",
    "tables/encounters/parcels.sql": """
select 'shop' as source, parcel as encounter_id, person_id as record_id, came_at as started_at,
       'parcel' as channel, 'parcel' as kind, 'company' as initiator, promised_at,
       came_at as actual_at, unit
from parcels""",
    "tables/signals/comments.sql": """
select 'shop' as source, 's' || parcel as signal_id, parcel as encounter_id,
       person_id as record_id, came_at as signalled_at, 'direct' as kind, 'review' as instrument,
       comment as text
from parcels where comment is not null""",
    "alerts.toml": """
[alert.late]
on = "encounters"
rule = "days_late >= 2"
issue = "delivery"
team = "delivery"
complaint = true
open_within_days = 90
live_from = 2019-12-01
causes = ["carrier", "address"]
""",
    "teams.toml": """
[team.delivery]
lead = "Alice"
members = { Alice = "alice@shop.de", Bobby = "bob@shop.de" }
capacity = 2
timezone = "Europe/Berlin"
[team.returns]
lead = "Carla"
members = { Carla = "carla@shop.de" }
units = ["returns"]
""",
    "playbooks/call.md": """+++
title = "Your parcel"
issues = ["delivery"]
minimum_response = "It came late. Sorry."
+++
1. Call at once.
2. Offer a voucher.
""",
    "raw/parcels.csv": "parcel,person_id,promised_at,came_at,unit,comment\n"
    f"k1,p1,2019-12-10,2019-12-13,,{ANGRY}\n"
    "k2,p2,2019-12-10,2019-12-14,,\n"
    "k3,p3,2019-12-10,2019-12-15,,\n"
    "k4,p4,2019-12-10,2019-12-15,returns,\n"
    + "".join(f"k{n},p1,2019-11-{n:02},2019-11-{n:02},,\n" for n in range(10, 17)),
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A shop with four cases, of two teams, and the people who work on them."""
    folder = write_shop(tmp_path_factory.mktemp("cases") / "shop", people=12)
    (folder / "sources.toml").write_text(
        (folder / "sources.toml").read_text()
        + '[source.parcels]\nformat = "csv"\npath = "raw/parcels.csv"\n'
    )
    columns = '["parcel", "person_id", "promised_at", "came_at", "unit", "comment"]'
    with (folder / "data_needs.toml").open("a") as file:
        file.write(NEED.format(source="parcels", columns=columns, state="approved"))
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    project = Project(folder, clock=lambda: NOW, environment={"OUTSIDEIN_LINK_SECRET": "s" * 32})
    project.build(publish_anyway="a project of tests")
    project.alerts.run()
    for email, role, teams in (
        (BOB, Role.AGENT, ["delivery"]),
        (ALICE, Role.AGENT, ["delivery"]),
        (CARLA, Role.AGENT, ["returns"]),
        (MIA, Role.MANAGER, []),
    ):
        project.people.add(email, role=role, teams=teams, name=email[:3].title(), by="test")
        project.people.set_password(email, PASSWORD, by="test")
    return project


@pytest.fixture(scope="module")
def web(shop):
    with site_of(shop) as browser:
        yield browser


def sign_in(web, email):
    web.cookies.clear()
    web.post("/sign-in", data={"email": email, "password": PASSWORD})


def case_of(shop, record):
    """The open case of a record."""
    [case] = [c for c in shop.cases.list().cases if c.record_id == record]
    return case


def press(web, number, act, **fields):
    form = {"form_token": form_token(web), "act": act} | fields
    return web.post(f"{QUEUE}/{number}", data=form)


def acts_of(shop, about):
    with Session(shop.workspace.store) as session:
        return [(act.who, act.did) for act in audited_acts(session, about=about)]


def numbers(page):
    return {int(n) for n in re.findall(r'href="/p/shop/cases/(\d+)"', page.text)}


def test_agents_see_the_cases_of_their_own_teams_and_no_others(web, shop):
    delivery = {c.number for c in shop.cases.list(CaseFilter(team="delivery")).cases}
    other = case_of(shop, "p4").number
    sign_in(web, BOB)
    assert numbers(web.get(QUEUE)) == delivery
    assert '"p4"' not in web.get("/p/shop/cases.csv").text
    assert web.get(f"{QUEUE}?team=returns").status_code == 403
    assert web.get("/p/shop/cases.csv?team=returns").status_code == 403
    assert web.get(f"{QUEUE}/{other}").status_code == 403
    assert press(web, other, "note", note="x").status_code == 403
    moved = {"form_token": form_token(web), "act": "assign", "owner": "Carla", "case": [other]}
    assert web.post(QUEUE, data=moved).status_code == 403
    sign_in(web, MIA)
    assert numbers(web.get(QUEUE)) == delivery | {other}
    assert numbers(web.get(f"{QUEUE}?team=returns")) == {other}


def test_the_queue_shows_capacity_and_what_is_beyond_it(web):
    sign_in(web, BOB)
    page = web.get(QUEUE).text
    assert "2 to do today, 0 done; capacity 2." in page
    assert "1 complaint or disaster" in page
    assert "returns" not in page.split("<form")[2].split("Move the ticked")[0]


def test_the_address_says_which_cases_are_listed(web, shop):
    sign_in(web, MIA)
    every = {c.number for c in shop.cases.list().cases}
    assert numbers(web.get(f"{QUEUE}?issue=delivery&state=")) == every
    assert numbers(web.get(f"{QUEUE}?owner=mine")) == set()
    assert "Show all open cases" in web.get(f"{QUEUE}?issue=price").text
    assert numbers(web.get(f"{QUEUE}?overdue=true")) == set()
    assert web.get(f"{QUEUE}?state=nonsense").status_code == 422
    assert web.get(f"{QUEUE}?after=1;drop").status_code == 422


def test_the_queue_is_searched_and_shows_a_period(web, shop):
    sign_in(web, MIA)
    number = case_of(shop, "p2").number
    assert numbers(web.get(f"{QUEUE}?q=P2")) == {number}
    assert number in numbers(web.get(f"{QUEUE}?q={number}"))
    assert numbers(web.get(f"{QUEUE}?q=%25")) == set()
    assert numbers(web.get(f"{QUEUE}?q={'9' * 150}")) == set()
    every = {c.number for c in shop.cases.list().cases}
    assert numbers(web.get(f"{QUEUE}?from=2020-01-02&to=2020-01-02")) == every
    assert numbers(web.get(f"{QUEUE}?to=2020-01-01")) == set()
    assert numbers(web.get(f"{QUEUE}?from=2020-01-03")) == set()
    assert web.get(f"{QUEUE}?from=soon").status_code == 422
    page = web.get(f"{QUEUE}?from=2020-01-02&segment=gold").text
    assert "cases.csv?from=2020-01-02&amp;segment=gold" in page
    assert "not filtered by segment" in page
    assert '"p2"' not in web.get("/p/shop/cases.csv?q=p3").text


def test_the_file_has_every_case_of_the_filter_in_units_of_the_currency(web, shop):
    sign_in(web, MIA)
    answer = web.get("/p/shop/cases.csv?team=delivery")
    head, *rows = answer.text.strip().splitlines()
    assert head.startswith('"number","priority","value","team"')
    assert [int(row.split(",")[0]) for row in rows] == [
        c.number for c in shop.cases.list(CaseFilter(team="delivery")).cases
    ]
    first = shop.cases.list(CaseFilter(team="delivery")).cases[0]
    assert float(rows[0].split(",")[1]) == pytest.approx(first.priority / 100)


def test_a_case_shows_who_it_is_what_they_wrote_and_what_was_promised(web, shop):
    number = case_of(shop, "p1").number
    sign_in(web, BOB)
    page = web.get(f"{QUEUE}/{number}").text
    assert "Person &lt;i&gt;p1" in page
    assert "Never again! &lt;b&gt;Call&lt;/b&gt; 030 1234567." in page
    assert "due on 2019-12-10, done on 2019-12-13: 3 days late" in page
    assert 'href="tel:030 555101"' in page
    latest = re.findall(r'<time datetime="([\d-]+)">', page)
    assert latest == ["2019-12-13", *(f"2019-11-{day}" for day in (16, 15, 14, 13))]
    assert "<b>" not in page
    assert "<i>" not in page
    seen = [who for who, did in _views(shop) if did == "customer.viewed"]
    assert seen[0] == "Bob"


def _views(shop):
    with Session(shop.workspace.store) as session:
        return [(act.who, act.did) for act in audited_acts(session, rows=5)]


def test_whoever_may_not_see_contact_data_sees_a_masked_case(web, shop):
    number = case_of(shop, "p1").number
    key = shop.people.add_key(
        "screen", rights=[Right.WORK_OWN_CASES, Right.WORK_ALL_CASES], by="test"
    )
    web.cookies.clear()
    header = {"Authorization": f"Bearer {key.text}"}
    page = web.get(f"{QUEUE}/{number}", headers=header).text
    assert "Name not shown" in page
    assert "Person" not in page
    assert "1234567" not in page
    assert "555101" not in page
    assert "shop/p1" not in page
    assert "record_id" not in web.get("/p/shop/cases.csv", headers=header).text
    assert "Never again!" in page


def test_an_agent_works_a_case_from_accepting_to_its_verdict(web, shop):
    number = case_of(shop, "p1").number
    sign_in(web, BOB)
    assert press(web, number, "accept").headers["location"] == f"{QUEUE}/{number}"
    case = shop.cases.show(number).case
    assert (case.owner, case.state.value) == ("Bobby", "acknowledged")
    press(web, number, "tick", step="Call at once.")
    page = web.get(f"{QUEUE}/{number}").text
    assert 'aria-pressed="true"' in page
    assert "Bobby, 2020-01-02 10:00 Europe/Berlin" in page
    press(web, number, "untick", step="Call at once.")
    assert 'aria-pressed="true"' not in web.get(f"{QUEUE}/{number}").text
    press(web, number, "call", note="no <answer>")
    press(web, number, "assess")
    press(web, number, "respond", note="voucher")
    page = web.get(f"{QUEUE}/{number}").text
    assert "Call<p" in page.replace("\n", "")
    assert "no &lt;answer&gt;" in page
    form = {"cause": "carrier", "verdict": "satisfied", "note": "all well"}
    assert press(web, number, "close", **form).status_code == 303
    case = shop.cases.show(number).case
    assert (case.state.value, case.cause, case.verdict) == ("closed", "carrier", "satisfied")
    assert acts_of(shop, f"case:{number}")[:6] == [
        ("Bobby", f"case.{did}") for did in ("done", "respond", "assess", "note", "untick", "tick")
    ]
    assert numbers(web.get(f"{QUEUE}?state=closed")) == {number}


@pytest.mark.parametrize(
    ("act", "fields", "problem"),
    [
        ("respond", {"note": "typed <much>"}, "&#39;respond&#39; is only possible when"),
        ("close", {"note": "typed <much>", "cause": ""}, "Enter the root cause."),
        ("close", {"note": "typed <much>", "cause": "moon"}, "There is no cause"),
        ("hand_over", {"note": "typed <much>", "to": ""}, "Choose the team"),
        ("hand_over", {"note": "typed <much>", "to": "nobody"}, "There is no team"),
        ("explode", {"note": "typed <much>"}, "There is no button"),
    ],
)
def test_a_refusal_is_shown_and_nothing_that_was_typed_is_lost(web, shop, act, fields, problem):
    case = case_of(shop, "p2")
    sign_in(web, BOB)
    answer = press(web, case.number, act, **fields)
    assert answer.status_code == 422
    assert problem in answer.text
    assert ">typed &lt;much&gt;</textarea>" in answer.text
    assert shop.cases.show(case.number).case == case


def test_a_manager_of_no_team_does_what_a_lead_may_and_an_agent_does_not(web, shop):
    number = case_of(shop, "p4").number
    sign_in(web, CARLA)
    shop.people.change(CARLA, teams=["delivery"], by="test")
    refused = press(web, case_of(shop, "p3").number, "assign", owner="Bobby")
    assert "Carla may take case" in refused.text
    shop.people.change(CARLA, teams=["returns"], by="test")
    sign_in(web, MIA)
    assert press(web, number, "assign", owner="Carla").status_code == 303
    assert shop.cases.show(number).case.owner == "Carla"
    assert press(web, number, "accept").status_code == 303
    assert shop.cases.show(number).case.owner == "Mia"
    assert numbers(web.get(f"{QUEUE}?owner=mine")) == {number}
    assert acts_of(shop, f"case:{number}")[0] == ("Mia", "case.accept")


def test_a_case_is_snoozed_and_brought_back_and_its_clock_runs_on(web, shop):
    number = case_of(shop, "p4").number
    sign_in(web, MIA)
    until = {"until": "2020-01-06T09:30", "note": "back on <Monday>"}
    assert "day and the time" in press(web, number, "snooze", until="soon", note="x").text
    refused = press(web, number, "snooze", until="2020-01-06T09:30")
    assert "Give a reason" in refused.text
    assert 'value="2020-01-06T09:30"' in refused.text
    assert press(web, number, "snooze", **until).status_code == 303
    page = web.get(f"{QUEUE}/{number}").text
    assert "2020-01-06 09:30 UTC; the clock runs on" in page
    assert "back on &lt;Monday&gt;" in page
    queue = web.get(QUEUE)
    assert number not in numbers(queue)
    assert "1 snoozed</a>, whose clocks run on" in queue.text
    assert f"Case {number}:" not in web.get("/p/shop/monday").text
    assert numbers(web.get(f"{QUEUE}?snoozed=true")) == {number}
    assert acts_of(shop, f"case:{number}")[0] == ("Mia", "case.snooze")
    with Session(shop.workspace.store) as session:
        [act] = audited_acts(session, about=f"case:{number}", rows=1)
    assert "back on" not in str(act.details)
    press(web, number, "wake")
    assert number in numbers(web.get(QUEUE))
    assert f"Case {number}:" in web.get("/p/shop/monday").text


def test_a_case_is_escalated_with_a_reason(web, shop):
    number = case_of(shop, "p4").number
    sign_in(web, CARLA)
    assert "Give a reason" in press(web, number, "escalate").text
    assert press(web, number, "escalate", note="wants to leave").status_code == 303
    page = web.get(f"{QUEUE}/{number}").text
    assert "Escalated" in page
    assert "wants to leave" in page
    assert "already" in press(web, number, "escalate", note="again").text
    assert acts_of(shop, f"case:{number}")[0] == ("Carla", "case.escalate")


def test_a_lead_moves_several_cases_at_once_and_learns_which_did_not_move(web, shop):
    p2, p3 = (case_of(shop, record).number for record in ("p2", "p3"))
    sign_in(web, ALICE)
    form = {"form_token": form_token(web), "case": [p2, p3]}
    assert "Tick the cases" in web.post(QUEUE, data=form | {"case": [], "act": "assign"}).text
    answer = web.post(QUEUE, data=form | {"act": "assign", "owner": "Bobby"})
    assert "2 cases moved." in web.get(answer.headers["location"]).text
    assert {shop.cases.show(n).case.owner for n in (p2, p3)} == {"Bobby"}
    sign_in(web, BOB)
    form["form_token"] = form_token(web)
    press(web, p3, "accept")
    refused = web.post(QUEUE, data=form | {"act": "assign", "owner": "Alice"})
    assert refused.status_code == 422
    assert f"Case {p2}: Bobby may take case {p2}" in refused.text
    assert refused.text.count(" checked") == 2
    sign_in(web, ALICE)
    form["form_token"] = form_token(web)
    to = {"act": "hand_over", "to": "returns", "note": "sent back", "case": [p3]}
    assert web.post(QUEUE, data=form | to).status_code == 303
    assert shop.cases.show(p3).case.team == "returns"
    assert acts_of(shop, f"case:{p3}")[0] == ("Alice", "case.hand_over")
    assert web.get(f"{QUEUE}/{p3}").status_code == 403


def test_a_page_ends_where_the_next_one_begins(web, shop):
    sign_in(web, MIA)
    first = shop.cases.list(limit=1)
    page = web.get(f"{QUEUE}?after={first.after}")
    assert numbers(page) == {c.number for c in shop.cases.list().cases} - {first.cases[0].number}
    assert "First page" in page.text


def test_nothing_of_the_pages_breaks_the_policy(web, shop):
    sign_in(web, BOB)
    for path in (QUEUE, f"{QUEUE}/{case_of(shop, 'p2').number}"):
        assert not re.search(r"<[^>]+\s(style|on\w+)=", web.get(path).text)


def test_monday_names_whom_to_call_to_who_may_see_the_name_and_nobody_to_others(web, shop):
    case = case_of(shop, "p2")
    link = f'/p/shop/customers/{case.about}"'
    sign_in(web, MIA)
    page = web.get("/p/shop/monday").text
    assert link in page
    assert f"Case {case.number}: delivery" in page
    sign_in(web, BOB)
    assert "To call first" not in web.get("/p/shop/monday").text
