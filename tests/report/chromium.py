"""A real browser for tests."""

from contextlib import contextmanager
from pathlib import Path

import pytest

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]

OVERFLOWING = """
[...document.querySelectorAll('.sheet, .sheet .card, .sheet .grid')]
  .filter(e => e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1)
  .map(e => (e.id || e.className) + ': ' + e.textContent.trim().slice(0, 60))
"""


@contextmanager
def chromium():
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def pages_printed(browser, address):
    """Print a page; return how many sheets come out, and what does not fit on its sheet."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(address)
    page.emulate_media(media="print")
    overflowing = page.evaluate(OVERFLOWING)
    printed = page.pdf(prefer_css_page_size=True)
    page.close()
    return printed.count(b"/Type /Page\n"), overflowing


def height(browser, address, width=1280):
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(address)
    pixels = page.evaluate("document.documentElement.scrollHeight")
    page.close()
    return pixels
