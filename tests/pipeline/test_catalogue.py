import ibis
import pyarrow.parquet as pq
import pytest

import outsidein
from outsidein.canonical.tables import CANONICAL
from outsidein.pipeline.catalogue import CATALOGUE
from outsidein.tables.snapshot_files import check_columns
from outsidein.tables.table import Personal
from tests.coded_shop import write_coded_shop
from tests.persons import add_people, write_people

KEPT = {table.name for table in CATALOGUE.values() if table.is_kept}

FACTORS = """
[factor.delivery]
description = "The parcel comes on time"
terms.en = ["parcel"]
"""
BELIEFS = """
author = "head of sales"
sealed_on = 2019-01-01
[[belief]]
factor = "delivery"
class = "hygiene"
"""
SIGNALS = """
select 'shop' as source, order_id as signal_id, person_id as record_id, 'direct' as kind,
       ordered_at as signalled_at, 1 as score, 1 as scale_low, 5 as scale_high,
       'My parcel was a horrible and terrible mess' as "text"
from orders
"""
INVITATIONS = """
select 'shop' as source, order_id as invitation_id, person_id as record_id, 'orders' as survey,
       ordered_at as invited_at
from orders
"""
TRAITS = """
select 'shop' as source, person_id as record_id, city, person_id as trait_number from people
"""
REJECTED = "select 'shop' as source, null as record_id, 'email' as kind, email as value from people"

HOUSEHOLD = [
    ("web", f"h{n}", given, "Albers", born, "Allee 1", "10115", "Berlin", "albers@mail.de")
    for n, (given, born) in enumerate([("Anna", "1950-01-02"), ("Ben", "1981-03-04")])
]


def build_shop_with_texts(folder):
    write_coded_shop(folder, people=60)
    coding = (folder / "coding.toml").read_text()
    files = {
        "coding.toml": f"shows_verbatims = true\n{coding}",
        "factors.toml": FACTORS,
        "beliefs.toml": BELIEFS,
        "tables/signals/said.sql": SIGNALS,
        "tables/invitations/asked.sql": INVITATIONS,
        "tables/records/people.sql": TRAITS,
        "tables/identifiers/rejected.sql": REJECTED,
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    project = outsidein.open(folder)
    project.build(publish_anyway="the rejected identifiers are wanted here")
    return project.snapshot()


def build_people_with_model(folder):
    project = outsidein.open(write_people(folder, people=80))
    project.build()
    project.identity.train()
    add_people(folder, HOUSEHOLD)
    project.build()
    return project.snapshot()


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Every table of two snapshots: (name, rows)."""
    folder = tmp_path_factory.mktemp("projects")
    snapshots = build_shop_with_texts(folder / "shop"), build_people_with_model(folder / "people")
    return [
        (name, pq.read_table(snapshot.table(name)))
        for snapshot in snapshots
        for name in snapshot.tables()
    ]


def nulls_last(row):
    return [(value is None, value) for value in row]


def test_every_declared_table_is_written_and_every_written_one_declared(written):
    assert {name for name, _ in written} == KEPT


def test_tables_have_exactly_the_declared_columns(written):
    for name, rows in written:
        check_columns(CATALOGUE[name], ibis.Schema.from_pyarrow(rows.schema))


def test_required_columns_hold_a_value_in_every_row(written):
    assert [
        (name, column)
        for name, rows in written
        for column, declared in CATALOGUE[name].columns.items()
        if declared.required and rows[column].null_count
    ] == []


def test_keys_are_unique_and_rows_lie_in_their_order(written):
    for name, rows in written:
        table = CATALOGUE[name]
        columns = [rows[column].to_pylist() for column in table.key or rows.column_names]
        keys = [nulls_last(row) for row in zip(*columns, strict=True)]
        unique = {str(key) for key in keys}
        assert not table.key or len(unique) == len(keys), name
        assert not table.is_in_key_order or keys == sorted(keys), name


def test_every_derived_table_has_rows_to_check(written):
    filled = {name for name, rows in written if rows.num_rows}
    assert KEPT - set(CANONICAL) - filled == set()


def test_every_key_of_a_person_is_declared_personal():
    keys = {"customer_id", "record_id", "to_record_id"}
    assert [
        (table.name, column)
        for table in CATALOGUE.values()
        for column in keys & set(table.columns)
        if table.personal(column) is not Personal.PSEUDONYM
    ] == []


def test_columns_that_a_project_adds_describe_a_person():
    assert CATALOGUE["customers"].personal("trait_income") is Personal.DIRECT
