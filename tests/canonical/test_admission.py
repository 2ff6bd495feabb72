import json
from datetime import UTC, date, datetime

import pytest

from outsidein.canonical.admission import admit
from outsidein.canonical.query import read_query
from outsidein.canonical.tables import CANONICAL, canonical
from outsidein.errors import ProjectError, UnknownName
from outsidein.lake.engine import connect
from outsidein.lake.queries import sql_parser

ORDER = "'shop' AS source, 'o1' AS transaction_id, 'c1' AS record_id, 100 AS revenue"


@pytest.fixture
def backend():
    return connect(timezone="America/Sao_Paulo")


@pytest.fixture
def admitted(backend, tmp_path):
    """Admit the rows of some SELECTs to a table: (rows, rejects) as lists of dicts."""

    def run(table, *selects):
        models = []
        for number, select in enumerate(selects):
            path = tmp_path / "tables" / table / f"model{number}.sql"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(select)
            with sql_parser() as parse:
                models.append(read_query(path, parse=parse))
        outcome = admit(
            backend,
            canonical(table),
            models,
            currency="BRL",
            rows_to=tmp_path / "rows.parquet",
            rejects_to=tmp_path / "rejects.parquet",
        )
        rows, rejects = (
            backend.con.sql(f"FROM '{tmp_path / name}.parquet'").to_arrow_table().to_pylist()
            for name in ("rows", "rejects")
        )
        assert (outcome.admitted, outcome.rejected) == (len(rows), len(rejects))
        return rows, rejects

    return run


def reasons(rejects):
    return sorted((reject["column"], reject["reason"]) for reject in rejects)


def test_a_naive_time_is_read_in_the_projects_zone_and_its_day_is_local(admitted):
    [row], rejects = admitted(
        "transactions", f"SELECT {ORDER}, '2018-01-01 23:30:00' AS ordered_at"
    )
    assert row["ordered_at"] == datetime(2018, 1, 2, 1, 30, tzinfo=UTC)
    assert row["ordered_on"] == date(2018, 1, 1)
    assert rejects == []


def test_a_time_in_the_hour_that_the_end_of_summer_repeats_is_the_second_of_two(admitted):
    [row], _ = admitted("transactions", f"SELECT {ORDER}, '2018-02-17 23:30:00' AS ordered_at")
    assert row["ordered_at"].astimezone(UTC) == datetime(2018, 2, 18, 2, 30, tzinfo=UTC)


def test_defaults_fill_what_a_model_leaves_out(admitted):
    [row], _ = admitted("transactions", f"SELECT {ORDER}, '2018-01-01' AS ordered_at")
    assert row["currency"] == "BRL"
    assert row["recorded_at"] == row["ordered_at"]
    assert (row["line"], row["discount"], row["is_return"]) == (1, 0, False)


@pytest.mark.parametrize(
    ("columns", "column", "reason"),
    [
        ("'0000-00-00' AS ordered_at", "ordered_at", "ordered_at is not a timestamp"),
        ("'0001-01-01' AS ordered_at", "ordered_at", "ordered_at is not a timestamp"),
        ("NULL AS ordered_at", None, "ordered_at is missing"),
        (
            "'2018-01-01' AS ordered_at, -1 AS quantity",
            None,
            "quantity is negative and is_return is not set",
        ),
        (
            "'2018-01-01' AS ordered_at, 'USD' AS currency",
            None,
            "currency is not the project's; convert the amounts in the model",
        ),
        ("'2018-01-01' AS ordered_at, 'x' AS quantity", "quantity", "quantity is not a number"),
    ],
)
def test_a_bad_row_is_turned_away_whole_with_its_reason(admitted, columns, column, reason):
    rows, [reject] = admitted("transactions", f"SELECT {ORDER}, {columns}")
    assert rows == []
    assert (reject["column"], reject["reason"]) == (column, reason)
    assert json.loads(reject["raw"])["transaction_id"] == "o1"
    assert reject["origin"] == "tables/transactions/model0.sql"


def test_of_rows_with_one_key_the_first_stays_and_the_others_are_told(admitted):
    rows, rejects = admitted(
        "transactions",
        f"SELECT {ORDER}, '2018-01-01' AS ordered_at, x::VARCHAR AS product FROM range(3) r(x)",
    )
    assert [row["product"] for row in rows] == ["0"]
    assert reasons(rejects) == [(None, "another row has the same key")] * 2


def test_a_key_met_again_in_another_model_is_told_too(admitted):
    select = f"SELECT {ORDER}, '2018-01-01' AS ordered_at"
    rows, rejects = admitted("transactions", select, select)
    assert len(rows) == len(rejects) == 1


