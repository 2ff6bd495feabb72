import numpy as np
import pytest

from outsidein.figures.figure import protect
from outsidein.value.declaration import Activity, ValueSettings
from outsidein.value.profit import customer_profit
from outsidein.value.profitability import cost_rule, not_attributable, profitability
from outsidein.value.whale import whale_figure

ACTIVITIES = {"complaint": Activity(cost=40, is_failure=True)}
MARGIN = ValueSettings(gross_margin=0.25)


@pytest.fixture
def known(firm):
    return firm(
        customers=[{"customer_id": "a"}, {"customer_id": "b"}],
        transactions=[
            {"customer_id": "a", "revenue": 400, "discount": 50, "cost": 100},
            {"customer_id": "a", "line": 2, "revenue": -100, "is_return": True},
            {"customer_id": "b", "revenue": 100},
            {"revenue": 60, "cost": 20},
        ],
        encounters=[{"customer_id": "a", "kind": "complaint"}, {"customer_id": "b", "cost": 10}],
    )


def by_step(figure, measure):
    return {e.group["step"]: e.value for e in figure.estimates if e.measure == measure}


def test_the_steps_lead_from_sales_to_profit(known):
    profits = customer_profit(known, settings=MARGIN, activities=ACTIVITIES)
    figure = profitability(profits, settings=MARGIN)
    totals = by_step(figure, "total")
    assert totals == {
        "sales before discounts": 550,
        "discounts": -50,
        "contracts": 0,
        "returns": -100,
        "cost of goods": -100 + 75 - 75,
        "customisation": 0,
        "cost to serve": -10,
        "own failures": -40,
        "profit": 250,
        "profit without own failures": 290,
    }
    steps = [amount for step, amount in totals.items() if not step.startswith("profit")]
    assert sum(steps) == totals["profit"]
    assert by_step(figure, "per customer") == {step: x / 2 for step, x in totals.items()}


def test_a_customers_mean_has_students_interval(known):
    profits = customer_profit(known, settings=MARGIN, activities=ACTIVITIES)
    mean = next(
        e
        for e in profitability(profits, settings=MARGIN).estimates
        if e.measure == "per customer" and e.group["step"] == "own failures"
    )
    margin = 12.7062 * np.std([-40, 0], ddof=1) / 2**0.5
    assert (mean.low, mean.high) == pytest.approx((-20 - margin, -20 + margin), rel=1e-5)


def test_what_nobody_can_be_charged_with_is_a_figure_of_its_own(known):
    figure = not_attributable(known, settings=MARGIN, activities=ACTIVITIES)
    totals = by_step(figure, "total")
    assert (totals["sales before discounts"], totals["profit"]) == (60, 40)
    assert all(e.n is None and "without a known customer" in e.why for e in figure.estimates)


ASSUMED = "A gross margin of 25 % is assumed where the goods' cost is unknown."
LEFT_OUT = "Where the goods' cost is unknown it is left out, so that profit is too high."


@pytest.mark.parametrize(("margin", "rule"), [(0.25, ASSUMED), (None, LEFT_OUT)])
def test_the_rule_about_costs_is_named_with_what_it_touches(known, margin, rule):
    rule += " That is 20% of revenue."
    settings = ValueSettings(gross_margin=margin)
    profits = customer_profit(known, settings=settings, activities=ACTIVITIES)
    assert cost_rule(profits, settings=settings) == rule
    assert rule in profitability(profits, settings=settings).method
    blind = customer_profit(known, settings=settings, activities={})
    assert cost_rule(blind, settings=settings) == (
        f"{rule} 50% of encounters have no cost, recorded or declared, and count as 0."
    )


def test_without_customers_every_step_says_so(firm):
    profits = customer_profit(firm(), settings=MARGIN, activities={})
    figure = profitability(profits, settings=MARGIN)
    assert {e.why for e in figure.estimates} == {"there are no customers"}


@pytest.fixture
def whale(firm):
    """The curve of customers with these profits, made of a sale or a failure each."""

    def draw(amounts):
        names = [f"c{i:03d}" for i in range(len(amounts))]
        won, lost = [], []
        for name, amount in zip(names, amounts, strict=True):
            won.append({"customer_id": name, "revenue": max(amount, 0), "cost": 0})
            lost.append({"customer_id": name, "kind": "complaint", "cost": max(-amount, 0)})
        known = firm(
            customers=[{"customer_id": name} for name in names], transactions=won, encounters=lost
        )
        profits = customer_profit(known, settings=MARGIN, activities=ACTIVITIES)
        return whale_figure(profits, rng=np.random.default_rng(1), rule="")

    return draw


def summary(figure, curve):
    return {
        e.measure: e
        for e in figure.estimates
        if e.group == {"curve": curve, "customer_share": None}
    }


def test_the_whale_curve_rises_to_its_peak_and_falls_to_profit(whale):
    figure = whale([100] * 20 + [-20] * 20)
    all_in = summary(figure, "with own failures")
    assert (all_in["peak of cumulative profit"].value, all_in["profit"].value) == (2000, 1600)
    assert all_in["losses on the unprofitable"].value == -400
    assert all_in["share unprofitable"].value == 0.5
    assert all_in["peak as a multiple of profit"].value == 1.25
    curve = [
        e.value
        for e in figure.estimates
        if e.measure == "cumulative profit" and e.group["curve"] == "with own failures"
    ]
    assert curve == [0, 1000, 2000, 1800, 1600]
    assert summary(figure, "without own failures")["share unprofitable"].value == 0


def test_points_stand_ten_customers_apart_so_that_no_step_shows_fewer(whale):
    figure = protect(whale(list(range(1, 36))))
    shown = {e.n for e in figure.estimates if e.measure == "cumulative profit"}
    assert shown == {0, 12, 23, 35}


def test_the_loss_on_few_customers_cannot_be_had_from_the_peak_either(whale):
    alone = summary(whale([100] * 30 + [-20] * 3), "with own failures")
    for measure in (
        "losses on the unprofitable",
        "peak of cumulative profit",
        "peak as a multiple of profit",
    ):
        assert alone[measure].value is None
        assert alone[measure].why == "fewer than 10 customers"


def test_a_single_customer_makes_no_curve(whale):
    assert {e.why for e in whale([5]).estimates} == {
        "1 customers are too few: the estimate needs 2 or more."
    }
