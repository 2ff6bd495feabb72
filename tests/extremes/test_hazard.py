from datetime import date, timedelta

import numpy as np
import pytest

from outsidein.churn.declaration import ChurnRule, Silence
from outsidein.extremes.exposure import exposure_by_order, exposure_by_tenure
from outsidein.extremes.hazard import begun_by_company, churn_jumps, hazard_figure
from outsidein.extremes.money import money_figure, value_at_stake
from tests.tables import table

START = date(2017, 1, 1)
AS_OF = date(2020, 1, 1)
HORIZON = (AS_OF - START).days


def day(number):
    return START + timedelta(days=int(number))


@pytest.fixture
def happened(con):
    def make(rows):
        made = table(rows, customer_id="string", kind="string", on="date")
        return con.create_table("happened", made, overwrite=True)

    return make


@pytest.fixture
def spells(con):
    """One spell per customer: (customer, first day, length in days, whether churned)."""

    def make(rows):
        told = [
            (c, 1, True, day(first), day(first), day(first + length) if gone else None, length)
            for c, first, length, gone in rows
        ]
        made = table(
            told, customer_id="string", spell="int64", is_latest="bool", started_on="date",
            entered_on="date", churned_on="date", tenure_days="int64",
        )  # fmt: skip
        return con.create_table("spells", made, overwrite=True)

    return make


def contracts(rng, *, n, jump):
    """Days under contract with a hazard that falls with tenure and jumps for 90 days after a call.

    Newcomers call more: without matching by tenure calls would look harmful even at jump 1.
    """
    first = rng.integers(0, HORIZON - 1, n)
    call = rng.geometric(1 / 120, n)
    days = np.arange(HORIZON)
    base = np.where(days < 180, 0.004, 0.0008)
    hazard = base * np.where((days > call[:, None]) & (days <= call[:, None] + 90), jump, 1.0)
    gone = rng.random((n, HORIZON)) < hazard
    left = np.where(gone.any(axis=1), gone.argmax(axis=1), HORIZON)
    length = np.minimum(np.maximum(left, 1), HORIZON - first)
    broke = (left < HORIZON - first) & (left >= 1)
    people = [(f"c{i}", first[i], length[i], bool(broke[i])) for i in range(n)]
    calls = [(f"c{i}", "call", day(first[i] + call[i])) for i in range(n) if call[i] < length[i]]
    return people, calls


def test_a_hazard_that_jumps_after_a_call_is_found_with_its_size(spells, happened):
    people, calls = contracts(np.random.default_rng(1), n=3000, jump=2.5)
    [found] = churn_jumps(spells(people), None, happened(calls), silence=None, as_of=AS_OF)
    assert found.jump.low <= 2.5 <= found.jump.high
    assert found.jump.low > 1.8
    assert found.jump.difference_low > 0
    assert found.customers == len({c for c, *_ in calls})


def test_a_hazard_that_only_falls_with_tenure_shows_no_jump(spells, happened):
    held = []
    for seed in range(8):
        people, calls = contracts(np.random.default_rng(seed), n=800, jump=1.0)
        [found] = churn_jumps(spells(people), None, happened(calls), silence=None, as_of=AS_OF)
        held.append(found.jump.low <= 1 <= found.jump.high)
    assert sum(held) >= 6