def test_traits_travel_with_the_record_and_keep_their_type(admitted):
    [row], _ = admitted(
        "records", "SELECT 's' AS source, 'r' AS record_id, 41 AS trait_age, 'x' AS trait_home"
    )
    assert (row["trait_age"], row["trait_home"]) == (41, "x")


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Berlin", "Asia/Tokyo", "UTC"])
@pytest.mark.parametrize("kind", ["DATE", "VARCHAR", "TIMESTAMP"])
def test_a_placeholder_for_a_birth_date_is_left_empty_and_counted(zone, kind, tmp_path):
    backend = connect(timezone=zone)
    path = tmp_path / "model.sql"
    path.write_text(
        f"SELECT 's' AS source, col0::TEXT AS record_id, col1::{kind} AS born_on FROM (VALUES "
        "(1, '1900-01-01'), (2, '1899-12-30'), (3, '0001-01-01'), (4, '1900-01-02'), (5, NULL))"
    )
    with sql_parser() as parse:
        model = read_query(path, parse=parse)
    rows = tmp_path / "rows.parquet"
    outcome = admit(
        backend,
        canonical("records"),
        [model],
        currency="EUR",
        rows_to=rows,
        rejects_to=tmp_path / "rejects.parquet",
    )
    born = backend.con.sql(f"SELECT born_on FROM '{rows}' ORDER BY record_id").fetchall()
    assert born == [(None,), (None,), (None,), (date(1900, 1, 2),), (None,)]
    assert (outcome.admitted, outcome.rejected, outcome.placeholders) == (5, 0, 3)


def test_blank_ids_are_missing(admitted):
    rows, [reject] = admitted("records", "SELECT 's' AS source, '  ' AS record_id")
    assert rows == []
    assert reject["reason"] == "record_id is missing"


@pytest.mark.parametrize("name", CANONICAL)
def test_a_table_without_a_model_is_there_and_empty(admitted, name):
    assert admitted(name) == ([], [])


@pytest.mark.parametrize(
    ("select", "problem"),
    [
        ("SELECT 1 AS source, 2 AS record_idd", "'record_idd' is no column of records. Did you me"),
        ("SELECT 1 AS source", "record_id: records needs this column"),
        ("SELECT sauce FROM (SELECT 1 AS source)", "line 1, column 8: there is no column 'sauce'"),
        (
            "SELECT * FROM nowhere",
            "line 1, column 15: there is no source or staging query 'nowhere'",
        ),
    ],
)
def test_a_model_that_cannot_be_is_refused_in_one_line(admitted, select, problem):
    with pytest.raises(ProjectError) as error:
        admitted("records", select)
    assert problem in str(error.value)
    assert str(error.value).count("\n") == 0


@pytest.mark.parametrize(
    ("columns", "column", "reason"),
    [
        (
            "19.99 AS revenue",
            "revenue",
            "revenue is a fraction; an amount is in whole minor units, such as cents",
        ),
        (
            "4711000000000012 AS revenue",
            "revenue",
            "revenue is above 10,000,000,000,000 minor units; is it an amount?",
        ),
        ("1 AS revenue, 1.5 AS line", "line", "line is a fraction; it must be a whole number"),
        ("true AS revenue", "revenue", "revenue is not a whole number"),
        (
            "1 AS revenue, 0.1234 AS quantity",
            "quantity",
            "quantity has more than 3 decimals",
        ),
    ],
)
def test_no_number_is_rounded_or_guessed(admitted, columns, column, reason):
    select = "'s' AS source, 't' AS transaction_id, DATE '2018-01-01' AS ordered_at"
    rows, [reject] = admitted("transactions", f"SELECT {select}, {columns}")
    assert rows == []
    assert (reject["column"], reject["reason"]) == (column, reason)


def test_a_wrong_type_is_named_before_any_other_fault(admitted):
    select = "NULL AS source, 't' AS transaction_id, 'x' AS ordered_at, 0.5 AS revenue"
    _, [reject] = admitted("transactions", f"SELECT {select}")
    assert reject["reason"] == "ordered_at is not a timestamp"


def test_amounts_that_later_sums_cannot_hold_are_refused_by_model_and_column(admitted):
    select = (
        "SELECT 's' AS source, i::VARCHAR AS transaction_id, DATE '2018-01-01' AS ordered_at, "
        "10::BIGINT ** 13 AS revenue FROM range({rows}) AS r(i)"
    )
    rows, _ = admitted("transactions", select.format(rows=10_000))
    assert sum(row["revenue"] for row in rows) == 10**17
    with pytest.raises(ProjectError, match=r"model0\.sql: revenue: adds up to more than 100,000,"):
        admitted("transactions", select.format(rows=10_001))


def test_a_value_that_breaks_the_models_own_arithmetic_is_an_error_of_that_model(admitted):
    select = f"SELECT {ORDER}, '2018-01-01' AS ordered_at, CAST('x' AS INT) AS quantity"
    with pytest.raises(ProjectError, match=r"model0\.sql: Conversion Error"):
        admitted("transactions", select)


def test_an_unknown_canonical_table_names_the_nearest():
    with pytest.raises(UnknownName, match="Did you mean 'transactions'"):
        canonical("transaction")


def test_of_several_models_the_one_at_fault_is_named(admitted):
    good = f"SELECT {ORDER}, '2018-01-01' AS ordered_at"
    bad = f"SELECT * REPLACE (CAST(record_id AS INT) AS record_id) FROM ({good})"
    with pytest.raises(ProjectError, match=r"model1\.sql: Conversion Error"):
        admitted("transactions", good, bad)
