"""The whale curve with a handle: the numbers of the figure at any share, and who is meant."""

import csv
import io
import shutil

import pytest

from outsidein.access.rights import Role
from outsidein.value.figures import CUMULATIVE_PROFIT, CUMULATIVE_SHARE
from outsidein.workspace.whale import WhaleHandle
from tests.web.site import sign_in, site_of, with_people

VALUE, CUSTOMERS = "/p/shop/value", "/p/shop/value/customers"


@pytest.fixture(scope="module")
def shop(built_shop, tmp_path_factory):
    return with_people(shutil.copytree(built_shop, tmp_path_factory.mktemp("value") / "shop"))


@pytest.fixture(scope="module")
def web(shop):
    with site_of(shop) as browser:
        yield browser


@pytest.fixture
def cut(shop):
    """The curve at two thirds of the customers, a point of its own."""
    return WhaleHandle(shop.presented()).cut(0.7)


def estimates(shop, measure):
    """Numbers of the published figure with own failures, by share of customers."""
    return {
        e.group["customer_share"]: e
        for e in shop.figure("whale_curve").estimates
        if e.measure == measure.name and e.group["curve"] == "with own failures"
    }


def test_a_cut_has_the_numbers_of_the_published_figure(shop, cut):
    profits = estimates(shop, CUMULATIVE_PROFIT)
    assert cut.share == 0.6667
    assert cut.profit == profits[cut.share]
    assert cut.profit.value + cut.profit_of_others == pytest.approx(profits[1.0].value)
    of_profit = estimates(shop, CUMULATIVE_SHARE)[cut.share]
    assert (cut.of_profit.value, cut.of_profit.low) == (of_profit.value, of_profit.low)
    assert cut.others_of_profit.high == pytest.approx(1 - of_profit.low)


def test_profit_up_to_the_line_is_the_sum_over_the_listed_customers(shop, cut):
    listed = shop.customers.most_profitable(cut.customers, personal=True, rows=1000)
    assert listed.num_rows == cut.customers
    assert sum(listed["profit"].to_pylist()) == pytest.approx(cut.profit.value)
    profits = shop.table("profits")["profit"].to_pylist()
    assert listed["profit"].to_pylist() == sorted(profits, reverse=True)[: cut.customers]


def test_the_handle_stands_where_the_address_says(web, shop, cut):
    sign_in(web, Role.VIEWER)
    page = web.get(VALUE, params={"share": 70}).text
    words = shop.presented().words
    assert 'value="66.67"' in page
    assert words.value(cut.profit) in page
    assert words.interval(cut.profit) in page
    assert f"List of these {cut.customers}" not in page  # a viewer sees no customers


def test_moving_the_handle_fetches_the_numbers_alone(web):
    sign_in(web, Role.VIEWER)
    part = web.get(VALUE, params={"share": 70}, headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith('<div id="cut"')
    assert "<html" not in part
    whole = web.get(VALUE, params={"share": 70}).text
    assert part.strip() in whole


def test_the_line_on_the_chart_moves_with_the_share(web):
    sign_in(web, Role.VIEWER)

    def line(share):
        page = web.get(VALUE, params={"share": share}, headers={"HX-Request": "true"}).text
        return float(page.rpartition("<line x1=")[2].split('"')[1])

    assert line(25) < line(60) < line(100)


def test_the_list_holds_those_customers_without_names_for_who_may_not_see_them(web, cut):
    sign_in(web, Role.ANALYST)
    assert f"List of these {cut.customers}" in web.get(VALUE, params={"share": 70}).text
    page = web.get(CUSTOMERS, params={"share": 70}).text
    assert f"The {cut.customers} most profitable" in page
    rows = list(csv.DictReader(io.StringIO(web.get(CUSTOMERS + ".csv?share=70").text)))
    assert len(rows) == cut.customers
    assert "name" not in rows[0]
    sign_in(web, Role.MANAGER)
    rows = csv.DictReader(io.StringIO(web.get(CUSTOMERS + ".csv?share=70").text))
    assert "name" in rows.fieldnames


@pytest.mark.parametrize("share", ["-1", "101", "nan", "many"])
def test_a_share_that_is_none_is_refused(web, share):
    sign_in(web, Role.VIEWER)
    assert web.get(VALUE, params={"share": share}).status_code == 422
