"""The site in a real browser, as people use it: keyboard, phone, dark, and without script."""

import shutil

import pytest

from outsidein.access.rights import Role
from outsidein.workspace.declaration import read_project_file
from tests.web.site import site_of, with_people
from tests.web.visitor import CHROMIUM, Visitor

PAGES = (
    *("monday", "drivers", "value", "value/policies", "value/ladder", "standards", "segments"),
    *("segments/new?rule=customer_id+is+not+null", "figures", "figures/ladder_steps", "cases"),
    *("tables", "tables/transactions", "value/customers?share=70"),
    *("value/churn-rule?days=60", "drivers/beliefs", "drivers/initiatives"),
    *("standards/changes", "figures/ladder_steps/0"),
    *("cases/rules", "cases/rule", "cases/playbooks", "cases/playbook"),
)
SERIOUS = {"serious", "critical"}

pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(), reason="needs Chromium: apt-get install chromium"
)


@pytest.fixture(scope="module")
def shop(built_shop, tmp_path_factory):
    return with_people(shutil.copytree(built_shop, tmp_path_factory.mktemp("walks") / "shop"))


@pytest.fixture(scope="module")
def base(shop):
    """Address of a running site."""
    with site_of(shop) as web:
        yield str(web.base_url).rstrip("/")


@pytest.fixture
def visitor(chromium, base):
    """Makes visitors, and ends their visits."""
    visitors = []

    def come(role, **context):
        visitors.append(Visitor(chromium, base, role, **context))
        return visitors[-1]

    yield come
    for each in visitors:
        each.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_pages_fit_the_screen_keep_nobody_out_and_ask_nobody_else(visitor, width, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    ann = visitor(Role.ADMINISTRATOR, viewport={"width": width, "height": 800}, color_scheme=scheme)
    for path in PAGES:
        assert ann.goto(path).status == 200
        assert ann.page.evaluate("document.documentElement.scrollWidth") <= width, path
        violations = axe.run(ann.page).response["violations"]
        serious = {v["id"]: v["nodes"][0]["html"] for v in violations if v["impact"] in SERIOUS}
        assert serious == {}, path
    assert ann.problems == []


def test_a_manager_decides_a_policy_with_the_keyboard_alone(visitor, shop):
    ann = visitor(Role.MANAGER)
    ann.page.keyboard.press("Control+k")
    ann.page.keyboard.type("value")
    ann.page.get_by_role("option").first.wait_for()
    ann.page.keyboard.press("Enter")
    ann.page.wait_for_url("**/p/shop/value")
    ann.page.get_by_role("link", name="Policies").press("Enter")
    ann.page.get_by_label("Policy", exact=True).select_option("keep")
    ann.page.get_by_label("Reason").fill("They come by themselves.")
    ann.page.get_by_role("button", name="Decide").press("Enter")
    ann.page.get_by_text("They come by themselves.").first.wait_for()
    policy = read_project_file(shop.folder).tier[0].policy
    assert (policy.decision, policy.by) == ("keep", "Manager")
    assert ann.problems == []


def test_the_handle_of_the_whale_curve_is_moved_with_the_keyboard(visitor):
    ann = visitor(Role.MANAGER)
    ann.goto("value?share=30")
    ann.page.locator("#cut h2", has_text="33.3").wait_for()
    ann.page.get_by_label("Share of customers").press("ArrowRight")
    ann.page.locator("#cut h2", has_text="66.7").wait_for()
    ann.page.get_by_label("Share of customers").press("ArrowRight")
    ann.page.locator("#cut h2", has_text="100").wait_for()
    assert ann.problems == []


def test_everything_is_read_and_decided_without_script(visitor):
    bob = visitor(Role.ANALYST, java_script_enabled=False)
    bob.page.get_by_role("navigation", name="Pages").get_by_role("link", name="Segments").click()
    bob.page.get_by_role("link", name="New segment by rule").click()
    bob.page.get_by_label("Rule").fill("customer_id is not null")
    bob.page.get_by_role("button", name="Try it").click()
    bob.page.get_by_text("It holds").wait_for()
    bob.page.get_by_label("Name").fill("all_of_them")
    bob.page.get_by_label("Why").fill("to try")
    bob.page.get_by_role("button", name="Save for the next build").click()
    bob.page.wait_for_url("**/p/shop/segments")
    bob.page.goto(f"{bob.base}/p/shop/figures/ladder_steps")
    bob.page.get_by_role("link", name="ladder_spells").click()
    bob.page.get_by_role("heading", name="ladder_spells").wait_for()


def test_a_viewer_is_shown_only_what_a_viewer_may(visitor):
    eve = visitor(Role.VIEWER)
    rail = eve.page.get_by_role("navigation", name="Pages").get_by_role("link").all_inner_texts()
    assert rail == ["Monday", "Drivers", "Value", "Segments", "Standards"]
    assert eve.page.get_by_role("searchbox").count() == 0
