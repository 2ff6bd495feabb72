from datetime import date, timedelta

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from outsidein.errors import TooLittleData
from outsidein.value.declaration import DEFAULT_TIERS, Policy, ValueSettings
from outsidein.value.forecast import lifetime_model_choice, lifetime_value
from outsidein.value.lifetime import lifetime_values
from outsidein.value.orders import orders_needed
from outsidein.value.outlook import tier_outlook
from outsidein.value.profit import customer_profit
from outsidein.value.renewals import contract_terms
from outsidein.value.tiers import customer_tiers

START, AS_OF, FUTURE = date(2022, 1, 1), date(2023, 7, 1), 365
DAYS = (AS_OF - START).days
SETTINGS = ValueSettings(gross_margin=0.5, discount_rate=0.0)


def simulate(n, seed=1, *, r=0.8, alpha=6.0, a=0.9, b=3.5):
    """Orders of customers who leave after each purchase with probability p: who, day, spend."""
    rng = np.random.default_rng(seed)
    first = rng.integers(0, DAYS - 100, n)
    rate, p, nu = rng.gamma(r, 1 / alpha, n) / 7, rng.beta(a, b, n), rng.gamma(4.0, 1 / 3000, n)
    now, active = first.astype(float), np.arange(n)
    who, when = [active], [first]
    while active.size:
        now[active] += rng.exponential(1 / np.maximum(rate[active], 1e-12))
        active = active[now[active] < DAYS + FUTURE]
        who.append(active)
        when.append(np.floor(now[active]).astype(int))
        active = active[rng.random(active.size) >= p[active]]
    who, when = np.concatenate(who), np.concatenate(when)
    return who, when, np.rint(rng.gamma(6.0, 1 / nu[who])).astype(np.int64)


def transactions(who, when, spend):
    n = len(who)
    days = np.datetime64(START, "D") + when.astype("timedelta64[D]")
    return pa.table(
        {
            "customer_id": pa.array([f"c{i:06d}" for i in who]),
            "source": pa.array(["shop"] * n),
            "transaction_id": pa.array([str(i) for i in range(n)]),
            "line": pa.array([1] * n, pa.int64()),
            "ordered_on": pa.array(days, pa.date32()),
            "revenue": pa.array(spend, pa.int64()),
            "discount": pa.array([0] * n, pa.int64()),
            "cost": pa.nulls(n, pa.int64()),
            "is_return": pa.array([False] * n),
            "is_trial": pa.array([False] * n),
            "customisation_cost": pa.nulls(n, pa.int64()),
            "recorded_at": pa.nulls(n, pa.timestamp("us", "UTC")),
        }
    )


def customers(ids):
    first = pa.nulls(len(ids), pa.date32())
    return pa.table({"customer_id": pa.array(ids, pa.string()), "first_seen_on": first})


def value_of(known, settings=SETTINGS):
    profits = customer_profit(known, settings=settings, activities={})
    tiers = customer_tiers(profits, DEFAULT_TIERS)
    return lifetime_values(known, profits, tiers, settings=settings)


def rows_of(lifetimes):
    return {row.pop("customer_id"): row for row in lifetimes.values.to_pyarrow().to_pylist()}


def estimates(figure):
    return {(e.group["regime"], e.group["tier"], e.measure): e for e in figure.estimates}


@pytest.fixture
def simulated(firm):
    def known(n, seed=1):
        who, when, spend = simulate(n, seed)
        ids = sorted({f"c{i:06d}" for i in who})
        tables = {"customers": customers(ids), "transactions": transactions(who, when, spend)}
        later = when >= DAYS
        again = set(who[later]) & set(who[~later])
        share = len(again) / len(set(who[~later]))
        return firm(as_of=AS_OF, **tables), int(later.sum()), int(spend[later].sum()), share

    return known


def test_simulated_customers_bring_what_was_expected_of_them(simulated):
    known, orders, revenue, later = simulated(20_000)
    lifetimes = value_of(known)
    figure = estimates(lifetime_value(lifetimes, tiers=DEFAULT_TIERS, settings=SETTINGS))
    expected = figure["no contract", "all", "expected orders"]
    assert expected.low < orders < expected.high
    value = figure["no contract", "all", "expected value"]
    assert value.value == pytest.approx(revenue / 2, rel=0.05)
    tiers = [figure["no contract", t.name, "expected value"].value for t in DEFAULT_TIERS[:3]]
    assert sum(tiers) == pytest.approx(value.value)
    rows = rows_of(lifetimes)
    assert list(rows) == sorted(rows)
    assert sum(row["value"] for row in rows.values()) == pytest.approx(value.value, rel=1e-3)
    assert sum(row["expected_orders"] for row in rows.values()) == pytest.approx(expected.value)
    alive = figure["no contract", "all", "still customers"]
    assert sum(row["alive"] for row in rows.values()) == pytest.approx(alive.value, rel=1e-4)
    buying = figure["no contract", "all", "share expected to order"]
    assert buying.low < later < buying.high
    assert buying.value < alive.value / len(rows)


