"""Numbers, days and headers as firms write them: each source says how, and nothing is guessed."""

import datetime as dt
from decimal import Decimal

import pytest

from outsidein.errors import ProjectError

GERMAN = {"decimal": ",", "thousands": ".", "types": {"price": "DECIMAL(12,2)"}}


def load_prices(shop, *prices, **options):
    shop.write("a.csv", "\n".join(["price", *(f'"{price}"' for price in prices)]) + "\n")
    loaded = shop.load("price", format="csv", path="a.csv", **options)
    return [value for (value,) in shop.rows()], loaded


@pytest.mark.parametrize(
    ("options", "text", "value"),
    [
        (GERMAN, "1.234.567,89", "1234567.89"),
        (GERMAN, "-1.000", "-1000"),
        (GERMAN, "999,5", "999.5"),
        ({**GERMAN, "thousands": "\u00a0"}, "1\u00a0234,50", "1234.50"),
        ({"thousands": ",", "types": {"price": "DECIMAL(12,2)"}}, "1,234,567.89", "1234567.89"),
        ({"thousands": "'", "types": {"price": "INTEGER"}}, "12'345", "12345"),
    ],
)
def test_a_mark_between_thousands_is_dropped(shop, options, text, value):
    values, _ = load_prices(shop, text, **options)
    assert values == [Decimal(value)]


EUROS = {**GERMAN, "units": ["€", "EUR"]}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("EUR 1.234,50", "1234.50"),
        ("12,50 €", "12.50"),
        ("12,50\u00a0€", "12.50"),
        ("-9,90€", "-9.90"),
        ("€ -9,90", "-9.90"),
        ("-€9,90", "-9.90"),
        ("7", "7"),
    ],
)
def test_a_unit_beside_a_number_is_dropped(shop, text, value):
    values, _ = load_prices(shop, text, **EUROS)
    assert values == [Decimal(value)]


@pytest.mark.parametrize("text", ["$ 12,50", "€", "EURO 5", "1€5", "5 € 6"])
def test_what_is_no_declared_unit_is_turned_away(shop, text):
    values, loaded = load_prices(shop, "1,00", text, **EUROS)
    assert values == [Decimal("1.00")]
    assert shop.rejects(loaded)[0][3] == "does not fit DECIMAL(12,2)"


@pytest.mark.parametrize("unit", ["-", "1", ".EUR", "EUR,"])
def test_what_may_be_part_of_a_number_is_no_unit(shop, unit):
    with pytest.raises(ProjectError, match="may be part of a number"):
        load_prices(shop, "1", **(GERMAN | {"units": [unit]}))


@pytest.mark.parametrize("text", ["1.5", "1.23", "12.34,5", "1.234.5", "1234.567,8", "1,5.000"])
def test_a_point_that_does_not_group_by_three_is_turned_away(shop, text):
    values, loaded = load_prices(shop, "1,00", text, **GERMAN)
    assert values == [Decimal("1.00")]
    assert shop.rejects(loaded)[0][3] == "does not fit DECIMAL(12,2)"


@pytest.mark.parametrize(
    ("form", "text", "value"),
    [
        ("%d.%m.%Y", "04.07.1996", dt.date(1996, 7, 4)),
        ("%m/%d/%Y", "7/4/1996", dt.date(1996, 7, 4)),
        ("%d.%m.%y", "04.07.96", dt.date(1996, 7, 4)),
        ("%m/%d/%Y %I:%M %p", "07/04/1996 3:05 PM", dt.datetime(1996, 7, 4, 15, 5)),  # noqa: DTZ001
        ("excel", "35250", dt.date(1996, 7, 4)),
        ("excel1904", "33788", dt.date(1996, 7, 4)),
    ],
)
def test_a_day_is_read_as_its_source_writes_it(shop, form, text, value):
    shop.write("a.csv", f"day\n{text}\n")
    shop.load("day", format="csv", path="a.csv", dates={"day": form})
    assert shop.rows() == [(value,)]


