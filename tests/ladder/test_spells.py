from datetime import UTC, date, datetime, timedelta

import ibis
import pytest
from pydantic import ValidationError

from outsidein.canonical.order_totals import orders_from_lines as orders_of
from outsidein.canonical.tables import canonical as canonical_table
from outsidein.ladder.declaration import DEFAULT_LADDER, Ladder
from outsidein.ladder.facts import stages_today
from outsidein.ladder.features import order_events
from outsidein.ladder.spells import ladder_spells
from tests.tables import table

CON = ibis.duckdb.connect()
BUYING = Ladder(purchase="orders >= 1", multiple_purchase="orders >= 2")
AS_OF = date(2019, 1, 1)


def canonical(**rows):
    """Canonical tables with customer_id, empty but for the columns given in `rows`."""
    tables = {}
    for name in ("transactions", "encounters", "messages", "contracts", "signals"):
        columns = {**canonical_table(name).all_columns, "customer_id": "string"}
        made = [tuple(row.get(column) for column in columns) for row in rows.get(name, [])]
        tables[name] = ibis.memtable(table(made, **columns))
    return tables | {"order_events": order_events(orders_of(tables["transactions"]))}


def order(customer, day, transaction=None, **more):
    when = date.fromisoformat(day)
    return {
        "customer_id": customer,
        "source": "s",
        "transaction_id": transaction or f"{customer}{day}",
        "line": 1,
        "ordered_on": when,
        "ordered_at": datetime.combine(when, datetime.min.time(), UTC),
        "is_return": False,
        "is_cancelled": False,
        "is_trial": False,
        "revenue": 100,
    } | more


def stays(ladder, customers, **rows):
    seen = ibis.memtable(
        table(
            [(c, date.fromisoformat(day)) for c, day in customers.items()],
            customer_id="string",
            first_seen_on="date",
        )
    )
    spells = ladder_spells(canonical(**rows), seen, ladder, as_of=AS_OF)
    found = CON.to_pyarrow(spells.order_by("customer_id", "from_on")).to_pylist()
    return [
        (r["customer_id"], r["stage"], str(r["from_on"]), str(r["to_on"]) if r["to_on"] else None)
        for r in found
    ]


def test_a_customer_climbs_on_the_days_of_the_orders():
    orders = [order("a", "2018-02-10"), order("a", "2018-03-15")]
    encounters = [{"customer_id": "a", "started_on": date(2018, 1, 5)}]
    ladder = BUYING.model_copy(update={"aware": "encounters > 0"})
    assert stays(ladder, {"a": "2018-01-05"}, transactions=orders, encounters=encounters) == [
        ("a", "aware", "2018-01-05", "2018-02-10"),
        ("a", "purchase", "2018-02-10", "2018-03-15"),
        ("a", "multiple_purchase", "2018-03-15", None),
    ]


def test_loyalty_fades_on_the_day_after_the_silence_it_bears():
    orders = [order("a", f"2017-01-{day:02}") for day in (1, 2, 3, 4)]
    ladder = BUYING.model_copy(update={"loyalty": "orders_365d >= 4 and days_since_order <= 90"})
    found = stays(ladder, {"a": "2017-01-01"}, transactions=orders)
    assert found[-2:] == [
        ("a", "loyalty", "2017-01-04", "2017-04-05"),
        ("a", "multiple_purchase", "2017-04-05", None),
    ]


def test_orders_within_a_year_are_counted_to_the_day():
    orders = [order("a", "2017-01-01"), order("a", "2017-12-31"), order("b", "2017-01-01")]
    orders += [order("b", "2018-01-01")]
    ladder = BUYING.model_copy(update={"loyalty": "orders_365d >= 2"})
    found = stays(ladder, {"a": "2017-01-01", "b": "2017-01-01"}, transactions=orders)
    assert ("a", "loyalty", "2017-12-31", "2018-01-01") in found
    assert "loyalty" not in [stage for customer, stage, *_ in found if customer == "b"]


