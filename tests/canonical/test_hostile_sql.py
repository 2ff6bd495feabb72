"""A model reads its sources and nothing else, and gives the same rows whenever it runs."""

import pytest

from outsidein.canonical.binding import refuse_other_relations
from outsidein.canonical.query import Query
from outsidein.canonical.sql_models import read_models
from outsidein.errors import ProjectError
from outsidein.lake.engine import connect

FILE = "/secret.csv"
READING = [
    "SELECT * FROM '{file}'",
    'SELECT * FROM "{file}"',
    'SELECT * FROM \'{file}\' UNION ALL (WITH "{file}" AS (SELECT 1) SELECT * FROM "{file}")',
    'WITH a AS (WITH "{file}" AS (SELECT 1) SELECT * FROM "{file}") SELECT * FROM "{file}"',
    'WITH "{file}" AS (SELECT * FROM "{file}") SELECT * FROM "{file}"',
    'SELECT (SELECT count(*) FROM "{file}") FROM (WITH "{file}" AS (SELECT 1) SELECT 1)',
    'WITH b AS (SELECT * FROM "{file}"), "{file}" AS (SELECT 1) SELECT * FROM b',
    "SELECT * FROM orders JOIN '{file}' ON true",
    "SELECT * FROM (SUMMARIZE '{file}')",
    "SELECT * FROM (DESCRIBE '{file}')",
    "SELECT * FROM read_csv('{file}')",
    "SELECT * FROM read_text('{file}')",
    "SELECT * FROM query('FROM ''{file}''')",
    "SELECT * FROM query_table('{file}')",
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM (SHOW TABLES)",
    "SELECT * FROM duckdb_tables",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM pg_catalog.pg_class",
    "FROM system.main.duckdb_views",
]
CHANGING = [
    "SELECT * FROM orders USING SAMPLE 3",
    "SELECT * FROM orders TABLESAMPLE 10%",
    "SELECT * FROM (SELECT 1) TABLESAMPLE reservoir(1)",
    "SELECT age(day) FROM orders",
    "SELECT current_localtimestamp()",
    "SELECT current_localtime()",
    "SELECT 'now'::TIMESTAMP",
    "SELECT CAST(' Today ' AS DATE)",
    "SELECT TIMESTAMPTZ 'tomorrow'",
    "SELECT 'now'::VARCHAR::TIMESTAMP",
    "SELECT CURRENT_TIMESTAMP",
    "SELECT LOCALTIME",
    "SELECT get_current_timestamp()",
    "SELECT ago(INTERVAL 1 DAY)",
    "SELECT random()",
    'SELECT "random"()',
    "SELECT main.random()",
    "SELECT list_transform([1], lambda x: random())",
    "SELECT [uuid() FOR x IN [1]]",
    "SELECT * REPLACE (now() AS day) FROM orders",
    "SELECT id FROM orders ORDER BY random() LIMIT 1",
    "SELECT count(*) FILTER (WHERE random() > 0.5) OVER (PARTITION BY uuid()) FROM orders",
    "SELECT * FROM unnest([random()])",
    "SELECT * FROM range(CAST(random() * 10 AS INT))",
    "SELECT TRY(now())",
    "SELECT uuidv7()",
    "SELECT getenv('HOME')",
    "SELECT getvariable('x')",
    "SELECT current_setting('threads')",
    "SELECT nextval('s')",
    "SELECT txid_current()",
    "SELECT version()",
    "SELECT current_database()",
    "SELECT current_query()",
    "SELECT pg_postmaster_start_time()",
    "SELECT pg_get_viewdef(1)",
    "SELECT sleep_ms(1)",
    "SELECT setseed(0.5)",
    "SELECT hash(id) FROM orders",
    "SELECT reservoir_quantile(id, 0.5) FROM orders",
    "SELECT approx_quantile(id, 0.5) FROM orders",
]
HARMLESS = [
    "WITH orders AS (SELECT * FROM orders) SELECT * FROM orders",
    "WITH RECURSIVE r AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM r WHERE i < 3) SELECT i FROM r",
    "WITH a AS MATERIALIZED (FROM orders), b AS (FROM A) SELECT id FROM b JOIN a USING (id)",
    "SELECT age(day, TIMESTAMP '2020-01-01') AS age, 'now' AS word, 'today' LIKE 'x' FROM orders",
    "SELECT o.day, unnest([1, 2]) AS n FROM orders AS o WHERE EXISTS (SELECT 1 FROM late)",
    "SELECT CASE WHEN id > 0 THEN id ELSE error('negative') END AS id FROM orders",
    "SELECT * FROM orders -- all of them",
    "FROM range(3) AS r(i) SELECT i",
    "SELECT " + "(" * 5_000 + "1" + ")" * 5_000,
]


