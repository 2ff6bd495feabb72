from datetime import date, timedelta

import numpy as np
import pytest
from lifelines import KaplanMeierFitter

from outsidein.churn.cohorts import repurchase, retention_cohorts
from outsidein.churn.orders import order_days

AS_OF = date(2024, 4, 10)


def test_a_cohort_counts_its_customers_who_order_in_each_month_that_is_over(orders, shown):
    bought = orders(
        *((f"j{i}", date(2024, 1, 3 + i)) for i in range(4)),
        ("j0", date(2024, 1, 30)),
        ("j0", date(2024, 3, 1)),
        ("j0", date(2024, 3, 31)),
        ("j1", date(2024, 3, 2)),
        ("j1", date(2024, 4, 1)),
        ("f", date(2024, 2, 29)),
        ("april", date(2024, 4, 2)),
    )
    found = shown(retention_cohorts(order_days(bought, as_of=AS_OF), as_of=AS_OF))
    assert found == {
        ("2024-01", 0, "share who ordered in the month"): (1.0, 4),
        ("2024-01", 1, "share who ordered in the month"): (0.0, 4),
        ("2024-01", 2, "share who ordered in the month"): (0.5, 4),
        ("2024-02", 0, "share who ordered in the month"): (1.0, 1),
        ("2024-02", 1, "share who ordered in the month"): (0.0, 1),
    }


def test_a_year_ends_between_two_months(orders, shown):
    bought = orders(("a", date(2023, 12, 31)), ("a", date(2024, 1, 1)))
    found = shown(retention_cohorts(order_days(bought, as_of=AS_OF), as_of=AS_OF))
    assert [found["2023-12", since, "share who ordered in the month"][0] for since in range(4)] == [
        1.0,
        1.0,
        0.0,
        0.0,
    ]


def test_whoever_ordered_lately_is_censored_and_not_counted_as_having_stayed_away(orders, shown):
    ago = [AS_OF - timedelta(days=n) for n in (400, 370, 20)]
    bought = orders(
        *((f"again{i}", ago[0]) for i in range(10)),
        *((f"again{i}", ago[1]) for i in range(10)),
        *((f"not{i}", ago[0]) for i in range(10)),
        *((f"new{i}", ago[2]) for i in range(50)),
    )
    found = shown(repurchase(order_days(bought, as_of=AS_OF), as_of=AS_OF))
    # at 30 days 10 of the 20 still seen ordered; the 50 new ones were seen for 19 days only
    assert [found[1, within, "share who ordered again"] for within in (30, 90, 365)] == [
        (pytest.approx(0.5), 70)
    ] * 3
    assert found[2, 365, "share who ordered again"] == (0.0, 10)
    assert found[3, 30, "share who ordered again"] == (None, 0)


def test_the_share_who_order_again_is_one_minus_lifelines_survival(orders):
    rng = np.random.default_rng(4)
    first = rng.integers(2, 500, 200)
    wait = rng.integers(1, 600, 200)
    rows = [(f"{i}", AS_OF - timedelta(days=int(n))) for i, n in enumerate(first)]
    rows += [
        (f"{i}", AS_OF - timedelta(days=int(n - w)))
        for i, (n, w) in enumerate(zip(first, wait, strict=True))
        if w < n
    ]
    figure = repurchase(order_days(orders(*rows), as_of=AS_OF), as_of=AS_OF)
    theirs = KaplanMeierFitter().fit(np.minimum(wait, first - 1), wait < first)
    for e in figure.estimates[:4]:
        at = e.group["days"]
        assert e.value == pytest.approx(1 - theirs.predict(at))
        limits = theirs.confidence_interval_.loc[:at].iloc[-1]
        assert (1 - e.high, 1 - e.low) == pytest.approx(tuple(limits))


def test_no_orders_are_said(orders):
    days = order_days(orders(), as_of=AS_OF)
    (only,) = retention_cohorts(days, as_of=AS_OF).estimates
    assert only.why == "there are no orders"
    assert {e.value for e in repurchase(days, as_of=AS_OF).estimates} == {None}


def test_the_method_says_when_the_data_begin_for_who_came_then_may_have_come_before(orders):
    days = order_days(orders(("a", date(2023, 3, 5)), ("b", date(2023, 6, 5))), as_of=AS_OF)
    method = retention_cohorts(days, as_of=AS_OF).method
    assert "The data begin in 2023-03: the first cohorts may hold customers who ordered" in method


def test_a_year_that_few_were_watched_for_is_not_said_to_bring_everybody_back(orders):
    watched = [(f"w{i}", date(2023, 1, 1)) for i in range(3)]
    back = [(f"w{i}", date(2023, 9, 1 + i)) for i in range(3)]
    recent = [(f"r{i}", date(2024, 3, 1)) for i in range(30)]
    days = order_days(orders(*watched, *back, *recent), as_of=AS_OF)
    shares = {
        e.group["days"]: e
        for e in repurchase(days, as_of=AS_OF).estimates
        if e.group["from_order"] == 1
    }
    assert shares[30].value == 0
    assert shares[365].value is None
    assert "observed so long" in shares[365].why


def test_everybody_is_back_where_everybody_was_watched_until_then(orders):
    both = [(f"w{i}", day) for i in range(20) for day in (date(2023, 1, 1), date(2023, 2, 1 + i))]
    days = order_days(orders(*both), as_of=AS_OF)
    shares = {e.group["days"]: e for e in repurchase(days, as_of=AS_OF).estimates[:4]}
    assert shares[365].value == 1
