"""The figures of value, built on a small firm, hold these groups and measures."""

import numpy as np
import pytest

from outsidein.value.declaration import DEFAULT_TIERS, ValueSettings
from outsidein.value.distribution import profit_distribution
from outsidein.value.profit import customer_profit
from outsidein.value.profitability import not_attributable, profitability
from outsidein.value.tiers import customer_tiers, tiers_figure
from outsidein.value.whale import whale_figure

SETTINGS = ValueSettings()


@pytest.fixture
def known(firm):
    names = [f"c{i:02d}" for i in range(40)]
    return firm(
        customers=[{"customer_id": name} for name in names],
        transactions=[
            {"customer_id": name, "revenue": 100 + i, "cost": 0} for i, name in enumerate(names)
        ],
        encounters=[{"customer_id": name, "kind": "complaint", "cost": 500} for name in names[:15]],
    )


@pytest.fixture
def profits(known):
    return customer_profit(known, settings=SETTINGS, activities={})


def measures(figure, **group):
    """The measures of those estimates of a figure whose group is so, in their order."""
    return list(
        dict.fromkeys(
            e.measure
            for e in figure.estimates
            if all(e.group[name] == value for name, value in group.items())
        )
    )


def values_of(figure, group):
    return list(dict.fromkeys(e.group[group] for e in figure.estimates))


def test_the_whale_curve_has_a_summary_and_points_with_and_without_failures(profits):
    figure = whale_figure(profits, rng=np.random.default_rng(1), rule="")
    assert values_of(figure, "curve") == ["with own failures", "without own failures"]
    for curve in values_of(figure, "curve"):
        assert measures(figure, curve=curve, customer_share=None) == [
            "share unprofitable",
            "share profitable",
            "losses on the unprofitable",
            "peak of cumulative profit",
            "peak as a multiple of profit",
            "profit",
        ]
        assert measures(figure, curve=curve, customer_share=0.5) == [
            "cumulative profit",
            "cumulative share of profit",
        ]
    assert values_of(figure, "customer_share") == [None, 0, 0.25, 0.5, 0.75, 1]


def test_every_tier_with_customers_tells_what_it_brings_and_costs(profits):
    tiers = customer_tiers(profits, DEFAULT_TIERS)
    figure = tiers_figure(profits, tiers, tiers=DEFAULT_TIERS, rule="")
    assert values_of(figure, "tier") == [tier.name for tier in DEFAULT_TIERS]
    for tier in DEFAULT_TIERS:
        assert measures(figure, tier=tier.name) == [
            "customers",
            "share of customers",
            "profit",
            "mean profit",
            "median profit",
            "mean cost to serve",
            "failure cost",
            "profit without own failures",
            "loss only by own failures",
            "policy",
        ]


def test_the_distribution_tells_the_limits_of_either_end(profits):
    assert measures(profit_distribution(profits, rule="")) == [
        "worst 1 %, at most",
        "worst 5 %, at most",
        "worst quarter, at most",
        "best 1 %, at least",
        "best 5 %, at least",
        "best quarter, at least",
        "median profit",
    ]


def test_steps_from_sales_to_profit_are_told_in_all_and_per_customer(known, profits):
    figure = profitability(profits, settings=SETTINGS)
    steps = [
        "sales before discounts",
        "discounts",
        "contracts",
        "returns",
        "cost of goods",
        "customisation",
        "cost to serve",
        "own failures",
        "profit",
        "profit without own failures",
    ]
    assert values_of(figure, "step") == steps
    assert measures(figure) == ["total", "per customer"]
    figure = not_attributable(known, settings=SETTINGS, activities={})
    assert values_of(figure, "step") == steps
    assert measures(figure) == ["total"]
