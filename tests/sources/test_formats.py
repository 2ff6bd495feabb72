import csv
import datetime as dt
import sqlite3
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from outsidein.errors import ProjectError, SourceError
from outsidein.sources.type_inference import TypeInference
from tests.sources.workbooks import workbook

SHARED = Path(__file__).parents[3] / "shared" / "data"


def test_json_lines_give_a_text_column_per_key_of_any_line(shop):
    shop.write(
        "a.jsonl",
        '{"id": 1, "tags": ["a", 2], "a.b/c": "x"}\r\n\n{"id": "two", "note": "h\\u00e9\\n"}\n',
    )
    loaded = shop.load("note", "a.b/c", "tags", "id", format="jsonl", path="a.jsonl")
    assert shop.columns() == ["note", "a.b/c", "tags", "id"]
    assert shop.rows() == [(None, "x", '["a",2]', "1"), ("hé\n", None, None, "two")]
    assert loaded.columns_without_need == ()


def test_json_lines_that_are_no_objects_are_turned_away_whole(shop):
    shop.write("a.jsonl", '{"id": 1}\n\n[1]\n{"id": 2\nnull\n{"id": 3, "new": 1}')
    loaded = shop.load("id", format="jsonl", path="a.jsonl")
    assert shop.rows() == [("1",), ("3",)]
    assert shop.rejects(loaded) == [
        ("a.jsonl", 3, None, "is not a JSON object", "[1]"),
        ("a.jsonl", 4, None, "is not valid JSON", '{"id": 2'),
        ("a.jsonl", 5, None, "is not a JSON object", "null"),
    ]
    assert loaded.columns_without_need == ("new",)


def test_a_key_that_no_json_line_has_any_more_is_named(shop):
    shop.write("a.jsonl", '{"id": 1, "unit_price": 2}\n')
    with pytest.raises(SourceError, match=r"'price' is missing; new and without .*'unit_price'"):
        shop.load("id", "price", format="jsonl", path="a.jsonl")


def test_parquet_keeps_its_types_and_stays_where_it_lies(shop):
    day = dt.date(2024, 1, 1)
    pq.write_table(
        pa.table({"id": [2, 1], "day": [day, day], "x": [0, 0]}), shop.root / "b.parquet"
    )
    pq.write_table(pa.table({"x": [0], "day": [day], "id": [3]}), shop.root / "a[1]*.parquet")
    loaded = shop.load("id", "day", format="parquet", path="*.parquet")
    assert shop.columns() == ["day", "id"]
    assert shop.rows() == [(day, 3), (day, 2), (day, 1)]
    assert (loaded.rows, loaded.columns_without_need) == (3, ("x",))
    assert not list((shop.root / "spool").iterdir())


def test_a_file_whose_name_looks_like_a_glob_is_read_and_no_other(shop):
    pq.write_table(pa.table({"id": [1]}), shop.root / "a1.parquet")
    pq.write_table(pa.table({"id": [2]}), shop.root / "a[1].parquet")
    shop.load("id", format="parquet", path="a[1].parquet")
    assert shop.rows() == [(2,)]


def test_parquet_that_is_cut_off_is_named(shop):
    pq.write_table(pa.table({"id": [1]}), shop.root / "a.parquet")
    whole = (shop.root / "a.parquet").read_bytes()
    shop.write("b.parquet", whole[:-20])
    with pytest.raises(SourceError, match=r"b\.parquet: is not a readable Parquet file"):
        shop.load("id", format="parquet", path="*.parquet")


def test_parquet_files_with_other_columns_are_named(shop):
    pq.write_table(pa.table({"id": [1]}), shop.root / "a.parquet")
    pq.write_table(pa.table({"id": [1], "x": [1]}), shop.root / "b.parquet")
    with pytest.raises(SourceError, match=r"b\.parquet: has other columns .* it adds 'x'"):
        shop.load("id", format="parquet", path="*.parquet")


def test_parquet_without_rows_is_an_error(shop):
    pq.write_table(pa.table({"id": pa.array([], pa.int64())}), shop.root / "a.parquet")
    with pytest.raises(SourceError, match=r"a\.parquet: has no rows"):
        shop.load("id", format="parquet", path="a.parquet")


def test_a_sheet_gives_iso_dates_and_whole_numbers_without_fraction(shop):
    rows = [
        ["id", "price", "at", "day", "paid", "name"],
        [
            17850.0,
            2.55,
            dt.datetime(2024, 1, 2, 3, 4, 5),  # noqa: DTZ001  Excel knows no zone
            dt.date(2024, 1, 2),
            True,
            "Zoë",
        ],
        [None] * 6,
        [7, None, None, None, False, None],
    ]
    workbook(shop.root / "a.xlsx", Sales=rows)
    loaded = shop.load(*rows[0], format="excel", path="a.xlsx")
    assert shop.rows() == [
        ("17850", "2.55", "2024-01-02 03:04:05", "2024-01-02", "true", "Zoë"),
        ("7", None, None, None, "false", None),
    ]
    assert loaded.rows == 2


