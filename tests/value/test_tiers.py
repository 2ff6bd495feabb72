from datetime import date

import ibis
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outsidein.value.declaration import DEFAULT_TIERS, Policy, Tier
from outsidein.value.distribution import profit_distribution
from outsidein.value.tiers import customer_tiers, tiers_figure

SILVER = (
    Tier(name="gold", top_share=0.2),
    Tier(name="silver", top_share=0.5),
    Tier(name="rest"),
    Tier(name="lost", losses=True),
)


@pytest.fixture
def profits(con):
    """Profits of customers c0, c1, ..., without and with what the firm's failures took."""

    def table(amounts, failures=None, served=None):
        n = len(amounts)
        failures, served = failures or [0] * n, served or [0] * n
        columns = {
            "customer_id": pa.array([f"c{i}" for i in range(n)], pa.string()),
            "profit": pa.array(amounts, pa.int64()),
            "failure_cost": pa.array(failures, pa.int64()),
            "cost_to_serve": pa.array(served, pa.int64()),
            "profit_without_failures": pa.array(
                [a + b for a, b in zip(amounts, failures, strict=True)], pa.int64()
            ),
        }
        return con.create_table("profits", ibis.memtable(pa.table(columns)), overwrite=True)

    return table


def tiers_of(table, tiers=SILVER):
    rows = customer_tiers(table, tiers).order_by("rank").to_pyarrow().to_pylist()
    return [(row["customer_id"], row["tier"], row["rank"]) for row in rows]


def test_customers_are_ranked_by_profit_and_ties_by_id(profits):
    assert tiers_of(profits([5, 9, 9, -1, 0])) == [
        ("c1", "gold", 1),
        ("c2", "silver", 2),
        ("c0", "rest", 3),
        ("c4", "rest", 4),
        ("c3", "lost", 5),
    ]


def test_who_costs_more_than_they_bring_is_lost_even_at_the_top(profits):
    assert [tier for _, tier, _ in tiers_of(profits([-1, -2, -3]))] == ["lost"] * 3


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(-5, 20), min_size=1, max_size=30))
def test_tiers_divide_all_customers_and_better_ones_are_in_better_tiers(profits, amounts):
    rows = tiers_of(profits(amounts), DEFAULT_TIERS)
    order = [tier.name for tier in DEFAULT_TIERS]
    assert [rank for *_, rank in rows] == list(range(1, len(amounts) + 1))
    places = [order.index(tier) for _, tier, _ in rows]
    assert places == sorted(places)
    assert places.count(3) == sum(amount < 0 for amount in amounts)
    assert places.count(0) <= len(amounts) * 0.05


def estimates(figure, group="tier"):
    return {(e.group.get(group), e.measure): e for e in figure.estimates}


def test_a_tier_shows_what_it_brings_with_and_without_our_own_failures(profits):
    table = profits([50, 30, -10, -20, -90], failures=[0, 5, 10, 5, 0], served=[1, 2, 3, 4, 8])
    figure = tiers_figure(table, customer_tiers(table, SILVER), tiers=SILVER, rule="By hand.")
    lost = {measure: e for (tier, measure), e in estimates(figure).items() if tier == "lost"}
    assert lost["customers"].value == 3
    assert lost["share of customers"].value == 0.6
    assert lost["profit"].value == -120
    assert lost["median profit"].value == -20
    assert lost["mean cost to serve"].value == 5
    assert lost["failure cost"].value == 15
    assert lost["profit without own failures"].value == -105
    assert lost["loss only by own failures"].value == 1  # -10 with 10 spent on failures
    mean = lost["mean profit"]
    spread = 4.302653 * np.std([-10, -20, -90], ddof=1) / 3**0.5
    assert (mean.value, mean.low, mean.high) == pytest.approx((-40, -40 - spread, -40 + spread))


def test_of_an_even_number_the_better_of_the_two_in_the_middle_is_the_median(profits):
    table = profits([-1, -2, -3, -4])
    figure = estimates(tiers_figure(table, customer_tiers(table, SILVER), tiers=SILVER, rule=""))
    assert figure["lost", "median profit"].value == -2


def test_the_policy_of_a_tier_names_who_decided_and_when_or_that_nobody_has(profits):
    policy = Policy(decision="stop", by="Bo", on=date(2024, 2, 1), reason="Tried all.")
    tiers = (*SILVER[:3], SILVER[3].model_copy(update={"policy": policy}))
    table = profits([1, 2, 3])
    figure = estimates(tiers_figure(table, customer_tiers(table, tiers), tiers=tiers, rule=""))
    assert figure["lost", "policy"].why == "stop, decided by Bo on 2024-02-01: Tried all."
    assert figure["rest", "policy"].why == "nobody has decided yet"
    assert figure["lost", "customers"].value == 0


def test_the_method_of_the_figure_says_how_customers_were_divided(profits):
    table = profits([1, 2])
    figure = tiers_figure(table, customer_tiers(table, SILVER), tiers=SILVER, rule="Rule.")
    assert figure.method == (
        "Customers ranked by profit: gold to the top 20%, silver to the top 50%, rest the others, "
        "lost all with a profit below 0. The policy of a tier is what a named person decided. Rule."
    )


def test_the_extremes_of_profit_come_first_with_the_customers_they_rest_on(profits):
    figure = profit_distribution(profits(list(range(1, 201))[::-1]), rule="")
    assert [(e.measure, e.n, e.value) for e in figure.estimates] == [
        ("worst 1 %, at most", 2, 2),
        ("worst 5 %, at most", 10, 10),
        ("worst quarter, at most", 50, 50),
        ("best 1 %, at least", 2, 199),
        ("best 5 %, at least", 10, 191),
        ("best quarter, at least", 50, 151),
        ("median profit", 200, 100),
    ]


def test_too_few_customers_have_no_extremes_and_none_have_no_median(profits):
    figure = profit_distribution(profits([7]), rule="")
    assert [e.value for e in figure.estimates] == [None] * 6 + [7]
    assert [e.value for e in profit_distribution(profits([]), rule="").estimates] == [None] * 7
