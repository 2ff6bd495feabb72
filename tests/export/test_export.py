"""An export holds what was asked for, replaces its folder whole, and keeps persons apart."""

import csv
import json
from stat import S_IMODE

import duckdb
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

import outsidein
from outsidein.cli import main
from outsidein.errors import InputError, UnknownName
from outsidein.export.replaced_folder import replaced_folder
from tests.projects import write_shop

PEOPLE = """person_id,email,city,trait_note
a,a@mail.de,Kiel,"=HYPERLINK(""http://x.example"")"
b,b@mail.de,"line
break",-5
c,c@mail.de,"q""q",\u202eabc
"""
RECORDS = "select 'shop' as source, person_id as record_id, city, trait_note from people"
ORDERS = """order_id,person_id,ordered_at,quantity,amount
o1,a,2019-10-01 10:00:00,1,10.00
o2,b,2019-11-01 10:00:00,1,20.00
o3,c,2019-12-01 10:00:00,1,30.00
"""
CONSENTS = """
select 'shop' as source, 'a' as record_id, 'mailing' as purpose, 'any' as channel,
       'any' as topic, 'withdrawn' as state, timestamp '2019-06-01' as effective_at
union all
select 'shop', 'b', 'mailing', 'any', 'any', 'given', timestamp '2019-06-01'
"""
PURPOSES = """
[purpose.service]
legal_basis = "contract"
reason = "about an order"
[purpose.mailing]
legal_basis = "consent"
reason = "they asked for it"
[purpose.letter]
legal_basis = "legitimate_interest"
reason = "they are customers"
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = write_shop(tmp_path_factory.mktemp("export") / "shop")
    (folder / "raw/people.csv").write_text(PEOPLE, encoding="utf-8")
    (folder / "raw/orders.csv").write_text(ORDERS)
    (folder / "tables/records/people.sql").write_text(RECORDS)
    needs = folder / "data_needs.toml"
    needs.write_text(needs.read_text().replace('"city"]', '"city", "trait_note"]'))
    (folder / "consent.toml").write_text(PURPOSES)
    (folder / "segments.toml").write_text('[segment.buyers]\nrule = "orders > 0"\n')
    (folder / "tables/consents").mkdir()
    (folder / "tables/consents/all.sql").write_text(CONSENTS)
    project = outsidein.open(folder)
    project.build()
    return project


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def about(folder):
    return json.loads((folder / "export.json").read_text())


def test_an_export_holds_customers_segments_and_every_figure(shop, tmp_path):
    assert shop.export(tmp_path / "bi") == ("customers", "segment_memberships")
    figures = {path.stem for path in (tmp_path / "bi/figures").glob("*.csv")}
    assert figures == set(shop.figures())
    customers = rows(tmp_path / "bi/customers.csv")
    members = rows(tmp_path / "bi/segment_memberships.csv")
    assert {row["customer_id"] for row in customers} == {row["customer_id"] for row in members}
    assert sorted(row["revenue"] for row in customers) == ["1000", "2000", "3000"]


def test_without_the_option_nothing_in_an_export_leads_to_a_person(shop, tmp_path):
    for file_format in ("csv", "parquet"):
        folder = tmp_path / file_format
        shop.export(folder, tables=None, file_format=file_format)
        content = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
        ids = shop.table("customers")["customer_id"].to_pylist()
        direct = ["Kiel", "HYPERLINK", "mail.de", 'q""q']
        assert [text for text in (*ids, *direct) if text.encode() in content] == []
    customers = pq.read_table(tmp_path / "parquet/customers.parquet")
    assert not {"name", "city", "trait_note"} & set(customers.column_names)
    assert about(tmp_path / "parquet")["personal_columns"] == "none"


def test_new_keys_join_within_an_export_and_not_across_two(shop, tmp_path):
    keys = []
    for name in ("one", "two"):
        shop.export(tmp_path / name, tables=["customers", "profits"], file_format="parquet")
        tables = [pq.read_table(tmp_path / name / f"{t}.parquet") for t in ("customers", "profits")]
        assert tables[0]["customer_id"].equals(tables[1]["customer_id"])
        keys.append(tables[0]["customer_id"].to_pylist())
        assert keys[-1] == sorted(keys[-1])  # in the order of the old keys, ranks would tell whose
    assert set(keys[0]).isdisjoint(keys[1])


def test_personal_columns_need_a_purpose_that_is_declared(shop, tmp_path):
    with pytest.raises(InputError, match=r"exported for a purpose that consent.toml declares"):
        shop.export(tmp_path / "bi", personal="all")
    with pytest.raises(
        UnknownName, match=r"There is no purpose 'mailings'\. Did you mean 'mailing'"
    ):
        shop.export(tmp_path / "bi", personal="all", purpose="mailings")
    assert not (tmp_path / "bi").exists()


def test_customers_who_refuse_the_purpose_are_left_out_of_every_table(shop, tmp_path):
    cities = {}
    for purpose in ("service", "mailing", "letter"):
        shop.export(tmp_path / purpose, tables=None, personal="all", purpose=purpose)
        cities[purpose] = sorted(row["city"] for row in rows(tmp_path / purpose / "customers.csv"))
        records = rows(tmp_path / purpose / "records.csv")
        assert sorted(row["city"] for row in records) == cities[purpose]
    assert cities["service"] == cities["letter"] == ["Kiel", "line\nbreak", 'q"q']
    assert cities["mailing"] == ["line\nbreak"]


def test_texts_of_customers_are_no_formulas_in_csv(shop, tmp_path):
    shop.export(tmp_path / "bi", personal="all", purpose="service")
    notes = {row["trait_note"] for row in rows(tmp_path / "bi/customers.csv")}
    assert notes == {'\'=HYPERLINK("http://x.example")', "-5", "\u202eabc"}


def test_keys_may_be_exported_without_names_and_the_folder_is_then_private(shop, tmp_path):
    shop.export(tmp_path / "bi", personal="keys", purpose="service")
    customers = rows(tmp_path / "bi/customers.csv")
    ids = shop.table("customers")["customer_id"].to_pylist()
    assert [row["customer_id"] for row in customers] == ids
    assert "city" not in customers[0]
    assert S_IMODE((tmp_path / "bi").stat().st_mode) == 0o700
    assert about(tmp_path / "bi")["reason"] == "about an order"


def test_a_database_has_comments_from_the_declarations(shop, tmp_path):
    shop.export(tmp_path / "bi", file_format="duckdb", tables=None)
    with duckdb.connect(str(tmp_path / "bi/outsidein.duckdb"), read_only=True) as database:
        comments = dict(database.sql("select table_name, comment from duckdb_tables()").fetchall())
        assert comments["tiers"].startswith("One row per customer. Key: customer_id.")
        assert "Personal columns left out: name," in comments["customers"]
        assert comments["ladder_steps"].startswith(shop.figure("ladder_steps").title)
        [unit] = database.sql(
            "select comment from duckdb_columns() "
            "where table_name = 'transactions' and column_name = 'revenue'"
        ).fetchone()
        assert "inor units of EUR" in unit
        counts = database.sql("select count(*) from main.customers").fetchone()
        assert counts == (3,)


def test_an_export_is_replaced_whole(shop, tmp_path):
    shop.export(tmp_path / "bi", tables=None)
    shop.export(tmp_path / "bi", tables=["tiers"])
    assert [path.name for path in sorted((tmp_path / "bi").glob("*.csv"))] == ["tiers.csv"]
    assert [path.name for path in tmp_path.iterdir()] == ["bi"]


def test_a_stop_halfway_leaves_the_old_export(tmp_path):
    bi = tmp_path / "bi"
    with replaced_folder(bi, is_private=False) as new:
        (new / "export.json").write_text('{"tables": []}')
    before = bi.stat().st_ino

    class Stopped(BaseException):
        pass

    replacing = replaced_folder(bi, is_private=False)
    (replacing.__enter__() / "half.csv").write_text("a")
    assert replacing.__exit__(Stopped, Stopped(), None) is False
    assert bi.stat().st_ino == before
    assert [path.name for path in tmp_path.iterdir()] == ["bi"]


def test_what_a_killed_export_left_is_cleared_by_the_next(tmp_path):
    (tmp_path / ".bi.export-new").mkdir()
    (tmp_path / ".bi.export-old").mkdir()
    (tmp_path / ".bi.export-old/export.json").write_text('{"tables": []}')
    with replaced_folder(tmp_path / "bi", is_private=False) as new:
        assert (tmp_path / "bi/export.json").exists()  # the old one is back until the new is whole
        (new / "export.json").write_text('{"tables": [1]}')
    assert (tmp_path / "bi/export.json").read_text() == '{"tables": [1]}'
    assert [path.name for path in tmp_path.iterdir()] == ["bi"]


@pytest.mark.parametrize("place", [".", "notes", "file.txt", "shop/sub", "/"])
def test_a_folder_with_anything_else_is_never_replaced(shop, tmp_path, monkeypatch, place):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/mine.txt").write_text("mine")
    (tmp_path / "file.txt").write_text("mine")
    (tmp_path / "shop").write_text("a file, so that nothing can lie below it")
    result = CliRunner().invoke(main, ["export", place, "-p", str(shop.folder)])
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert (tmp_path / "notes/mine.txt").read_text() == (tmp_path / "file.txt").read_text()


def test_an_export_is_in_the_audit_with_its_purpose(shop, tmp_path):
    arguments = ["export", tmp_path / "bi", "--table", "tiers", "--personal", "keys"]
    arguments += ["--purpose", "service", "--by", "Ida", "-p", shop.folder]
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    assert result.exit_code == 0
    act = shop.operations.audit(rows=1)[0]
    assert (act.who, act.did) == ("Ida", "build.exported")
    assert act.details == {
        "build": 1,
        "to": "bi",
        "format": "csv",
        "personal": "keys",
        "purpose": "service",
        "tables": "tiers",
    }