def test_an_id_of_more_digits_than_a_cell_keeps_is_rejected_and_never_invented(shop):
    rows = [["id", "name"], [2**53 - 1, "a"], [2**53 + 1, "b"], [12345678901234567890, "c"]]
    workbook(shop.root / "a.xlsx", Sales=[*rows, ["12345678901234567890", "d"], [None, "e"]])
    loaded = shop.load("id", "name", format="excel", path="a.xlsx")
    assert shop.rows() == [
        (str(2**53 - 1), "a"),
        ("12345678901234567890", "d"),
        (None, "e"),
    ]
    reason = "is a number of more digits than a cell keeps; write it as text in the workbook"
    assert [reject[:4] for reject in shop.rejects(loaded)] == [
        ("a.xlsx", 3, "id", reason),
        ("a.xlsx", 4, "id", reason),
    ]
    loaded = shop.load("name", format="excel", path="a.xlsx")
    assert loaded.rows == 5


def test_one_sheet_of_several_must_be_chosen(shop):
    workbook(shop.root / "a.xlsx", May=[["id"], [1]], June=[["id"], [2]])
    with pytest.raises(SourceError, match=r"has the sheets May, June; choose one with `sheet`"):
        shop.load("id", format="excel", path="a.xlsx")
    with pytest.raises(SourceError, match=r"has no sheet 'Jun'\. Did you mean 'June'\?"):
        shop.load("id", format="excel", path="a.xlsx", sheet="Jun")
    shop.load("id", format="excel", path="a.xlsx", sheet="June")
    assert shop.rows() == [("2",)]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "its sheet is empty, without even a header row"),
        ([["id"]], "a.xlsx: has no rows"),
        ([["id", "Id"], [1, 2]], "names the same column twice: 'id' and 'Id'"),
    ],
)
def test_a_sheet_without_header_or_rows_is_an_error(shop, rows, message):
    workbook(shop.root / "a.xlsx", May=rows)
    with pytest.raises(SourceError, match=message):
        shop.load("id", format="excel", path="a.xlsx")


def test_what_is_no_workbook_is_named(shop):
    shop.write("a.xlsx", "id\n1\n")
    with pytest.raises(SourceError, match=r"a\.xlsx: is not a readable Excel workbook"):
        shop.load("id", format="excel", path="a.xlsx")


def database(path, script):
    con = sqlite3.connect(path)
    con.executescript(script)
    con.close()


ORDERS = """
CREATE TABLE orders (id INTEGER PRIMARY KEY, price REAL, note TEXT, mixed, secret TEXT);
INSERT INTO orders VALUES (2, 0.1, 'two', 2, 's'), (1, 10.0, NULL, 'x', 's');
CREATE TABLE empty (id INTEGER);
"""


def test_a_table_is_read_in_the_order_of_its_key_with_the_types_of_its_values(shop):
    database(shop.root / "shop.db", ORDERS)
    loaded = shop.load(
        "id", "price", "note", "mixed", format="sql", url="sqlite:///shop.db", table="orders"
    )
    assert shop.rows() == [(1, 10.0, None, "x"), (2, 0.1, "two", "2")]
    assert loaded.columns_without_need == ("secret",)
    assert loaded.files[0].path == "sqlite:///shop.db orders"


MENU = """
CREATE TABLE menu (id INTEGER, price NUMERIC, exact NUMERIC(9, 2), rate REAL, day DATE, free);
INSERT INTO menu VALUES (1, 14, 14, 3, '04.07.1996', 14), (2, 9.8, 9.8, 0.5, '05.07.1996', 9.8);
"""


def kinds(shop):
    return {row[0]: row[1] for row in shop.con.execute("DESCRIBE orders").fetchall()}


@pytest.mark.parametrize(
    "source",
    [
        {"table": "menu"},
        {"query": "SELECT * FROM menu -- all"},
        {"query": "SELECT * FROM menu WHERE id = 1;"},
        {"query": "SELECT * FROM menu WHERE id = 2"},
    ],
)
def test_the_type_of_a_column_is_that_of_the_schema_whatever_its_rows_hold(shop, source):
    database(shop.root / "shop.db", MENU)
    names = ("id", "price", "exact", "rate")
    shop.load(*names, format="sql", url="sqlite:///shop.db", **source)
    assert kinds(shop) == {
        "id": "BIGINT", "price": "DOUBLE", "exact": "DECIMAL(38,2)", "rate": "DOUBLE"
    }  # fmt: skip


