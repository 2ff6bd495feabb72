"""Effects in money: what failures take, which segment brings most, what fewer orders cost."""

import ibis
import pyarrow as pa
import pytest

from outsidein.churn.figures import CHURN_HAZARD, HAZARD
from outsidein.extremes.figures import (
    AT_RISK,
    CUSTOMERS,
    HAZARD_JUMPS,
    JUMP,
    MONEY_AT_RISK,
    RETURN_RATIO,
)
from outsidein.extremes.money import NO_FAILURE
from outsidein.factors.figures import (
    INITIATIVES,
    NOBODY_YET,
    RATIO_OF_RETURNING,
    RETURNED_AFTER_LOW,
    RETURNED_OTHERWISE,
    RETURNING,
    TO_BE_GAINED,
    VALUE_WITH_LOW_ANSWERS,
)
from outsidein.headlines.judgement import judged
from outsidein.headlines.sentences.segments import most_valuable_segment
from outsidein.segments.declaration import EVERYBODY, Segment
from outsidein.shifts.figures import CHANGE, Q_VALUE, REVENUE, SHIFTS
from outsidein.strategy.figures import CHURNED, PROFIT, SHARE_OF_CUSTOMERS, STRATEGY
from outsidein.value.figures import EXPECTED_VALUE, LIFETIME_VALUE
from tests.headlines.statements import basis


def plain(text):
    return (text or "").replace("\N{NO-BREAK SPACE}", " ")


def statements_of(*figures, **changes):
    return {each.statement.name: each for each in judged(basis(figures, **changes))}


LATE = {"encounter": "late_delivery"}


def jumps(low, *, ratio=None):
    estimates = [JUMP.estimate(326, low + 0.05, low, low + 0.1, group=LATE)]
    if ratio:
        estimates.append(RETURN_RATIO.estimate(326, ratio, ratio - 0.1, ratio + 0.1, group=LATE))
    return HAZARD_JUMPS.figure(estimates, how="", fewest=10, rule="")


def at_risk(value=None, why=None):
    limits = (None, None) if value is None else (0.5 * value, 1.5 * value)
    money = AT_RISK.estimate(40, value, *limits, why=why, group=LATE)
    met = CUSTOMERS.counted(40, n=40, group=LATE)
    return MONEY_AT_RISK.figure([met, money], after_days=90, as_of="2020-01-01")


def test_a_failure_after_which_more_leave_is_said_with_what_a_year_of_it_takes():
    late = statements_of(jumps(0.02), at_risk(90_000.0))["after late delivery"]
    assert plain(late.statement.text) == (
        "Of customers who met “late delivery” 7.0 points (2.0 to 12.0 points; 326 customers) more "
        "leave within 90 days than of others who were customers as long. As far as it is a cause, "
        "that takes €3,650 (€1,825 to €5,475) a year."
    )
    assert plain(late.statement.action) == (
        "Prevent “late delivery”, and speak to the 40 who met it in the last 90 days and are "
        "still customers."
    )
    assert late.statement.worth == pytest.approx(365_000)
    assert late.withheld_because is None


def test_where_nobody_has_a_contract_fewer_order_again_after_a_failure():
    late = statements_of(jumps(0.02, ratio=0.7), at_risk(90_000.0))["after late delivery"]
    assert plain(late.statement.text).startswith(
        "After “late delivery” 0.70 (0.60 to 0.80; 326 customers) times as many order again as of "
        "others with as many orders."
    )
    unsure = statements_of(jumps(0.02, ratio=0.95), at_risk(90_000.0))["after late delivery"]
    assert "does not exclude that there is no effect" in unsure.withheld_because


def test_a_failure_without_a_known_value_is_said_without_money():
    late = statements_of(jumps(0.02), at_risk(why="no lifetime value is known"))
    assert "a year" not in late["after late delivery"].statement.text
    assert late["after late delivery"].withheld_because is None


def test_encounters_that_are_no_failure_are_no_reason_to_leave():
    assert statements_of(jumps(0.02), at_risk(why=NO_FAILURE)) == {}


