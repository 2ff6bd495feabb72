"""One question, one answer: figures that answer the same are compared in every build."""

import pytest

from outsidein.figures.figure import Unit, counted
from outsidein.headlines.consistency import PAIRS, conflicts
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
    assert list(conflicts(basis(profits(300.0, 100.0, 200.0)))) == []


def test_tiers_that_do_not_add_up_are_named_with_both_numbers():
    [conflict] = conflicts(basis(profits(30_000.0, 10_000.0, 40_000.0)))
    assert conflict.question == "How much profit is there?"
    assert "tiers" in conflict.text
    assert "profitability answers €300" in conflict.text


def test_a_figure_that_was_not_built_contradicts_nothing():
    assert list(conflicts(basis(profits(300.0)))) == []


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair.question} {pair.other.spec.name}")
def test_every_pair_asks_for_declared_measures(pair):
    for answer in (pair.leading, pair.other):
        assert answer.measure in answer.spec.measures
        assert {name for name, _ in answer.group} <= set(answer.spec.groups)