@pytest.fixture
def write(tmp_path):
    """Write a model to a project's folder, beside a file that no source declares."""
    (tmp_path / "secret.csv").write_text("name,iban\nAnn,DE00\n")

    def run(sql):
        path = tmp_path / "tables" / "records" / "people.sql"
        path.parent.mkdir(parents=True, exist_ok=True)
        content = sql if isinstance(sql, bytes) else sql.format(file=tmp_path / FILE[1:]).encode()
        path.write_bytes(content)
        return path

    return run


@pytest.fixture(scope="module")
def backend():
    """An engine with a source `orders`, beside tables of its own."""
    engine = connect()
    engine.raw_sql("CREATE VIEW orders AS SELECT 1 AS id, TIMESTAMP '2020-01-01' AS day, NULL AS x")
    engine.raw_sql("CREATE TABLE engine_table AS SELECT 1 AS id")
    return engine


def late(tmp_path):
    return Query(tmp_path / "late.sql", "SELECT * FROM orders", frozenset({"orders"}))


@pytest.mark.parametrize("sql", READING)
def test_a_model_that_reads_more_than_its_sources_is_refused_by_its_text(tmp_path, write, sql):
    write(sql)
    with pytest.raises(ProjectError, match=r"neither a source|reads sources only|one SELECT"):
        read_models(tmp_path / "tables", sources={"orders"})


@pytest.mark.parametrize("sql", [*READING[:13], "SELECT * FROM engine_table"])
def test_the_engine_that_binds_models_reaches_no_file_and_no_other_table(write, backend, sql):
    path = write(sql)
    query = Query(path, path.read_text(), frozenset({"orders"}))
    with pytest.raises(ProjectError, match=r"people\.sql: [^\n]*(Error|disabled|no source)[^\n]*$"):
        refuse_other_relations(backend, [], [query])


@pytest.mark.parametrize("sql", CHANGING)
def test_a_model_whose_rows_could_change_between_builds_is_refused(tmp_path, write, sql):
    write(sql)
    with pytest.raises(ProjectError, match="the same tables whenever it runs") as error:
        read_models(tmp_path / "tables", sources={"orders"})
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("sql", HARMLESS)
def test_a_model_over_sources_is_read_and_bound(tmp_path, write, backend, sql):
    write(sql)
    models = read_models(tmp_path / "tables", sources={"orders", "late"})
    (query,) = models.by_table["records"]
    assert query.relations <= {"orders", "late"}
    refuse_other_relations(backend, [late(tmp_path)], [query])


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"SELECT 1\nFROM orders WHERE x = '\x00'", "line 2: holds a NUL character; remove it"),
        (b"SELECT 1\n\nFROM \xe4", "line 3: is not UTF-8; save it in that encoding"),
        (b"SELECT 1,\n random()", "line 2: random: may not be used"),
        (b"SELECT " + b"abs(" * 500 + b"1" + b")" * 500, "people.sql: "),
        (b"", "people.sql: "),
        (b"-- nothing", "people.sql: "),
    ],
)
def test_an_odd_file_is_one_line_with_its_file_and_line(tmp_path, write, content, problem):
    write(content)
    with pytest.raises(ProjectError) as error:
        read_models(tmp_path / "tables", sources={"orders"})
    assert problem in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_with_a_byte_order_mark_is_read(tmp_path, write):
    write(b"\xef\xbb\xbfSELECT 1 AS id FROM orders")
    assert read_models(tmp_path / "tables", sources={"orders"}).by_table["records"]
