"""The page in a real browser, as a manager opens it."""

from pathlib import Path

import pytest

from outsidein.report.write import write_report
from tests.report.figures_of_a_shop import shop

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]

pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(), reason="needs Chromium: apt-get install chromium"
)


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as running:
        chromium = running.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    return write_report(shop(), tmp_path_factory.mktemp("browser")).as_uri()


@pytest.mark.parametrize(
    ("width", "seen", "hidden"), [(1280, "wide", "narrow"), (360, "narrow", "wide")]
)
def test_the_page_fits_the_screen_and_asks_the_network_for_nothing(
    browser, address, width, seen, hidden
):
    page, said, asked = browser.new_page(viewport={"width": width, "height": 800}), [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)

    assert (said, asked) == ([], [address])
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(f"figure .{hidden}").first.is_visible() is False
    assert all(chart.is_visible() for chart in page.locator(f"figure .{seen}").all())
    page.close()


def test_on_paper_folded_tables_are_open_and_charts_wide(browser, address):
    page = browser.new_page(viewport={"width": 680, "height": 900})
    page.goto(address)
    page.emulate_media(media="print")

    assert all(table.is_visible() for table in page.locator("details table").all())
    assert page.locator("figure .wide").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 680
    page.close()
