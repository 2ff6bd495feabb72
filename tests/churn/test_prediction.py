from datetime import UTC, date, datetime, timedelta

import ibis
import numpy as np
import pyarrow as pa
import pytest

from outsidein.canonical.order_totals import orders_from_lines as orders_of
from outsidein.churn.declaration import ChurnRule, Silence
from outsidein.churn.features import FEATURES, features, outcomes
from outsidein.churn.orders import order_days, shopping_days
from outsidein.churn.prediction import Sources, labelled_at, labelled_features, predict
from outsidein.churn.silence import silence_days

AS_OF = date(2024, 7, 1)
CUT = date(2024, 4, 2)
SILENCE = Silence(120, None, None, 0)
RULE = ChurnRule(rule="silence", after_days=120, horizon_days=90)


def at(day, hour=12):
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def ago(n, cut=CUT):
    return cut - timedelta(days=n)


def order(customer, n, revenue=100, **more):
    day = ago(n)
    return {
        "customer_id": customer,
        "transaction_id": f"{customer}{n}",
        "ordered_on": day,
        "ordered_at": at(day),
        "revenue": revenue,
        **more,
    }


def call(customer, n, **more):
    day = ago(n)
    name = f"{customer}{n}{len(more)}"
    return {
        "customer_id": customer,
        "encounter_id": name,
        "started_on": day,
        "started_at": at(day),
        **more,
    }


def score(customer, n, value, **more):
    day = ago(n)
    return {
        "customer_id": customer,
        "signal_id": f"{customer}{n}{value}",
        "signalled_on": day,
        "signalled_at": at(day),
        "score": value,
        "scale_low": 1.0,
        "scale_high": 5.0,
        **more,
    }


ORDERS = [
    order("a", 200, 1000),
    order("a", 100, 500),
    order("a", 20, 250),
    order("a", 10, -50, is_return=True),
    order("b", 1, 70),
    order("gone", 121, 9),
]
CALLS = [
    call("a", 5, is_resolved=True),
    call("a", 30, is_resolved=False),
    call("a", 40, caused_by="x"),
    call("a", 41, promised_at=at(ago(40)), actual_at=at(ago(41))),
    call("a", 50, promised_at=at(ago(50)), actual_at=at(ago(49))),
    call("a", 60, promised_at=at(ago(59))),
    call("a", 300, is_resolved=False),
]
SCORES = [
    score("a", 90, 5.0),
    score("a", 8, 2.0),
    score("a", 2, 5.0, subject="competitor"),
    score("b", 3, None),
]
CONTRACTS = [
    {"customer_id": "a", "contract_id": "1", "started_on": ago(70), "price": 900},
    {
        "customer_id": "a",
        "contract_id": "2",
        "started_on": ago(50),
        "price": 2400,
        "period": "year",
    },
    {"customer_id": "a", "contract_id": "3", "started_on": ago(90), "ended_on": ago(1), "price": 5},
    {"customer_id": "c", "contract_id": "4", "started_on": ago(90), "ended_on": ago(-5)},
]


def described(canon, *, silence=SILENCE, cut=CUT, more=((), (), (), ())):
    orders, contracts, calls, scores = (
        canon(name, [*rows, *added])
        for (name, rows), added in zip(
            {
                "transactions": ORDERS,
                "contracts": CONTRACTS,
                "encounters": CALLS,
                "signals": SCORES,
            }.items(),
            more,
            strict=True,
        )
    )
    days = shopping_days(orders, before=cut)
    known = features(days, contracts, calls, scores, silence=silence, cut=cut)
    return known.order_by("customer_id").to_pyarrow().to_pylist()


