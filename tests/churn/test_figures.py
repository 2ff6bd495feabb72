from datetime import date, timedelta

import pytest

from outsidein.churn.declaration import ChurnRule
from outsidein.churn.figures import churn_figures, unmeasured_figures
from outsidein.churn.orders import order_days
from outsidein.churn.silence import silence_days
from outsidein.churn.spells import spells
from outsidein.errors import TooLittleData

AS_OF = date(2024, 7, 1)
RULE = ChurnRule(rule="silence", habit=0.9)
UNDER_THE_RULE = [
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
    assert all(figure.method.endswith(said) for figure in figures[:5])


def test_too_few_gaps_give_figures_that_say_so(orders):
    days = bought(orders, 2)
    with pytest.raises(TooLittleData) as raised:
        silence_days(days, RULE)
    figures = list(unmeasured_figures(days, rule=RULE, why=raised.value, as_of=AS_OF))
    predicted = ["prediction_quality", "prediction_calibration"]
    assert [figure.name for figure in figures] == [*UNDER_THE_RULE, *predicted, *OF_ORDERS]
    said = "no order for longer than the 90 % quantile of the customers' gaps."
    assert all(figure.method.endswith(said) for figure in figures[:7])
    assert {e.why for figure in figures[:7] for e in figure.estimates} == {
        "20 gaps between two orders are too few: the estimate needs 36 or more."
    }
