import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from outsidein.lake.engine import connect, hold_table, write_table
from outsidein.lake.manifest import file_hash


def test_sums_of_integers_are_written_as_integers(tmp_path):
    con = connect()
    table = con.create_table("t", pa.table({"region": ["a", "a"], "revenue": [2**60, 1]}))
    sums = table.group_by("region").aggregate(revenue=table.revenue.sum())
    write_table(con, sums, tmp_path / "t.parquet", key=["region"])
    assert pq.read_table(tmp_path / "t.parquet").to_pylist() == [
        {"region": "a", "revenue": 2**60 + 1}
    ]


def test_tables_made_in_memory_can_be_written(tmp_path):
    con = connect()
    table = ibis.memtable(pa.table({"a": [2, 1]}))
    write_table(con, table, tmp_path / "t.parquet", key=["a"])
    assert pq.read_table(tmp_path / "t.parquet").column("a").to_pylist() == [1, 2]


def test_no_zero_is_written_as_negative(tmp_path):
    con = connect()
    table = ibis.memtable(pa.table({"a": [1, 2], "zero": [-0.0, 1.5], "small": [None, -1e-300]}))
    write_table(con, table, tmp_path / "t.parquet", key=["a"])
    written = pq.read_table(tmp_path / "t.parquet").to_pylist()
    assert str(written[0]) == "{'a': 1, 'zero': 0.0, 'small': None}"
    assert written[1] == {"a": 2, "zero": 1.5, "small": -1e-300}


def test_a_table_held_anew_takes_the_place_of_the_one_before():
    backend = connect()
    for number in (1, 2):
        rows = ibis.memtable(pa.table({"n": [number]}))
        held = hold_table(backend, rows.mutate(twice=rows.n * 2), "held")
    assert backend.to_pyarrow(held).to_pylist() == [{"n": 2, "twice": 4}]
    backend.drop_table("held")
    assert "held" not in backend.list_tables()


def test_the_same_rows_give_the_same_bytes_on_one_thread_and_on_two(tmp_path):
    hashes = set()
    for threads, order in ((1, "id"), (2, "id % 977"), (2, "-id")):
        con = connect(threads=threads)
        con.raw_sql(
            "CREATE TABLE t AS SELECT range AS id, 'c' || (range * 7919) % 300007 AS name "
            f"FROM range(300000) ORDER BY {order.replace('id', 'range')}"
        )
        write_table(con, con.table("t"), tmp_path / "t.parquet", key=["name", "id"])
        hashes.add(file_hash(tmp_path / "t.parquet"))
    assert len(hashes) == 1
