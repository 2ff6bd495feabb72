"""Data: what comes in, who may use it, what a veto takes, and builds from a page."""

import shutil
import time
from types import SimpleNamespace

import pytest

from outsidein.access.rights import Role
from outsidein.workspace.project import Project
from tests.web.site import NOW, form_token, sign_in, site_of, with_people

OWNER, ANALYST, MANAGER = Role.DATA_OWNER, Role.ANALYST, Role.MANAGER
BROKEN = "1,<b>Eve</b>,2019-13-45,1,10.00,x,y\n"


@pytest.fixture(scope="module")
def started(built_shop, tmp_path_factory):
    """A shop with a column that no need names and a row that cannot be read, built from a page."""
    folder = shutil.copytree(built_shop, tmp_path_factory.mktemp("data") / "shop")
    orders = folder / "raw" / "orders.csv"
    head, *rows = orders.read_text().splitlines()
    orders.write_text("\n".join([f"{head},note", *(f"{r},n" for r in rows), BROKEN]))
    with with_people(folder) as project, site_of(project) as web:
        sign_in(web, ANALYST)
        first, again = send(web, "data/builds"), send(web, "data/builds")
        part = web.get("/p/shop/data/builds/run").text
        while (run := project.page_builds.last()).is_running:
            time.sleep(0.1)
        if project.snapshot().number != run.number:
            project.publish(run.number, why="a project of tests")
    return SimpleNamespace(folder=folder, first=first, again=again, part=part, run=run)


@pytest.fixture
def folder(started):
    return started.folder


@pytest.fixture
def shop(folder, tmp_path):
    return Project(shutil.copytree(folder, tmp_path / "shop"), clock=lambda: NOW)


@pytest.fixture
def web(shop):
    with site_of(shop) as browser:
        browser.timeout = 300  # it checks a project, and compares builds
        yield browser


def seen(web, role, path):
    sign_in(web, role)
    page = web.get(f"/p/shop/{path}")
    assert page.status_code == 200, page.text
    return page.text


def send(web, path, **form):
    return web.post(f"/p/shop/{path}", data=form | {"form_token": form_token(web)})


def decided(web, shop, column, verdict, source="people", **more):
    was = shop.files.read("data_needs.toml").sha256
    form = {"source": source, "column": column, "verdict": verdict, "was": was, "reason": "Why not"}
    return send(web, "data/decide", **form | more)


def states(shop):
    return {(c.source, c.name): c.state for c in shop.data.columns()}


def test_sources_tell_how_fresh_they_are_and_what_was_rejected(web):
    page = seen(web, OWNER, "data")
    assert "raw/orders*.csv" in page
    assert "<time datetime=" in page
    assert "data/rejects?origin=orders" in page


def test_every_column_says_what_uses_it(shop, web):
    columns = {(c.source, c.name): c for c in shop.data.columns()}
    city = columns["people", "city"]
    assert city.models == ("tables/records/people.sql",)
    assert city.tables == ("records",)
    assert "ladder_steps" in city.figures
    assert city.rules == ("segment berlin",)
    assert columns["people", "email"].tables == ("identifiers",)
    assert columns["orders", "note"].state == "without a need"
    assert not columns["orders", "note"].is_used
    assert "orders.note" in seen(web, OWNER, "data/needs?shown=open")
    assert "people.city" not in seen(web, OWNER, "data/needs?shown=unused")
    assert "segment berlin" in seen(web, OWNER, "data/needs.csv?source=people")


def test_a_veto_says_what_it_would_switch_off_before_it_is_written(shop, web):
    page = seen(web, OWNER, "data/decide?source=people&column=city&verdict=veto")
    assert "tables/records/people.sql: line 1" in page
    assert "its need is vetoed" in page
    assert "segment berlin" in page
    assert states(shop)["people", "city"] == "approved"
    page = seen(web, OWNER, "data/decide?source=orders&column=note&verdict=veto")
    assert "Nothing: no model" in page


