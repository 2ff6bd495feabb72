"""Workbooks of several sheets and nested JSON."""

import datetime as dt
import json

import openpyxl
import pytest

from outsidein.errors import SourceError
from tests.sources.workbooks import workbook

ORDERS = [
    {
        "id": 1,
        "customer": {"email": "ana@shop.example", "home": {"town": "Bonn"}},
        "line_items": [{"sku": "a", "price": "1.50"}, {"sku": "b", "price": None}],
    },
    {"id": 2, "customer": None, "line_items": []},
    {"id": 3, "customer.email": "bo@shop.example"},
]


def write_json(shop, document):
    shop.write("a.json", json.dumps(document, indent=1))


def test_a_list_of_records_gives_a_row_each_and_values_inside_by_their_way(shop):
    write_json(shop, ORDERS)
    loaded = shop.load("id", "customer.email", "customer.home.town", format="json", path="a.json")
    assert shop.rows() == [
        ("1", "ana@shop.example", "Bonn"),
        ("2", None, None),
        ("3", "bo@shop.example", None),
    ]
    assert loaded.columns_without_need == ("line_items",)


def test_an_object_that_is_named_whole_is_json_text(shop):
    write_json(shop, ORDERS[:1])
    shop.load("customer", format="json", path="a.json")
    assert [json.loads(text) for (text,) in shop.rows()] == [ORDERS[0]["customer"]]


def test_each_item_of_an_exploded_list_gives_a_row(shop):
    write_json(shop, {"page": 1, "data": {"orders": ORDERS}})
    shop.load(
        *("id", "line_items.sku", "line_items.price"),
        format="json",
        path="a.json",
        records="data.orders",
        explode="line_items",
    )
    assert shop.rows() == [
        ("1", "a", "1.50"),
        ("1", "b", None),
        ("2", None, None),
        ("3", None, None),
    ]


def test_a_list_inside_an_object_is_exploded(shop):
    shop.write("a.jsonl", '{"id": 1, "cart": {"lines": [{"n": 2}, {"n": 3}]}}\n')
    shop.load("id", "cart.lines.n", format="jsonl", path="a.jsonl", explode="cart.lines")
    assert shop.rows() == [("1", "2"), ("1", "3")]


def test_types_and_dates_hold_for_json(shop):
    write_json(shop, [{"n": 2, "day": "04.07.1996"}, {"n": 2.5, "day": "04.07.1996"}])
    loaded = shop.load(
        *("n", "day"),
        format="json",
        path="a.json",
        types={"n": "INTEGER"},
        dates={"day": "%d.%m.%Y"},
    )
    assert shop.rows() == [(2, dt.date(1996, 7, 4))]
    assert shop.rejects(loaded)[0][1:4] == (2, "n", "does not fit INTEGER")


def test_a_record_that_is_no_object_is_turned_away_by_its_number(shop):
    write_json(shop, [{"id": 1}, 7, {"id": 2}])
    loaded = shop.load("id", format="json", path="a.json")
    assert shop.rows() == [("1",), ("2",)]
    assert shop.rejects(loaded) == [("a.json", 2, None, "is not a JSON object", "7")]


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ('{"data": {"orders": []}}', {}, 'as in records = "data.orders"'),
        ('{"data": {"orders": []}}', {"records": "data.order"}, "Did you mean 'data.orders'?"),
        ('[{"id": 1}, {"id": 2', {}, "is no readable JSON document: at byte"),
        ('{"data": [{"id": 1}', {"records": "data"}, "is no readable JSON document: at byte"),
        ("  \n", {}, "is empty"),
        ("[]", {}, "has no rows"),
    ],
)
def test_a_document_without_records_is_one_clear_line(shop, text, options, message):
    shop.write("a.json", text)
    with pytest.raises(SourceError) as error:
        shop.load("id", format="json", path="a.json", **options)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_sheets_of_a_workbook_are_read_one_after_the_other(shop):
    workbook(
        shop.root / "a.xlsx",
        **{"Sales May": [["id"], [1]], "Sales June": [["id"], [2]], "Notes": [["x"], [3]]},
    )
    shop.load("id", format="excel", path="a.xlsx", sheet="Sales *")
    assert shop.rows() == [("1",), ("2",)]
    shop.load("id", format="excel", path="a.xlsx", sheet=["Sales June"])
    assert shop.rows() == [("2",)]


def test_a_sheet_that_differs_is_named(shop):
    workbook(shop.root / "a.xlsx", May=[["id"], [1]], June=[["no"], [2]])
    with pytest.raises(SourceError, match=r"a\.xlsx, sheet June: has other columns"):
        shop.load("id", format="excel", path="a.xlsx", sheet="*")


def test_a_sheet_below_titles_with_merged_headers_days_as_numbers_and_blanks(shop):
    rows = [
        ["Sales of the year"],
        [None],
        [None, "Address", None, "Bought", "Paid"],
        ["id", "street", "town", "on", None],
        [1, "Main St 1", "Bonn", 35250, 1234.5],
        [2, "n/a", "Ulm", "04.07.1996", 2],
    ]
    workbook(shop.root / "a.xlsx", Sales=rows)
    book = openpyxl.load_workbook(shop.root / "a.xlsx")
    book.active.merge_cells("B3:C3")
    book.save(shop.root / "a.xlsx")
    loaded = shop.load(
        *("id", "Address street", "Address town", "Bought on", "Paid"),
        format="excel",
        path="a.xlsx",
        skip_rows=1,
        header_rows=2,
        null_values=["n/a"],
        decimal=",",
        types={"Paid": "DECIMAL(12,2)"},
        dates={"Bought on": "excel"},
    )
    assert shop.rows() == [("1", "Main St 1", "Bonn", dt.date(1996, 7, 4), 1234.5)]
    assert shop.rejects(loaded)[0][1:4] == (6, "Bought on", "does not fit DATE")
