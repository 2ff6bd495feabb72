"""SQL of a project runs on the engine as it stands, and what the engine refuses is one line."""

import pyarrow.parquet as pq
import pytest

from outsidein.errors import QueryError
from outsidein.lake.engine import connect
from outsidein.lake.queries import column_types, create_temp_view, first_row, write_query


@pytest.fixture
def backend():
    return connect()


def test_a_view_is_read_by_later_queries_and_replaced_by_its_successor(backend):
    create_temp_view(backend, 'the "orders"', "SELECT 1 AS n")
    create_temp_view(backend, 'the "orders"', "SELECT 2 AS n, 'a' AS name")
    assert first_row(backend, 'SELECT * FROM "the ""orders"""') == (2, "a")


def test_columns_come_in_order_with_the_types_of_duckdb(backend):
    types = column_types(backend, "SELECT now() AS at, 1 AS n")
    assert list(types.items()) == [("at", "TIMESTAMP WITH TIME ZONE"), ("n", "INTEGER")]


def test_rows_are_written_in_their_order(backend, tmp_path):
    path = tmp_path / "it's.parquet"
    write_query(backend, "SELECT unnest([3, 1, 2]) AS n", path, compression="zstd")
    assert pq.read_table(path)["n"].to_pylist() == [3, 1, 2]
    assert pq.ParquetFile(path).metadata.row_group(0).column(0).compression == "ZSTD"


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("SELECT * FROM nowhere", "Catalog Error: Table with name nowhere does not exist!"),
        ("SELECT 'x'::INTEGER", "Conversion Error: Could not convert string 'x' to INT32"),
    ],
)
def test_a_refusal_is_the_first_line_of_the_engines(backend, sql, problem):
    with pytest.raises(QueryError) as refusal:
        first_row(backend, sql)
    assert str(refusal.value) == problem
