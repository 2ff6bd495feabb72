from datetime import date, timedelta

import ibis
import pytest

from outsidein.factors.declaration import FactorSettings
from outsidein.factors.returning import returning_figure
from tests.tables import table

AS_OF = date(2020, 1, 1)
FIRST = date(2018, 6, 1)


@pytest.fixture
def returning():
    """Makes the figure from customers: days of orders, and scores (day, millionths)."""

    def make(customers):
        orders = [
            (f"c{k}", day, True) for k, (days, _) in enumerate(customers) for day in sorted(days)
        ]
        scores = [
            (f"c{k}", "delivery", day, steps)
            for k, (_, scored) in enumerate(customers)
            for day, steps in scored
        ]
        columns = {"customer_id": "string", "ordered_on": "date", "is_order": "boolean"}
        of_scores = {"customer_id": "string", "factor": "string"}
        of_scores |= {"signalled_on": "date", "steps": "int64"}
        return returning_figure(
            ibis.memtable(table(scores, **of_scores)),
            ibis.memtable(table(orders, **columns)),
            settings=FactorSettings(),
            as_of=AS_OF,
        )

    return make


def customer(*, steps, again_after=None, scored_on=FIRST, first=FIRST):
    days = {first} | ({scored_on + timedelta(days=again_after)} if again_after else set())
    return days, [(scored_on, steps)]


def values(figure):
    return {e.measure: (e.value, e.n) for e in figure.estimates}


def test_the_shares_are_of_customers_by_their_first_score(returning):
    bad = [customer(steps=0, again_after=30 if k < 6 else None) for k in range(40)]
    good = [customer(steps=900_000, again_after=365 if k < 30 else None) for k in range(100)]
    figure = returning(bad + good)
    assert values(figure) == {
        "ordered again after a low score": (pytest.approx(0.15), 40),
        "ordered again otherwise": (pytest.approx(0.3), 100),
        "ratio of ordering again": (pytest.approx(0.5), 40),
    }


def test_only_those_watched_for_a_year_and_scored_soon_after_their_first_order_count(returning):
    base = [
        customer(steps=s, again_after=9 if k < 6 else None) for s in (0, 800_000) for k in range(12)
    ]
    recent = date(2019, 6, 1)
    left_out = [
        customer(steps=0, scored_on=recent, first=recent),
        ({FIRST, FIRST + timedelta(days=99)}, [(FIRST + timedelta(days=100), 0)]),
        ({FIRST + timedelta(days=9)}, [(FIRST, 0)]),
    ]
    assert values(returning(base + left_out)) == values(returning(base))
    too_late = [customer(steps=0, again_after=366)]
    assert values(returning(base + too_late))["ordered again after a low score"] == (6 / 13, 13)


def test_a_later_score_does_not_change_the_side(returning):
    base = [customer(steps=s, again_after=9 if k < 6 else None) for s in (0, 800_000)
            for k in range(12)]  # fmt: skip
    changed = [
        (days, [*scores, (FIRST + timedelta(days=40), 1_000_000 - scores[0][1])])
        for days, scores in base
    ]
    assert values(returning(changed)) == values(returning(base))