def test_features_say_what_was_known_of_each_customer_at_the_cut(canon):
    a, b = described(canon)
    assert a == {
        "customer_id": "a",
        "recency_days": 20,
        "lifetime_days": 200,
        "orders": 3,
        "orders_30": 1,
        "orders_90": 1,
        "orders_180": 2,
        "spend": 1700,
        "mean_gap_days": 90.0,
        "days_since_encounter": 5,
        "encounters_180": 6,
        "failures_180": 2,
        "last_score": 0.25,
        "contract_days": 70,
        "contracts": 2,
        "monthly_price": 1100,
    }
    assert {name for name, value in b.items() if value is not None} == {
        *("customer_id", "recency_days", "lifetime_days", "spend"),
        *("orders", "orders_30", "orders_90", "orders_180"),
    }


def test_by_contracts_customers_are_those_with_one_in_force(canon):
    rows = described(canon, silence=None)
    assert [(row["customer_id"], row["contracts"], row["orders"]) for row in rows] == [
        ("a", 2, 3),
        ("c", 1, None),
    ]


def test_what_was_found_out_of_an_encounter_after_the_cut_changes_no_feature(canon):
    """`is_resolved` and `caused_by` are stored as they are today, whenever they became so."""
    open_calls = described(canon, more=((), (), [call("a", 7)], ()))
    for later in ({"is_resolved": False}, {"is_resolved": True}, {"caused_by": "x"}):
        assert described(canon, more=((), (), [call("a", 7, **later)], ())) == open_calls


def test_who_was_a_customer_at_a_past_cut_goes_by_the_silence_measured_then(con, canon):
    """Gaps were 10 days until the first cut and are 60 since: b, silent for 30, was gone then."""
    bought = [order(f"a{i}", 400 - 10 * n, 5) for i in range(20) for n in range(13)]
    bought += [order(f"b{i}", 310 + 10 * n, 5) for i in range(20) for n in range(5)]
    bought += [order(f"a{i}", 210 - 60 * n, 5) for i in range(20) for n in range(4)]
    rule = ChurnRule(rule="silence", habit=0.9, horizon_days=90)
    days = con.create_table("days", order_days(canon("transactions", bought), as_of=CUT))
    cut = ago(280)
    assert silence_days(days, rule).days == 60
    assert silence_days(days.filter(days.ordered_on < cut), rule).days == 10
    sources = Sources(
        orders_of(canon("transactions", bought)),
        days,
        *(canon(name) for name in ("contracts", "encounters", "signals")),
    )
    rows = labelled_at(sources, rule=rule, cut=cut, until=ago(190), as_of=CUT, sample=1000)
    assert {name[0] for name in rows["customer_id"].to_pylist()} == {"a"}
    never = labelled_at(sources, rule=rule, cut=ago(399), until=ago(300), as_of=CUT, sample=1000)
    assert never.num_rows == 0


LATE = {"recorded_at": at(CUT, 0)}


def test_nothing_dated_or_recorded_on_the_cut_or_after_changes_a_feature(canon):
    later = (
        [order("a", 0, 9), order("a", -30, 9), order("a", 3, 9, **LATE), order("gone", 3, **LATE)],
        [
            {"customer_id": "a", "contract_id": "8", "started_on": ago(0), "price": 7},
            {"customer_id": "a", "contract_id": "9", "started_on": ago(9), "price": 7, **LATE},
        ],
        [call("a", 0), call("a", -3, is_resolved=False), call("a", 1, is_resolved=False, **LATE)],
        [score("a", 0, 5.0), score("a", -9, 5.0), score("a", 1, 5.0, **LATE)],
    )
    for silence in (SILENCE, None):
        told = described(canon, silence=silence, more=later)
        assert told == described(canon, silence=silence)


def test_what_comes_after_the_cut_is_the_outcome_up_to_its_end(canon):
    orders = canon(
        "transactions",
        [
            *(order(name, 20) for name in "abcd"),
            order("a", 0),
            order("b", -89),
            order("c", -90),
            order("d", -5, is_return=True),
        ],
    )
    nothing = canon("contracts")
    known = features(
        shopping_days(orders, before=CUT),
        nothing,
        canon("encounters"),
        canon("signals"),
        silence=SILENCE,
        cut=CUT,
    )
    told = outcomes(
        known,
        order_days(orders, as_of=date(2024, 9, 1)),
        nothing,
        silence=SILENCE,
        cut=CUT,
        until=AS_OF,
        as_of=date(2024, 9, 1),
    )
    rows = told.order_by("customer_id").to_pyarrow().to_pylist()
    assert [(r["customer_id"], r["ordered"], r["churned"]) for r in rows] == [
        ("a", 1, 0),
        ("b", 1, 0),
        ("c", 0, 1),
        ("d", 0, 1),
    ]


