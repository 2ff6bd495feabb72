"""Every chart of a page is a file, too: PNG, SVG and CSV, and its table stands under it."""

import re
import shutil
from xml.etree import ElementTree as ET

import pytest

from outsidein.access.rights import Role
from tests.web.site import sign_in, site_of, with_people

SUBJECTS = ("monday", "value", "value/ladder", "value/policies", "drivers", "standards")
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def shop(built_shop, tmp_path_factory):
    return with_people(shutil.copytree(built_shop, tmp_path_factory.mktemp("charts") / "shop"))


@pytest.fixture(scope="module")
def web(shop):
    with site_of(shop) as browser:
        sign_in(browser, Role.VIEWER)
        yield browser


def cards(page):
    """Cards of a page that hold a chart."""
    articles = re.findall(r"<article class=\"card\".*?</article>", page, re.DOTALL)
    return [article for article in articles if "<svg" in article]


def test_every_chart_has_its_files_and_its_table(web):
    shown = [card for path in SUBJECTS for card in cards(web.get(f"/p/shop/{path}").text)]
    assert len(shown) > 5
    for card in shown:
        assert "<table" in card
        links = re.findall(r'href="([^"]+\.(?:png|svg|csv))"', card)
        assert [link.rpartition(".")[2] for link in links] == ["png", "svg", "csv"]


def test_the_files_of_a_chart_are_what_their_names_say(web):
    page = web.get("/p/shop/value/ladder").text.partition("<main")[2]
    png, svg, csv = re.findall(r'href="([^"]+\.(?:png|svg|csv))"', page)[:3]
    picture = web.get(png)
    assert picture.content.startswith(PNG)
    assert picture.headers["content-type"] == "image/png"
    drawing = ET.fromstring(web.get(svg).text)  # noqa: S314  our own drawing
    assert drawing.tag == "{http://www.w3.org/2000/svg}svg"
    assert drawing[0].text in page.replace("&#39;", "'")
    assert web.get(csv).text.startswith('"')


def test_a_chart_that_is_not_there_is_not_found(web):
    assert web.get("/p/shop/charts/nothing.png").status_code == 404
    assert web.get("/p/shop/charts/nothing.svg").status_code == 404
