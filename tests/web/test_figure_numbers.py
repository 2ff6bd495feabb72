"""Every number of a figure opens its definition, n, interval, rows, SQL and Python call."""

import html
import re
import shutil

import duckdb
import pytest

import outsidein
from outsidein.access.rights import Role
from tests.web.site import sign_in, site_of, with_people

FIGURE = "/p/shop/figures/ladder_steps"


@pytest.fixture(scope="module")
def shop(built_shop, tmp_path_factory):
    return with_people(shutil.copytree(built_shop, tmp_path_factory.mktemp("numbers") / "shop"))


@pytest.fixture(scope="module")
def web(shop):
    with site_of(shop) as browser:
        yield browser


def codes(page):
    """Codes of a page, by the first word of each."""
    texts = [html.unescape(code) for code in re.findall(r"<code>(.*?)</code>", page, re.DOTALL)]
    return {text.split()[0]: text for text in texts}


def test_each_number_of_a_figure_leads_to_its_own_page(web, shop):
    sign_in(web, Role.VIEWER)
    links = re.findall(r'href="(/p/shop/figures/ladder_steps/\d+)"', web.get(FIGURE).text)
    estimates = shop.figure("ladder_steps").estimates
    assert links == [f"{FIGURE}/{place}" for place in range(len(estimates))]
    words = shop.presented().words
    for link, estimate in list(zip(links, estimates, strict=True))[:6]:
        page = html.unescape(web.get(link).text)
        assert words.value(estimate) in page
        assert words.interval(estimate) in page
        assert shop.figure("ladder_steps").method in page


def test_sql_and_python_of_a_number_give_that_number(web, shop, monkeypatch):
    sign_in(web, Role.ANALYST)
    monkeypatch.chdir(shop.folder)
    place, estimate = next(
        (n, e) for n, e in enumerate(shop.figure("ladder_steps").estimates) if e.low is not None
    )
    shown = codes(web.get(f"{FIGURE}/{place}").text)
    rows = duckdb.sql(shown["SELECT"]).fetchall()
    assert rows == [(estimate.value, estimate.low, estimate.high, estimate.n, estimate.why)]
    monkeypatch.chdir(shop.folder.parent)
    assert eval(shown["[e"], {"outsidein": outsidein}) == [estimate]  # noqa: S307  as an analyst would


def test_rows_and_sql_are_for_who_may_query(web):
    sign_in(web, Role.VIEWER)
    page = web.get(f"{FIGURE}/0").text
    assert "SELECT" not in page
    assert "/p/shop/tables/" not in page


@pytest.mark.parametrize("place", ["-1", "100000"])
def test_a_number_that_is_not_there_is_not_found(web, place):
    sign_in(web, Role.VIEWER)
    assert web.get(f"{FIGURE}/{place}").status_code == 404
