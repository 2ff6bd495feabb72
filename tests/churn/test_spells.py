from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outsidein.churn.declaration import Silence
from outsidein.churn.orders import order_days
from outsidein.churn.spells import spells

AS_OF = date(2024, 7, 1)
SIXTY = Silence(60, None, None, 0)


def on(days_before):
    return AS_OF - timedelta(days=days_before)


def found(transactions, contracts, silence=SIXTY):
    days = order_days(transactions, as_of=AS_OF)
    table = spells(days, contracts, silence=silence, as_of=AS_OF)
    return table.order_by("customer_id", "spell").to_pyarrow().to_pylist()


def picked(rows, *names):
    return [tuple(row[name] for name in ("customer_id", *names)) for row in rows]


def test_a_silence_longer_than_the_rule_ends_a_spell_and_an_order_after_it_begins_another(
    orders, canon
):
    bought = orders(
        ("back", on(200), 900), ("back", on(190), 300), ("back", on(129), 50), ("back", on(69), 10)
    )
    rows = found(bought, canon("contracts"))
    assert picked(rows, "spell", "is_latest", "started_on", "last_on", "churned_on") == [
        ("back", 1, False, on(200), on(190), on(130)),
        ("back", 2, True, on(129), on(69), on(9)),
    ]
    assert picked(rows, "reason", "tenure_days", "tenure_months", "observed_months") == [
        ("back", "silence", 70, 2, 6),
        ("back", "silence", 120, 3, 4),
    ]
    # 1,200 in 70 days are 514.3 in 30; 60 in 120 days are 15
    assert picked(rows, "orders", "revenue", "revenue_per_month") == [
        ("back", 2, 1200, 514),
        ("back", 2, 60, 15),
    ]


@pytest.mark.parametrize(("silent", "churned_on"), [(60, None), (61, on(1))])
def test_whoever_is_not_silent_for_longer_than_the_rule_is_still_a_customer(
    orders, canon, silent, churned_on
):
    rows = found(orders(("a", on(silent))), canon("contracts"))
    assert picked(rows, "churned_on", "reason") == [("a", churned_on, churned_on and "silence")]
    assert rows[0]["tenure_days"] == 60


def test_returns_count_in_the_spell_they_follow_and_trials_begin_none(canon):
    line = {"customer_id": "a", "transaction_id": "1"}
    bought = canon(
        "transactions",
        [
            line | {"ordered_on": on(300), "revenue": 5, "is_trial": True},
            line | {"ordered_on": on(200), "revenue": 1000},
            line | {"ordered_on": on(150), "revenue": -400, "is_return": True},
            line | {"ordered_on": on(50), "revenue": 70},
        ],
    )
    assert picked(found(bought, canon("contracts")), "spell", "last_on", "revenue") == [
        ("a", 1, on(200), 600),
        ("a", 2, on(50), 70),
    ]


def contract(customer, name, started_on, ended_on=None, **more):
    return {
        "customer_id": customer,
        "contract_id": name,
        "started_on": started_on,
        "ended_on": ended_on,
        **more,
    }


def test_silence_takes_the_reason_of_a_contract_that_ended_in_the_spell(orders, canon):
    ended = canon(
        "contracts",
        [
            contract("a", "2", on(400), on(150), reason="price"),
            contract("a", "1", on(400), on(120), reason="moved"),
            contract("a", "3", on(400), on(110)),
            contract("b", "4", on(400), on(20), reason="too late"),
        ],
    )
    rows = found(orders(("a", on(160)), ("b", on(160)), ("c", on(160))), ended)
    assert picked(rows, "reason") == [("a", "moved"), ("b", "silence"), ("c", "silence")]


def test_contracts_without_a_gap_are_one_spell_and_with_one_are_two(orders, canon):
    held = canon(
        "contracts",
        [
            contract("a", "1", on(400), on(300), price=3000, reason="upgrade"),
            contract("a", "2", on(299), on(200), price=6000, reason="price"),
            contract("a", "3", on(350), on(340), price=100, reason="never mind"),
            contract("a", "4", on(198), None, price=6000),
            contract("b", "5", on(90), on(10), price=1200, period="year"),
            contract("c", "6", on(90), on(0), reason="announced"),
        ],
    )
    rows = found(orders(), held, silence=None)
    assert picked(rows, "spell", "started_on", "last_on", "churned_on", "reason") == [
        ("a", 1, on(400), on(200), on(200), "price"),
        ("a", 2, on(198), on(1), None, None),
        ("b", 1, on(90), on(10), on(10), "unknown"),
        ("c", 1, on(90), on(1), None, None),
    ]
    # 3,000 x 100 days + 6,000 x 99 + 100 x 10 = 895,000 over 200 days; a year at 1,200 is 100
    assert picked(rows, "revenue_per_month", "revenue", "orders") == [
        ("a", 4475, 29_833, None),
        ("a", 6000, 39_600, None),
        ("b", 100, 266, None),
        ("c", None, None, None),
    ]


def test_a_later_contract_is_another_spell_only_from_the_second_day_on(orders, canon):
    for start, count in ((on(100), 1), (on(99), 1), (on(98), 2)):
        held = canon(
            "contracts", [contract("a", "1", on(200), on(100)), contract("a", "2", start, None)]
        )
        assert len(found(orders(), held, silence=None)) == count


ordered = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(1, 400), st.integers(0, 500)), max_size=25
)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ordered, st.integers(20, 150))
def test_spells_part_a_customers_orders_by_a_plain_walk_through_them(orders, canon, rows, length):
    expected = []
    for customer in sorted({row[0] for row in rows}):
        past = sorted({row[1] for row in rows if row[0] == customer}, reverse=True)
        runs = [[past[0]]]
        for before, day in pairwise(past):
            if before - day > length:
                runs.append([])
            runs[-1].append(day)
        expected += [
            (customer, on(run[0]), on(run[-1]), len(run), run[-1] > length) for run in runs
        ]
    made = found(
        orders(*((who, on(n), revenue) for who, n, revenue in rows)),
        canon("contracts"),
        silence=Silence(length, None, None, 0),
    )
    assert [
        (r["customer_id"], r["started_on"], r["last_on"], r["orders"], r["reason"] is not None)
        for r in made
    ] == expected
    assert sum(r["revenue"] for r in made) == sum(row[2] for row in rows)
    for r in made:
        gone = r["churned_on"]
        assert gone is None or gone == r["last_on"] + timedelta(days=length)
        assert r["tenure_days"] == ((gone or AS_OF) - r["started_on"]).days
