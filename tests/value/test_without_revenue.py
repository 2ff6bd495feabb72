"""A company whose revenue is not loaded has costs, but neither profit nor tiers."""

import numpy as np
import pytest

from outsidein.value.declaration import DEFAULT_TIERS, ValueSettings
from outsidein.value.distribution import profit_distribution
from outsidein.value.profit import customer_profit
from outsidein.value.profitability import not_attributable, profitability
from outsidein.value.revenue import NO_REVENUE, has_revenue
from outsidein.value.tiers import customer_tiers, tiers_figure
from outsidein.value.whale import whale_figure

SETTINGS = ValueSettings()


@pytest.fixture
def inputs(firm):
    """Forty callers, each call at a cost, and nothing sold."""
    names = [f"c{i:02d}" for i in range(40)]
    calls = [{"customer_id": name, "kind": "call", "cost": 250} for name in names]
    return firm(customers=[{"customer_id": name} for name in names], encounters=calls)


@pytest.fixture
def profits(inputs):
    return customer_profit(inputs, settings=SETTINGS, activities={})


def reasons(figure):
    return {e.why for e in figure.estimates if e.value is None}


def test_costs_without_revenue_are_no_profit(profits):
    rows = profits.to_pyarrow().to_pylist()
    assert {row["profit"] for row in rows} == {row["profit_without_failures"] for row in rows}
    assert {(row["cost_to_serve"], row["profit"]) for row in rows} == {(250, None)}
    assert not has_revenue(profits)


def test_nobody_has_a_tier(profits):
    tiers = customer_tiers(profits, DEFAULT_TIERS)
    assert tiers.count().to_pyarrow().as_py() == 0
    figure = tiers_figure(profits, tiers, tiers=DEFAULT_TIERS, rule="")
    assert reasons(figure) == {NO_REVENUE}
    assert all(e.value is None for e in figure.estimates)


def test_the_figures_of_profit_say_that_no_revenue_is_loaded(profits):
    for figure in (
        whale_figure(profits, rng=np.random.default_rng(1), rule=""),
        profit_distribution(profits, rule=""),
    ):
        assert reasons(figure) == {NO_REVENUE}
        assert all(e.value is None for e in figure.estimates)


def test_what_serving_costs_is_still_shown(inputs, profits):
    for figure in (
        profitability(profits, settings=SETTINGS),
        not_attributable(inputs, settings=SETTINGS, activities={}, is_revenue_loaded=False),
    ):
        answered = {e.group["step"] for e in figure.estimates if e.value is not None}
        assert answered == {"cost to serve", "own failures"}
        assert reasons(figure) == {NO_REVENUE}
    totals = {
        e.group["step"]: e.value
        for e in profitability(profits, settings=SETTINGS).estimates
        if e.measure == "total"
    }
    assert totals["cost to serve"] == -10_000


def test_one_sale_is_enough_to_have_profits(firm):
    known = firm(
        customers=[{"customer_id": "a"}, {"customer_id": "b"}],
        transactions=[{"customer_id": "a", "revenue": 5, "cost": 1}],
        encounters=[{"customer_id": "b", "kind": "call", "cost": 3}],
    )
    profits = customer_profit(known, settings=SETTINGS, activities={})
    rows = {row["customer_id"]: row["profit"] for row in profits.to_pyarrow().to_pylist()}
    assert rows == {"a": 4, "b": -3}
    assert has_revenue(profits)
