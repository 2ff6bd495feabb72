import datetime as dt

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from outsidein.errors import ProjectError
from outsidein.sources.declaration import read_sources
from outsidein.sources.needs import column_approvals, read_needs

CSV = {"format": "csv", "path": "a.csv"}


def project(folder, sources, needs):
    (folder / "sources.toml").write_text(sources)
    (folder / "data_needs.toml").write_text(needs)
    return read_needs(folder / "data_needs.toml", read_sources(folder / "sources.toml"))


SOURCES = '[source.orders]\nformat = "csv"\npath = "orders/*.csv"\n'
NEED = """
[[need]]
source = "orders"
columns = ["id", "price"]
department = "sales"
purpose = "value of customers"
owner = "Ann"
approver = "Ben"
state = "approved"
decided_on = 2024-01-31
"""


def test_a_veto_beats_an_approval_and_an_approval_a_proposal(shop):
    needs = [
        shop.need("a", "b", "c"),
        shop.need("c", state="vetoed"),
        shop.need("b", "d", state="proposed"),
    ]
    assert column_approvals(needs, "orders", ["e", "d", "c", "b", "a"]) == (
        ("b", "a"), ("c",), ("d",), ("e",),
    )  # fmt: skip
    assert column_approvals(needs, "others", ["a"]).without_need == ("a",)


@pytest.mark.parametrize("name", ["a.csv", "a.parquet", "a.jsonl"])
def test_only_approved_columns_are_in_the_view_and_the_others_are_counted(shop, name):
    names = ["id", "email", "age", "iban"]
    shop.write("a.csv", ",".join(names) + "\n1,leak,leak,leak\n")
    shop.write("a.jsonl", '{"id": 1, "email": "leak", "age": "leak", "iban": "leak"}\n')
    pq.write_table(
        pa.table({n: ["leak" if n != "id" else "1"] for n in names}), shop.root / "a.parquet"
    )
    loaded = shop.load(
        "id",
        shop.need("email", "id", state="proposed"),
        shop.need("age"),
        shop.need("age", state="vetoed"),
        format=name.partition(".")[2],
        path=name,
    )
    assert shop.columns() == ["id"]
    assert shop.rows() == [("1",)]
    assert loaded.columns_loaded == ("id",)
    assert loaded.columns_proposed == ("email",)
    assert loaded.columns_vetoed == ("age",)
    assert loaded.columns_without_need == ("iban",)
    spooled = [path.read_bytes() for path in (shop.root / "spool").rglob("*.parquet")]
    assert not any(b"leak" in content for content in spooled)


def test_without_an_approved_column_there_is_no_view_and_the_columns_are_counted(shop):
    shop.write("a.csv", "id,email\n1,x\n")
    loaded = shop.load(shop.need("id", state="vetoed"), **CSV)
    assert (loaded.rows, loaded.columns_vetoed, loaded.columns_without_need) == (
        0, ("id",), ("email",),
    )  # fmt: skip
    assert shop.con.execute(
        "SELECT count(*) FROM duckdb_views() WHERE NOT internal"
    ).fetchone() == (0,)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"orders"', '"ordres"', r"need\.0\.source: there is no source 'ordres'. Did you mean 'or"),
        ('approver = "Ben"', "", r"need\.0: an approved need names its `approver`"),
        (
            '"id", "price"',
            '"*"',
            r"need\.0\.columns: '\*' is a wildcard; each column needs its own approval",
        ),
        ('"approved"', '"ok"', r"need\.0\.state: 'ok' is invalid"),
        (
            "decided_on",
            "retention_days = 30\ndecided_on",
            r"need\.0\.retention_days: nothing dates the rows of 'orders'; add dated_by =",
        ),
    ],
)
def test_a_need_that_cannot_hold_is_refused_with_its_place(tmp_path, old, new, message):
    assert len(project(tmp_path, SOURCES, NEED)) == 1
    with pytest.raises(ProjectError, match=message):
        project(tmp_path, SOURCES, NEED.replace(old, new))


def test_the_column_that_dates_rows_must_be_approved_itself(tmp_path):
    with pytest.raises(ProjectError, match="'day' dates the rows of 'orders' but is not approved"):
        project(tmp_path, SOURCES + 'dated_by = "day"\n', NEED + "retention_days = 30\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'format = "csv"\npath = "a"\nsheet = "x"',
            r"source\.orders: 'sheet' is an option of form",
        ),
        ('format = "excel"\npath = "a"\nquote = "|"', "of format 'csv', not of 'excel'"),
        ('format = "csv"', r"source\.orders: format 'csv' needs `path`"),
        ('format = "sql"\ntable = "t"', "format 'sql' needs `url`"),
        ('format = "sql"\nurl = "x"', "needs `table` or `query`, and not both"),
        ('format = "sql"\nurl = "x"\ntable = "t"\nquery = "q"', "`table` or `query`, and not both"),
        (
            'format = "csv"\npath = "a"\ndecimal = ","',
            "`decimal` acts on columns with a number type",
        ),
        ('format = "csv"\npath = "a"\ntypes = {a = "INT8"}', "'a' has the unknown type 'INT8'; th"),
        (
            'format = "csv"\npath = "a"\nseparator = "::"',
            r"separator: '::' is invalid: give one A",
        ),
        (
            'format = "csv"\npath = "a"\nencoding = "hex"',
            "encoding: 'hex' is invalid: there is no such",
        ),
        ('format = "xml"\npath = "a"', r"source\.orders\.format: 'xml' is invalid"),
        ('format = "csv"\npath = "a"\nseperator = ","', "is unknown here. Did you mean 'separat"),
    ],
)
def test_a_source_that_cannot_be_is_refused_with_its_key(tmp_path, text, message):
    with pytest.raises(ProjectError, match=message):
        project(tmp_path, f"[source.orders]\n{text}\n", "")