def test_a_failure_after_which_nobody_more_leaves_is_withheld():
    [unsure] = statements_of(jumps(-0.01), at_risk(90_000.0)).values()
    assert "does not exclude that there is no effect" in unsure.withheld_because
    [stay] = statements_of(jumps(-0.2), at_risk(-90_000.0)).values()
    assert stay.withheld_because.startswith("Fewer leave after it than otherwise")


def expected(value):
    group = {"regime": "contract", "tier": "all"}
    e = EXPECTED_VALUE.estimate(400, value, 0.9 * value, 1.1 * value, group=group)
    return LIFETIME_VALUE.figure([e], horizon_days=365, discount_rate=0.1, models="", margin="")


def test_a_loss_of_less_than_a_hundredth_of_what_customers_bring_is_no_headline():
    small = statements_of(jumps(0.02), at_risk(90_000.0), expected(40_000_000.0))
    assert small["after late delivery"].withheld_because.startswith(
        "It takes 0.9 % of".replace(" %", "\N{NO-BREAK SPACE}%")
    )
    large = statements_of(jumps(0.02), at_risk(90_000.0), expected(30_000_000.0))
    assert large["after late delivery"].withheld_because is None


def small_factor(value_of_those_concerned):
    group = {
        "initiative": "proposed", "factor": "price", "work": "do this better",
        "answer": "product", "owner": NOBODY_YET,
    }  # fmt: skip
    return INITIATIVES.figure(
        [
            TO_BE_GAINED.estimate(400, 0.02, 0.01, 0.03, group=group),
            VALUE_WITH_LOW_ANSWERS.estimate(90, value_of_those_concerned, why="sum", group=group),
        ]
    )


def test_what_a_failure_takes_comes_before_a_small_factor_whatever_those_concerned_bring():
    answers = judged(basis([small_factor(9e9), jumps(0.02), at_risk(90_000.0)]))
    assert [each.statement.name for each in answers] == ["after late delivery", "first_factor"]


def halved_orders(q_value=0.001):
    group = {
        "kind": "ordering again", "stream": "all customers", "since": "2019-05-01",
        "earliest": "2019-05-01", "latest": "2019-05-01", "direction": "down",
    }  # fmt: skip
    return SHIFTS.figure(
        [
            CHANGE.estimate(900, -0.2, -0.25, -0.15, group=group),
            REVENUE.estimate(900, -2_000_000.0, -2_500_000.0, -1_500_000.0, group=group),
            Q_VALUE.estimate(900, q_value, why="a rate", group=group),
        ],
        period="month",
        share=0.05,
        smallest=0.005,
    )


def test_fewer_orders_are_said_with_the_revenue_that_went_and_ranked_by_it():
    answers = judged(basis([jumps(0.02), at_risk(90_000.0), halved_orders()]))
    assert plain(answers[0].statement.text) == (
        "All customers (ordering again) went down from about 2019-05-01 on, by 20 points (15 to "
        "25 points; 900 customers) of the customers of a period: €20,000 (€15,000 to €25,000) of "
        "revenue a year went with it."
    )
    assert [each.statement.worth for each in answers] == pytest.approx([2_000_000, 365_000])


def test_a_shift_that_may_be_one_of_the_false_ones_listed_is_no_headline():
    [unsure] = statements_of(halved_orders(q_value=0.03)).values()
    assert plain(unsure.withheld_because) == (
        "3.0 % of shifts as sure as it may be false: a headline allows 0.8 %."
    )


def segments(left=None, **profits):
    estimates = []
    for name, profit in profits.items():
        group = {"segment": EVERYBODY if name == "everybody" else name, "question": "who"}
        estimates.append(SHARE_OF_CUSTOMERS.counted(0.25, n=100, group=group))
        estimates.append(PROFIT.estimate(100, profit, profit - 5000, profit + 5000, group=group))
    for name, share in (left or {}).items():
        group = {"segment": EVERYBODY if name == "everybody" else name, "question": "churn"}
        estimates.append(CHURNED.estimate(100, share, share - 0.05, share + 0.05, group=group))
    return STRATEGY.figure(estimates, horizon_days=365, as_of="2020-01-01")


BY_PROFILE = {"families": frozenset({"orders"}), "professionals": frozenset({"trait_job"})}


