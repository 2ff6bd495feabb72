from collections import Counter
from datetime import UTC, date, datetime

import duckdb
import ibis
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outsidein.value.declaration import Activity, ValueSettings
from outsidein.value.profit import MEASURES, customer_accounts, customer_profit, unattributed

ACTIVITIES = {"call": Activity(cost=300), "complaint": Activity(cost=900, is_failure=True)}
MARGIN = ValueSettings(gross_margin=0.25)


def profit(known, value=MARGIN, activities=ACTIVITIES):
    table = customer_profit(known, settings=value, activities=activities)
    rows = table.order_by("customer_id").to_pyarrow().to_pylist()
    return {row.pop("customer_id"): row for row in rows}


def columns_of(row, *names):
    return tuple(row[name] for name in names)


def test_one_customer_by_hand(firm):
    known = firm(
        customers=[{"customer_id": "c"}],
        transactions=[
            {"customer_id": "c", "revenue": 1000, "discount": 100, "cost": 600},
            {"customer_id": "c", "line": 2, "revenue": 501, "customisation_cost": 20},
            {"customer_id": "c", "transaction_id": "t2", "revenue": 200, "cost": 150},
            {"customer_id": "c", "transaction_id": "t3", "revenue": -200, "is_return": True},
        ],
        encounters=[
            {"customer_id": "c"},
            {"customer_id": "c", "cost": 50},
            {"customer_id": "c", "kind": "complaint"},
            {"customer_id": "c", "cost": 70, "caused_by": "e1"},
            {"customer_id": "c", "kind": "chat"},
        ],
        messages=[{"customer_id": "c", "cost": 5}, {"customer_id": "c"}],
    )
    assert profit(known) == {
        "c": {
            "orders": 2,
            "lines": 3,
            "encounters": 5,
            "encounters_without_known_cost": 1,
            "revenue": 1701,
            "contract_revenue": 0,
            "returns": 200,
            "discounts": 100,
            "cost_of_goods": 600 + 376 + 150 - 150,  # 375.75 rounded; 150 came back
            "customisation_cost": 20,
            "cost_to_serve": 300 + 50 + 5,
            "failure_cost": 900 + 70,
            "revenue_without_known_cost": 501,
            "profit": 1701 - 200 - 976 - 20 - 355 - 970,
            "profit_without_failures": 1701 - 200 - 976 - 20 - 355,
        }
    }


def test_without_a_margin_an_unknown_cost_counts_as_nothing_and_is_counted(firm):
    known = firm(
        customers=[{"customer_id": "c"}], transactions=[{"customer_id": "c", "revenue": 9}]
    )
    row = profit(known, ValueSettings())["c"]
    assert columns_of(row, "cost_of_goods", "revenue_without_known_cost", "profit") == (0, 9, 9)


def test_halves_of_a_minor_unit_are_rounded_away_from_0_for_sales_and_returns_alike(firm):
    lines = [
        {"customer_id": "c", "revenue": 2},
        {"customer_id": "r", "revenue": -2, "is_return": True},
    ]
    known = firm(customers=[{"customer_id": "c"}, {"customer_id": "r"}], transactions=lines)
    rows = profit(known)
    assert (rows["c"]["cost_of_goods"], rows["r"]["cost_of_goods"]) == (2, -2)


def test_a_contract_pays_for_each_whole_period_until_it_ends_or_today(firm):
    known = firm(
        customers=[{"customer_id": name} for name in ("ended", "later", "running", "yearly")],
        contracts=[
            {"customer_id": "ended", "started_on": date(2024, 1, 10), "ended_on": date(2024, 3, 15),
             "price": 100, "cost": 30},
            {"customer_id": "running", "started_on": date(2024, 1, 10), "price": 100},
            {"customer_id": "later", "started_on": date(2024, 1, 10), "price": 100,
             "ended_on": date(2024, 9, 10), "cost": 10},
            {"customer_id": "yearly", "started_on": date(2022, 3, 1), "price": 1000, "cost": 0,
             "period": "year"},
        ],
    )  # fmt: skip
    columns = ("contract_revenue", "cost_of_goods", "revenue_without_known_cost", "profit")
    assert {who: columns_of(row, *columns) for who, row in profit(known).items()} == {
        "ended": (200, 60, 0, 140),
        "running": (500, 375, 500, 125),
        "later": (500, 50, 0, 450),
        "yearly": (2000, 0, 0, 2000),
    }


def test_nothing_that_happened_or_was_recorded_on_or_after_the_day_counts(firm):
    day, late = date(2024, 7, 1), datetime(2024, 7, 1, tzinfo=UTC)
    known = firm(
        customers=[{"customer_id": "c"}],
        transactions=[
            {"customer_id": "c", "revenue": 1, "cost": 0},
            {"customer_id": "c", "revenue": 2, "cost": 0, "ordered_on": day},
            {"customer_id": "c", "revenue": 4, "cost": 0, "recorded_at": late},
        ],
        encounters=[
            {"customer_id": "c", "started_on": day},
            {"customer_id": "c", "recorded_at": late},
        ],
        messages=[{"customer_id": "c", "cost": 8, "sent_on": day}],
        contracts=[{"customer_id": "c", "started_on": day, "price": 16}],
    )
    rows = profit(known)
    assert columns_of(rows["c"], "profit", "encounters") == (1, 0)


