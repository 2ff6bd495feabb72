from datetime import date

import ibis
import pytest

from outsidein.value.declaration import ValueSettings
from outsidein.value.histories import hold_out_from, purchase_histories

CUT = date(2024, 5, 1)


def buy(who, on, revenue=100, **more):
    day = date.fromisoformat(on)
    return {"customer_id": who, "ordered_on": day, "revenue": revenue, "cost": 60} | more


def histories(known, **value):
    table = purchase_histories(known, settings=ValueSettings(**value), held_out_from=CUT)
    return {
        row.pop("customer_id"): row
        for row in table.order_by("customer_id").to_pyarrow().to_pylist()
    }


def test_a_history_by_hand_as_it_is_and_as_it_stood_before_the_hold_out(firm):
    known = firm(
        customers=[{"customer_id": "c"}],
        transactions=[
            buy("c", "2024-03-01", 500),
            buy("c", "2024-03-01", 40, line=2),
            buy("c", "2024-03-11", 100),
            buy("c", "2024-03-15", -100, cost=-60, is_return=True),
            buy("c", "2024-05-01", 30, cost=None, customisation_cost=5),
        ],
    )
    assert histories(known, gross_margin=0.5) == {
        "c": {
            "frequency": 2,
            "recency": 61,
            "T": 121,  # to 30 June, the last day known
            "spend": 130,
            "all_spend": 670,
            "contribution": 440 - 20 + 40 - 40 + 30 - 15 - 5,
            "calibration_frequency": 1,
            "calibration_recency": 10,
            "calibration_T": 60,
            "held_out": 1,
        }
    }


def test_who_came_after_the_hold_out_began_has_no_calibration(firm):
    known = firm(customers=[{"customer_id": "c"}], transactions=[buy("c", "2024-05-01")])
    row = histories(known)["c"]
    assert (
        row["calibration_T"] is row["calibration_recency"] is row["calibration_frequency"] is None
    )
    assert row["held_out"] == 1


def test_only_known_customers_who_bought_and_have_no_contract_have_a_history(firm):
    lines = [buy(who, "2024-04-01") for who in ("c", "tied", "stranger", None)]
    lines += [buy("back", "2024-04-01", -9, is_return=True)]
    contract = {"customer_id": "tied", "started_on": date(2024, 1, 1)}
    names = ("c", "tied", "back", "idle")
    known = firm(
        customers=[{"customer_id": name} for name in names],
        transactions=lines,
        contracts=[contract],
    )
    assert set(histories(known)) == {"c"}


def test_the_last_third_of_the_observed_time_is_held_out(firm):
    known = firm(transactions=[buy(None, "2024-04-02"), buy("c", "2024-05-02")])
    assert hold_out_from(known.orders, as_of=known.as_of) == date(2024, 6, 1)
    assert hold_out_from(firm().orders, as_of=known.as_of) is None


@pytest.mark.parametrize("dialect", ["duckdb", "pyspark"])
def test_it_can_be_said_to_both_engines(firm, dialect):
    table = purchase_histories(firm(), settings=ValueSettings(), held_out_from=CUT)
    assert "anti" in str(ibis.to_sql(table, dialect=dialect)).lower()
