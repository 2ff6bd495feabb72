"""Alert rules are tried on history and changed, playbooks are written, each with a reason."""

import re
import shutil
import tomllib
from datetime import UTC, date, datetime

import pytest

from outsidein.access.rights import Role
from outsidein.web.pages.playbooks import EMPTY
from outsidein.workspace.project import Project
from tests.hostile import INVISIBLE, LINES, LONE_SURROGATE, MARKUP, NUL
from tests.projects import NEED, write_shop
from tests.web.site import PASSWORD, address_of, form_token, sign_in, site_of

NOW = datetime(2020, 1, 2, 9, tzinfo=UTC)
RULE = "/p/shop/cases/rule"
RULES = "/p/shop/cases/rules"
BOOK = "/p/shop/cases/playbook"
HOSTILE = (
    *(MARKUP["script"], MARKUP["attribute"], LINES["header injection"], NUL, LONE_SURROGATE),
    *(INVISIBLE["right-to-left override"], "x" * 9_000),
)
PARCELS = "".join(
    f"k{n},p{n},2019-12-{day:02},2019-12-{day + n % 5:02},call <b>030 1234567</b>\n"
    for n, day in ((n, 2 + n % 20) for n in range(1, 31))
)
FILES = {
    "tables/encounters/parcels.sql": """
select 'shop' as source, parcel as encounter_id, person_id as record_id, came_at as started_at,
       'parcel' as channel, 'parcel' as kind, comment as outcome, promised_at,
       came_at as actual_at
from parcels""",
    "alerts.toml": """# what we watch
[alert.late]
on = "encounters"
rule = "days_late >= 2 and outcome is not null"  # two days
issue = "delivery"
team = "delivery"
complaint = true
causes = ["carrier"]
""",
    "teams.toml": """
[team.delivery]
lead = "Alice"
members = { Alice = "alice@shop.de" }
capacity = 2
""",
    "playbooks/call.md": """+++
# kept
title = "Your parcel"
issues = ["delivery"]
minimum_response = "It came late. Sorry."
+++
1. Call at once.
""",
    "raw/parcels.csv": f"parcel,person_id,promised_at,came_at,comment\n{PARCELS}",
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A built shop whose one rule is not live yet."""
    folder = write_shop(tmp_path_factory.mktemp("loop") / "shop", people=40)
    (folder / "sources.toml").write_text(
        (folder / "sources.toml").read_text()
        + '[source.parcels]\nformat = "csv"\npath = "raw/parcels.csv"\n'
    )
    columns = '["parcel", "person_id", "promised_at", "came_at", "comment"]'
    with (folder / "data_needs.toml").open("a") as file:
        file.write(NEED.format(source="parcels", columns=columns, state="approved"))
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    project = Project(folder, clock=lambda: NOW)
    project.build(publish_anyway="a project of tests")
    for role in Role:
        project.people.add(address_of(role), role=role, name=role.title(), by="test")
        project.people.set_password(address_of(role), PASSWORD, by="test")
    return project


@pytest.fixture(scope="module")
def web(shop):
    with site_of(shop) as browser:
        yield browser


def tried(**changes):
    """The fields of the one rule, tried on history."""
    return {
        "name": "late", "on": "encounters", "rule": "days_late >= 2", "issue": "delivery",
        "team": "delivery", "severity": 3, "open_within_days": 7, "live_from": "",
        "complaint": "true", "tried": "true",
    } | changes  # fmt: skip


def saved(web, page, **changes):
    [was] = re.findall(r'name="was" value="(\w+)"', page)
    form = {"form_token": form_token(web), "was": was, "reason": "we learnt"}
    return tried() | form | changes


def test_a_rule_is_tried_on_history_and_says_for_whom_and_what_followed(web, shop):
    sign_in(web, Role.MANAGER)
    page = web.get(RULE, params=tried()).text
    late = [n for n in range(1, 31) if n % 5 >= 2]
    assert f"It would have fired {len(late)} times since" in page
    weeks = re.findall(r'<td class="number">(\d+)</td><td class="number">(\d+)</td></tr>', page)
    assert len(weeks) == 13
    alerts, customers = (sum(int(week[i]) for week in weeks) for i in (0, 1))
    assert alerts == len(late)
    assert 0 < customers <= alerts
    assert "capacity of 2 cases a working day" in page
    assert "fewer than 10 customers, no share" in page
    assert shop.cases.list().cases == []


def test_examples_are_masked_for_whoever_may_not_see_contact_data(web):
    sign_in(web, Role.MANAGER)
    params = tried(rule="days_late >= 2 and outcome is not null")
    assert "call &lt;b&gt;030 1234567&lt;/b&gt;" in web.get(RULE, params=params).text
    sign_in(web, Role.ANALYST)
    page = web.get(RULE, params=params).text
    assert "<h2>The latest</h2>" in page
    assert "1234567" not in page


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"rule": "moon = 'full'"}, "moon"),
        ({"rule": "days_late >= (select 1)"}, "alert.late.rule"),
        ({"team": "nobody"}, "nobody"),
        ({"name": ""}, "Give the rule a name"),
    ],
)
def test_a_rule_that_is_wrong_says_so_and_what_was_typed_stays(web, shop, changes, problem):
    sign_in(web, Role.MANAGER)
    before = (shop.workspace.folder / "alerts.toml").read_text()
    answer = web.get(RULE, params=tried(**changes))
    assert answer.status_code == 422
    assert problem in answer.text
    page = web.get(RULE, params=tried()).text
    assert web.post(RULE, data=saved(web, page, **changes)).status_code == 422
    assert (shop.workspace.folder / "alerts.toml").read_text() == before


def test_a_rule_is_saved_with_a_reason_and_everything_else_of_the_file_stays(web, shop):
    sign_in(web, Role.MANAGER)
    page = web.get(f"{RULE}?name=late").text
    assert "days_late &gt;= 2 and outcome is not null</textarea>" in page
    page = web.get(RULE, params=tried()).text
    assert "reason" in web.post(RULE, data=saved(web, page, reason=" ")).text
    changes = {"rule": "days_late >= 3", "severity": 4, "live_from": "2020-01-02"}
    answer = web.post(RULE, data=saved(web, page, **changes))
    assert answer.headers["location"] == RULES
    text = (shop.workspace.folder / "alerts.toml").read_text()
    assert text.startswith("# what we watch\n")
    [rule] = tomllib.loads(text)["alert"].values()
    assert rule["rule"] == "days_late >= 3"
    assert (rule["severity"], rule["live_from"]) == (4, date(2020, 1, 2))
    assert (rule["complaint"], rule["causes"]) == (True, ["carrier"])
    assert "open_within_days" not in rule
    listed = web.get(RULES).text
    assert "Manager: late: we learnt" in listed
    assert web.post(RULE, data=saved(web, page, rule="days_late >= 4")).status_code == 409
    page = web.get(RULE, params=tried(rule="days_late >= 3", severity=4)).text
    web.post(RULE, data=saved(web, page, rule="days_late >= 3", severity=4))
    assert "live_from" not in (shop.workspace.folder / "alerts.toml").read_text()
    shutil.copy(shop.workspace.folder / "alerts.toml", shop.workspace.folder / "copy.toml")
    page = web.get(RULE, params=tried(name="new_one")).text
    web.post(RULE, data=saved(web, page, name="new_one"))
    assert set(shop.alerts.rules().rules) == {"late", "new_one"}


def test_a_playbook_is_written_and_changed_with_a_reason(web, shop):
    sign_in(web, Role.MANAGER)
    page = web.get(f"{BOOK}?name=call").text
    assert "1. Call at once.</textarea>" in page
    form = {
        "form_token": form_token(web), "name": "call", "title": 'Your "parcel"',
        "issues": "delivery\r\nprice", "minimum_response": "Sorry.\r\nWe call.",
        "cost": 250, "text": "1. Call today.\r\n2. Offer a voucher.", "reason": "calls work",
        "was": re.search(r'name="was" value="(\w+)"', page)[1],
    }  # fmt: skip
    assert web.post(BOOK, data=form).headers["location"] == "/p/shop/cases/playbooks"
    book = shop.alerts.rules().playbooks["call"]
    assert book.steps == ("Call today.", "Offer a voucher.")
    assert book.header.issues == ("delivery", "price")
    assert (book.header.minimum_response, book.header.cost) == ("Sorry.\nWe call.", 250)
    assert "# kept" in (shop.workspace.folder / "playbooks/call.md").read_text()
    assert "Manager: calls work" in web.get("/p/shop/cases/playbooks").text
    assert web.post(BOOK, data=form | {"title": "stale"}).status_code == 409


@pytest.mark.parametrize("name", ["../outsidein", "a/b", "A", "", "x.md", "\u202ename", "n" * 99])
def test_a_playbook_has_a_plain_name_and_lies_where_playbooks_do(web, shop, name):
    sign_in(web, Role.MANAGER)
    before = sorted(p.name for p in shop.workspace.folder.rglob("*.md"))
    form = {
        "form_token": form_token(web), "name": name, "title": "x", "issues": "delivery",
        "minimum_response": "Sorry.", "reason": "x", "was": "",
    }  # fmt: skip
    assert web.post(BOOK, data=form).status_code == 422
    assert web.get(BOOK, params={"name": name or "?"}).status_code == 422
    assert sorted(p.name for p in shop.workspace.folder.rglob("*.md")) == before


def test_agents_and_viewers_change_neither(web):
    for role in (Role.AGENT, Role.VIEWER, Role.DATA_OWNER):
        sign_in(web, role)
        for path in (RULES, RULE, BOOK, "/p/shop/cases/playbooks"):
            assert web.get(path).status_code == 403


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_refused_or_shown_as_they_are(web, text):
    sign_in(web, Role.MANAGER)
    sent = text.encode("utf-8", "surrogatepass")
    answer = web.get(RULE, params=tried(rule=sent))
    assert answer.status_code == 422
    assert "<script" not in answer.text.split("<main", 1)[-1]
    form = {
        "form_token": form_token(web), "name": "hostile", "title": sent, "issues": sent,
        "minimum_response": sent, "text": sent, "reason": sent, "was": EMPTY,
    }  # fmt: skip
    assert web.post(BOOK, data=form).status_code in {303, 409, 422}
    for path in ("/p/shop/cases/playbooks", f"{BOOK}?name=hostile"):
        answer = web.get(path)
        assert answer.status_code in {200, 422}
        assert "<script" not in answer.text.split("<main", 1)[-1]