def test_a_veto_is_written_and_taken_back_with_author_and_reason(shop, web):
    sign_in(web, OWNER)
    before = shop.files.read("data_needs.toml").text
    assert decided(web, shop, "city", "veto", reason="No longer wanted").status_code == 303
    assert states(shop)["people", "city"] == "vetoed"
    assert states(shop)["people", "email"] == "approved"
    [change] = shop.files.history()
    assert (change.who, change.reason) == ("Data Owner", "No longer wanted")
    assert "in the current build: approved" in web.get("/p/shop/data/needs").text
    assert decided(web, shop, "city", "approve").status_code == 303
    assert states(shop)["people", "city"] == "approved"
    assert shop.files.read("data_needs.toml").text.strip() == before.strip()


def test_a_column_without_a_need_is_approved_once_it_is_said_what_for(shop, web):
    sign_in(web, OWNER)
    refused = decided(web, shop, "note", "approve", source="orders")
    assert refused.status_code == 422
    assert "give its department" in refused.text
    words = {"department": "care", "purpose": "what was agreed", "owner": "head of care"}
    assert decided(web, shop, "note", "approve", source="orders", **words).status_code == 303
    [need] = [n for n in shop.check().needs if "note" in n.columns]
    assert (need.state, need.purpose, need.approver) == (
        "approved",
        "what was agreed",
        "Data Owner",
    )


def test_needs_that_changed_on_disk_are_shown_and_not_overwritten(shop, web):
    sign_in(web, OWNER)
    was = shop.files.read("data_needs.toml").sha256
    place = shop.folder / "data_needs.toml"
    place.write_text(place.read_text() + "# <script>by hand</script>\n")
    answer = decided(web, shop, "city", "veto", was=was)
    assert answer.status_code == 409
    assert "&lt;script&gt;by hand" in answer.text
    assert "<script>by hand" not in answer.text
    assert states(shop)["people", "city"] == "approved"


def test_who_may_only_see_decides_nothing(shop, web):
    sign_in(web, ANALYST)
    assert decided(web, shop, "city", "veto").status_code == 403
    assert "verdict=veto" not in seen(web, ANALYST, "data/needs")


def test_rejected_rows_are_shown_to_who_may_see_names_and_the_audit_keeps_it(shop, web):
    for role, sees in ((MANAGER, True), (OWNER, False)):
        page = seen(web, role, "data/rejects?origin=orders")
        assert ("&lt;b&gt;Eve" in page) is sees
        assert "<b>Eve" not in page
        assert ("Eve" in seen(web, role, "data/rejects.csv")) is sees
    assert [a.who for a in shop.operations.audit() if a.did == "rejects.viewed"] == ["Manager"] * 2


def test_withheld_sentences_are_there_for_everybody(web):
    assert "Withheld sentences" in seen(web, Role.VIEWER, "data/withheld")


def test_a_build_from_a_page_runs_once_and_shows_how_far_it_is(started, shop, web):
    assert started.first.status_code == 303
    assert started.again.status_code == 422
    assert "A build is running already: Analyst started it" in started.again.text
    assert 'hx-trigger="every 2s"' in started.part
    assert "<html" not in started.part
    assert "Build 2" in started.run.outcome
    assert len(started.run.steps) == started.run.all_steps
    page = seen(web, ANALYST, "data/builds")
    assert "every 2s" not in page
    assert "Start a build" in page
    assert "Start a build" not in seen(web, MANAGER, "data/builds")
    assert [a.who for a in shop.operations.audit() if a.did == "build.started"] == ["Analyst"]


def test_builds_are_compared_and_rolled_back(shop, web):
    page = seen(web, MANAGER, "data/builds/compare?before=1&after=2")
    assert '<th scope="row">columns</th>' in page
    assert send(web, "data/builds/1/rollback").status_code == 403
    sign_in(web, ANALYST)
    assert send(web, "data/builds/1/rollback").status_code == 303
    assert shop.snapshot().number == 1
    assert "Rollback" in web.get("/p/shop/data/builds/1").text