def test_the_day_begins_in_the_projects_time_zone(firm):
    evening = datetime(2024, 7, 1, 2, 59, tzinfo=UTC)  # still June in São Paulo
    line = {"customer_id": "c", "revenue": 1, "cost": 0, "ordered_on": date(2024, 6, 30)}
    for zone, counted in (("UTC", 0), ("America/Sao_Paulo", 1)):
        known = firm(
            customers=[{"customer_id": "c"}],
            transactions=[line | {"recorded_at": evening}],
            timezone=zone,
        )
        assert profit(known)["c"]["revenue"] == counted


def test_what_belongs_to_nobody_known_is_kept_apart(firm):
    lines = [{"customer_id": who, "revenue": 8, "cost": 1} for who in ("c", None, "stranger")]
    known = firm(customers=[{"customer_id": "c"}], transactions=lines, messages=[{"cost": 2}])
    rest = unattributed(known, settings=MARGIN, activities={}).to_pyarrow().to_pylist()
    assert [columns_of(row, "lines", "revenue", "cost_to_serve", "profit") for row in rest] == [
        (2, 16, 2, 12)
    ]


def test_every_published_column_is_a_64_bit_integer_on_the_engine_itself(firm, con):
    table = customer_profit(
        firm(customers=[{"customer_id": "c"}]), settings=MARGIN, activities=ACTIVITIES
    )
    con.create_view("profits", table)
    types = con.con.sql("SELECT * FROM profits").dtypes
    assert [str(kind) for kind in types] == ["VARCHAR"] + ["BIGINT"] * (len(MEASURES) + 2)


who = st.sampled_from(["a", "b", "stranger", None])
money = st.integers(0, 10_000)
line = st.fixed_dictionaries(
    {"customer_id": who, "transaction_id": st.sampled_from(["t1", "t2"]), "revenue": money,
     "discount": money, "cost": st.none() | money, "customisation_cost": st.none() | money}
)  # fmt: skip
back = line.map(lambda row: row | {"revenue": -row["revenue"], "is_return": True})
contact = st.fixed_dictionaries(
    {"customer_id": who, "kind": st.sampled_from(["call", "complaint", "chat"]),
     "cost": st.none() | money, "caused_by": st.none() | st.just("e1")}
)  # fmt: skip


SOLD = {
    "customer_id": "a",
    "transaction_id": "t9",
    "revenue": 7,
    "discount": 0,
    "cost": 0,
    "customisation_cost": None,
}
"""Some revenue, without which there is no profit."""


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(line | back, max_size=8), st.lists(contact, max_size=5), st.randoms())
def test_customers_and_nobody_make_the_total_in_any_order_of_rows(firm, lines, contacts, random):
    tables = {"customers": [{"customer_id": "a"}, {"customer_id": "b"}, {"customer_id": "idle"}]}
    lines = [*lines, SOLD]
    known = firm(transactions=lines, encounters=contacts, **tables)
    rows = profit(known)
    rest = unattributed(known, settings=MARGIN, activities=ACTIVITIES).to_pyarrow().to_pylist()[0]
    by_hand = sum(row["revenue"] - (row["customisation_cost"] or 0) for row in lines)
    by_hand -= sum(row["cost"] for row in lines if row["cost"] is not None)
    by_hand -= sum(_three_quarters(revenue) for revenue in _without_cost(lines).values())
    declared = {"call": 300, "complaint": 900, "chat": 0}
    by_hand -= sum(
        row["cost"] if row["cost"] is not None else declared[row["kind"]] for row in contacts
    )
    assert sum(row["profit"] for row in rows.values()) + rest["profit"] == by_hand
    assert set(rows) == {"a", "b", "idle"}
    assert not any(rows["idle"].values())
    random.shuffle(lines)
    assert profit(firm(transactions=lines, encounters=contacts, **tables)) == rows


def _without_cost(lines):
    """Revenue of each order whose goods' cost is unknown, what was returned apart."""
    revenue = Counter()
    for row in lines:
        if row["cost"] is None:
            order = (row["customer_id"], row.get("transaction_id", "t1"), "is_return" in row)
            revenue[order] += row["revenue"]
    return revenue


def _three_quarters(revenue):
    rounded = (abs(revenue) * 3 + 2) // 4
    return rounded if revenue >= 0 else -rounded


@pytest.mark.parametrize("dialect", ["duckdb", "pyspark"])
def test_it_can_be_said_to_both_engines(firm, dialect):
    known = firm(customers=[{"customer_id": "c"}])
    accounts = customer_accounts(known, settings=MARGIN, activities=ACTIVITIES)
    sql = " ".join(str(ibis.to_sql(accounts, dialect=dialect)).split())
    assert "COUNT(DISTINCT" in sql.replace("( DISTINCT", "(DISTINCT")


def test_sums_too_large_for_64_bits_are_refused_not_wrapped(firm):
    lines = [{"customer_id": "c", "line": n, "revenue": 4 * 10**18, "cost": 0} for n in range(3)]
    known = firm(customers=[{"customer_id": "c"}], transactions=lines)
    with pytest.raises(duckdb.ConversionException, match="12000000000000000000 to type INT64"):
        profit(known)
