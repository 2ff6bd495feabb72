"""From a number to its rows: tables in the browser."""

import csv
import io
import shutil

import pytest

from outsidein.access.rights import Role
from outsidein.pipeline.catalogue import CATALOGUE
from outsidein.workspace.table_rows import RowsWanted
from tests.web.site import sign_in, site_of, with_people


@pytest.fixture(scope="module")
def shop(built_shop, tmp_path_factory):
    return with_people(shutil.copytree(built_shop, tmp_path_factory.mktemp("tables") / "shop"))


@pytest.fixture(scope="module")
def web(shop):
    with site_of(shop) as browser:
        sign_in(browser, Role.ANALYST)
        yield browser


def rows(browser, query):
    text = browser.get(f"/p/shop/tables/{query}").text
    return list(csv.DictReader(io.StringIO(text)))


def test_a_figure_leads_to_the_tables_that_it_is_computed_from(web):
    page = web.get("/p/shop/figures/ladder_steps").text
    assert 'href="/p/shop/tables/ladder_spells"' in page
    assert web.get("/p/shop/tables/ladder_spells").status_code == 200


def test_rows_are_sorted_and_searched_and_the_file_holds_what_the_page_shows(web, shop):
    everyone = rows(web, "transactions.csv?sort=-revenue")
    assert len(everyone) == shop.table("transactions").num_rows
    revenues = [int(row["revenue"]) for row in everyone if row["revenue"]]
    assert revenues == sorted(revenues, reverse=True)
    one = everyone[0]["transaction_id"]
    found = rows(web, f"transactions.csv?q={one.upper()}")
    assert found
    assert all(one in row.values() or one in "".join(row.values()) for row in found)
    assert f"<td>{one}</td>" in web.get(f"/p/shop/tables/transactions?q={one}").text


def test_who_may_not_see_contact_data_neither_sees_nor_finds_it(web, shop):
    email = shop.table("identifiers").to_pylist()[0]["value"]
    assert "value" not in rows(web, "identifiers.csv")[0]
    assert rows(web, f"identifiers.csv?q={email}") == []
    assert email not in web.get("/p/shop/tables/identifiers").text
    sign_in(web, Role.ADMINISTRATOR)
    assert rows(web, f"identifiers.csv?q={email}")[0]["value"] == email
    sign_in(web, Role.ANALYST)


def test_every_row_is_on_exactly_one_page(web, shop):
    seen, page = 0, 1
    while True:
        text = web.get(f"/p/shop/tables/transactions?page={page}").text
        seen += text.count("<tr>") - 1
        if 'rel="next"' not in text:
            break
        page += 1
    assert seen == shop.table("transactions").num_rows
    assert web.get("/p/shop/tables/transactions?page=9999").status_code == 200


@pytest.mark.parametrize(
    "query", ["?sort=no_such_column", "?sort=-", "?q=%25%27%22%3Cb%3E", "?q=%00"]
)
def test_odd_questions_are_answered(web, query):
    answer = web.get(f"/p/shop/tables/records{query}")
    assert answer.status_code == 200
    assert "<b>" not in answer.text


def test_an_unknown_table_is_answered_with_the_nearest(web):
    answer = web.get("/p/shop/tables/transaction")
    assert answer.status_code == 422
    assert "Did you mean &#39;transactions&#39;" in answer.text


def test_rows_come_in_the_order_of_their_key_though_nobody_sorts_them(shop):
    page = shop.rows.page("transactions", RowsWanted(), offset=7, limit=60).rows
    key = list(CATALOGUE["transactions"].key)
    everything = shop.table("transactions").sort_by([(name, "ascending") for name in key])
    assert page.select(key).to_pylist() == everything.select(key).slice(7, 60).to_pylist()
