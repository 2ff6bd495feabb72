from datetime import date

import numpy as np
import pytest

from outsidein.factors.declaration import FactorSettings
from outsidein.factors.responses import (
    asked_shares,
    factor_responses,
    is_rated_by_factor,
    occasion_rows,
    rated_occasions,
    ratings_of,
)

DAY = date(2019, 5, 2)
USUAL = FactorSettings()


def signal(number, factor, score, **more):
    return {
        "signal_id": f"s{number}",
        "customer_id": "c1",
        "record_id": "r1",
        "signalled_on": DAY,
        "factor": factor,
        "score": score,
    } | more


@pytest.fixture
def gathered(canon):
    def gather(*signals, invitations=(), subject="own"):
        made = factor_responses(
            canon("signals", signals),
            canon("invitations", invitations),
            subject=subject,
        )
        return made, made.order_by("occasion", "factor", "steps").to_pyarrow().to_pylist()

    return gather


def laid_out(made, settings=USUAL):
    asked = asked_shares(made, settings)
    return occasion_rows(made, asked, settings), asked


def test_a_response_is_one_occasion_and_several_scores_of_a_factor_give_their_mean(gathered):
    made, rows = gathered(
        signal(1, "overall", 4.0, response_id="a"),
        signal(2, "food", 1.0, response_id="a"),
        signal(3, "food", 2.0, response_id="a"),
        signal(4, "food", 5.0, response_id="b"),
    )
    assert [(r["factor"], r["steps"]) for r in rows] == [
        ("food", 0),
        ("food", 250_000),
        ("overall", 750_000),
        ("food", 1_000_000),
    ]
    assert len({row["occasion"] for row in rows[:3]}) == 1
    assert rows[2]["occasion"] != rows[3]["occasion"]
    [only] = laid_out(made)[0].to_pylist()
    assert (only["score_0"], only["overall"]) == (125_000, 750_000)


def test_a_sign_inferred_from_an_encounter_joins_the_response_about_it(gathered):
    _, rows = gathered(
        signal(1, "overall", 4.0, response_id="a", encounter_id="e1"),
        signal(2, "delivery", 1.0, encounter_id="e1", kind="inferred", coder="rule"),
        signal(3, "delivery", 1.0, encounter_id="e2", kind="inferred", coder="rule"),
        signal(4, "queue", 2.0, kind="inferred", coder="rule"),
        signal(5, "shop", 2.0, kind="inferred", coder="rule"),
    )
    by_occasion = {}
    for row in rows:
        by_occasion.setdefault(row["occasion"], []).append(row["factor"])
    assert sorted(by_occasion.values()) == [
        ["delivery"],
        ["delivery", "overall"],
        ["queue", "shop"],
    ]


def test_what_cannot_count_is_left_out(gathered):
    _, rows = gathered(
        signal(1, "food", 3.0, customer_id=None),
        signal(2, None, 3.0),
        signal(3, "food", None),
        signal(4, "rest", 3.0, level="benefit"),
        signal(5, "food", 3.0, subject="competitor"),
        signal(6, "food", 3.0, instrument="kano"),
        signal(7, "food", 3.0, scale_low=3.0, scale_high=3.0),
    )
    assert rows == []


def test_competitors_are_asked_for_by_name(gathered):
    _, rows = gathered(signal(1, "food", 3.0, subject="competitor"), subject="competitor")
    assert len(rows) == 1


def test_who_was_seldom_asked_weighs_more(gathered):
    asked = [
        {"source": "survey", "invitation_id": "i1", "inclusion_probability": 0.25},
        {"source": "survey", "invitation_id": "i2", "inclusion_probability": None},
    ]
    _, rows = gathered(
        signal(1, "food", 3.0, response_id="a", invitation_id="i1"),
        signal(2, "food", 3.0, response_id="b", invitation_id="i2"),
        signal(3, "food", 3.0, response_id="c"),
        invitations=asked,
    )
    assert [r["weight"] for r in rows] == [4.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("period", "name"), [("year", "2019"), ("quarter", "2019-Q2"), ("month", "2019-05")]
)
def test_periods_are_named_so_that_they_sort(gathered, period, name):
    made, _ = gathered(signal(1, "overall", 3.0))
    assert laid_out(made, FactorSettings(period=period))[0]["period"].to_pylist() == [name]


def test_occasions_are_laid_out_by_customer_with_gaps_where_nothing_was_said(gathered):
    made, _ = gathered(
        signal(1, "overall", 5.0, response_id="b", customer_id="c2"),
        signal(2, "food", 1.0, response_id="b", customer_id="c2"),
        signal(3, "overall", 3.0, response_id="a"),
        signal(4, "price", 4.0, response_id="a"),
        signal(5, "overall", 3.0, response_id="d", customer_id="c3"),
        signal(6, "food", 3.0, response_id="e", customer_id="c4"),
    )
    everything, asked = laid_out(made)
    factors = is_rated_by_factor(everything, asked)
    assert factors == {"food": True, "price": True}
    found = ratings_of(rated_occasions(everything, factors), factors)
    assert np.array_equal(found.scores, [[np.nan, 0.75], [0.0, np.nan]], equal_nan=True)
    assert found.overall.tolist() == [0.5, 1.0]
    assert found.customer.tolist() == [0, 1]


def test_a_factor_that_is_now_and_then_coded_from_texts_was_not_asked_for(gathered):
    made, _ = gathered(
        signal(1, "food", 1.0, response_id="r1", coder="lexicon"),
        signal(2, "food", 1.0, response_id="r2", kind="indirect", coder="lexicon"),
        signal(3, "food", 2.0, response_id="r3", coder="lexicon"),
        *(signal(10 + k, "overall", 4.0, response_id=f"r{k}") for k in range(9)),
    )
    everything, asked = laid_out(made)
    assert is_rated_by_factor(everything, asked) == {"food": False}
    assert rated_occasions(everything, {"food": False}).num_rows == 9


def test_a_factor_inferred_on_most_occasions_is_looked_at_on_each(gathered):
    made, _ = gathered(
        *(signal(k, "overall", 4.0, response_id=f"r{k}", encounter_id=f"e{k}") for k in range(5)),
        *(
            signal(10 + k, "delivery", 1.0, encounter_id=f"e{k}", kind="inferred", coder="rule")
            for k in range(4)
        ),
    )
    everything, asked = laid_out(made)
    assert is_rated_by_factor(everything, asked) == {"delivery": True}
