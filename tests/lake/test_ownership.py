"""A lake and its store know each other; a damaged snapshot is noticed."""

import os
import shutil
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import sessionmaker

from outsidein.errors import DamagedSnapshot, WrongLake
from outsidein.lake.manifest import Manifest
from outsidein.lake.model import Lake
from outsidein.lake.snapshots import PublishedBy, Snapshots
from outsidein.store.store_engine import open_store

NOW = datetime(2020, 1, 1, tzinfo=UTC)


class Firm:
    """A store and the folder of a lake."""

    def __init__(self, lake, store):
        self.lake, self.sessions = lake, sessionmaker(store)
        self.snapshots = Snapshots(lake, store).built_by(self.publishing)

    @contextmanager
    def publishing(self, *_):
        with self.sessions.begin() as session:
            yield PublishedBy(session, "Ann")

    def claim(self, **options):
        with self.sessions.begin() as session:
            return self.snapshots.claim(session, host="north", now=NOW, **options)

    def build(self, **options):
        change = self.claim(**options)
        with self.snapshots.begin() as attempt:
            (attempt.folder / "customers.parquet").write_bytes(b"PAR1 twelve customers")
            manifest = Manifest(attempt.number, date(2020, 1, 1), {}, {}, {}, "", {})
            self.snapshots.publish(attempt, manifest, started=NOW, now=NOW)
        return change

    def table(self, number=1):
        return self.lake / "builds" / f"{number:06d}" / "customers.parquet"


@pytest.fixture
def firm(tmp_path):
    store = open_store(tmp_path / "store.db")
    yield Firm(tmp_path / "lake", store)
    store.dispose()


@pytest.fixture
def other(tmp_path):
    store = open_store(tmp_path / "other.db")
    yield store
    store.dispose()


def test_a_new_lake_is_tied_to_its_store_without_a_word(firm):
    assert firm.build() is None
    assert firm.build() is None
    assert firm.snapshots.current().number == 2


def test_a_build_with_an_empty_store_is_refused_and_touches_nothing(firm, other):
    firm.build()
    stranger = Firm(firm.lake, other)
    with pytest.raises(WrongLake, match="belongs to another store"):
        stranger.build()
    with pytest.raises(WrongLake, match="belongs to another store"):
        stranger.build(afresh=True)
    assert firm.table().exists()
    assert firm.snapshots.get(1).number == 1


def test_a_build_with_a_store_that_has_a_lake_of_its_own_is_refused(firm, other, tmp_path):
    firm.build()
    stranger = Firm(tmp_path / "elsewhere", other)
    stranger.build()
    visitor = Firm(firm.lake, other)
    with pytest.raises(WrongLake, match="belongs to another store"):
        visitor.build()
    with pytest.raises(WrongLake, match="belongs to another store"):
        visitor.snapshots.current()
    with pytest.raises(WrongLake), visitor.snapshots.begin():
        pass
    assert firm.table().exists()


def test_a_second_machine_without_the_lake_is_told_where_it_lies_and_how_to_share_it(
    firm, tmp_path
):
    firm.build()
    second = Firm(tmp_path / "second", firm.sessions.kw["bind"])
    problem = rf"lie in {firm.lake} on north, not in {second.lake}\..*\[lake\] path"
    with pytest.raises(WrongLake, match=problem):
        second.build()
    with pytest.raises(WrongLake, match=problem):
        second.snapshots.current()
    assert not second.lake.exists()


def test_a_lost_lake_begins_afresh_only_where_somebody_says_so(firm):
    firm.build()
    shutil.rmtree(firm.lake)
    with pytest.raises(WrongLake, match="--afresh"):
        firm.build()
    assert "1 builds of this store are not in it" in firm.build(afresh=True)
    assert [(s.number, s.is_pruned) for s in firm.snapshots.all()] == [(2, False), (1, True)]


def test_a_lake_of_an_older_version_is_tied_to_the_store_whose_builds_it_holds(firm, other):
    firm.build()
    (firm.lake / "lake.json").unlink()
    with firm.sessions.begin() as session:
        session.execute(delete(Lake))
    with pytest.raises(WrongLake, match="belongs to another store"):
        Firm(firm.lake, other).build()
    assert "are tied to this store from now on" in firm.build()
    assert firm.snapshots.get(1).number == 1


def test_a_lake_that_moved_with_its_store_stays_its_own(firm, tmp_path):
    firm.build()
    moved = Firm(firm.lake.rename(tmp_path / "moved"), firm.sessions.kw["bind"])
    assert moved.build() is None


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (lambda path: shutil.rmtree(path.parent), "its files are missing"),
        (lambda path: path.unlink(), r"customers\.parquet is missing"),
        (lambda path: path.write_bytes(b"PAR"), r"customers\.parquet has 3 bytes instead of 21"),
        (lambda path: path.write_bytes(b"PAR1 eleven customers"), "was changed"),
        (lambda path: (path.parent / "contents.json").write_text("{}"), "contents.json is missing"),
    ],
)
def test_a_damaged_snapshot_is_neither_read_nor_rolled_back_to(firm, damage, problem):
    firm.build()
    firm.build()
    damage(firm.table())
    with pytest.raises(DamagedSnapshot, match=f"Build 1 is damaged: .*{problem}"):
        firm.snapshots.get(1)
    with firm.sessions.begin() as session, pytest.raises(DamagedSnapshot):
        firm.snapshots.rollback(session, 1, by="Ann", now=NOW)
    assert firm.snapshots.current().number == 2


def test_a_change_that_hides_its_time_is_noticed_by_reading_every_file(firm):
    firm.build()
    times = firm.table().stat()
    firm.table().write_bytes(b"PAR1 eleven customers")
    os.utime(firm.table(), ns=(times.st_atime_ns, times.st_mtime_ns))
    [snapshot] = firm.snapshots.all()
    assert snapshot.damages() == []
    assert snapshot.damages(is_thorough=True) == ["customers.parquet was changed"]


def test_a_copied_file_whose_bytes_are_the_same_is_intact(firm):
    firm.build()
    os.utime(firm.table(), (0, 0))
    assert firm.snapshots.current().number == 1
    assert firm.table().stat().st_mtime == NOW.timestamp()
