"""The documents in a real browser, as a manager opens them."""

import pytest

from outsidein.report.documents import Document
from outsidein.report.write import write_report
from tests.report.chromium import CHROMIUM, chromium, pages_printed
from tests.report.figures_of_a_shop import shop

pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(), reason="needs Chromium: apt-get install chromium"
)


@pytest.fixture(scope="module")
def browser():
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def addresses(tmp_path_factory):
    folder = tmp_path_factory.mktemp("browser")
    return {each: write_report(shop(), folder, each).as_uri() for each in Document}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("document", Document)
def test_the_page_fits_the_screen_and_asks_the_network_for_nothing(
    browser, addresses, document, width, scheme
):
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    messages, requests = [], []
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(addresses[document])

    assert (messages, requests) == ([], [addresses[document]])
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


@pytest.mark.parametrize(
    ("width", "seen", "hidden"), [(1280, "wide", "narrow"), (390, "narrow", "wide")]
)
def test_charts_are_drawn_for_the_screen(browser, addresses, width, seen, hidden):
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(addresses[Document.REPORT])

    assert page.locator(f"figure .{hidden}").first.is_visible() is False
    assert all(chart.is_visible() for chart in page.locator(f"figure .{seen}").all())
    page.close()


def test_the_contents_stay_in_sight(browser, addresses):
    for width in (1280, 390):
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.goto(addresses[Document.REPORT])
        page.evaluate("window.scrollTo(0, 1500)")
        box = page.locator("nav.contents").bounding_box()
        assert box["y"] == pytest.approx(0, abs=1)
        page.close()


def test_on_a_dark_screen_page_and_charts_are_dark_and_on_paper_they_are_not(browser, addresses):
    page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme="dark")
    page.goto(addresses[Document.REPORT])
    paper = "getComputedStyle(document.body).backgroundColor"
    ink = "getComputedStyle(document.querySelector('svg text')).fill"

    assert page.evaluate(paper) == "rgb(20, 25, 30)"
    assert page.evaluate(ink) in ("rgb(228, 232, 236)", "rgb(163, 175, 186)")
    page.emulate_media(media="print")
    assert page.evaluate(paper) == "rgb(255, 255, 255)"
    assert page.evaluate(ink) in ("rgb(31, 41, 51)", "rgb(82, 96, 109)")
    page.close()


def test_on_paper_the_folded_tables_of_the_appendix_are_open_and_its_charts_wide(
    browser, addresses
):
    page = browser.new_page(viewport={"width": 680, "height": 900})
    page.goto(addresses[Document.APPENDIX])
    page.emulate_media(media="print")

    assert all(table.is_visible() for table in page.locator("details table").all())
    assert page.locator("figure .wide").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 680
    page.close()


def test_the_board_pack_prints_on_six_pages_and_cuts_nothing_off(browser, addresses):
    assert pages_printed(browser, addresses[Document.PACK]) == (6, [])
