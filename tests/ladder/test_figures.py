from datetime import date, timedelta
from itertools import pairwise

import ibis
import numpy as np
import pytest

from outsidein.canonical.observation import ObservationStart
from outsidein.ladder.declaration import DEFAULT_LADDER, STAGES, Ladder
from outsidein.ladder.former import without_former
from outsidein.ladder.hurdles import hurdles_figure
from outsidein.ladder.moves import steps_figure, transitions_figure
from outsidein.ladder.stages import history_figure, observed_stages, stages_today_figure
from tests.tables import table

AS_OF = date(2019, 1, 1)
CON = ibis.duckdb.connect()


def spells(*stays):
    """Stays as (customer, stage, from, to)."""
    rows = [
        (who, stage, STAGES.index(stage) if stage else -1, start, end)
        for who, stage, start, end in stays
    ]
    made = table(
        rows, customer_id="string", stage="string", step="int64", from_on="date", to_on="date"
    )
    return CON.create_table("spells", made, overwrite=True)


def climbers(hazard, n, *, rng, months=24):
    """Customers who begin on Purchase and climb each day with one chance, watched for a while."""
    stays = []
    for number in range(n):
        begin = AS_OF - timedelta(days=int(rng.integers(30, months * 30)))
        climbs = begin + timedelta(days=int(rng.geometric(hazard)))
        reached = climbs if climbs < AS_OF else None
        stays.append((f"c{number}", "purchase", begin, reached))
        if reached:
            stays.append((f"c{number}", "multiple_purchase", reached, None))
    return spells(*stays)


def find(figure, measure, **group):
    [found] = [
        e
        for e in figure.estimates
        if e.measure == measure and all(e.group[k] == v for k, v in group.items())
    ]
    return found


def test_a_step_that_no_data_ever_met_reads_not_observed():
    stays = spells(*((f"c{i}", "purchase", date(2018, 1, 1), None) for i in range(12)))
    observed = observed_stages(stays, DEFAULT_LADDER)
    figure = stages_today_figure(stays, observed, as_of=AS_OF)
    assert observed == ["purchase"]
    assert find(figure, "customers", stage="Trial").why == "not observed"
    assert find(figure, "customers", stage="Trial").value is None
    assert find(figure, "share of customers", stage="Purchase").value == 1.0


def test_the_share_who_climb_covers_the_truth_though_many_were_watched_too_shortly():
    hazard = 0.003
    stays = climbers(hazard, 3000, rng=np.random.default_rng(3))
    figure = steps_figure(stays, ["purchase", "multiple_purchase"], DEFAULT_LADDER, as_of=AS_OF)
    for days in (90, 365):
        found = find(figure, f"within {days} days")
        truth = 1 - (1 - hazard) ** days
        assert found.low < truth < found.high
        assert found.high - found.low < 0.06


def test_too_few_to_follow_are_said_to_be_so():
    stays = climbers(0.01, 9, rng=np.random.default_rng(3))
    figure = steps_figure(stays, ["purchase", "multiple_purchase"], DEFAULT_LADDER, as_of=AS_OF)
    assert [e.why for e in figure.estimates] == ["fewer than 10 customers"]


def test_who_falls_back_does_not_begin_anew():
    stays = [(f"c{i}", "purchase", date(2018, 1, 1), None) for i in range(12)]
    stays += [(f"d{i}", "multiple_purchase", date(2018, 1, 1), date(2018, 6, 1)) for i in range(9)]
    stays += [(f"d{i}", "purchase", date(2018, 6, 1), None) for i in range(9)]
    steps = ["purchase", "multiple_purchase"]
    figure = steps_figure(spells(*stays), steps, DEFAULT_LADDER, as_of=AS_OF)
    assert find(figure, "within 90 days").n == 12


def test_monthly_moves_recover_the_chance_of_moving():
    monthly = 0.1
    rng = np.random.default_rng(5)
    ends = [date(2018, month, 15) for month in range(1, 13)]
    stays = []
    for number in range(800):
        month = int(rng.geometric(monthly))
        moved = ends[month] if month < 12 else None
        stays.append((f"c{number}", "purchase", date(2017, 12, 15), moved))
        if moved:
            stays.append((f"c{number}", "loyalty", moved, None))
    figure = transitions_figure(spells(*stays), ["purchase", "loyalty"], as_of=AS_OF)
    moved = find(figure, "moves in a month", **{"from": "Purchase", "to": "Loyalty"})
    assert moved.low < monthly * 11 / 12 + 0.01
    assert moved.high > monthly * 11 / 12 - 0.01
    back = find(figure, "moves in a month", **{"from": "Loyalty", "to": "Purchase"})
    assert back.value == 0