@pytest.mark.parametrize("text", ["04.07.96", "31.02.1996", "1996-07-04", "04.07.1996 12:00", "x"])
def test_a_day_written_otherwise_is_turned_away(shop, text):
    shop.write("a.csv", f"day\n04.07.1996\n{text}\n")
    loaded = shop.load("day", format="csv", path="a.csv", dates={"day": "%d.%m.%Y"})
    assert shop.rows() == [(dt.date(1996, 7, 4),)]
    assert shop.rejects(loaded)[0][1:4] == (3, "day", "does not fit DATE")


def test_a_time_of_day_among_the_day_numbers_of_excel_is_no_day(shop):
    shop.write("a.csv", "at\n35250.75\n")
    shop.load("at", format="csv", path="a.csv", dates={"at": "excel"}, types={"at": "TIMESTAMP"})
    assert shop.rows() == [(dt.datetime(1996, 7, 4, 18),)]  # noqa: DTZ001  Excel knows no zone
    shop.write("a.csv", "at\n35250\n35250.75\n")
    loaded = shop.load("at", format="csv", path="a.csv", dates={"at": "excel"})
    assert loaded.rejected == 1


def test_retention_counts_from_a_day_in_any_form(shop):
    shop.write("a.csv", "id,day\n1,01.01.2023\n2,30.01.2024\n")
    needs = [shop.need("id", "day", retention_days=90)]
    loaded = shop.load(
        *needs, format="csv", path="a.csv", dates={"day": "%d.%m.%Y"}, dated_by="day"
    )
    assert (loaded.rows, loaded.expired) == (1, 1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"dates": {"d": "DD.MM.YYYY"}},
            "is no form of a date; write it by codes",
        ),
        ({"dates": {"d": "%d.%m."}}, "names no year"),
        ({"dates": {"d": "%Y"}}, "names no day of the year"),
        ({"dates": {"d": "%d.%m.%Y %I:%M"}}, "hours up to 12 without %p"),
        ({"dates": {"d": "%d.%m.%Q"}}, "there is no code %Q"),
        ({"dates": {"d": "%d.%m.%Y"}, "types": {"d": "TIME"}}, "TIME has no day"),
        ({"thousands": ","}, "`thousands` acts on columns with a number type"),
        ({"thousands": ".", "types": {"d": "INTEGER"}}, "are the same mark; set both"),
        ({"header_rows": 0}, "header_rows"),
    ],
)
def test_options_that_cannot_work_are_refused(shop, options, message):
    with pytest.raises(ProjectError, match=r"^.*" + message.replace("%", "%").replace(".", r"\.")):
        shop.load("d", format="csv", path="a.csv", **options)


def test_lines_above_a_header_of_several_rows(shop):
    shop.write(
        "a.csv",
        "Report of the shop;;;\n\n;Address;;Sum\nid;street;town;\n1;Main St 1;Bonn;5\n",
    )
    shop.load(
        *("id", "Address street", "Address town", "Sum"),
        format="csv",
        path="a.csv",
        separator=";",
        skip_rows=2,
        header_rows=2,
    )
    assert shop.rows() == [("1", "Main St 1", "Bonn", "5")]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_separator_line_of_excel_is_no_header(shop, end):
    shop.write("a.csv", end.join(["sep=;", "id;note", "1;a,b,c", "x", ""]))
    loaded = shop.load("id", "note", format="csv", path="a.csv")
    assert shop.rows() == [("1", "a,b,c")]
    assert shop.rejects(loaded) == [
        ("a.csv", 4, None, "has too few columns: 1 instead of 2", f"x{end}")
    ]


def test_a_nul_byte_turns_its_row_away_and_no_other(shop):
    shop.write("a.csv", b"id,note\n1,a\n2,b\x00c\n3,d\n")
    loaded = shop.load("id", "note", format="csv", path="a.csv")
    assert shop.rows() == [("1", "a"), ("3", "d")]
    assert shop.rejects(loaded) == [("a.csv", 3, None, "contains a NUL byte", "2,b\x00c\n")]
