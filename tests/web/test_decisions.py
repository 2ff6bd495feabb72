"""What is decided on a page stands in the project's files, and in the next report."""

import shutil

import pytest

from outsidein.access.rights import Role
from outsidein.report.documents import Document
from outsidein.workspace.declaration import read_project_file, read_segments
from outsidein.workspace.project import open_project
from tests.web.site import form_token, sign_in, site_of, with_people

POLICIES, NEW = "/p/shop/value/policies", "/p/shop/segments/new"


@pytest.fixture
def shop(built_shop, tmp_path):
    return with_people(shutil.copytree(built_shop, tmp_path / "shop"))


@pytest.fixture
def web(shop):
    with site_of(shop) as browser:
        yield browser


def decided(web, shop, **more):
    """Decide about the best tier as the manager, on the page as it is now."""
    sign_in(web, Role.MANAGER)
    form = {
        "form_token": form_token(web),
        "was": shop.files.read("outsidein.toml").sha256,
        "tier": shop.workspace.file.tier[0].name,
        "decision": "invest",
        "reason": "They <b>come back</b> by themselves.",
    }
    return web.post(POLICIES, data=form | more)


def test_a_policy_is_written_with_who_when_and_why_and_shown_at_once(web, shop):
    assert decided(web, shop).status_code == 303
    policy = read_project_file(shop.folder).tier[0].policy
    assert (policy.decision, policy.by, policy.on.isoformat()) == (
        "invest",
        "Manager",
        "2020-01-02",
    )
    page = web.get(POLICIES).text
    assert "They &lt;b&gt;come back&lt;/b&gt; by themselves." in page
    assert "<b>come back</b>" not in page
    [change] = shop.files.history(path="outsidein.toml")
    assert change.who == "Manager"


def test_a_decided_policy_stands_in_the_board_pack_of_the_next_build(web, shop):
    decided(web, shop, reason="Because they come back.")
    with open_project(shop.folder) as project:
        project.build(publish_anyway="a project of tests")
        pack = project.report(document=Document.PACK)
    written = pack.read_text("utf-8") + (pack.parent / "appendix.html").read_text("utf-8")
    assert "Because they come back." in written


def test_what_was_changed_on_disk_meanwhile_is_not_overwritten(web, shop):
    was = shop.files.read("outsidein.toml").sha256
    path = shop.folder / "outsidein.toml"
    path.write_text(path.read_text() + "# changed by hand\n")
    answer = decided(web, shop, was=was)
    assert answer.status_code == 200
    assert "changed" in answer.text
    assert "They &lt;b&gt;come back" in answer.text  # what was typed is kept
    assert path.read_text().endswith("# changed by hand\n")


@pytest.mark.parametrize("wrong", [{"decision": "ignore"}, {"tier": "none"}, {"reason": " "}])
def test_what_cannot_be_is_refused_in_words_and_nothing_is_written(web, shop, wrong):
    before = (shop.folder / "outsidein.toml").read_text()
    answer = decided(web, shop, **wrong)
    assert answer.status_code == 200
    assert 'role="alert"' in answer.text
    assert (shop.folder / "outsidein.toml").read_text() == before


def test_a_rule_is_tried_on_customers_before_it_is_saved(web, shop):
    sign_in(web, Role.ANALYST)
    page = web.get(NEW, params={"rule": "customer_id is not null"}).text
    customers = shop.table("customers").num_rows
    assert f"It holds {customers} of {customers} customers." in page
    assert 'role="alert"' in web.get(NEW, params={"rule": "no_such_column > 1"}).text


def test_a_segment_is_saved_and_its_description_is_escaped(web, shop):
    sign_in(web, Role.ANALYST)
    form = {
        "form_token": form_token(web),
        "was": shop.files.read("segments.toml").sha256,
        "rule": "customer_id is not null",
        "name": "everybody_here",
        "description": "<script>alert(1)</script>",
        "reason": "to try",
    }
    assert web.post(NEW, data=form).status_code == 303
    assert read_segments(shop.folder)["everybody_here"].rule == "customer_id is not null"
    again = web.post(NEW, data=form | {"name": "Not A Name"})
    assert "small letters, digits" in again.text
    assert "<script>alert" not in again.text
