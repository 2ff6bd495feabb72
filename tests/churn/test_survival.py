from datetime import date, timedelta

import ibis
import numpy as np
import pyarrow as pa
import pytest
from lifelines import KaplanMeierFitter

from outsidein.churn.declaration import ChurnRule, Silence
from outsidein.churn.grid import tenure_counts
from outsidein.churn.orders import order_days
from outsidein.churn.reasons import churn_money, churn_reasons
from outsidein.churn.sensitivity import churn_sensitivity
from outsidein.churn.spells import spells
from outsidein.churn.survival import churn_hazard, survival
from outsidein.churn.tenure import PLACES
from tests.tables import table

AS_OF = date(2024, 7, 1)
CONTRACT = {"rule": ChurnRule(rule="contract"), "silence": None}
QUIET = Silence(60, None, None, 0)
SILENT = {"rule": ChurnRule(rule="silence", after_days=60), "silence": QUIET}


def ago(n):
    return AS_OF - timedelta(days=n)


def held(canon, rows):
    """Spells of contracts (customer, days ago begun, days ago ended or None, reason, price)."""
    contracts = canon(
        "contracts",
        [
            {
                "customer_id": f"{who}",
                "contract_id": f"{i}",
                "started_on": ago(start),
                "ended_on": None if end is None else ago(end),
                "reason": reason,
                "price": price,
            }
            for i, (who, start, end, reason, price) in enumerate(rows)
        ],
    )
    return spells(None, contracts, silence=None, as_of=AS_OF)


def twenty(canon):
    """Ten left in the 4th month, five in the 8th, five stay; seen for 13 months and 9 days."""
    left = [(f"a{i}", 399, 399 - 95, "price", 100 + 10 * i) for i in range(10)]
    later = [(f"b{i}", 399, 399 - 215, None, 600) for i in range(5)]
    stay = [(f"c{i}", 399, None, None, 900) for i in range(5)]
    return held(canon, left + later + stay)


def test_survival_is_read_off_at_each_month_and_said_to_be_unknown_beyond(canon, shown):
    figure = survival(twenty(canon), groups=None, **CONTRACT)
    found = shown(figure)
    assert [found[None, month, "share still customers"] for month in (3, 4, 6, 8)] == [
        (1.0, 20),
        (0.5, 20),
        (0.5, 20),
        (0.25, 20),
    ]
    assert found[None, None, "median tenure"] == (4, 20)
    why = {e.group["month"]: e.why for e in figure.estimates if e.value is None}
    assert why == {
        month: f"fewer than 10 customers were observed for {month} months" for month in (12, 24)
    }


def test_a_group_has_its_own_curve_and_a_customer_may_be_in_several(con, canon, shown):
    everyone = twenty(canon)
    rows = [(f"{kind}{i}", "early") for kind, n in (("a", 10), ("b", 5)) for i in range(n)]
    rows += [(f"{kind}{i}", "late") for kind, n in (("b", 5), ("c", 5)) for i in range(n)]
    groups = con.create_table(
        "groups", ibis.memtable(table([*rows, rows[0]], customer_id="string", group="string"))
    )
    found = shown(survival(everyone, groups=groups, **CONTRACT))
    assert found["early", 4, "share still customers"] == (pytest.approx(1 / 3), 15)
    assert found["late", 8, "share still customers"] == (0.5, 10)
    assert found[None, 8, "share still customers"] == (0.25, 20)


def test_hazard_is_the_share_of_those_at_risk_who_leave_in_the_month(canon, shown):
    found = shown(churn_hazard(twenty(canon), groups=None, **CONTRACT))
    assert [found[None, month, "hazard"] for month in (3, 4, 5, 8)] == [
        (0.0, 20),
        (0.5, 20),
        (0.0, 10),
        (0.5, 10),
    ]
    assert (None, 9, "hazard") not in found