def test_history_counts_each_customer_once_a_month_from_the_first_day():
    stays = spells(
        *((f"c{i}", "purchase", date(2018, 11, 10), date(2018, 12, 5)) for i in range(3)),
        *((f"c{i}", "loyalty", date(2018, 12, 5), None) for i in range(3)),
    )
    shown = [(e.group["month"], e.group["stage"], e.value) for e in
             history_figure(stays, as_of=AS_OF).estimates]  # fmt: skip
    assert shown == [("2018-11-30", "Purchase", 3), ("2018-12-31", "Loyalty", 3)]


def signals(rows):
    made = table(
        [(*row, 1.0, 5.0, "own") for row in rows],
        customer_id="string",
        signalled_on="date",
        factor="string",
        score="float64",
        scale_low="float64",
        scale_high="float64",
        subject="string",
    )
    return CON.create_table("signals", made, overwrite=True)


@pytest.mark.parametrize(
    ("climb_if_bad", "climb_if_good", "verdict"),
    [
        (0.05, 0.6, "process: answer with channel"),
        (0.4, 0.4, "untyped: the interval of the difference holds zero"),
    ],
)
def test_a_hurdle_is_typed_by_what_keeps_customers_from_climbing(
    climb_if_bad, climb_if_good, verdict
):
    rng = np.random.default_rng(7)
    begin = date(2018, 1, 1)
    stays, heard = [], []
    for number in range(200):
        is_bad = number % 2 == 0
        climbs = rng.random() < (climb_if_bad if is_bad else climb_if_good)
        reached = begin + timedelta(days=100) if climbs else None
        stays.append((f"c{number}", "purchase", begin, reached))
        if reached:
            stays.append((f"c{number}", "multiple_purchase", reached, None))
        heard.append((f"c{number}", begin + timedelta(days=9), "delivery", 1.0 if is_bad else 5.0))
    ladder = Ladder(hurdles={"delivery": "process"})
    steps = ["purchase", "multiple_purchase"]
    figure = hurdles_figure(spells(*stays), signals(heard), ladder, steps, as_of=AS_OF)
    assert find(figure, "difference after bad signals").why == verdict


def test_without_attitudes_a_hurdle_is_untyped():
    stays = spells(*((f"c{i}", "purchase", date(2018, 1, 1), None) for i in range(20)))
    steps = ["purchase", "multiple_purchase"]
    figure = hurdles_figure(stays, signals([]), DEFAULT_LADDER, steps, as_of=AS_OF)
    assert [(e.group["type"], e.value) for e in figure.estimates] == [("untyped", None)]
    assert "no attitudinal evidence" in figure.estimates[0].why


def test_climbs_begun_before_records_are_complete_count_from_then_on():
    """Half climb within 100 days, and leave no trace where that was before the records."""
    rng, complete = np.random.default_rng(5), date(2018, 1, 1)
    stays = []
    for i in range(1200):
        began = date(2017, 1, 1) + timedelta(days=int(rng.integers(0, 700)))
        climbed = began + timedelta(days=int(rng.exponential(100 / np.log(2))) + 1)
        if climbed >= complete and climbed < AS_OF:
            stays.append((f"c{i}", "purchase", began, climbed))
            stays.append((f"c{i}", "multiple_purchase", climbed, None))
        elif climbed >= complete:
            stays.append((f"c{i}", "purchase", began, None))
    steps = ["purchase", "multiple_purchase"]
    late = steps_figure(
        spells(*stays),
        steps,
        DEFAULT_LADDER,
        as_of=AS_OF,
        observation=ObservationStart(day=complete),
    )
    naive = steps_figure(spells(*stays), steps, DEFAULT_LADDER, as_of=AS_OF)
    within = {
        name: next(e for e in figure.estimates if e.measure == "within 90 days")
        for name, figure in {"late": late, "naive": naive}.items()
    }
    truth = 1 - 0.5 ** (90 / 100)
    assert within["late"].low <= truth <= within["late"].high
    assert within["naive"].high < truth
    assert "whose climb began before 2018-01-01 from then on" in late.method


