from datetime import date, timedelta

import ibis
import pytest

from outsidein.churn.analysis import churn_figures, unmeasured_figures
from outsidein.churn.declaration import ChurnRule
from outsidein.churn.orders import order_days
from outsidein.churn.silence import silence_days
from outsidein.churn.spells import spells
from outsidein.errors import TooLittleData

AS_OF = date(2024, 7, 1)
RULE = ChurnRule(rule="silence", habit=0.9)
UNDER_THE_RULE = [
    "churn_rule",
    "survival",
    "churn_hazard",
    "churn_reasons",
    "churn_money",
    "churn_sensitivity",
]
OF_ORDERS = ["retention_cohorts", "repurchase"]


def bought(orders, times):
    rows = [
        (f"c{i}", AS_OF - timedelta(days=900 - 20 * n - i)) for i in range(20) for n in range(times)
    ]
    return order_days(orders(*rows), as_of=AS_OF)


def test_every_figure_under_the_rule_names_it(orders, canon):
    days = bought(orders, 20)
    silence = silence_days(days, RULE)
    found = spells(days, canon("contracts"), silence=silence, as_of=AS_OF)
    figures = list(churn_figures(days, found, groups=None, rule=RULE, silence=silence, as_of=AS_OF))
    assert [figure.name for figure in figures] == UNDER_THE_RULE + OF_ORDERS
    said = "no order for 20 days, the 90 % quantile of 380 gaps between orders."
    assert all(figure.method.endswith(said) for figure in figures[:6])


def test_too_few_gaps_give_figures_that_say_so(orders):
    days = bought(orders, 2)
    with pytest.raises(TooLittleData) as raised:
        silence_days(days, RULE)
    figures = list(unmeasured_figures(days, rule=RULE, why=raised.value, as_of=AS_OF))
    predicted = ["prediction_quality", "prediction_calibration"]
    assert [figure.name for figure in figures] == [*UNDER_THE_RULE, *predicted, *OF_ORDERS]
    said = "no order for longer than the 90 % quantile of the customers' gaps."
    assert all(figure.method.endswith(said) for figure in figures[:8])
    assert {e.why for figure in figures[:8] for e in figure.estimates} == {
        "20 gaps between two orders are too few: the estimate needs 36 or more."
    }


def test_churn_figures_hold_these_groups_and_measures(orders, canon):
    days, later = bought(orders, 20), date(2023, 12, 1)
    silence = silence_days(days, RULE)
    customers = [f"c{i}" for i in range(20)]
    groups = ibis.memtable({"customer_id": customers, "group": ["gold"] * 10 + ["iron"] * 10})
    stays = spells(days, canon("contracts"), silence=silence, as_of=later)
    figures = {
        figure.name: {(e.measure, *(name for name in e.group if e.group[name] is not None))
                      for e in figure.estimates}
        for figure in churn_figures(
            days, stays, groups=groups, rule=RULE, silence=silence, as_of=later
        )
    }  # fmt: skip
    assert figures == {
        "churn_rule": {
            ("share who left and have not returned",),
            ("share who left and have not returned", "group"),
            ("customers who left and have not returned",),
            ("customers who left and have not returned", "group"),
            ("share won back",),
            ("rule holds",),
            ("proposed silence",),
        },
        "survival": {
            ("share still customers", "month"),
            ("share still customers", "group", "month"),
            ("median tenure",),
            ("median tenure", "group"),
            ("share of customers with a known start",),
        },
        "churn_hazard": {("hazard", "month"), ("hazard", "group", "month")},
        "churn_reasons": {
            ("cumulative incidence", "reason", "month"),
            ("customers", "reason"),
            ("revenue per month", "reason"),
        },
        "churn_money": {
            ("revenue per month lost",),
            ("revenue per month lost", "group"),
            ("revenue per month lost", "reason"),
            ("mean revenue per month",),
            ("mean revenue per month", "group"),
            ("mean revenue per month", "reason"),
        },
        "churn_sensitivity": {
            ("share churned", "times", "days"),
            ("share won back", "times", "days"),
        },
        "retention_cohorts": {("share who ordered in the month", "cohort", "months_since")},
        "repurchase": {("share who ordered again", "from_order", "days")},
    }