@pytest.mark.parametrize("at_once", [(), ("visit",)])
def test_days_at_risk_are_counted_as_a_loop_over_every_day_counts_them(spells, happened, at_once):
    rng = np.random.default_rng(3)
    people = [
        (f"c{i}", first, int(rng.integers(1, HORIZON - first + 1)), bool(rng.random() < 0.5))
        for i, first in enumerate(rng.integers(0, 900, 60))
    ]
    calls = [
        (c, kind, day(first + rng.integers(-20, 400)))
        for c, first, *_ in people
        for kind in ("call", "visit")
        for _ in range(3)
    ]
    wanted = {}
    for c, first, length, gone in people:
        for kind in ("call", "visit"):
            on = {(d - day(first)).days for who, k, d in calls if who == c and k == kind}
            on = {d for d in on if 0 <= d < length}
            for t in range(length):
                cell = wanted.setdefault((kind, t // 30), [0, 0, 0, 0])
                since = t - max((d for d in on if d <= t), default=-1000)
                if since < (0 if kind in at_once else 30):
                    continue
                side = 0 if since < 90 else 2
                cell[side + 1] += 1
                cell[side] += gone and t == length - 1
    reached = {
        (kind, t // 30)
        for c, first, length, _ in people
        for who, kind, on in calls
        if who == c and 0 <= (start := (on - day(first)).days) < length
        for t in range(start, min(start + 90, length))
    }
    exposed = sorted(reached)
    found = exposure_by_tenure(spells(people), happened(calls), at_once=at_once)
    assert {e.kind: [list(stratum) for stratum in e.strata] for e in found} == {
        kind: [wanted[key] for key in exposed if key[0] == kind] for kind in ("call", "visit")
    }


def orders(con, rows):
    """Order days of (customer, day), in a row."""
    told, by_customer = [], {}
    for customer, number in sorted(rows):
        by_customer.setdefault(customer, []).append(number)
    for customer, days in by_customer.items():
        told += [
            (customer, day(d), True, 0, nth + 1, day(days[nth - 1]) if nth else None)
            for nth, d in enumerate(days)
        ]
    made = table(
        told, customer_id="string", ordered_on="date", is_order="bool", revenue="int64",
        nth="int64", previous_on="date",
    )  # fmt: skip
    return con.create_table("order_days", made, overwrite=True)


SILENCE = Silence(180, None, None, 0)


def shoppers(rng, *, n, after_late):
    """Who orders again comes 10 to 170 days later; a late delivery, 30 days after, lowers that."""
    bought, late = [], []
    for i in range(n):
        on = int(rng.integers(0, 400))
        while on < HORIZON:
            bought.append((f"c{i}", on))
            is_late = rng.random() < 0.3
            comes = rng.random() < (0.5 - (after_late if is_late else 0.0))
            gap = int(rng.integers(10, 171))
            if is_late and (not comes or gap > 30):
                late.append((f"c{i}", "late", day(on + 30)))
            if not comes:
                break
            on += gap
    return bought, late


def test_falling_silent_after_late_deliveries_is_found_with_its_size(con, happened):
    bought, late = shoppers(np.random.default_rng(4), n=2500, after_late=0.25)
    [found] = churn_jumps(None, orders(con, bought), happened(late), silence=SILENCE, as_of=AS_OF)
    # of those not back by day 90: 1/2 and 1/4 come in all, 4/8 of them later than that
    with_late, without = 0.75 / (0.75 + 0.25 * 80 / 161), 0.5 / (0.5 + 0.5 * 80 / 161)
    assert found.jump.difference_low <= with_late - without <= found.jump.difference_high
    assert found.jump.difference_low > 0.05


def test_who_orders_again_before_a_delivery_could_be_late_does_not_make_lateness_look_bad(
    con, happened
):
    bought, late = shoppers(np.random.default_rng(11), n=4000, after_late=0.0)
    [found] = churn_jumps(None, orders(con, bought), happened(late), silence=SILENCE, as_of=AS_OF)
    assert found.jump.difference_low <= 0 <= found.jump.difference_high
    assert found.jump.difference_high - found.jump.difference_low < 0.06


def test_orders_whose_silence_cannot_be_waited_for_are_no_trials(con, happened):
    early, recent = [("a", 0), ("b", 0)], [("c", HORIZON - 100)]
    found = exposure_by_order(
        orders(con, early + recent),
        happened([(c, "late", day(d + 5)) for c, d in early + recent]),
        silence=SILENCE,
        as_of=AS_OF,
    )
    assert [(e.customers, e.strata[0][:2]) for e in found] == [(2, (2, 2))]


def test_money_at_risk_is_customers_times_jump_times_value_with_the_error_of_both(
    con, spells, happened
):
    people, calls = contracts(np.random.default_rng(1), n=3000, jump=2.5)
    stays = [c for c, first, length, gone in people if not gone]
    told, what = spells(people), happened(calls)
    found = churn_jumps(told, None, what, silence=None, as_of=AS_OF)
    rows = [(c, 1000, 900, 1100) for c in stays]
    kinds = {"value": "int64", "value_low": "int64", "value_high": "int64"}
    values = con.create_table("worth", table(rows, customer_id="string", **kinds))
    stakes = value_at_stake(told, what, values, as_of=AS_OF)
    figure = money_figure(stakes, found, failures=["call"], as_of=AS_OF)
    count, money = figure.estimates
    lately = {c for c, _, on in calls if (AS_OF - on).days <= 90} & set(stays)
    jump = found[0].jump
    assert count.value == len(lately)
    assert money.value == pytest.approx(len(lately) * jump.difference * 1000)
    by_jump = len(lately) * 1000 * (jump.difference - jump.difference_low)
    by_value = len(lately) * 100 * jump.difference
    assert money.value - money.low == pytest.approx(np.hypot(by_jump, by_value))


def test_without_a_lifetime_value_and_without_encounters_the_figures_say_so(con, spells, happened):
    rule = ChurnRule(rule="contract")
    told, nothing = spells([("a", 0, 100, False)]), happened([])
    figure = hazard_figure(
        churn_jumps(told, None, nothing, silence=None, as_of=AS_OF), rule=rule, silence=None
    )
    assert figure.estimates[0].why == "no encounter of a customer is known"
    kinds = {"value": "int64", "value_low": "int64", "value_high": "int64"}
    values = con.create_table("worth", table([], customer_id="string", **kinds))
    stakes = value_at_stake(told, nothing, values, as_of=AS_OF)
    assert (
        "no customer had an encounter"
        in money_figure(stakes, [], failures=[], as_of=AS_OF).estimates[0].why
    )


def signed_off(rng, n, *, call_days):
    """Contracts that end at one rate; one in three who leave calls up to so many days before."""
    first = rng.integers(0, HORIZON - 1, n)
    left = rng.exponential(700, n).astype(int) + 1
    length = np.minimum(left, HORIZON - first)
    gone = left < HORIZON - first
    people = [(f"c{i}", first[i], length[i], bool(gone[i])) for i in range(n)]
    calls = [
        (f"c{i}", "call", day(first[i] + max(left[i] - rng.integers(1, call_days), 0)))
        for i in range(n)
        if gone[i] and rng.random() < 1 / 3
    ]
    at_random = rng.integers(0, 500, n)
    calls += [
        (f"c{i}", "call", day(first[i] + at_random[i]))
        for i in range(n)
        if at_random[i] < length[i]
    ]
    return people, calls


def test_calls_made_to_cancel_are_not_taken_for_a_reason_to_leave(spells, happened):
    people, calls = signed_off(np.random.default_rng(9), 3000, call_days=29)
    [found] = churn_jumps(spells(people), None, happened(calls), silence=None, as_of=AS_OF)
    assert found.jump.low < 1
    assert found.jump.ratio < 1.3


def test_kinds_that_are_part_of_leaving_have_neither_jump_nor_money(con, spells, happened):
    people, calls = signed_off(np.random.default_rng(9), 1000, call_days=80)
    what = happened(calls)
    naive = churn_jumps(spells(people), None, what, silence=None, as_of=AS_OF)
    assert naive[0].jump.low > 1
    found = churn_jumps(spells(people), None, what, silence=None, as_of=AS_OF, leaving=["call"])
    rule = ChurnRule(rule="contract")
    (only,) = hazard_figure(found, rule=rule, silence=None).estimates
    assert (only.value, only.why) == (None, "declared to be part of leaving: no reason for it")
    kinds = {"value": "int64", "value_low": "int64", "value_high": "int64"}
    rows = [(c, 1000, 900, 1100) for c, *_ in people]
    values = con.create_table("worth", table(rows, customer_id="string", **kinds))
    stakes = value_at_stake(spells(people), what, values, as_of=AS_OF)
    for jumps, why in ((found, "part of leaving"), (naive, "not declared as a failure")):
        _, money = money_figure(stakes, jumps, failures=[], as_of=AS_OF).estimates
        assert money.value is None
        assert why in money.why


def quiet(rng, n, kinds):
    """Contracts that end at one rate, and encounters of many kinds that do not matter."""
    first = rng.integers(0, HORIZON - 1, n)
    left = rng.exponential(600, n).astype(int) + 1
    length = np.minimum(left, HORIZON - first)
    people = [(f"c{i}", first[i], length[i], bool(left[i] < HORIZON - first[i])) for i in range(n)]
    happened = [
        (f"c{i}", f"kind {kind}", day(first[i] + on))
        for kind in range(kinds)
        for i, on in enumerate(rng.integers(0, 900, n))
        if on < length[i]
    ]
    return people, happened


@pytest.mark.parametrize("firms", [12, pytest.param(200, marks=pytest.mark.slow)])
def test_of_quiet_firms_with_twelve_kinds_few_show_any_that_seems_to_matter(
    spells, happened, firms
):
    rng, shown = np.random.default_rng(6), 0
    for _ in range(firms):
        people, calls = quiet(rng, 400, 12)
        found = churn_jumps(spells(people), None, happened(calls), silence=None, as_of=AS_OF)
        assert len(found) == 12
        shown += any(not isinstance(f.jump, str) and f.jump.difference_low > 0 for f in found)
    assert shown <= max(0.05 * firms, 2)


def test_fewer_who_order_again_are_told_as_a_ratio_of_returns(con, happened):
    bought, late = shoppers(np.random.default_rng(4), n=2500, after_late=0.25)
    [found] = churn_jumps(None, orders(con, bought), happened(late), silence=SILENCE, as_of=AS_OF)
    back_late, back = (1 - 0.75 / (0.75 + 0.25 * 80 / 161)), (1 - 0.5 / (0.5 + 0.5 * 80 / 161))
    assert found.returns.low <= back_late / back <= found.returns.high
    assert found.returns.high < 0.8


def test_where_hardly_anybody_orders_again_no_jump_is_claimed(con, happened):
    bought = [(f"c{i}", i % 300) for i in range(600)]
    bought += [(f"c{i}", i % 300 + 150) for i in range(4)]
    late = [(f"c{i}", "late", day(i % 300 + 20)) for i in range(300, 600)]
    [found] = churn_jumps(None, orders(con, bought), happened(late), silence=SILENCE, as_of=AS_OF)
    assert found.jump == (
        "0 orders after the encounter, or without it, were followed by another: 5 are needed"
    )


def test_kinds_that_only_the_company_begins_are_told_from_those_that_customers_begin_too(con):
    rows = [("late", "company"), ("late", "company"), ("call", "company"), ("call", "customer")]
    rows.append(("visit", None))
    encounters = con.create_table("encounters", table(rows, kind="string", initiator="string"))
    assert begun_by_company(encounters) == {"late"}


def leaving_at_once(rng, n):
    """Contracts that end at one rate, three times as high in the 30 days after a late parcel."""
    first = rng.integers(0, HORIZON - 1, n)
    late = rng.geometric(1 / 200, n)
    days = np.arange(HORIZON)
    is_soon = (days > late[:, None]) & (days <= late[:, None] + 30)
    gone = rng.random((n, HORIZON)) < np.where(is_soon, 0.006, 0.002)
    left = np.where(gone.any(axis=1), gone.argmax(axis=1), HORIZON)
    length = np.minimum(np.maximum(left, 1), HORIZON - first)
    people = [(f"c{i}", first[i], length[i], bool(left[i] < HORIZON - first[i])) for i in range(n)]
    return people, [
        (f"c{i}", "late", day(first[i] + late[i])) for i in range(n) if late[i] < length[i]
    ]


def test_who_leaves_at_once_after_a_failure_that_nobody_begins_to_leave_is_counted(
    spells, happened
):
    people, late = leaving_at_once(np.random.default_rng(2), 2000)
    told, what = spells(people), happened(late)
    [after_lag] = churn_jumps(told, None, what, silence=None, as_of=AS_OF)
    assert after_lag.jump.low < 1 < after_lag.jump.high
    [found] = churn_jumps(told, None, what, silence=None, as_of=AS_OF, at_once=["late"])
    assert found.jump.difference_low <= 0.12 <= found.jump.difference_high
    assert found.jump.difference_low > 0.05