def test_by_contracts_the_outcome_is_that_none_is_left(canon):
    held = canon(
        "contracts",
        [
            {"customer_id": who, "contract_id": f"{i}", "started_on": start, "ended_on": end}
            for i, (who, start, end) in enumerate(
                [
                    ("stays", ago(100), None),
                    ("leaves", ago(100), ago(-40)),
                    ("changes", ago(100), ago(-40)),
                    ("changes", ago(-40), None),
                    ("later", ago(100), AS_OF),
                ]
            )
        ],
    )
    sources = Sources(
        orders_of(canon("transactions")),
        order_days(canon("transactions"), as_of=date(2024, 9, 1)),
        held,
        canon("encounters"),
        canon("signals"),
    )
    rows = labelled_features(
        sources, cut=CUT, until=AS_OF, silence=None, as_of=date(2024, 9, 1)
    ).to_pylist()
    assert {r["customer_id"]: r["churned"] for r in rows} == {
        "changes": 0,
        "later": 0,
        "leaves": 1,
        "stays": 0,
    }


def widened(table, like):
    """Add the columns of another table, all null."""
    missing = {name: kind for name, kind in like.schema().items() if name not in table.columns}
    return table.mutate(**{name: ibis.null(kind).cast(kind) for name, kind in missing.items()})


def simulated(con, canon, customers, *, seed, differ):
    """Customers who order at their own pace until they stop; or all alike and without memory."""
    rng = np.random.default_rng(seed)
    pace = rng.choice([6, 45], customers) if differ else np.full(customers, 40)
    life = rng.exponential(300, customers) if differ else np.full(customers, 1e9)
    start = rng.integers(30, 500, customers)
    gaps = rng.exponential(pace[:, None], size=(customers, 110)).clip(1)
    past = np.cumsum(gaps, axis=1)
    is_made = (past < life[:, None]) & (past < start[:, None])
    who, nth = np.nonzero(is_made)
    day = np.datetime64(AS_OF) - (start[who] - past[who, nth]).astype("int64") - 1
    rows = pa.table(
        {
            "customer_id": pa.array([f"c{i:06d}" for i in who]),
            "ordered_on": pa.array(day),
            "revenue": pa.array(rng.integers(100, 900, len(who))),
        }
    )
    no = ibis.literal(value=False)
    made = con.create_table(f"simulated_{seed}", ibis.memtable(rows))
    lines = widened(made.mutate(is_return=no, is_trial=no, is_cancelled=no), canon("transactions"))
    return Sources(
        orders_of(lines),
        order_days(lines, as_of=AS_OF).cache(),
        canon("contracts"),
        canon("encounters"),
        canon("signals"),
    )


def predicted(sources, **more):
    rng = np.random.default_rng(7)
    return predict(sources, rule=RULE, silence=SILENCE, as_of=AS_OF, rng=rng, **more)


def estimates(figure):
    return {e.measure: e for e in figure.estimates}


def test_where_customers_differ_the_model_beats_the_naive_rule_and_is_calibrated(con, canon):
    sources = simulated(con, canon, 3000, seed=1, differ=True)
    found = predicted(sources)
    quality = estimates(found.quality)
    assert quality["skill over the naive rule"].low > 0
    assert quality["area under the curve (AUC)"].low > 0.75
    assert (
        quality["Brier score of the model"].value < quality["Brier score of the naive rule"].value
    )
    assert quality["calibration error"].value < 0.05
    assert "For churn the model is shown." in found.quality.method
    assert set(found.table["model"].to_pylist()) == {"model"}
    assert predicted(sources).table.equals(found.table)


