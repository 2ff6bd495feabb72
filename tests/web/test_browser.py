"""The page behind a link on a telephone, in a real browser."""

from pathlib import Path

import pytest

from outsidein.web.case import TEMPLATES, CaseFacts
from outsidein.web.site import STATIC

CHROMIUM = Path("/usr/bin/chromium")
STYLE = STATIC / "page.css"
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


@pytest.mark.parametrize("verb", ["accept", "hand_over", "done"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_fits_the_screen_and_every_field_has_its_label(browser, width, verb):
    facts = CaseFacts(
        "Delivery late by 12 days, promised twice",
        {"Customer": "crm/" + "4711" * 30, "What was said": "Never again! " * 40},
        ("returns", "stock"),
        ("carrier", "a cause with a rather long name that does not fit one line"),
    )
    text = TEMPLATES.get_template("case/page.html").render(
        facts=facts, verb="Do it", action={"verb": verb, "who": "ann@shop.example"}
    )
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.set_content(text)
    page.add_style_tag(path=STYLE)

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for field in page.locator("input, select, textarea").all():
        assert page.locator(f"label[for={field.get_attribute('id')}]").count() == 1
    assert page.get_by_role("button").bounding_box()["height"] >= 44
    page.close()