def test_value_is_orders_times_spend_times_margin_and_lies_in_its_interval(simulated):
    rows = rows_of(value_of(simulated(1_500)[0])).values()
    for row in list(rows)[:200]:
        by_hand = row["expected_orders"] * row["expected_spend"] * 0.5
        assert row["value"] == pytest.approx(by_hand, rel=1e-3, abs=1)
        assert row["value_low"] <= row["value"] <= row["value_high"]
        assert row["alive_low"] <= row["alive"] <= row["alive_high"]


def test_money_that_comes_later_is_worth_less_by_the_discount_rate(simulated):
    known, *_ = simulated(1_500)
    plain = sum(row["value"] for row in rows_of(value_of(known)).values())
    halved = ValueSettings(gross_margin=0.5, discount_rate=1.0)
    discounted = sum(row["value"] for row in rows_of(value_of(known, halved)).values())
    evenly = 1 / (2 * np.log(2))  # the mean of 2 ** -t over the year; orders come early, so more
    assert evenly < discounted / plain < evenly * 1.05


def test_the_order_of_rows_changes_nothing(simulated, firm):
    known, *_ = simulated(800)
    rng = np.random.default_rng(5)
    lines = transactions(*simulate(800))
    shuffled = firm(
        as_of=AS_OF,
        customers=known.customers.to_pyarrow(),
        transactions=lines.take(rng.permutation(lines.num_rows)),
    )
    one = value_of(shuffled).values.to_pyarrow()
    assert one.equals(value_of(simulated(800)[0]).values.to_pyarrow())


def test_who_lost_money_stays_unprofitable_unless_orders_make_up_for_it(simulated):
    inputs, *_ = simulated(1_500)
    profits = customer_profit(inputs, settings=SETTINGS, activities={})
    profits = profits.mutate(profit=profits.customer_id.endswith("7").ifelse(-1, profits.profit))
    tiers = customer_tiers(profits, DEFAULT_TIERS)
    lifetimes = lifetime_values(inputs, profits, tiers, settings=SETTINGS)
    rows = rows_of(lifetimes)
    lost = [row for name, row in rows.items() if name.endswith("7")]
    assert all(row["stays_unprofitable"] == 0 for n, row in rows.items() if not n.endswith("7"))
    assert all(1 - row["alive"] <= row["stays_unprofitable"] < 1 for row in lost)
    figure = estimates(lifetime_value(lifetimes, tiers=DEFAULT_TIERS, settings=SETTINGS))
    stay = figure["no contract", "all", "expected to stay unprofitable"]
    assert stay.value == pytest.approx(sum(row["stays_unprofitable"] for row in lost), abs=1e-3)
    assert stay.low < stay.value < stay.high <= len(lost) == stay.n


def test_orders_needed_are_those_that_bring_profit_to_nothing():
    profit, per_order = np.array([5.0, 0.0, -1.0, -10.0, -10.5, -1.0]), np.full(6, 5.0)
    per_order[-1] = 0.0
    assert orders_needed(profit, per_order).tolist() == [0, 0, 1, 2, 3, np.inf]


def test_a_tier_that_brought_much_may_be_expected_to_bring_little(simulated):
    inputs, *_ = simulated(1_500)
    profits = customer_profit(inputs, settings=SETTINGS, activities={})
    invest = Policy(decision="invest", by="Ana", on=date(2024, 1, 1), reason="they pay")
    declared = (DEFAULT_TIERS[0].model_copy(update={"policy": invest}), *DEFAULT_TIERS[1:])
    tiers = customer_tiers(profits, declared)
    lifetimes = lifetime_values(inputs, profits, tiers, settings=SETTINGS)
    expected = lifetime_value(lifetimes, tiers=declared, settings=SETTINGS)
    figure = tier_outlook(
        profits, tiers, lifetimes.values, expected, declared=declared, horizon_days=365
    )
    top = {e.measure: e for e in figure.estimates if e.group["tier"] == "platinum"}
    total = estimates(expected)["no contract", "platinum", "expected value"]
    n = top["customers with a lifetime value"].value
    assert top["expected per customer"].value == pytest.approx(total.value / n)
    assert top["expected per customer"].low == pytest.approx(total.low / n)
    amounts = {row["customer_id"]: row["profit"] for row in profits.to_pyarrow().to_pylist()}
    best = [
        row["customer_id"] for row in tiers.to_pyarrow().to_pylist() if row["tier"] == "platinum"
    ]
    assert top["brought per customer so far"].value == pytest.approx(
        np.mean([amounts[name] for name in best])
    )
    assert top["policy"].why.startswith("invest, decided by Ana")
    costly = profits.mutate(
        cost_to_serve=profits.cost_to_serve + 500,
        failure_cost=profits.failure_cost + 70,
        profit=profits.profit - 570,
    )
    served = tier_outlook(
        costly, tiers, lifetimes.values, expected, declared=declared, horizon_days=365
    )
    assert served.estimates == figure.estimates  # both are before the cost to serve