def test_where_there_is_nothing_to_learn_the_naive_rates_are_given_and_the_figure_says_so(
    con, canon
):
    found = predicted(simulated(con, canon, 2000, seed=2, differ=False))
    assert estimates(found.quality)["skill over the naive rule"].low <= 0
    assert "the naive rule's rates are shown" in found.quality.method
    assert set(found.table["model"].to_pylist()) == {"naive"}
    assert found.table["churn_probability"].to_numpy().std() < 0.1


def test_churn_by_silence_and_repurchase_are_each_others_complement(con, canon):
    table = predicted(simulated(con, canon, 800, seed=3, differ=True)).table
    total = table["churn_probability"].to_numpy() + table["repurchase_probability"].to_numpy()
    assert total == pytest.approx(1)
    ids = table["customer_id"].to_pylist()
    assert ids == sorted(set(ids))


def test_by_contracts_churn_is_told_and_repurchase_is_not_where_nobody_orders(con, canon):
    rng = np.random.default_rng(5)
    dear = rng.random(4000) < 0.5
    begun = rng.integers(30, 700, 4000)
    left = begun - rng.exponential(np.where(dear, 200, 2000)).astype(int)
    rows = pa.table(
        {
            "customer_id": pa.array([f"c{i:04d}" for i in range(4000)]),
            "started_on": pa.array(np.datetime64(AS_OF) - begun),
            "ended_on": pa.array(np.datetime64(AS_OF) - left),
            "price": pa.array(np.where(dear, 5000, 1000)),
        }
    )
    sources = Sources(
        orders_of(canon("transactions")),
        order_days(canon("transactions"), as_of=AS_OF),
        widened(con.create_table("held", ibis.memtable(rows)), canon("contracts")),
        canon("encounters"),
        canon("signals"),
    )
    rule = ChurnRule(rule="contract", horizon_days=90)
    rng = np.random.default_rng(7)
    found = predict(sources, rule=rule, silence=None, as_of=AS_OF, rng=rng)
    assert (
        estimates(found.quality)["Brier score of the model"].value is None
    )  # of repurchase, which comes last
    assert (
        next(e for e in found.quality.estimates if e.measure == "skill over the naive rule").low > 0
    )
    assert found.table.num_rows == (left <= 0).sum()
    assert found.table["repurchase_probability"].null_count == found.table.num_rows
    told = dict(zip(*found.table.columns[:2], strict=True))
    for is_dear, truth in ((True, 1 - np.exp(-90 / 200)), (False, 1 - np.exp(-90 / 2000))):
        ids = [f"c{i:04d}" for i in np.flatnonzero((dear == is_dear) & (left <= 0))]
        mean = np.mean([told[pa.scalar(i)].as_py() for i in ids])
        assert mean == pytest.approx(truth, abs=0.06)


def test_too_little_to_learn_from_is_said_and_nothing_is_raised(canon):
    orders = canon("transactions", ORDERS)
    sources = Sources(
        orders_of(orders),
        order_days(orders, as_of=AS_OF),
        *(canon(name) for name in ("contracts", "encounters", "signals")),
    )
    found = predicted(sources)
    # of a and gone, the customers of two horizons ago, one ordered in the 90 days after
    assert {e.why for e in found.quality.estimates if e.measure == "skill over the naive rule"} == {
        "1 customers on one side of the outcome are too few: the estimate needs 50 or more."
    }
    assert found.table.column_names == [
        *("customer_id", "churn_probability", "repurchase_probability", "model")
    ]
    nobody = Sources(
        orders_of(canon("transactions")),
        order_days(canon("transactions"), as_of=AS_OF),
        *(canon(name) for name in ("contracts", "encounters", "signals")),
    )
    empty = predicted(nobody)
    assert empty.table.num_rows == 0
    assert all(e.value is None for e in [*empty.quality.estimates, *empty.calibration.estimates])
    assert set(FEATURES).isdisjoint(empty.table.column_names)
