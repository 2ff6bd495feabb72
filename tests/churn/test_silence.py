from datetime import date, timedelta

import numpy as np
import pytest

from outsidein.churn.declaration import ChurnRule, Silence
from outsidein.churn.orders import order_days
from outsidein.churn.silence import (
    _quantile,
    silence_days,
)  # the quantile alone, for a thousand samples
from outsidein.errors import TooLittleData

START, AS_OF = date(2020, 1, 1), date(2040, 1, 1)
HABIT = ChurnRule(rule="silence", habit=0.9)


def days_with_gaps(orders, gaps):
    """One customer, who orders after each of the gaps."""
    ordered = [START + timedelta(days=int(n)) for n in np.cumsum([0, *gaps])]
    return order_days(orders(*(("a", day) for day in ordered)), as_of=AS_OF)


def test_the_habit_is_that_quantile_of_the_gaps(orders):
    days = days_with_gaps(orders, list(range(1, 101)))
    # the 90th of 100 gaps; ranks 84 and 96 are the binomial's 2.5 % and 97.5 % quantiles, + 1
    assert silence_days(days, HABIT) == Silence(90, 84, 96, 100)


def test_declared_days_are_taken_as_they_are(orders):
    days = days_with_gaps(orders, [5, 6])
    rule = ChurnRule(rule="silence", after_days=33)
    assert silence_days(days, rule) == Silence(33, None, None, 2)


def test_contracts_know_no_silence(orders):
    assert silence_days(days_with_gaps(orders, [5]), ChurnRule(rule="contract")) is None


def test_too_few_gaps_to_bound_the_quantile_are_refused(orders):
    with pytest.raises(TooLittleData, match=r"35 gaps between two orders are too few: .* 36"):
        silence_days(days_with_gaps(orders, [1] * 35), HABIT)
    assert silence_days(days_with_gaps(orders, [1] * 36), HABIT) == Silence(1, 1, 1, 36)


def test_the_interval_holds_the_true_quantile_as_often_as_it_promises():
    rng = np.random.default_rng(5)
    gaps = rng.geometric(0.02, size=(1000, 150))
    truth = np.ceil(np.log(0.1) / np.log(0.98))
    held = []
    for sample in gaps:
        value, counts = np.unique(sample, return_counts=True)
        found = _quantile(value, counts, 0.9, 0.95)
        held.append(found.low <= truth <= found.high)
    assert 0.94 <= np.mean(held) <= 0.98
