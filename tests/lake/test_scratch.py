import ibis
import pyarrow as pa
import pytest

from outsidein.lake.engine import connect
from outsidein.lake.scratch import scratch

ROWS = ibis.memtable(pa.table({"n": [1, 2]}))


def own(backend):
    return [name for name in backend.list_tables() if not name.startswith("ibis_")]


def test_two_tables_of_one_stem_stand_side_by_side():
    backend = connect()
    with scratch(backend) as held:
        ones, twos = (held.hold(ROWS.mutate(m=ROWS.n * k), "rows") for k in (1, 2))
        assert backend.to_pyarrow(ones.m.sum()).as_py() == 3
        assert backend.to_pyarrow(twos.m.sum()).as_py() == 6


def test_a_scratch_inside_another_drops_only_its_own_tables():
    backend = connect()
    with scratch(backend) as outer:
        kept = outer.hold(ROWS, "rows")
        with scratch(backend) as inner:
            inner.hold(ROWS, "rows")
        assert backend.to_pyarrow(kept.n.sum()).as_py() == 3


def test_tables_and_views_are_dropped_even_when_their_block_fails():
    backend = connect()

    def fail():
        with scratch(backend) as held:
            held.hold(ROWS, "rows")
            backend.raw_sql(f"CREATE TEMP VIEW {held.view_name('two')} AS SELECT 2 AS n")
            held.table_name("never_created")
            assert len(own(backend)) == 2
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert own(backend) == []