def test_the_segment_that_brings_most_is_said_beside_what_all_customers_bring():
    figure = segments(
        everybody=20_000.0, families=21_000.0, professionals=40_000.0, buyers=90_000.0
    )
    [best] = statements_of(figure, segments=BY_PROFILE).values()
    assert plain(best.statement.text) == (
        "Customers of segment “professionals”, 25 % of all customers, brought €400 (€350 to €450; "
        "100 customers) of profit each so far, all customers €200."
    )
    assert best.statement.worth == pytest.approx(2_000_000)
    assert best.withheld_because is None


@pytest.mark.parametrize(("left", "is_more"), [(0.40, True), (0.22, False), (0.10, False)])
def test_of_a_valuable_segment_is_said_where_surely_more_of_it_leave(left, is_more):
    profits = {"everybody": 20_000.0, "professionals": 40_000.0}
    figure = segments({"everybody": 0.2, "professionals": left}, **profits)
    [best] = statements_of(figure, segments=BY_PROFILE).values()
    sentence = " But 40 % of them left and have not returned, of all customers 20 %."
    assert plain(best.statement.text).endswith(sentence) is is_more
    asks_why = best.statement.action == (
        "Find out why customers of “professionals” leave before you invest in them."
    )
    assert asks_why is is_more


@pytest.mark.parametrize(("without_job", "is_said"), [(3, True), (30, False)])
def test_a_segment_is_not_set_against_customers_of_whom_nothing_is_known(without_job, is_said):
    figure = segments(everybody=20_000.0, professionals=40_000.0)
    jobs = ["doctor"] * (40 - without_job) + [None] * without_job
    people = ibis.memtable(
        pa.table({"customer_id": [str(i) for i in range(40)], "trait_job": jobs})
    )
    statement = most_valuable_segment(basis([figure], segments=BY_PROFILE, customers=people))
    [doubts] = [each.doubts for each in statement]
    reason = (
        "whether they belong to it is known of 10 of 40 customers, and only with these may it be "
        "compared"
    )
    assert (reason in doubts) is not is_said


def test_segments_that_bring_as_much_as_all_customers_are_no_headline():
    [alike] = statements_of(
        segments(everybody=20_000.0, families=21_000.0), segments=BY_PROFILE
    ).values()
    assert "does not exclude that there is no effect" in alike.withheld_because
    assert statements_of(segments(everybody=20_000.0, families=19_000.0), segments=BY_PROFILE) == {}


@pytest.mark.parametrize(
    ("rule", "is_by_profile"),
    [
        ("trait_group = 'families' and country = 'PT'", True),
        ("orders >= 2", False),
        ("trait_group = 'families' and revenue > 1000", False),
    ],
)
def test_a_segment_is_by_profile_where_its_rule_asks_only_who_customers_are(rule, is_by_profile):
    assert Segment(rule=rule).is_by_profile is is_by_profile


def barely_sure():
    """Effects whose own intervals exclude no effect, and no wider ones do."""
    group = {"factor": "delivery"}
    returns = [
        RETURNED_AFTER_LOW.estimate(60, 0.5, 0.4, 0.6, group=group),
        RETURNED_OTHERWISE.estimate(90, 0.6, 0.5, 0.7, group=group),
        RATIO_OF_RETURNING.estimate(60, 0.8, 0.65, 0.99, group=group),
    ]
    gain = TO_BE_GAINED.estimate(400, 0.1, 0.01, 0.19, group={"factor": "price"})
    hazards = [
        HAZARD.estimate(300, x, x - 0.02, x + 0.03, group={"group": None, "month": month})
        for month, x in enumerate((0.1, 0.1, 0.125), start=1)
    ]
    return (
        jumps(0.005),
        at_risk(90_000.0),
        INITIATIVES.figure([gain]),
        RETURNING.figure(returns, days=365, within=90, low_to=0.25),
        segments(everybody=20_000.0, families=25_500.0),
        CHURN_HAZARD.figure(hazards, start="", rule=""),
    )


def test_an_effect_that_is_barely_sure_is_no_headline_where_six_kinds_are_looked_for():
    answers = statements_of(*barely_sure(), segments=BY_PROFILE)
    assert set(answers) == {
        *("after late delivery", "first_factor", "returning delivery"),
        *("segment families", "riskiest_month"),
    }
    for each in answers.values():
        assert "where 6 kinds of effects are looked for" in each.withheld_because
