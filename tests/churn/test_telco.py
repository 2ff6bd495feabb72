from datetime import date

import ibis
import numpy as np
import pyarrow.parquet as pq
import pytest
from lifelines import KaplanMeierFitter

from outsidein.churn.declaration import ChurnRule
from outsidein.churn.reasons import churn_reasons
from outsidein.churn.spells import spells
from outsidein.churn.survival import survival

COUNTED_ON, AS_OF = date(2018, 10, 1), date(2018, 10, 2)
RULE = {"rule": ChurnRule(rule="contract"), "silence": None}


def months_before(day, months):
    number = 12 * day.year + day.month - 1 - months
    return date(number // 12, number % 12 + 1, day.day)


@pytest.fixture
def telco(shared_data):
    """Tenure in months, whether gone, why, and the monthly charge in cents, by customer."""
    status = pq.read_table(shared_data / "telco" / "status.parquet")
    services = pq.read_table(shared_data / "telco" / "services.parquet")
    both = status.join(services, "Customer ID", join_type="inner", right_suffix=" of service")
    return both.select(
        ["Customer ID", "Tenure in Months", "Churn Value", "Churn Reason", "Monthly Charge"]
    )


@pytest.fixture
def held(con, canon, telco):
    who, months, gone, reason, charge = (column.to_pylist() for column in telco.columns)
    rows = [
        {
            "customer_id": who[i],
            "contract_id": who[i],
            "started_on": months_before(COUNTED_ON, months[i]),
            "ended_on": COUNTED_ON if gone[i] else None,
            "reason": None if reason[i] == "Don't know" else reason[i],
            "price": round(100 * charge[i]),
        }
        for i in range(len(who))
    ]
    made = spells(None, canon("contracts", rows), silence=None, as_of=AS_OF)
    return con.create_table("spells", made)


def test_1869_of_7043_churned_and_their_reasons_sum_up(held, shown):
    gone = held.churned_on.notnull().sum().to_pyarrow().as_py()
    found = shown(churn_reasons(held, **RULE))
    customers = {key[0]: value for key, (value, _) in found.items() if key[2] == "customers"}
    assert (held.count().to_pyarrow().as_py(), gone) == (7043, 1869)
    assert sum(customers.values()) == 1869
    assert customers["unknown"] == 130
    assert customers["Competitor had better devices"] == 313


def test_the_curve_is_that_of_lifelines_and_the_reasons_add_up_to_it(held, telco, shown):
    months, gone = telco["Tenure in Months"].to_numpy(), telco["Churn Value"].to_numpy()
    theirs = KaplanMeierFitter().fit(months, gone)
    found = shown(survival(held, groups=None, **RULE))
    for month in (3, 6, 12, 24, 60):
        assert found[None, month, "share still customers"] == (
            pytest.approx(theirs.predict(month)),
            7043,
        )
    assert found[None, 12, "share still customers"][0] == pytest.approx(0.843, abs=5e-4)
    assert max(key[1] for key in found if key[1] is not None) == 72
    for month in (12, 24):
        by_reason = [
            value for key, (value, _) in shown(churn_reasons(held, **RULE)).items()
            if key[1:] == (month, "cumulative incidence")
        ]  # fmt: skip
        assert np.sum(by_reason) == pytest.approx(1 - theirs.predict(month))


def test_the_price_comes_back_as_money_per_month(held, telco):
    paid = held.aggregate(total=ibis._.revenue_per_month.sum()).to_pyarrow()["total"][0].as_py()
    assert paid == sum(round(100 * charge) for charge in telco["Monthly Charge"].to_pylist())