def test_lines_of_one_order_are_one_order_and_returns_are_none():
    orders = [
        order("a", "2018-02-10", "o1"),
        order("a", "2018-02-10", "o1", line=2),
        order("a", "2018-02-12", "r1", is_return=True, revenue=-100),
    ]
    assert stays(BUYING, {"a": "2018-02-10"}, transactions=orders) == [
        ("a", "purchase", "2018-02-10", None)
    ]


def test_whoever_fulfils_nothing_stands_nowhere():
    assert stays(DEFAULT_LADDER, {"a": "2018-02-10"}) == [("a", None, "2018-02-10", None)]


def test_contracts_count_their_days_and_end():
    contracts = [{"customer_id": "a", "started_on": date(2018, 1, 1), "ended_on": date(2018, 6, 1)}]
    ladder = Ladder(
        purchase="contracts > 0",
        multiple_purchase="contract_days / 30 >= 3",
        loyalty="contract_days / 30 >= 3 and not is_under_contract",
    )
    assert stays(ladder, {"a": "2018-01-01"}, contracts=contracts) == [
        ("a", "purchase", "2018-01-01", "2018-04-30"),
        ("a", "multiple_purchase", "2018-04-30", "2018-06-01"),
        ("a", "loyalty", "2018-06-01", None),
    ]


def test_the_last_score_of_the_last_day_counts():
    def signal(number, day, score):
        return {
            "customer_id": "a",
            "source": "s",
            "signal_id": str(number),
            "signalled_on": date.fromisoformat(day),
            "signalled_at": datetime(2018, 1, 1, number, tzinfo=UTC),
            "subject": "own",
            "score": score,
            "scale_low": 1.0,
            "scale_high": 5.0,
        }

    scores = [signal(1, "2018-01-01", 5.0), signal(2, "2018-02-01", 5.0)]
    scores += [signal(3, "2018-02-01", 2.0)]
    ladder = Ladder(aware="tenure_days >= 0", loyalty="last_score = 1.0", purchase="last_score < 1")
    assert stays(ladder, {"a": "2018-01-01"}, signals=scores) == [
        ("a", "loyalty", "2018-01-01", "2018-02-01"),
        ("a", "purchase", "2018-02-01", None),
    ]


def test_today_is_the_stay_that_lasts():
    orders = [order("a", "2018-02-10"), order("b", "2018-03-01"), order("b", "2018-03-02")]
    seen = ibis.memtable(
        table(
            [("a", date(2018, 2, 10)), ("b", date(2018, 3, 1))],
            customer_id="string",
            first_seen_on="date",
        )
    )
    spells = ladder_spells(canonical(transactions=orders), seen, BUYING, as_of=AS_OF)
    rows = CON.to_pyarrow(stages_today(spells).order_by("customer_id")).to_pylist()
    assert [(r["customer_id"], r["stage"], r["step"]) for r in rows] == [
        ("a", "purchase", 2),
        ("b", "multiple_purchase", 3),
    ]


def test_an_unknown_feature_is_answered_with_the_nearest():
    with pytest.raises(ValidationError, match=r"no feature 'order'. Did you mean 'orders'\?"):
        Ladder(purchase="order >= 1")


def test_looking_at_turning_days_only_gives_what_looking_every_day_would():
    orders = [order("a", day) for day in ("2017-01-01", "2017-05-01", "2017-05-20", "2018-09-01")]
    ladder = BUYING.model_copy(update={"loyalty": "orders_90d >= 2 or days_since_order > 200"})
    every_day = [
        {"customer_id": "a", "started_on": date(2017, 1, 1) + timedelta(days=n)} for n in range(730)
    ]
    watched = ladder.model_copy(update={"aware": "encounters > 0"})
    seldom = stays(ladder, {"a": "2017-01-01"}, transactions=orders)
    assert seldom == stays(watched, {"a": "2017-01-01"}, transactions=orders, encounters=every_day)
    assert len(seldom) > 5