def test_the_hold_out_is_told_by_model_with_the_reason_for_the_choice(simulated):
    lifetimes = value_of(simulated(3_000)[0])
    figure = lifetime_model_choice(lifetimes)
    ranked = [e.group["model"] for e in figure.estimates if e.measure == "hold-out error"]
    assert set(ranked) == {"MBG/NBD", "Pareto/NBD", "same rate continues"}
    assert all(fit.model.name in ranked for fit in lifetimes.orders.fit.fits)
    assert lifetimes.orders.fit.name in figure.method
    assert "bought before 2022-12-31" in figure.method


def test_too_few_customers_have_no_lifetime_value_and_the_figures_say_why(firm):
    line = {"customer_id": "c", "revenue": 1}
    lifetimes = value_of(firm(customers=[{"customer_id": "c"}], transactions=[line]))
    why = "1 customers are too few: the estimate needs 50 or more."
    assert lifetimes.values.to_pyarrow().num_rows == 0
    assert [e.why for e in lifetime_model_choice(lifetimes).estimates] == [why]
    figure = lifetime_value(lifetimes, tiers=DEFAULT_TIERS, settings=SETTINGS)
    assert [e.why for e in figure.estimates] == [why]


def test_without_any_transactions_there_is_nothing_to_hold_out(firm):
    lifetimes = value_of(firm(customers=[{"customer_id": "c"}]))
    assert str(lifetimes.hold_out).startswith("0 days of transactions are too few")