OLD_AND_NEW = [("new", "2024-01-31"), ("edge", "2024-01-01"), ("old", "2023-12-31")]


def dated_files(shop, rows):
    shop.write("a.csv", "id,note,day\n" + "".join(f"{i},n{i},{day}\n" for i, day in rows))
    lines = "".join(f'{{"id": "{i}", "note": "n{i}", "day": "{day}"}}\n' for i, day in rows)
    shop.write("a.jsonl", lines)
    table = pa.table(
        {
            "id": [i for i, _ in rows],
            "note": [f"n{i}" for i, _ in rows],
            "day": [dt.date.fromisoformat(day) if day else None for _, day in rows],
        }
    )
    pq.write_table(table, shop.root / "a.parquet")


formats = pytest.mark.parametrize("kind", ["csv", "parquet", "jsonl"])


@formats
def test_rows_older_than_the_longest_retention_are_not_loaded_but_counted(shop, kind):
    dated_files(shop, OLD_AND_NEW)
    need = shop.need("id", "day", "note", retention_days=30)
    loaded = shop.load(need, format=kind, path=f"a.{kind}", dated_by="day")
    assert shop.con.execute("SELECT id FROM orders").fetchall() == [("new",), ("edge",)]
    assert (loaded.rows, loaded.expired, loaded.rejected) == (2, 1, 0)


@formats
def test_values_older_than_the_retention_of_their_column_read_null(shop, kind):
    dated_files(shop, OLD_AND_NEW)
    needs = [shop.need("id", "day"), shop.need("note", retention_days=30)]
    loaded = shop.load(*needs, format=kind, path=f"a.{kind}", dated_by="day")
    assert shop.con.execute("SELECT id, note FROM orders").fetchall() == [
        ("new", "nnew"), ("edge", "nedge"), ("old", None),
    ]  # fmt: skip
    assert (loaded.rows, loaded.expired) == (3, 0)


@formats
def test_a_row_is_kept_as_long_as_any_of_its_columns_may_be(shop, kind):
    dated_files(shop, OLD_AND_NEW)
    needs = [shop.need("id", "day", retention_days=31), shop.need("note", retention_days=29)]
    loaded = shop.load(*needs, format=kind, path=f"a.{kind}", dated_by="day")
    assert shop.con.execute("SELECT id, note FROM orders").fetchall() == [
        ("new", "nnew"), ("edge", None), ("old", None),
    ]  # fmt: skip
    assert (loaded.rows, loaded.expired) == (3, 0)


@formats
def test_a_row_without_a_date_is_turned_away_where_retention_holds(shop, kind):
    dated_files(shop, [("new", "2024-01-31"), ("none", "")])
    need = shop.need("id", "day", retention_days=30)
    loaded = shop.load(need, format=kind, path=f"a.{kind}", dated_by="day")
    ((file, line, column, reason, _),) = shop.rejects(loaded)
    assert (file, column) == (f"a.{kind}", "day")
    assert line == {"csv": 3, "parquet": 2, "jsonl": 2}[kind]
    assert reason == "has no ISO date to compute retention from"
    assert (loaded.rows, loaded.rejected) == (1, 1)


def test_one_need_for_ever_keeps_a_column_for_ever(shop):
    dated_files(shop, OLD_AND_NEW)
    needs = [shop.need("id", "day", retention_days=30), shop.need("id", "day")]
    assert shop.load(*needs, **CSV, dated_by="day").rows == 3


def test_a_dating_column_that_the_data_lacks_is_named(shop):
    shop.write("a.csv", "id,day\n1,2024-01-01\n")
    with pytest.raises(ProjectError, match=r"dated_by: the data has no column 'days'.*'day'\?"):
        shop.load("id", **CSV, dated_by="days")


def test_a_column_vetoed_since_the_last_load_is_gone_from_the_spool(shop):
    shop.write("a.csv", "id,email\n1,leak\n")
    shop.load("id", "email", **CSV, types={"id": "BIGINT"})
    shop.load(shop.need("id"), shop.need("email", state="vetoed"), **CSV)
    assert shop.columns() == ["id"]
    files = [path for path in (shop.root / "spool").rglob("*") if path.is_file()]
    assert files
    assert not any(b"leak" in path.read_bytes() for path in files)
