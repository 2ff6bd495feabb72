from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from outsidein.lake.constants import (
    constant_columns,
    read_table_with_constants,
    spool_table_with_constants,
)
from outsidein.lake.engine import connect

ROWS = {
    "source": ["shop"] * 4,
    "line": [1] * 4,
    "is_return": [False] * 4,
    "channel": pa.nulls(4, pa.string()),
    "city": ["Kiel", "Kiel", None, "Kiel"],
    "revenue": [5, 5, 5, 6],
    "on": [date(2020, 1, 1)] * 4,
    "long": ["x" * 40] * 4,
}


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "orders.parquet"
    pq.write_table(pa.table(ROWS), file, row_group_size=2)
    return file


def test_columns_of_one_value_or_of_none_are_found_and_only_those(path):
    found = {name: value.to_pyarrow().as_py() for name, value in constant_columns(path).items()}
    assert found == {"source": "shop", "line": 1, "is_return": False, "channel": None}


def test_a_value_that_changes_from_one_group_of_rows_to_the_next_is_no_constant(tmp_path):
    file = tmp_path / "two.parquet"
    pq.write_table(pa.table({"a": [1, 1, 2, 2]}), file, row_group_size=2)
    assert constant_columns(file) == {}


def test_an_empty_file_has_no_constants(tmp_path):
    pq.write_table(pa.table({"a": pa.array([], pa.int64())}), tmp_path / "none.parquet")
    assert constant_columns(tmp_path / "none.parquet") == {}


def test_a_table_reads_and_spools_as_if_nothing_were_left_out(path, tmp_path):
    con, plain = connect(), pq.read_table(path)
    lean = read_table_with_constants(con, path)
    assert lean.to_pyarrow().cast(plain.schema).equals(plain)
    spooled = spool_table_with_constants(
        con, lean, tmp_path / "spool.parquet", constant_columns(path)
    )
    assert spooled.to_pyarrow().cast(plain.schema).equals(plain)
    assert pq.read_schema(tmp_path / "spool.parquet").names == ["city", "revenue", "on", "long"]