def restless(rng, n):
    """Customers who each month change between two steps, each at a rate of their own."""
    rates = rng.beta(0.5, 1.5, n)
    ends = [date(2017, 12, 15), *(date(2018, month, 15) for month in range(1, 13))]
    is_loyal = np.zeros((n, len(ends)), dtype=bool)
    for month in range(1, len(ends)):
        is_loyal[:, month] = is_loyal[:, month - 1] ^ (rng.random(n) < rates)
    stays = []
    for number, months in enumerate(is_loyal):
        changes = [0, *(np.flatnonzero(np.diff(months)) + 1).tolist(), len(ends)]
        for start, end in pairwise(changes):
            stage = "loyalty" if months[start] else "purchase"
            until = ends[end] if end < len(ends) else None
            stays.append((f"c{number}", stage, ends[start], until))
    return stays, is_loyal


def test_the_months_of_one_customer_are_not_taken_for_so_many_customers():
    rng, held = np.random.default_rng(13), []
    _, many = restless(rng, 200_000)
    bought = ~many[:, :-1]
    truth = (bought & many[:, 1:]).sum() / bought.sum()
    for _ in range(30):
        stays, _ = restless(rng, 120)
        figure = transitions_figure(spells(*stays), ["purchase", "loyalty"], as_of=AS_OF)
        moved = find(figure, "moves in a month", **{"from": "Purchase", "to": "Loyalty"})
        held.append(moved.low <= truth <= moved.high)
    assert sum(held) >= 26  # fewer by chance once in 60 times; of months taken singly about 22
    assert moved.n == 120


def test_who_has_left_is_off_the_ladder_and_counted_beside_it():
    stays = spells(
        *((f"c{i}", "purchase", date(2018, 1, 10), date(2018, 6, 1)) for i in range(20)),
        *((f"c{i}", "multiple_purchase", date(2018, 6, 1), None) for i in range(20)),
    )
    rows = [(f"c{i}", date(2018, 1, 10), date(2018, 9, 1) if i < 8 else None) for i in range(20)]
    rows += [(f"c{i}", date(2018, 11, 5), None) for i in range(3)]
    churn = CON.create_table(
        "churn",
        table(rows, customer_id="string", started_on="date", churned_on="date"),
        overwrite=True,
    )
    left = without_former(stays, churn).cache()
    of_one = left.filter(left.customer_id == "c0").order_by("from_on").to_pyarrow().to_pylist()
    assert [(row["step"], row["from_on"], row["to_on"]) for row in of_one] == [
        (2, date(2018, 1, 10), date(2018, 6, 1)),
        (3, date(2018, 6, 1), date(2018, 9, 1)),
        (-2, date(2018, 9, 1), date(2018, 11, 5)),
        (3, date(2018, 11, 5), None),
    ]
    today = stages_today_figure(left, ["purchase", "multiple_purchase"], as_of=AS_OF)
    assert find(today, "customers", stage="Multiple purchase").value == 15
    assert find(today, "share of customers", stage="Multiple purchase").value == 1.0
    assert find(today, "customers", stage="On no step").value == 0
    assert find(today, "former customers", stage="Former customers").value == 5
    shown = {(e.group["month"], e.group["stage"]): e.value
             for e in history_figure(left, as_of=AS_OF).estimates}  # fmt: skip
    assert shown["2018-10-31", "Multiple purchase"] == 12


def test_a_step_that_time_alone_defines_says_so_and_has_no_climb():
    ladder = Ladder(purchase="contracts >= 1", multiple_purchase="contract_days >= 365")
    stays = climbers(0.01, 300, rng=np.random.default_rng(1))
    (only,) = steps_figure(stays, ["purchase", "multiple_purchase"], ladder, as_of=AS_OF).estimates
    assert only.value is None
    assert only.why == ("time alone defines Multiple purchase: whoever stays a customer gets there")


def test_history_leaves_out_months_that_the_rules_cannot_look_back_from():
    stays = spells(*((f"c{i}", "loyalty", date(2017, 3, 1), None) for i in range(12)))
    figure = history_figure(stays, as_of=AS_OF, look_back=DEFAULT_LADDER.look_back)
    assert min(e.group["month"] for e in figure.estimates) == "2018-03-31"
    assert "The data begin on 2017-03-01 and the rules look back 365 days" in figure.method
