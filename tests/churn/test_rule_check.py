from datetime import date, timedelta

import ibis
import numpy as np
import pytest

from outsidein.churn.declaration import ChurnRule, Silence
from outsidein.churn.orders import order_days
from outsidein.churn.rule_check import churn_rule
from outsidein.churn.spells import spells

AS_OF = date(2024, 7, 1)


def ago(n):
    return AS_OF - timedelta(days=int(n))


@pytest.fixture
def checked(con, canon, orders, shown):
    """Checks a rule of so many days on orders of (customer, days ago)."""

    def check(bought, silent_days, groups=None):
        rows = orders(*((who, ago(n)) for who, n in bought))
        days = con.create_table("days", order_days(rows, as_of=AS_OF), overwrite=True)
        silence = Silence(silent_days, None, None, 0)
        rule = ChurnRule(rule="silence", after_days=silent_days)
        stays = spells(days, canon("contracts"), silence=silence, as_of=AS_OF)
        figure = churn_rule(days, stays, groups=groups, rule=rule, silence=silence, as_of=AS_OF)
        return shown(figure), figure

    return check


def pausing(rng, n=300, pause=100):
    """Shop every ten days, pause for up to `pause` days now and then; a tenth leave for good."""
    for i in range(n):
        on, left = 700, rng.integers(50, 600) if i % 10 == 0 else 0
        while on > left:
            yield f"c{i}", on
            on -= 10 if rng.random() > 0.05 else rng.integers(30, pause)


def test_left_and_not_returned_is_counted_of_all_and_a_rule_that_holds_says_so(checked):
    bought = [(f"gone{i}", 300) for i in range(30)] + [(f"here{i}", 10) for i in range(60)]
    bought += [(f"back{i}", n) for i in range(10) for n in (300, 20)]
    numbers, figure = checked(bought, 60)
    assert numbers[None, "share who left and have not returned"] == (0.3, 100)
    assert numbers[None, "customers who left and have not returned"] == (30, 100)
    assert numbers[None, "share won back"] == (0.25, 40)
    assert numbers[None, "rule holds"] == (1.0, 40)
    proposed = next(e for e in figure.estimates if e.measure == "proposed silence")
    assert (proposed.value, proposed.why) == (None, "the rule holds")


def test_nobody_is_said_to_be_kept_of_a_group_that_came_too_lately_to_be_called_gone(checked, con):
    bought = [(f"late{i}", 50) for i in range(30)] + [(f"here{i}", 90) for i in range(30)]
    of = {
        "customer_id": [who for who, _ in bought],
        "group": [who.rstrip("0123456789") for who, _ in bought],
    }
    numbers, figure = checked(bought, 60, groups=con.create_table("of", ibis.memtable(of)))
    assert numbers["here", "share who left and have not returned"] == (1.0, 30)
    [late] = [e for e in figure.estimates if e.group["group"] == "late"]
    assert (late.value, late.why) == (
        None,
        "all came too lately for the rule to call anybody gone",
    )


def test_a_rule_shorter_than_customers_pauses_does_not_hold_and_a_longer_one_is_proposed(checked):
    bought = list(pausing(np.random.default_rng(2)))
    numbers, _ = checked(bought, 40)
    assert numbers[None, "share won back"][0] > 0.8
    assert numbers[None, "rule holds"][0] == 0.0
    days = numbers[None, "proposed silence"][0]
    assert 80 < days <= 100
    again, _ = checked(bought, int(days))
    assert again[None, "rule holds"][0] == 1.0
    shorter, _ = checked(bought, int(days) - 1)
    assert shorter[None, "rule holds"][0] == 0.0


def test_contracts_end_by_fact_and_who_signed_again_has_returned(canon, shown):
    rows = [(f"a{i}", 400, 200) for i in range(20)] + [(f"b{i}", 400, None) for i in range(20)]
    rows += [(f"a{i}", 100, None) for i in range(10)]
    contracts = canon(
        "contracts",
        [
            {
                "customer_id": who,
                "contract_id": f"{i}",
                "started_on": ago(start),
                "ended_on": None if end is None else ago(end),
            }
            for i, (who, start, end) in enumerate(rows)
        ],
    )
    stays = spells(None, contracts, silence=None, as_of=AS_OF)
    rule = ChurnRule(rule="contract")
    numbers = shown(churn_rule(None, stays, groups=None, rule=rule, silence=None, as_of=AS_OF))
    assert numbers[None, "share who left and have not returned"] == (0.25, 40)
    assert numbers[None, "share won back"] == (0.5, 20)
    assert numbers[None, "rule holds"] == (1.0, 20)
