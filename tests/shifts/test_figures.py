from datetime import date

import ibis
import numpy as np
import pytest

from outsidein.shifts.declaration import ShiftSettings
from outsidein.shifts.listing import shifts_figures
from tests.tables import table

AS_OF = date(2022, 1, 10)
MONTHS = [date(2020 + m // 12, m % 12 + 1, 1) for m in range(25)]
STREAM = {
    "kind": "string",
    "stream": "string",
    "period_on": "date",
    "customers": "int64",
    "among": "int64",
}
SETTINGS = ShiftSettings()


def firm(rng, *, streams=50, shifted=0, since=16, size=0.08, customers=600):
    """A simulated firm of so many streams, the first few of which shift in the same month."""
    rows = []
    for number in range(streams):
        share = rng.uniform(0.05, 0.3)
        for place, month in enumerate(MONTHS):
            moved = size if number < shifted and place >= since else 0.0
            habit = rng.normal(0, 0.005)
            k = rng.binomial(customers, np.clip(share + moved + habit, 0, 1))
            rows.append(("factor named", f"factor {number:02}", month, int(k), customers))
    return ibis.memtable(table(rows, **STREAM))


def figures(*streams, settings=SETTINGS, as_of=AS_OF):
    return {f.name: f for f in shifts_figures(list(streams), settings, as_of=as_of)}


def listed(found):
    return [e for e in found["shifts"].estimates if e.measure == "change"]


def test_shifts_are_found_with_their_dates_and_sizes_and_nothing_else():
    found = listed(figures(firm(np.random.default_rng(1), shifted=5)))
    assert {e.group["stream"] for e in found} == {f"factor {n:02}" for n in range(5)}
    for e in found:
        assert e.group["earliest"] <= "2021-05-01" <= e.group["latest"]
        assert e.group["direction"] == "up"
    assert sum(e.low <= 0.08 <= e.high for e in found) >= 4


def test_over_a_thousand_quiet_streams_hardly_a_firm_lists_a_shift():
    rng = np.random.default_rng(2)
    assert sum(bool(listed(figures(firm(rng)))) for _ in range(20)) <= 2


def test_a_shift_of_the_stated_size_is_found_within_three_months():
    rng = np.random.default_rng(3)
    quiet = figures(firm(rng))
    [size] = {
        e.value
        for e in quiet["shifts_watched"].estimates
        if e.measure == "change found within 3 periods"
    }
    found = [
        len(listed(figures(firm(rng, shifted=5, since=21, size=size)))) / 5 for _ in range(6)
    ]  # 2020-02 to 2021-12 are watched: 21 is October 2021
    assert np.mean(found) >= 0.7, found


def test_the_current_and_the_first_month_are_not_told_of_for_they_are_not_complete():
    found = figures(firm(np.random.default_rng(4), shifted=5))
    months = {e.group["period"] for e in found["shift_streams"].estimates}
    assert min(months) == "2020-02-01"
    assert max(months) == "2021-12-01"


def test_a_change_too_small_to_matter_is_not_listed():
    streams = firm(np.random.default_rng(5), shifted=5, customers=50_000, size=0.03)
    assert len(listed(figures(streams))) >= 4
    assert listed(figures(streams, settings=ShiftSettings(smallest=0.05))) == []


@pytest.mark.parametrize("customers", [9, 15])
def test_streams_of_few_are_counted_and_not_watched(customers):
    rows = [("theme", "queue", month, 0, customers) for month in MONTHS]
    found = figures(ibis.memtable(table(rows, **STREAM)))
    told = {e.measure: e.value for e in found["shifts_watched"].estimates}
    assert told == (
        {}
        if customers < 10
        else {"streams": 1, "streams watched": 0, "shifts found": 0, "of them withheld": 0}
    )


def test_no_streams_give_no_figure():
    assert figures() == {}


def test_a_shift_in_who_orders_again_says_the_revenue_of_a_year_that_goes_with_it():
    rows = [
        (kind, "all customers", month, 300 if place < 16 else 150, 600)
        for kind in ("ordering again", "churn")
        for place, month in enumerate(MONTHS)
    ]
    streams = ibis.memtable(table(rows, **STREAM))
    shifts = next(
        shifts_figures([streams], SETTINGS, as_of=AS_OF, spent_by_buyer=2_000.0)
    ).estimates
    [revenue] = [e for e in shifts if e.measure == "revenue a year that goes with it"]
    assert revenue.group["kind"] == "ordering again"
    assert revenue.value == pytest.approx(-0.25 * 600 * 12 * 2_000)
    assert revenue.low < revenue.value < revenue.high < 0
