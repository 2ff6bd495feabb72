from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import sessionmaker

from outsidein.errors import BuildRunning, InputError, UnknownName
from outsidein.lake.engine import connect, read_table, write_table
from outsidein.lake.manifest import Manifest
from outsidein.lake.snapshot_comparison import compare
from outsidein.lake.snapshots import PublishedBy, Snapshots, Verdict

NOW = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def snapshots(tmp_path, store):
    @contextmanager
    def publishing(*_):
        with sessionmaker(store).begin() as session:
            yield PublishedBy(session, "Ann")

    return Snapshots(tmp_path / "lake", store).built_by(publishing)


@pytest.fixture
def rollback(snapshots, store):
    """Roll back in a transaction."""

    def roll_back(number):
        with sessionmaker(store).begin() as session:
            snapshots.rollback(session, number, by="Ann", now=NOW)

    return roll_back


def build(snapshots, rows, **verdict):
    """Build a snapshot whose one table holds these (id, value) rows."""
    with snapshots.begin() as attempt:
        con = connect()
        values = ", ".join(f"({key}, {value})" for key, value in rows)
        table = con.sql(f"SELECT * FROM (VALUES {values}) t(id, value)")
        write_table(con, table, attempt.folder / "customers.parquet", key=["id"])
        manifest = Manifest(attempt.number, date(2020, 1, 1), {}, {}, {}, "", {})
        judged = Verdict(**verdict)
        snapshots.publish(attempt, manifest, started=NOW, now=NOW, verdict=judged)


def rows(snapshot):
    return read_table(connect(), snapshot.table("customers")).to_pyarrow().to_pylist()


def test_the_last_build_is_the_one_to_read_and_a_rollback_makes_an_earlier_one_so(
    snapshots, rollback
):
    build(snapshots, [(1, 10)])
    build(snapshots, [(1, 20)])
    assert rows(snapshots.current()) == [{"id": 1, "value": 20}]
    rollback(1)
    assert rows(snapshots.current()) == [{"id": 1, "value": 10}]
    build(snapshots, [(1, 30)])
    assert snapshots.current().number == 3


def test_before_the_first_build_there_is_a_sentence_instead(snapshots):
    with pytest.raises(InputError, match=r"Nothing has been built yet\. Run `outsidein build`"):
        snapshots.current()


def test_a_build_that_fails_leaves_the_last_good_snapshot_and_no_rubbish(snapshots, tmp_path):
    build(snapshots, [(1, 10)])

    def fail():
        with snapshots.begin() as attempt:
            (attempt.folder / "half.parquet").write_bytes(b"PAR")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert rows(snapshots.current()) == [{"id": 1, "value": 10}]
    assert [path.name for path in (tmp_path / "lake" / "builds").iterdir()] == ["000001"]
    assert not (tmp_path / "lake" / "building").exists()


def test_a_snapshot_moved_into_place_but_never_published_is_swept_by_the_next_build(
    snapshots, tmp_path
):
    build(snapshots, [(1, 10)])
    (tmp_path / "lake" / "builds" / "000002").mkdir()
    (tmp_path / "lake" / "moving").write_text("2")
    build(snapshots, [(1, 20)])
    assert snapshots.current().number == 2
    assert rows(snapshots.current()) == [{"id": 1, "value": 20}]
    assert not (tmp_path / "lake" / "moving").exists()


def test_a_folder_that_no_build_left_is_neither_swept_nor_written_over(snapshots, tmp_path):
    build(snapshots, [(1, 10)])
    foreign = tmp_path / "lake" / "builds" / "000007"
    foreign.mkdir()
    build(snapshots, [(1, 20)])
    assert foreign.is_dir()
    assert snapshots.current().number == 8


def test_of_two_builds_at_once_one_refuses(snapshots):
    with snapshots.begin(), pytest.raises(BuildRunning, match="Another build of this project is"):
        snapshots.begin().__enter__()


def test_pruning_keeps_the_newest_and_the_one_in_use(snapshots, rollback, store):
    for value in range(5):
        build(snapshots, [(1, value)])
    rollback(1)
    with sessionmaker(store).begin() as session:
        pruned = snapshots.prune(session, keep=2)
    assert [snapshot.number for snapshot in pruned] == [3, 2]
    assert all(snapshot.folder.exists() for snapshot in pruned)
    snapshots.delete(pruned)
    assert [s.number for s in snapshots.all() if s.folder.exists()] == [5, 4, 1]
    with pytest.raises(UnknownName, match="no kept build '2'"):
        rollback(2)


def test_withheld_builds_push_no_published_one_out(snapshots, store):
    build(snapshots, [(1, 10)])
    for value in range(3):
        build(snapshots, [(1, value)], exceeds=("Rows fell.",))
    with sessionmaker(store).begin() as session:
        assert [snapshot.number for snapshot in snapshots.prune(session, keep=2)] == [2]
    assert snapshots.current().number == 1
    [newest, *_] = snapshots.all()
    assert (newest.was_published, newest.exceeds) == (False, ("Rows fell.",))


def test_two_builds_are_compared_row_by_row(snapshots):
    build(snapshots, [(1, 10), (2, 20), (3, 30)])
    build(snapshots, [(1, 10), (2, 21), (4, 40), (5, 50)])
    [change] = compare(snapshots.get(1), snapshots.get(2))
    assert (change.rows_before, change.rows_after) == (3, 4)
    assert (change.only_before, change.only_after) == (2, 3)
    assert not change.is_same
    [same] = compare(snapshots.get(2), snapshots.get(2))
    assert same.is_same


def test_an_unknown_table_names_the_nearest(snapshots):
    build(snapshots, [(1, 10)])
    with pytest.raises(UnknownName, match="Did you mean 'customers'"):
        snapshots.current().table("customer")