def test_reasons_take_customers_from_each_other_and_unknown_stays_a_reason(canon, shown):
    figure = churn_reasons(held(canon, TWO_REASONS), **CONTRACT)
    found = shown(figure)
    # 30 at risk: 6 leave for price in month 2; in month 5, 12 of 24 leave without a reason
    assert found["price", 12, "cumulative incidence"] == (pytest.approx(0.2), 30)
    assert found["unknown", 12, "cumulative incidence"] == (pytest.approx(0.4), 30)
    assert found["unknown", None, "customers"] == (12, 12)
    assert found["price", None, "revenue per month"] == (600.0, 6)


TWO_REASONS = [
    *((f"a{i}", 500, 500 - 45, "price", 100) for i in range(6)),
    *((f"b{i}", 500, 500 - 140, None, 100) for i in range(12)),
    *((f"c{i}", 500, None, None, 100) for i in range(12)),
]


def test_money_lost_is_that_of_those_who_churned_in_the_last_365_days(con, canon, shown):
    everyone = held(
        canon,
        [
            ("a", 800, 366, "price", 5000),
            ("b", 800, 365, "price", 1000),
            ("c", 800, 1, "price", 2000),
            ("d", 800, 100, None, 600),
            ("back", 800, 100, "price", 7000),
            ("back", 50, None, None, 7000),
        ],
    )
    rows = [("c", "gold"), ("d", "gold"), ("a", "iron")]
    groups = con.create_table(
        "groups", ibis.memtable(table(rows, customer_id="string", group="string"))
    )
    found = shown(churn_money(everyone, groups=groups, as_of=AS_OF, **CONTRACT))
    assert {key: value for key, value in found.items() if "lost" in key[2]} == {
        (None, None, "revenue per month lost"): (3600.0, 3),
        (None, "gold", "revenue per month lost"): (2600.0, 2),
        ("price", None, "revenue per month lost"): (3000.0, 2),
        ("unknown", None, "revenue per month lost"): (600.0, 1),
    }
    assert found[None, None, "mean revenue per month"] == (1200.0, 3)


def test_sensitivity_shows_who_would_be_gone_and_come_back_under_other_silences(orders, shown):
    bought = orders(
        ("a", ago(30)), ("b", ago(31)), ("c", ago(46)), ("d", ago(61)), ("e", ago(200)),
        ("f", ago(130)), ("f", ago(1)),
    )  # fmt: skip
    days = order_days(bought, as_of=AS_OF)
    figure = churn_sensitivity(days, as_of=AS_OF, **SILENT)
    assert shown(figure) == {
        (0.5, 30, "share churned"): (pytest.approx(4 / 6), 6),
        (0.5, 30, "share won back"): (1 / 5, 5),
        (0.75, 45, "share churned"): (0.5, 6),
        (0.75, 45, "share won back"): (1 / 4, 4),
        (1.0, 60, "share churned"): (pytest.approx(2 / 6), 6),
        (1.0, 60, "share won back"): (pytest.approx(1 / 3), 3),
        (1.5, 90, "share churned"): (pytest.approx(1 / 6), 6),
        (1.5, 90, "share won back"): (0.5, 2),
        (2.0, 120, "share churned"): (pytest.approx(1 / 6), 6),
        (2.0, 120, "share won back"): (0.5, 2),
    }
    assert "no order for 60 days" in figure.method
    (told,) = churn_sensitivity(days, as_of=AS_OF, **CONTRACT).estimates
    assert told.why.startswith("not applicable")


def silent_for(orders, canon, rows):
    days = order_days(orders(*rows), as_of=AS_OF)
    return spells(days, canon("contracts"), silence=QUIET, as_of=AS_OF)


def test_before_the_rules_silence_is_over_survival_is_not_estimated(orders, canon):
    rows = [(f"c{i}", ago(400)) for i in range(12)]
    figure = survival(silent_for(orders, canon, rows), groups=None, **SILENT)
    first = next(e for e in figure.estimates if e.group["month"] == 2)
    assert (first.value, first.n) == (0.0, 12)
    quiet = Silence(100, None, None, 0)
    days = order_days(orders(*rows), as_of=AS_OF)
    longer = spells(days, canon("contracts"), silence=quiet, as_of=AS_OF)
    figure = survival(longer, groups=None, rule=SILENT["rule"], silence=quiet)
    assert {e.why for e in figure.estimates if e.group["month"] == 3} == {
        "by the rule nobody churns in the first 100 days"
    }


