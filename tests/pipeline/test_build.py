import csv
import json
import shutil
from datetime import UTC, datetime

import pytest

import outsidein
from outsidein.errors import BuildRunning
from outsidein.lake.manifest import file_hash
from outsidein.workspace.project import Project
from tests.projects import NEED, write_shop


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    project = outsidein.open(write_shop(tmp_path_factory.mktemp("shop") / "shop"))
    project.build(threads=1)
    return project


def fresh(built, tmp_path):
    """The same project in a folder of its own, not built yet."""
    folder = tmp_path / "shop"
    shutil.copytree(built.folder, folder, ignore=shutil.ignore_patterns(".outsidein"))
    return outsidein.open(folder)


def hashes(project):
    folder = project.snapshot().folder
    return {
        path.relative_to(folder).as_posix(): file_hash(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_manifest_gives_the_same_bytes_on_one_thread_and_on_two(built, tmp_path):
    other = fresh(built, tmp_path)
    other.build(threads=2)
    assert hashes(other) == hashes(built)


def test_two_records_with_one_address_are_one_customer_with_all_its_orders(built):
    members = {
        row["record_id"]: row["customer_id"] for row in built.table("memberships").to_pylist()
    }
    assert len(members) == 40
    assert len(set(members.values())) == 36
    assert members["p8"] == members["p9"]


def test_every_money_of_the_source_is_some_customers(built):
    with (built.folder / "raw" / "orders.csv").open() as file:
        cents = sum(round(float(row["amount"]) * 100) for row in csv.DictReader(file))
    assert sum(built.table("profits").column("revenue").to_pylist()) == cents > 0


def test_columns_without_an_approved_need_are_counted_and_nowhere_to_be_found(built):
    states = {(r["source"], r["column"]): r["state"] for r in built.table("columns").to_pylist()}
    assert states["people", "shoe_size"] == "without a need"
    assert states["people", "email"] == "approved"
    for name in built.snapshot().tables():
        assert not [c for c in built.table(name).column_names if "shoe" in c]


def test_a_veto_takes_effect_at_the_next_build(built, tmp_path):
    project = fresh(built, tmp_path)
    project.build()
    needs = project.folder / "data_needs.toml"
    needs.write_text(
        needs.read_text() + NEED.format(source="people", columns='["city"]', state="vetoed")
    )
    (project.folder / "segments.toml").write_text("")
    (project.folder / "tables/records/people.sql").write_text(
        "select 'shop' as source, person_id as record_id from people"
    )
    project.build()
    assert set(project.table("profiles").column("city").to_pylist()) == {None}
    assert "Berlin" not in json.dumps(project.table("customers").to_pylist(), default=str)


def test_customers_keep_their_ids_when_more_records_come(built, tmp_path):
    project = fresh(built, tmp_path)
    project.build()
    before = {r["record_id"]: r["customer_id"] for r in project.table("memberships").to_pylist()}
    people = project.folder / "raw" / "people.csv"
    people.write_text(people.read_text() + "a0,p3@mail.de,Bonn,40\nz9,new@mail.de,Bonn,41\n")
    project.build()
    after = {r["record_id"]: r["customer_id"] for r in project.table("memberships").to_pylist()}
    assert {record: after[record] for record in before} == before
    assert after["a0"] == before["p3"]


def test_builds_are_compared_rolled_back_and_pruned_through_the_project(built, tmp_path):
    project = fresh(built, tmp_path)
    project.build()
    people = project.folder / "raw" / "people.csv"
    people.write_text(people.read_text() + "z9,new@mail.de,Bonn,41\n")
    project.build()
    changes = {change.table: change for change in project.compare(1, 2)}
    assert (changes["records"].only_before, changes["records"].only_after) == (0, 1)
    assert changes["transactions"].is_same
    assert project.rollback(1).number == project.snapshot().number == 1
    assert project.prune(keep=2) == []


def test_of_two_builds_at_once_one_refuses(built, tmp_path):
    project = fresh(built, tmp_path)
    met = []

    def build_too(_):
        if not met:
            with pytest.raises(BuildRunning) as error:
                outsidein.open(project.folder).build()
            met.append(str(error.value))

    project.build(step=build_too)
    assert "Another build of this project is running" in met[0]


def test_without_as_of_the_build_is_of_today_and_says_so(built, tmp_path):
    folder = fresh(built, tmp_path).folder
    text = (folder / "outsidein.toml").read_text().replace("as_of = 2020-01-01\n", "")
    (folder / "outsidein.toml").write_text(text)
    project = Project(folder, clock=lambda: datetime(2019, 9, 1, 12, tzinfo=UTC))
    project.build()
    manifest = json.loads((project.snapshot().folder / "manifest.json").read_text())
    assert manifest["as_of"] == "2019-09-01"
    days = project.table("order_days").column("ordered_on").to_pylist()
    assert max(days).isoformat() < "2019-09-01"


def test_every_number_has_an_interval_or_a_reason_and_no_figure_is_of_fewer_than_ten(built):
    for figure in built.figures().values():
        for e in figure.estimates:
            assert e.low is not None or e.why, (figure.name, e)
            assert e.n is None or e.n == 0 or e.n >= 10, (figure.name, e)