def test_a_column_without_a_type_that_mixes_whole_and_other_numbers_is_a_number(shop):
    database(shop.root / "shop.db", MENU)
    shop.load("free", format="sql", url="sqlite:///shop.db", table="menu")
    assert (shop.rows(), kinds(shop)) == ([(9.8,), (14.0,)], {"free": "DOUBLE"})


def test_types_and_dates_may_be_declared_for_a_database(shop):
    database(shop.root / "shop.db", MENU)
    address = {"format": "sql", "url": "sqlite:///shop.db", "table": "menu"}
    typing = {"types": {"free": "DECIMAL(9,2)", "id": "VARCHAR"}, "dates": {"day": "%d.%m.%Y"}}
    shop.load("free", "id", "day", **address, **typing)
    assert kinds(shop) == {"id": "VARCHAR", "day": "DATE", "free": "DECIMAL(9,2)"}
    with pytest.raises(ProjectError, match=r"types: the data has no column 'fre'. Did you mean"):
        shop.load("free", **address, types={"fre": "DOUBLE"})


def test_a_value_that_its_column_cannot_hold_is_rejected_by_source_and_column(shop):
    script = "CREATE TABLE t (id INTEGER, price NUMERIC(9, 2)); INSERT INTO t VALUES "
    database(shop.root / "shop.db", f"{script} (1, 9.857), (2, 'free'), ('x', 1), (4, 2);")
    loaded = shop.load("id", "price", format="sql", url="sqlite:///shop.db", table="t")
    assert shop.rows() == [(4, Decimal("2.00"))]
    assert sorted(reject[2] for reject in shop.rejects(loaded)) == ["id", "price", "price"]
    assert {reject[0] for reject in shop.rejects(loaded)} == {"sqlite:///shop.db t"}
    types = {"price": "DATE"}
    with pytest.raises(SourceError, match=r"'orders': none .*shop\.db t, line 1, 'price': does"):
        shop.load("price", format="sql", url="sqlite:///shop.db", table="t", types=types)


def test_a_column_of_postgresql_has_the_type_of_its_schema(shop, postgres):
    address = postgres.empty()
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE t (id BIGINT PRIMARY KEY, price NUMERIC(9, 2), rate FLOAT8, day DATE, "
            "at TIMESTAMP, zoned TIMESTAMPTZ, paid BOOLEAN, note TEXT, free NUMERIC)"
        )
        connection.exec_driver_sql(
            "INSERT INTO t VALUES (1, 14, 3, '2024-01-02', '2024-01-02 03:04', "
            "'2024-01-02 03:04+01', true, 'x', 2.5), (2, NULL, 'nan', NULL, NULL, NULL, NULL, "
            "NULL, NULL)"
        )
    engine.dispose()
    wanted = {
        "id": "BIGINT", "price": "DECIMAL(38,2)", "rate": "DOUBLE", "day": "DATE",
        "at": "TIMESTAMP", "zoned": "TIMESTAMP WITH TIME ZONE", "paid": "BOOLEAN",
        "note": "VARCHAR", "free": "DECIMAL(38,1)",
    }  # fmt: skip
    url = address.render_as_string(hide_password=False)
    for source in ({"table": "t"}, {"query": "SELECT * FROM t ORDER BY id"}):
        loaded = shop.load(*wanted, format="sql", url=url, **source)
        types = kinds(shop)
        assert types.pop("price").startswith("DECIMAL(38,")
        assert types == {name: kind for name, kind in wanted.items() if name != "price"}
        assert [reject[2] for reject in shop.rejects(loaded)] == ["rate"]


@pytest.mark.parametrize("key", ["PRIMARY KEY", ""])
def test_a_table_is_read_in_the_order_of_its_values_not_of_its_storage(shop, key):
    rows = "INSERT INTO t VALUES ('b', 1), ('c', 2), ('a', 3);"
    database(shop.root / "shop.db", f"CREATE TABLE t (id TEXT {key}, n INTEGER); {rows}")
    shop.load("id", "n", format="sql", url="sqlite:///shop.db", table="t")
    assert shop.rows() == [("a", 3), ("b", 1), ("c", 2)]


def test_a_query_is_read_as_it_stands_and_its_fingerprint_is_that_of_its_rows(shop):
    database(shop.root / "shop.db", ORDERS)
    address = {"format": "sql", "url": "sqlite:///${FILE}"}
    shop.environment = {"FILE": "shop.db"}
    query = "SELECT id, price FROM orders WHERE note LIKE '%:x%' OR id > 0 ORDER BY id"
    (one,) = shop.load("id", **address, query=f"{query} DESC").files
    assert shop.rows() == [(2,), (1,)]
    (same,) = shop.load("id", **address, query=f"{query}  DESC").files
    (other,) = shop.load("id", **address, query=query).files
    assert one.sha256 == same.sha256 != other.sha256