def test_each_customer_counts_to_the_day_last_seen_and_in_the_first_spell_only(orders, canon):
    rows = [("gone", ago(89)), ("there", ago(89)), ("there", ago(40)), ("new", ago(29))]
    rows += [("back", ago(200)), ("back", ago(100))]
    counts = tenure_counts(silent_for(orders, canon, rows)).order_by("place", "reason")
    # 89 days ago is 3 April and 60 days later 2 June; 200 days ago is 14 December, 60 later
    # 12 February; new came on 2 June; all were seen to 30 June
    assert [tuple(row.values()) for row in counts.to_pyarrow().to_pylist()] == [
        (28, 0, None, -1, 1),
        (PLACES + 29, 0, "silence", 1, 1),
        (PLACES + 30, 0, "silence", 1, 1),
        (2 * PLACES + 27, 0, None, 1, 1),
    ]


@pytest.mark.parametrize("days", [164, 166])
def test_the_month_under_way_of_a_launch_cohort_does_not_look_deadly(con, canon, days):
    """All 2,000 began on one day; 5 % leave in each month, spread over its days."""
    rng = np.random.default_rng(4)
    left = rng.exponential(-30.4 / np.log(0.95), 2000).astype(int).tolist()
    rows = [(f"{i}", days, days - n if n < days else None, None, 9) for i, n in enumerate(left)]
    everyone = con.create_table("launch", held(canon, rows))
    hazards = {
        e.group["month"]: e for e in churn_hazard(everyone, groups=None, **CONTRACT).estimates
    }
    assert sorted(hazards) == [1, 2, 3, 4, 5]
    assert all(e.low <= 0.05 <= e.high for e in hazards.values())
    figure = survival(everyone, groups=None, **CONTRACT)
    found = {e.group["month"]: e for e in figure.estimates if "start" not in e.measure}
    assert found[5].low <= 0.95**5 <= found[5].high
    assert found[6].value is None
    assert found[None].why == "more than half are still customers after the 5 months observed"


def test_who_cannot_be_followed_to_the_end_of_the_month_counts_for_the_days_seen(canon, shown):
    left = [(f"c{i}", 12, 7 if i < 10 else None, None, 9) for i in range(100)]
    stay = [(f"d{i}", 200, None, None, 9) for i in range(20)]
    everyone = held(canon, left + stay)
    assert shown(churn_hazard(everyone, groups=None, **CONTRACT))[None, 1, "hazard"] == (
        (pytest.approx(10 / 120), 120)
    )
    assert shown(survival(everyone, groups=None, **CONTRACT))[None, 3, "share still customers"] == (
        (pytest.approx(110 / 120), 120)
    )


def test_a_firm_whose_data_end_with_the_churns_loses_none_of_them(canon):
    rows = [(f"gone{i}", 400, 1, "price", 900) for i in range(30)]
    rows += [(f"there{i}", 400, None, None, 900) for i in range(70)]
    counts = tenure_counts(held(canon, rows)).to_pyarrow().to_pylist()
    assert {row["reason"]: row["customers"] for row in counts} == {"price": 30, None: 70}


def test_nobody_observed_is_said(canon):
    nobody = held(canon, [])
    for figure in (
        survival(nobody, groups=None, **CONTRACT),
        churn_hazard(nobody, groups=None, **CONTRACT),
        churn_reasons(nobody, **CONTRACT),
        churn_money(nobody, groups=None, as_of=AS_OF, **CONTRACT),
    ):
        (only,) = figure.estimates
        assert only.value is None
        assert only.why


