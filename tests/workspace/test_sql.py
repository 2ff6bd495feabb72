"""SQL over a project's current build reads its tables and can do nothing else."""

from hashlib import sha256

import pytest

import outsidein
from outsidein.errors import InputError, UnknownName
from tests.projects import write_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    project = outsidein.open(write_shop(tmp_path_factory.mktemp("shop's") / "shop", people=20))
    project.build()
    return project


def _bytes(project):
    folder = project.snapshot().folder
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder): sha256(path.read_bytes()).hexdigest() for path in files}


def test_tables_are_joined_and_counted(shop):
    rows = shop.sql(
        "select tiers.tier, count(*) as customers "
        "from customers join tiers using (customer_id) group by 1"
    )
    assert rows.column_names == ["tier", "customers"]
    assert sum(rows["customers"].to_pylist()) == shop.table("tiers").num_rows > 0


def test_every_table_of_the_build_can_be_read(shop):
    for name in shop.snapshot().tables():
        table = shop.table(name)  # its moments are in UTC, those of SQL in the project's zone
        assert shop.sql(f'from "{name}"').cast(table.schema).equals(table), name


@pytest.mark.parametrize(
    "sql",
    [
        "select * from '{outside}'",
        "select * from read_csv('{outside}')",
        "select * from read_text('{outside}')",
        "select * from read_text('{manifest}')",
        "select * from glob('{folder}/*')",
        "select * from query('copy (select 1) to ''{target}''')",
        "copy (select 1) to '{target}'",
        "copy (select 1) to '{table}' (format parquet)",
        "attach '{target}'",
        "install httpfs",
        "set enable_external_access = true",
        "drop view customers",
        "create table copied as select * from customers",
        "create or replace temp view customers as select 1",
        "insert into tiers select * from tiers",
        "delete from tiers",
        "select 1; drop view customers",
        "select 1; select 2",
        "explain analyze select 1",
        "selec 1",
        "select nothing from tiers",
        "",
    ],
)
def test_whatever_is_no_reading_of_these_tables_is_refused_in_one_line(shop, tmp_path, sql):
    before = _bytes(shop)
    outside = tmp_path / "outside.csv"
    outside.write_text("a\n1\n")
    snapshot, target = shop.snapshot(), tmp_path / "target"
    places = {"outside": outside, "target": target, "folder": snapshot.folder}
    places |= {"manifest": snapshot.folder / "manifest.json", "table": snapshot.table("tiers")}
    quoted = {name: str(path).replace("'", "''") for name, path in places.items()}
    with pytest.raises(InputError) as refusal:
        shop.sql(sql.format(**quoted))
    assert len(str(refusal.value).splitlines()) == 1
    assert not target.exists()
    assert _bytes(shop) == before


def test_a_variable_of_the_caller_is_no_table(shop):
    secret = shop.table("tiers")
    with pytest.raises(UnknownName, match="There is no table 'secret'"):
        shop.sql("select * from secret")
    assert secret.num_rows


def test_an_unknown_table_is_answered_with_the_nearest(shop):
    with pytest.raises(UnknownName, match=r"There is no table 'teirs'\. Did you mean 'tiers'"):
        shop.sql("select * from teirs")


def test_a_project_opened_by_a_relative_path_is_read_as_well(shop, monkeypatch):
    monkeypatch.chdir(shop.folder.parent)
    project = outsidein.open("shop")
    assert project.sql("select count(*) as n from tiers")["n"].to_pylist()[0] > 0
    project.close()
