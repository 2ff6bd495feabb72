"""Readings that a server's requests share: one engine, a connection for each, no old build."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from outsidein.lake.engine import read_table
from outsidein.lake.shared_readings import MOST_USES, SharedReadings
from outsidein.lake.snapshots import Snapshot

AT = datetime(2020, 1, 1, tzinfo=UTC)


def build(folder, number):
    """A snapshot with one table, which holds its number."""
    place = folder / str(number)
    place.mkdir()
    moment = pa.array([AT], pa.timestamp("us", "UTC"))
    pq.write_table(pa.table({"build": [number], "at": moment}), place / "t.parquet")
    return Snapshot(
        number, place, AT, is_current=True, is_pruned=False, was_published=True, exceeds=(),
        contents=f"hash {number}",
    )  # fmt: skip


def read(backend, snapshot, name):
    return read_table(backend, snapshot.table(name))


def reading_of(shared, snapshot, timezone="UTC"):
    return shared.reading(snapshot, timezone=timezone, read=read)


def numbers(reading):
    return reading.table("t").build.to_pyarrow().to_pylist()


@pytest.fixture
def shared():
    kept = SharedReadings()
    yield kept
    kept.close()


def test_readers_at_one_time_have_connections_of_their_own(shared, tmp_path):
    snapshot, together = build(tmp_path, 1), Barrier(8)

    def look(_):
        with reading_of(shared, snapshot) as reading:
            together.wait(timeout=30)
            return reading.backend, numbers(reading)

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(look, range(8)))
    assert len({id(backend) for backend, _ in answers}) == 8
    assert [rows for _, rows in answers] == [[1]] * 8


def test_a_connection_is_lent_again_with_its_tables_until_it_was_lent_often(shared, tmp_path):
    snapshot = build(tmp_path, 1)
    backends, tables = [], []
    for _ in range(MOST_USES + 1):
        with reading_of(shared, snapshot) as reading:
            backends.append(reading.backend)
            tables.append(reading.table("t"))
    assert all(backend is backends[0] for backend in backends[:-1])
    assert tables[1] is tables[0]
    assert backends[-1] is not backends[0]


def test_another_build_is_read_at_once_and_the_engine_before_closes_with_its_last_reader(
    shared, tmp_path
):
    first, second = build(tmp_path, 1), build(tmp_path, 2)
    with reading_of(shared, first) as before:
        with reading_of(shared, second) as after:
            assert (numbers(before), numbers(after)) == ([1], [2])
        backend = before.backend
        assert numbers(before) == [1]
    with pytest.raises(duckdb.ConnectionException):
        backend.raw_sql("SELECT 1")


def test_a_connection_whose_caller_failed_is_not_lent_again(shared, tmp_path):
    snapshot, lent = build(tmp_path, 1), []

    def fail():
        with reading_of(shared, snapshot) as reading:
            lent.append(reading.backend)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with reading_of(shared, snapshot) as reading:
        assert reading.backend is not lent[0]
        assert numbers(reading) == [1]


def test_days_begin_in_the_zone_of_the_project_also_after_it_changed(shared, tmp_path):
    snapshot = build(tmp_path, 1)
    for zone, hour in (("UTC", 0), ("Asia/Tokyo", 9)):
        with reading_of(shared, snapshot, zone) as reading:
            assert reading.table("t")["at"].hour().to_pyarrow().to_pylist() == [hour]


def test_after_closing_nothing_is_left_open_and_the_next_reader_opens_anew(shared, tmp_path):
    snapshot = build(tmp_path, 1)
    with reading_of(shared, snapshot) as reading:
        backend = reading.backend
    shared.close()
    with pytest.raises(duckdb.ConnectionException):
        backend.raw_sql("SELECT 1")
    with reading_of(shared, snapshot) as reading:
        assert numbers(reading) == [1]
