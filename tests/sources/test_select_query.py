"""The query of an SQL source changes nothing, whatever it is."""

import sqlite3

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from outsidein.errors import ProjectError, SourceError
from outsidein.sources.connection import Address
from outsidein.sources.select_query import query_problem
from tests.sources.shop import Shop

TABLE = ["CREATE TABLE t (id INTEGER)", "INSERT INTO t VALUES (7)"]
HOSTILE = [
    "DROP TABLE t",
    "drop table t;",
    "SELECT 1; DROP TABLE t",
    "SELECT id FROM t; DELETE FROM t; COMMIT",
    "WITH gone AS (DELETE FROM t RETURNING id) SELECT id FROM gone",
    "SELECT id INTO other FROM t",
    "SELECT id FROM t FOR UPDATE",
    "-- SELECT\nDELETE FROM t",
    "/* SELECT */ UPDATE t SET id = 1",
    "ATTACH DATABASE 'other.db' AS other",
    "PRAGMA user_version = 3",
    "EXPLAIN ANALYZE DELETE FROM t",
    "COPY t TO '/tmp/t'",
    "CALL wipe()",
    "SELECT set_config('transaction_read_only', 'off', false)",
    "SELECT load_extension('x')",
    "SELECT dblink_exec('', 'DROP TABLE t')",
    "SELECT id /*! INTO OUTFILE '/tmp/t' */ FROM t",
    "SELECT " + "(" * 3_000 + "1" + ")" * 3_000,
    "SELECT 'open",
    "",
    ";",
]


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path, 1)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, shop):
    """Where a table of one row lies, on each of the two databases."""
    if request.param == "sqlite":
        database = sqlite3.connect(shop.root / "a #1?.db")
        for statement in TABLE:
            database.execute(statement)
        database.commit()
        database.close()
        return "sqlite:///a%20%231%3F.db"
    address = request.getfixturevalue("postgres").empty()
    engine = sa.create_engine(address)
    wipe = "CREATE FUNCTION wipe() RETURNS INT LANGUAGE SQL AS 'DELETE FROM t; SELECT 1'"
    with engine.begin() as connection:
        for statement in [*TABLE, wipe]:
            connection.exec_driver_sql(statement)
    engine.dispose()
    return address.render_as_string(hide_password=False)


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql+psycopg", "mysql", "mssql", "strange"])
@pytest.mark.parametrize("query", HOSTILE)
def test_anything_but_one_select_is_refused_before_a_database_is_asked(query, dialect):
    assert query_problem(query, url=f"{dialect}://host/shop")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT id FROM t",
        "(SELECT id FROM t) UNION ALL SELECT 1 ORDER BY 1;",
        "WITH one AS (SELECT id FROM t) SELECT * FROM one -- all\n",
        "SELECT 'drop table t; --' AS id, \"delete\" FROM t WHERE note LIKE '%into%'",
    ],
)
def test_a_select_is_taken_as_it_stands(query):
    assert query_problem(query, url="sqlite:///shop.db") is None


def test_no_query_changes_the_database(shop, url):
    for query in HOSTILE:
        with pytest.raises(ProjectError, match=r"source.orders|`query` is refused"):
            shop.load("id", format="sql", url=url, query=query)
    shop.load("id", format="sql", url=url, query="SELECT id FROM t")
    assert shop.rows() == [(7,)]


def test_a_connection_only_reads(shop, url):
    engine = Address("orders", url, root=shop.root, environment={}).engine()
    for statement in ("DELETE FROM t", "CREATE TABLE other (id INTEGER)", "DROP TABLE t"):
        with pytest.raises(DBAPIError, match=r"read.?only"), engine.begin() as connection:
            connection.exec_driver_sql(statement)
    engine.dispose()
    shop.load("id", format="sql", url=url, table="t")
    assert shop.rows() == [(7,)]


def test_a_function_that_writes_is_stopped_by_the_database(shop, url):
    problem = "no such function" if "sqlite" in url else "read-only transaction"
    with pytest.raises(SourceError, match=problem):
        shop.load("id", format="sql", url=url, query="SELECT wipe() AS id")
    shop.load("id", format="sql", url=url, table="t")
    assert shop.rows() == [(7,)]
