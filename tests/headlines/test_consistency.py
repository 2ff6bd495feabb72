"""One question, one answer: figures that answer the same are compared in every build."""

from dataclasses import replace

import pytest

from outsidein.churn.figures import CHURN_RULE, SHARE_LEFT
from outsidein.factors.figures import FACTOR_METHODS, INITIATIVES, LMG, TO_BE_GAINED
from outsidein.figures.figure import Figure, Unit, counted
from outsidein.headlines.consistency import conflicts
from outsidein.headlines.pairs import PAIRS
from outsidein.value import figures as value
from tests.headlines.statements import basis


def profits(total, *tiers):
    whole = value.PROFITABILITY.figure(
        [counted("total", Unit.MONEY, total, n=400, group={"step": "profit"})], rule=""
    )
    parts = value.TIERS.figure(
        [
            counted("profit", Unit.MONEY, amount, n=100, group={"tier": str(place)})
            for place, amount in enumerate(tiers)
        ],
        division="",
        rule="",
    )
    return whole, parts


def test_tiers_that_add_up_to_the_profit_are_no_conflict():
    assert list(conflicts(basis(profits(300.0, 100.0, 200.0)), PAIRS)) == []


def test_tiers_that_do_not_add_up_are_named_with_both_numbers():
    [conflict] = conflicts(basis(profits(30_000.0, 10_000.0, 40_000.0)), PAIRS)
    assert conflict.question == "How much profit is there?"
    assert "Tiers" in conflict.text
    assert "“From sales to profit” says €300" in conflict.text


def test_a_figure_that_was_not_built_contradicts_nothing():
    assert list(conflicts(basis(profits(300.0)), PAIRS)) == []


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair.question} {pair.other.spec.name}")
def test_every_pair_asks_for_declared_measures(pair):
    for answer in (pair.leading, pair.other):
        assert answer.measure in answer.spec.measures
        assert {name for name, _ in answer.group} <= set(answer.spec.groups)


def test_a_hidden_part_of_a_whole_is_no_conflict():
    whole, parts = profits(300.0, 100.0)
    hidden = value.PROFIT.estimate(None, why="fewer than 10 customers", group={"tier": "lead"})
    few = replace(parts, estimates=(*parts.estimates, hidden))
    assert list(conflicts(basis((whole, few)), PAIRS)) == []
    assert len(list(conflicts(basis((whole, parts)), PAIRS))) == 1


def gains(**by_factor):
    return INITIATIVES.figure(
        TO_BE_GAINED.estimate(400, gain, 0.9 * gain, 1.1 * gain, group={"factor": factor})
        for factor, gain in by_factor.items()
    )


def importances(**by_factor):
    group = {"segment": "all customers"}
    return FACTOR_METHODS.figure(
        LMG.estimate(400, x, 0.9 * x, 1.1 * x, group=group | {"factor": factor})
        for factor, x in by_factor.items()
    )


def test_a_recommendation_that_hardly_matters_contradicts_what_matters():
    measured = importances(delivery=0.226, quality=0.08, wrong_product=0.03)
    right = basis((measured, gains(delivery=0.028, quality=0.0075)))
    reversed_order = basis((measured, gains(delivery=0.029, wrong_product=0.15)))
    assert list(conflicts(right, PAIRS)) == []
    [conflict] = conflicts(reversed_order, PAIRS)
    assert conflict.question == "Which factor comes first?"


def test_what_the_purchase_model_says_of_who_is_left_is_compared_with_who_left():
    left = CHURN_RULE.figure(
        [SHARE_LEFT.estimate(2_469, 0.11, why="counted", group={"group": None})], most=0.25, rule=""
    )
    group = {"regime": "no contract", "tier": "all"}

    def model(share):
        estimate = value.SHARE_STILL_CUSTOMERS.estimate(2_469, share, 0.9, 1, group=group)
        return Figure("lifetime_value", "", "", ("regime", "tier"), (estimate,))

    assert list(conflicts(basis((left, model(0.9))), PAIRS)) == []
    [conflict] = conflicts(basis((left, model(0.97))), PAIRS)
    assert conflict.question == "Which share has left and not returned?"


def test_gains_that_may_be_none_say_nothing_of_which_factor_comes_first():
    measured = importances(delivery=0.226, wrong_product=0.03)
    sure = TO_BE_GAINED.estimate(400, 0.03, 0.02, 0.04, group={"factor": "delivery"})
    unsure = TO_BE_GAINED.estimate(400, 0.15, -0.01, 0.3, group={"factor": "wrong_product"})
    assert list(conflicts(basis((measured, INITIATIVES.figure([sure, unsure]))), PAIRS)) == []
