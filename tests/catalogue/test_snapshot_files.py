import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from outsidein.errors import UnknownName
from outsidein.lake.engine import connect
from outsidein.tables.snapshot_files import (
    empty_rows,
    read_declared,
    write_declared,
    write_declared_rows,
)
from outsidein.tables.snapshot_rows import existing_path, read_declared_rows
from outsidein.tables.table import Column, Table

SPELLS = Table(
    "churn_spells",
    "spell of a customer",
    ("customer_id", "spell"),
    {
        "customer_id": Column("string"),
        "spell": Column("int64"),
        "churned_on": Column("date", formerly=("broke_off_on",)),
    },
    formerly=("breakoff_spells",),
    open_prefix="trait_",
)
ROWS = pa.table(
    {
        "customer_id": ["b", "a", "a"],
        "spell": [1, 2, 1],
        "churned_on": pa.array([None] * 3, pa.date32()),
    }
)


@pytest.fixture
def backend():
    return connect()


def test_rows_are_written_in_key_order(backend, tmp_path):
    write_declared(backend, SPELLS, ibis.memtable(ROWS), tmp_path)
    written = pq.read_table(tmp_path / "churn_spells.parquet")
    rows = zip(written["customer_id"].to_pylist(), written["spell"].to_pylist(), strict=True)
    assert list(rows) == [("a", 1), ("a", 2), ("b", 1)]


def test_a_table_without_a_key_is_written_in_the_order_of_all_columns(backend, tmp_path):
    log = Table("log", "line", (), {"line": Column("string")})
    write_declared(backend, log, ibis.memtable(pa.table({"line": ["b", "a", "b"]})), tmp_path)
    assert pq.read_table(tmp_path / "log.parquet")["line"].to_pylist() == ["a", "b", "b"]


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        (ROWS.drop_columns("spell"), "column 'spell' is missing"),
        (ROWS.append_column("extra", [[1, 2, 3]]), "column 'extra' is not declared"),
        (
            ROWS.set_column(1, "spell", [["1", "2", "1"]]),
            "column 'spell' is string, declared is int64",
        ),
        (
            ROWS.select(["spell", "customer_id", "churned_on"]),
            r"columns are in the order \['spell', 'customer_id', 'churned_on'\]",
        ),
    ],
)
def test_rows_that_differ_from_the_declaration_are_refused(backend, tmp_path, rows, problem):
    message = f"Table 'churn_spells' is not written as declared: {problem}."
    with pytest.raises(ValueError, match=message):
        write_declared(backend, SPELLS, ibis.memtable(rows), tmp_path)
    with pytest.raises(ValueError, match=message):
        write_declared_rows(SPELLS, rows, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_project_may_add_columns_of_the_open_prefix(backend, tmp_path):
    rows = ROWS.add_column(1, "trait_colour", [["red"] * 3])
    table = write_declared(backend, SPELLS, ibis.memtable(rows), tmp_path)
    assert table.columns == ("customer_id", "trait_colour", "spell", "churned_on")


def test_rows_in_memory_are_written_as_they_stand(tmp_path):
    path = write_declared_rows(SPELLS, ROWS, tmp_path)
    assert pq.read_table(path).equals(ROWS)


def test_an_older_snapshot_is_read_under_present_names(backend, tmp_path):
    old = ROWS.rename_columns(["customer_id", "spell", "broke_off_on"])
    pq.write_table(old, tmp_path / "breakoff_spells.parquet")
    assert existing_path(SPELLS, tmp_path) == tmp_path / "breakoff_spells.parquet"
    assert read_declared(backend, SPELLS, tmp_path).to_pyarrow().equals(ROWS)
    assert read_declared_rows(SPELLS, tmp_path).equals(ROWS)


def test_a_table_that_the_snapshot_does_not_hold_is_named(backend, tmp_path):
    pq.write_table(ROWS, tmp_path / "churn_spels.parquet")
    assert existing_path(SPELLS, tmp_path) is None
    with pytest.raises(UnknownName, match=r"no table 'churn_spells'. Did you mean 'churn_spels'"):
        read_declared(backend, SPELLS, tmp_path)


def test_empty_rows_have_the_declared_columns(tmp_path):
    write_declared_rows(SPELLS, empty_rows(SPELLS), tmp_path)
    assert pq.read_schema(tmp_path / "churn_spells.parquet").names == list(SPELLS.columns)
