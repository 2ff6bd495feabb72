import pytest

from outsidein.canonical.query import read_query
from outsidein.errors import ProjectError
from outsidein.lake.queries import sql_parser


def read(tmp_path, sql):
    path = tmp_path / "orders.sql"
    path.write_text(sql)
    with sql_parser() as parse:
        return read_query(path, parse=parse)


def test_a_query_knows_the_relations_it_reads_and_not_its_own(tmp_path):
    query = read(
        tmp_path,
        "WITH late AS (SELECT * FROM orders) SELECT *, unnest([1]) FROM late JOIN items USING (id)",
    )
    assert query.relations == {"orders", "items"}
    assert query.name == "orders"


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("SELEC 1", r"line 1: syntax error at or near"),
        ("SELECT 1\nFROM a WHERE\nAND", r"line 3: syntax error at or near"),
        ("SELECT 1 FROM try(1 / 0)", "an operator: a model reads sources only"),
        ("SELECT 1; SELECT 2", "holds 2 queries; a model is one"),
        ("CREATE TABLE t AS SELECT 1", "a model is one SELECT and nothing else"),
        ("SELECT * FROM read_csv('secrets.csv')", "read_csv: a model reads sources only"),
        ("SELECT * FROM glob('*')", "glob: a model reads sources only"),
        ("SELECT now()", "now: may not be used: a build must give the same tables"),
        ("SELECT current_date", "current_date: may not be used"),
        ("SELECT 1 WHERE random() < 0.5", "random: may not be used"),
        ("SELECT (SELECT uuid())", "uuid: may not be used"),
    ],
)
def test_what_is_not_one_repeatable_query_over_sources_is_refused(tmp_path, sql, problem):
    with pytest.raises(ProjectError, match=problem):
        read(tmp_path, sql)


def test_files_and_other_schemas_count_as_relations_so_that_they_are_refused_as_unknown(tmp_path):
    query = read(tmp_path, "SELECT * FROM 'x.parquet', information_schema.tables")
    assert query.relations == {"x.parquet", "information_schema.tables"}


def test_a_column_that_is_only_named_like_a_function_may_be_read(tmp_path):
    query = read(tmp_path, "SELECT transaction_timestamp, version, hash FROM orders")
    assert query.relations == {"orders"}