def geometric(con, canon, rng, customers, hazard, *, last_day=1):
    """Spells of contracts that may end after each calendar month, and began at any time.

    `last_day` is 1 where a contract ends on the last day of a month of tenure, 0 where the
    source names the first day without it.
    """
    month = rng.integers(1, 31, customers).astype("timedelta64[M]")
    day = rng.integers(0, 28, customers).astype("timedelta64[D]")
    started = (np.datetime64(AS_OF, "M") - month).astype("datetime64[D]") + day
    kept = rng.geometric(hazard, customers).astype("timedelta64[M]")
    ended = (started.astype("datetime64[M]") + kept).astype("datetime64[D]") + day
    rows = pa.table(
        {
            "customer_id": pa.array([f"{i}" for i in range(customers)]),
            "started_on": pa.array(started),
            "ended_on": pa.array(ended - np.timedelta64(last_day, "D")),
        }
    )
    made = ibis.memtable(rows)
    more = {
        name: ibis.null(kind).cast(kind)
        for name, kind in canon("contracts").schema().items()
        if name not in rows.column_names
    }
    return con.create_table(
        "spells",
        spells(None, con.create_table("t", made.mutate(**more), overwrite=True), silence=None,
               as_of=AS_OF),
        overwrite=True,
    )  # fmt: skip


@pytest.mark.parametrize("last_day", [0, 1])
def test_a_contract_that_ends_with_a_calendar_month_ends_in_that_month(con, canon, last_day):
    made = geometric(con, canon, np.random.default_rng(1), 4000, 0.05, last_day=last_day)
    hazards = {e.group["month"]: e for e in churn_hazard(made, groups=None, **CONTRACT).estimates}
    held_by = [hazards[month].low <= 0.05 <= hazards[month].high for month in range(1, 13)]
    assert sum(held_by) >= 10
    assert hazards[1].value == pytest.approx(0.05, abs=0.01)


def test_intervals_hold_a_known_hazard_as_often_as_they_promise(con, canon):
    rng = np.random.default_rng(11)
    held_hazard, held_survival = [], []
    for _ in range(25):
        made = geometric(con, canon, rng, 400, 0.08)
        held_hazard += [
            e.low <= 0.08 <= e.high
            for e in churn_hazard(made, groups=None, **CONTRACT).estimates
            if e.group["month"] <= 16
        ]
        held_survival += [
            e.low <= 0.92**12 <= e.high
            for e in survival(made, groups=None, **CONTRACT).estimates
            if e.group["month"] == 12
        ]
    assert np.mean(held_hazard) >= 0.93
    assert np.mean(held_survival) >= 0.84  # 21 of 25; fewer come by chance once in 140 tries


def test_a_curve_dated_on_the_last_order_is_this_one_moved_by_the_rules_length(canon, orders):
    rng = np.random.default_rng(3)
    start = rng.integers(61, 600, 300)
    last = np.maximum(start - rng.geometric(0.01, 300), 1)
    rows = [(f"{i}", ago(int(s))) for i, s in enumerate(start)]
    for i, (s, end) in enumerate(zip(start, last, strict=True)):
        rows += [(f"{i}", ago(int(n))) for n in range(s, end - 1, -59)] + [(f"{i}", ago(int(end)))]
    counts = tenure_counts(silent_for(orders, canon, rows)).to_pyarrow().to_pylist()
    ours = KaplanMeierFitter().fit(
        [row["place"] for row in counts],
        [row["reason"] is not None for row in counts],
        weights=[row["customers"] for row in counts],
        timeline=range(20 * PLACES),
    )
    # dated on the last order and seen until 60 days ago, whoever is silent since then is gone
    moved = KaplanMeierFitter().fit(
        np.where(last > 60, start - last, start - 61), last > 60, timeline=range(500)
    )
    mine = ours.survival_function_.to_numpy()[[PLACES * 6 - 1, PLACES * 12 - 1], 0]
    # six and twelve months less 60 days are 121 to 124 and 305 or 306 days
    theirs = moved.survival_function_.to_numpy()[[122, 305], 0]
    assert mine == pytest.approx(theirs, abs=0.02)
    assert ours.survival_function_.to_numpy()[: PLACES + 28, 0].min() == 1.0