def test_a_column_whose_types_clash_only_in_a_later_batch_is_text(shop):
    values = ", ".join(f"({n})" for n in range(12_000))
    database(shop.root / "shop.db", f"CREATE TABLE t (v); INSERT INTO t VALUES {values}, ('end');")
    shop.load("v", format="sql", url="sqlite:///shop.db", query="SELECT v FROM t ORDER BY rowid")
    assert shop.rows() == [*((str(n),) for n in range(12_000)), ("end",)]


@pytest.mark.parametrize(
    ("values", "texts", "kind"),
    [
        ([Decimal("1.10"), None, 3], ["1.10", None, "3"], "DECIMAL(38,2)"),
        ([Decimal("1E+2")], ["100"], "DECIMAL(38,0)"),
        ([Decimal(10) ** 37, Decimal("0.01")], [str(10**37), "0.01"], "VARCHAR"),
        ([1, 2**63], ["1", str(2**63)], "VARCHAR"),
        ([1, 2.5], ["1", "2.5"], "DOUBLE"),
        ([2**53 + 1, 2.5], [str(2**53 + 1), "2.5"], "VARCHAR"),
        ([True, 1], ["true", "1"], "VARCHAR"),
        ([dt.datetime(2024, 1, 1, tzinfo=dt.UTC)], ["2024-01-01 00:00:00+00:00"], "TIMESTAMPTZ"),
        ([b"\xff"], ["ff"], "VARCHAR"),
        ([{"a": "é"}], ['{"a": "é"}'], "VARCHAR"),
        ([None], [None], "VARCHAR"),
    ],
)
def test_a_column_has_a_type_only_where_it_holds_every_value_exactly(values, texts, kind):
    kinds = TypeInference()
    assert [kinds.text(value) for value in values] == texts
    assert kinds.type() == kind


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"url": "sqlite:///shop.db", "table": "order"}, "no table 'order'. Did you mean 'orders'"),
        ({"url": "sqlite:///shop.db", "table": "empty"}, "sqlite:///shop.db empty: has no rows"),
        ({"url": "sqlite:///shop.db", "query": "SELECT id FROM orders WHERE 0"}, "has no rows"),
        ({"url": "sqlite:///shop.db", "query": "SELECT id FROM"}, "refused: it cannot be read"),
        ({"url": "sqlite:///shop.db", "query": "SELECT it FROM orders"}, "refused: no such column"),
        ({"url": "sqlite:///none.db", "table": "orders"}, "none.db: there is no such file"),
        ({"url": "sqlite:///${NO}", "table": "orders"}, "environment variable NO, which is not"),
        ({"url": "shop.db", "table": "orders"}, "its url cannot be read; write dialect://"),
        ({"url": "postgresql+none://u:${PW}@h/d", "table": "t"}, "needs the driver"),
    ],
)
def test_what_a_database_refuses_is_one_line_without_the_password(shop, options, message):
    database(shop.root / "shop.db", ORDERS)
    shop.environment = {"PW": "hunter2"}
    with pytest.raises((SourceError, ProjectError)) as error:
        shop.load("id", format="sql", **options)
    assert message in str(error.value)
    assert "hunter2" not in str(error.value)
    assert "\n" not in str(error.value)


def test_a_password_that_the_database_repeats_is_hidden(shop):
    database(shop.root / "hunter2.db", ORDERS)
    shop.environment = {"PW": "hunter2"}
    with pytest.raises(SourceError, match=r"refused: no such table: \*\*\*x$"):
        shop.load("id", format="sql", url="sqlite:///${PW}.db", query="SELECT id FROM hunter2x")


def test_a_file_inside_an_installed_package_is_read(shop):
    loaded = shop.load("week", format="csv", path="package:lifelines/datasets/ros*.csv")
    assert loaded.rows == 432
    assert [file.path for file in loaded.files] == ["package:lifelines/datasets/rossi.csv"]


def test_a_package_that_is_not_installed_says_how_to_get_it(shop):
    with pytest.raises(SourceError, match="'nosuch' is not installed; try `pip install nosuch`"):
        shop.load("id", format="csv", path="package:nosuch/a.csv")


@pytest.mark.skipif(not SHARED.is_dir(), reason="shared/data is not beside the repository")
def test_the_tables_that_vendors_export_are_read_as_pythons_csv_module_reads_them(shop):
    folder = SHARED / "vendor_schema_seeds" / "zendesk"
    paths = sorted(folder.glob("*.csv"))
    assert paths
    for path in paths:
        with path.open(newline="", encoding="utf-8-sig") as file:
            header, *rows = [row for row in csv.reader(file) if row]
        shop.load(*header, format="csv", path=str(path))
        assert shop.rows() == [tuple(value or None for value in row) for row in rows]