def monthly(i, months, *, ended, price=1000, cost=400, **more):
    """A contract begun so many whole months before 1 July 2024, ended then or still running."""
    started = date(2024 - (months + 5) // 12, 12 - (months + 5) % 12, 1)
    ended_on = date(2024, 6, 30) if ended else None
    row = {"customer_id": f"c{i:04d}", "contract_id": f"k{i}", "started_on": started}
    return row | {"ended_on": ended_on, "price": price, "cost": cost} | more


@pytest.fixture
def subscribers(firm):
    """1,000 subscribers of one month to seven, as many leaving each month as in the paper."""

    def known(extra=(), **tables):
        active = [1000, 869, 743, 653, 593, 551, 517, 491]  # Fader & Hardie (2007), high end
        lost = -np.diff(active)
        months = [m for m, n in enumerate(lost, start=1) for _ in range(n)]
        rows = [monthly(i, m, ended=True) for i, m in enumerate(months)]
        rows += [monthly(i, 8, ended=False) for i in range(len(rows), 1000)]
        rows += extra
        names = sorted({row["customer_id"] for row in rows})
        return firm(
            customers=[{"customer_id": name, "first_seen_on": None} for name in names],
            contracts=rows,
            **tables,
        )

    return known


def test_contracts_are_valued_by_the_renewals_the_published_model_expects(subscribers):
    lifetimes = value_of(subscribers())
    fitted = lifetimes.renewals.fits["month"]
    assert fitted.parameters["alpha"] == pytest.approx(0.668, abs=5e-4)
    assert fitted.parameters["beta"] == pytest.approx(3.806, abs=5e-4)
    renewals, kept = 0.0, 1.0
    for t in range(8, 20):  # r(t) = (beta + t - 1) / (alpha + beta + t - 1), after seven renewals
        kept *= (3.806 + t - 1) / (0.668 + 3.806 + t - 1)
        renewals += kept
    row = rows_of(lifetimes)["c0999"]
    assert row["expected_orders"] == pytest.approx(renewals, abs=2e-3)
    assert (row["alive"], row["expected_spend"]) == (1.0, 1000)
    assert row["value"] == pytest.approx(600 * renewals, abs=2)
    assert row["value_low"] < row["value"] < row["value_high"]


def test_who_has_left_brings_nothing_more_and_two_contracts_bring_both(subscribers):
    twice = monthly(999, 8, ended=False, price=3000, cost=1200) | {"contract_id": "second"}
    rows = rows_of(value_of(subscribers([twice])))
    assert rows["c0000"] == {
        "model": "shifted beta-geometric",
        **dict.fromkeys(("alive", "alive_low", "alive_high"), 0.0),
        **dict.fromkeys(("expected_orders", "expected_orders_low", "expected_orders_high"), 0.0),
        **dict.fromkeys(("expected_spend", "value", "value_low", "value_high"), 0),
        "stays_unprofitable": None,
    }
    one, both = rows["c0998"], rows["c0999"]
    assert both["expected_orders"] == pytest.approx(2 * one["expected_orders"])
    assert both["expected_spend"] == 2000
    assert both["value"] == pytest.approx(4 * one["value"], abs=3)


def test_a_contract_without_a_price_has_renewals_but_no_value(subscribers):
    free = monthly(2000, 8, ended=False, price=None, cost=None)
    row = rows_of(value_of(subscribers([free])))["c2000"]
    assert row["expected_orders"] > 0
    assert row["value"] is row["value_low"] is row["expected_spend"] is None


def test_a_period_with_too_few_contracts_is_left_out_and_said(subscribers):
    yearly = monthly(2000, 24, ended=False, period="year")
    lifetimes = value_of(subscribers([yearly]))
    assert "c2000" not in rows_of(lifetimes)
    figure = estimates(lifetime_value(lifetimes, tiers=DEFAULT_TIERS, settings=SETTINGS))
    why = figure["contract", "all", "expected value of contracts by the year"].why
    assert why == str(TooLittleData(1, needed=50, of="customers"))


def test_the_renewal_due_on_the_day_itself_is_not_yet_known(subscribers):
    known = subscribers()
    profits = customer_profit(known, settings=SETTINGS, activities={})
    terms = contract_terms(known, customer_tiers(profits, DEFAULT_TIERS))
    row = terms.filter(terms.contract_id == "k999").to_pyarrow().to_pylist()[0]
    assert (row["has_ended"], row["renewals_faced"]) == (False, 7)  # 1 November to 30 June


def test_customers_under_contract_are_not_valued_by_their_orders_too(subscribers):
    lines = [{"customer_id": f"c{i:04d}", "revenue": 5} for i in range(900, 1000)]
    lifetimes = value_of(subscribers(transactions=lines))
    assert str(lifetimes.hold_out) == "0 customers are too few: the estimate needs 50 or more."
    assert {row["model"] for row in rows_of(lifetimes).values()} == {"shifted beta-geometric"}


@pytest.mark.parametrize("dialect", ["duckdb", "pyspark"])
def test_terms_can_be_said_to_both_engines(firm, dialect):
    tiers = ibis.table({"customer_id": "string", "tier": "string"}, name="tiers")
    terms = contract_terms(firm(), tiers)
    assert "renewals_faced" in str(ibis.to_sql(terms, dialect=dialect))


def test_cdnow_is_predicted_far_better_than_by_its_past_rate(firm, shared_data):
    bought = pq.read_table(shared_data / "cdnow" / "cdnow_master.parquet")
    days = bought["date"].to_numpy().astype("datetime64[D]")
    cents = np.rint(bought["dollars"].to_numpy() * 100).astype(np.int64)
    who = bought["customer_id"].to_numpy().astype(int)
    lines = transactions(who, (days - np.datetime64(START, "D")).astype(int), cents)
    ids = sorted(set(lines["customer_id"].to_pylist()))
    end = date(1998, 6, 30) + timedelta(days=1)
    known = firm(as_of=end, customers=customers(ids), transactions=lines)
    hold_out = value_of(known).hold_out
    best, naive = hold_out.choice.chosen[0], hold_out.choice.ranking[-1]
    assert best.fit.covariance is not None
    assert best.error < naive.error / 5
    assert abs(best.total_error) < 0.06
    figure = lifetime_model_choice(value_of(known))
    totals = {e.group["model"]: e for e in figure.estimates if e.measure == "hold-out orders"}
    assert totals["observed"].value == 12_320
    assert totals[best.name].low < 12_320 < totals[best.name].high


def measures_of_all(lifetimes):
    figure = lifetime_value(lifetimes, tiers=DEFAULT_TIERS, settings=SETTINGS)
    measures = {}
    for e in figure.estimates:
        if e.group["tier"] == "all":
            measures.setdefault(e.group["regime"], []).append(e.measure)
    return measures


def test_value_by_orders_and_by_contracts_is_told_apart_by_regime(simulated, subscribers):
    kept = ["share still customers", "still customers"]
    last = ["expected to stay unprofitable", "expected orders"]
    by_orders = ["expected value", *kept, "share expected to order", *last]
    assert measures_of_all(value_of(simulated(1_500)[0])) == {"no contract": by_orders}
    assert measures_of_all(value_of(subscribers())) == {
        "no contract": ["expected value"],
        "contract": ["expected value", "expected renewals", *kept],
    }
