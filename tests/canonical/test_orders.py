from datetime import date

import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outsidein.canonical.order_totals import orders_from_lines
from outsidein.canonical.tables import canonical
from tests.tables import table

CON = ibis.duckdb.connect()
COLUMNS = {**canonical("transactions").all_columns, "customer_id": "string"}
LINE = {
    "source": "shop",
    "transaction_id": "o1",
    "record_id": "r1",
    "customer_id": "c1",
    "ordered_on": date(2020, 1, 1),
    "discount": 0,
    "is_return": False,
    "is_trial": False,
    "is_cancelled": False,
}


def added(lines, **more):
    rows = [tuple((LINE | line).get(column) for column in COLUMNS) for line in lines]
    found = orders_from_lines(ibis.memtable(table(rows, **COLUMNS)), **more)
    return CON.to_pyarrow(found.order_by("transaction_id", "ordered_on")).to_pylist()


def test_an_order_is_the_sum_of_its_lines_and_returns_stand_apart():
    [order] = added(
        [
            {"line": 1, "revenue": 500, "discount": 20, "cost": 300},
            {"line": 2, "revenue": 200, "customisation_cost": 7},
            {"line": 3, "revenue": -100, "is_return": True},
        ]
    )
    assert {name: order[name] for name in ("lines", "revenue", "sold", "returned")} == {
        "lines": 2,
        "revenue": 600,
        "sold": 700,
        "returned": 100,
    }
    assert (order["goods"], order["sold_without_cost"]) == (300, 200)
    assert (order["returned_without_cost"], order["customising"]) == (100, 7)
    assert (order["discounts"], order["is_sale"], order["is_purchase"]) == (20, True, True)


def test_an_order_and_its_cancellation_net_to_zero_and_make_no_buyer():
    undone = [
        {"revenue": 7_000, "is_cancelled": True},
        {"transaction_id": "o2", "revenue": -7_000, "is_return": True, "is_cancelled": True},
    ]
    assert added(undone) == []
    [kept] = added([*undone, {"line": 2, "revenue": 300}])
    assert (kept["sold"], kept["returned"], kept["lines"]) == (300, 0, 1)


def test_a_trial_is_a_sale_and_no_purchase_and_a_return_is_neither():
    trial, back = added(
        [
            {"revenue": 0, "is_trial": True},
            {"transaction_id": "o2", "revenue": -5, "is_return": True},
        ]
    )
    assert (trial["is_sale"], trial["is_trial"], trial["is_purchase"]) == (True, True, False)
    assert (back["is_sale"], back["is_trial"], back["is_purchase"]) == (False, False, False)


@pytest.mark.parametrize(("of", "rows"), [("customer_id", 1), ("record_id", 2)])
def test_who_orders_is_the_customer_or_the_record(of, rows):
    lines = [{"revenue": 1}, {"revenue": 2, "line": 2, "record_id": "r2"}]
    assert len(added(lines, of=of)) == rows


@settings(max_examples=20)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["o1", "o2"]),
            st.integers(1, 3),
            st.booleans(),
            st.integers(0, 10**9),
            st.none() | st.integers(0, 10**9),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_nothing_is_lost_or_counted_twice(lines):
    rows = [
        {
            "transaction_id": order,
            "ordered_on": date(2020, 1, day),
            "line": number,
            "revenue": -amount if is_return else amount,
            "is_return": is_return,
            "cost": cost,
        }
        for number, (order, day, is_return, amount, cost) in enumerate(lines)
    ]
    found = added(rows)
    assert sum(row["revenue"] for row in found) == sum(row["revenue"] for row in rows)
    assert sum(row["sold"] - row["returned"] for row in found) == sum(r["revenue"] for r in rows)
    assert sum(row["goods"] for row in found) == sum(row["cost"] or 0 for row in rows)
    assert len(found) == len({(row["transaction_id"], row["ordered_on"]) for row in rows})
