import numpy as np
import pytest

import outsidein
from outsidein.strategy.questions import ALLOCATION, CUSTOMISATION, LEAVING, POTENTIAL, WHO
from tests.projects import write_shop

SIGNALS_SQL = """
select 'shop' as source, person_id as signal_id, person_id as record_id, 'direct' as kind,
       '2019-07-01' as signalled_at, 'delivery' as factor, 1 as scale_low, 5 as scale_high,
       case when person_id like '%1' then 1 else 5 end as score
from people
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = write_shop(tmp_path_factory.mktemp("strategy") / "shop", people=400)
    project_file = folder / "outsidein.toml"  # long enough that nobody has left yet
    project_file.write_text(project_file.read_text().replace("after_days = 90", "after_days = 900"))
    (folder / "tables" / "signals").mkdir()
    (folder / "tables" / "signals" / "scores.sql").write_text(SIGNALS_SQL)
    project = outsidein.open(folder)
    project.build()
    return project


def answer(shop, question, measure, segment="berlin"):
    [found] = [
        e
        for e in shop.figures()["strategy"].estimates
        if e.group == {"segment": segment, "question": question} and e.measure == measure
    ]
    return found


def facts(shop, **equal):
    rows = shop.table("customers").to_pylist()
    return [row for row in rows if all(row[name] == value for name, value in equal.items())]


def test_size_and_profit_are_those_of_the_customers_in_the_segment(shop):
    inside = facts(shop, city="Berlin")
    assert answer(shop, WHO, "customers").value == len(inside)
    profits = [row["profit"] for row in inside]
    mean = answer(shop, WHO, "behaviour: profit per customer")
    assert mean.value == pytest.approx(np.mean(profits))
    half = 1.97 * np.std(profits, ddof=1) / np.sqrt(len(profits))
    assert mean.high - mean.value == pytest.approx(half, rel=0.01)


def test_profit_is_compared_between_steps_among_customers_of_equal_tenure(shop):
    as_of = shop.check().as_of
    profits = {}
    for stage in ("purchase", "multiple_purchase"):
        for row in facts(shop, city="Berlin", stage=stage):
            stratum = (as_of - row["first_seen_on"]).days // 90
            profits.setdefault(stratum, {}).setdefault(stage, []).append(row["profit"])
    compared = [
        (len(of["purchase"]), np.mean(of["multiple_purchase"]) - np.mean(of["purchase"]))
        for of in profits.values()
        if len(of) == 2 and min(map(len, of.values())) >= 2
    ]
    measure = "profit so far on Multiple purchase, above customers of equal tenure on Purchase"
    apart = answer(shop, POTENTIAL, measure)
    sizes, differences = zip(*compared, strict=True)
    assert apart.value == pytest.approx(np.average(differences, weights=sizes))
    assert apart.low < apart.value < apart.high


def test_who_is_dissatisfied_is_counted_by_the_last_score(shop):
    inside = [row["customer_id"] for row in facts(shop, city="Berlin")]
    members = {r["record_id"]: r["customer_id"] for r in shop.table("memberships").to_pylist()}
    low = {members[f"p{n}"] for n in range(400) if n % 10 == 1}
    found = answer(shop, WHO, "attitude: last score in the lower half")
    assert found.value == pytest.approx(len(low & set(inside)) / len(inside))


def test_churn_repeats_what_the_survival_figure_says(shop):
    [survival] = [
        e
        for e in shop.figures()["survival"].estimates
        if e.group == {"group": "segment berlin", "month": 3}
        and e.measure == "share still customers"
    ]
    repeated = answer(shop, LEAVING, "still a customer after 3 months")
    assert (repeated.value, repeated.low, repeated.n) == (survival.value, survival.low, survival.n)


def test_what_cannot_be_answered_says_what_it_would_need(shop):
    assert answer(shop, CUSTOMISATION, "customisation").why == (
        "not answerable: needs customisation and its cost on order lines of 10 customers or more"
    )
    assert "needs how long encounters took" in answer(shop, ALLOCATION, "time").why
