"""What single nouns say, and when they doubt it themselves."""

from dataclasses import replace
from datetime import date

from outsidein.canonical.declaration import Sample
from outsidein.canonical.sampling import sampling_figure
from outsidein.churn.figures import (
    CHURN_HAZARD,
    CHURN_MONEY,
    CHURN_RULE,
    CHURN_SENSITIVITY,
    CHURNED,
    HAZARD,
    PROPOSED_DAYS,
    REVENUE_PER_MONTH_LOST,
    RULE_HOLDS,
    SHARE_LEFT,
    SHARE_WON_BACK,
    WON_BACK,
)
from outsidein.extremes.figures import DISASTERS, EXTREMES
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
from outsidein.figures.figure import Unit, assuming
from outsidein.headlines.judgement import judged
from outsidein.ladder.figures import LADDER_STEPS, WATCHED, WITHIN_DAYS
from outsidein.objectives.declaration import Metric, Objective
from outsidein.objectives.figures import OBJECTIVES, TARGET, TODAY
from outsidein.shifts.figures import BEFORE, CHANGE, RECORDING_CHANGES, SHIFTS_WITHHELD, SINCE
from outsidein.standards.figures import BROKEN as BROKEN_PROMISE
from outsidein.standards.figures import PROMISED_SHARE, SHARE_MISSED_NOW, STANDARDS
from outsidein.standards.figures import TARGET as STANDARD_TARGET
from outsidein.value.declaration import Policy, Tier
from outsidein.value.figures import (
    BROUGHT_PER_CUSTOMER,
    CUMULATIVE_SHARE,
    EXPECTED_PER_CUSTOMER,
    EXPECTED_VALUE,
    HOLD_OUT_ORDERS,
    LIFETIME_MODEL_CHOICE,
    LIFETIME_VALUE,
    LOSSES,
    NOT_ATTRIBUTABLE,
    PROFIT,
    STILL_CUSTOMERS,
    TIER_OUTLOOK,
    TOTAL,
    UNPROFITABLE,
    WHALE_CURVE,
)
from tests.headlines.statements import basis, customers


def said(**changes):
    figures = changes.pop("figures")
    return {
        each.statement.name: (
            each.statement.text.replace("\N{NO-BREAK SPACE}", " "),
            each.statement.action.replace("\N{NO-BREAK SPACE}", " "),
            (each.withheld_because or "").replace("\N{NO-BREAK SPACE}", " "),
        )
        for each in judged(basis(figures, **changes))
    }


def disasters():
    group = {"window": "last 90 days", "dimension": "all", "group": "all"}
    items = {"stars": 0.3, "days_late": 0.1, "greeting": 0.0}
    return EXTREMES.figure(
        [
            DISASTERS.estimate(400, 0.32, 0.3, 0.34, group=group),
            *(
                DISASTERS.estimate(
                    400, share, 0, 0.34, group=group | {"dimension": "item", "group": name}
                )
                for name, share in items.items()
            ),
        ],
        disaster_to=0.1,
        delight_from=0.9,
    )


def test_those_who_had_a_disaster_are_to_be_called_where_they_are_still_customers():
    here = customers([("lead", True)] * 12 + [("gold", True)] * 40)
    text, action, why = said(figures=[disasters()], customers=here)["disasters"]
    assert text == (
        "32 % (30 to 34 %; 400 customers) of the customers with an overall score or sign "
        "had a disaster (last 90 days): the lowest score of “stars” or “days late”."
    )
    assert action == (
        "Call the 12 who are still customers; they are expected to bring €6,000 in the year ahead."
    )
    assert why == ""


def test_nobody_is_to_be_called_who_has_left():
    gone = customers([("lead", False)] * 12 + [("gold", True)] * 40)
    _, _, why = said(figures=[disasters()], customers=gone)["disasters"]
    assert why == (
        "None of the customers who had a disaster lately can still be reached as a customer."
    )


def test_a_call_to_customers_who_bring_less_than_it_costs_is_not_advised():
    poor = customers([("lead", True)] * 12, value=21)
    _, _, why = said(figures=[disasters()], customers=poor)["disasters"]
    assert why.startswith("The 12 who are still customers are expected to bring €0.21 each")
    rich = customers([("lead", True)] * 12, value=300)
    assert said(figures=[disasters()], customers=rich)["disasters"][2] == ""
    dear = said(figures=[disasters()], customers=rich, cost_of_contact=450)["disasters"][2]
    assert "less than a call costs" in dear


def money_lost():
    lost = REVENUE_PER_MONTH_LOST.estimate(
        90, 5000, 4000, 6000, group={"reason": None, "group": None}
    )
    return CHURN_MONEY.figure([lost], last_days=365, as_of="2018-01-01", rule="")


def test_customers_who_bought_once_brought_nothing_a_month():
    repeat = customers([("gold", False)] * 40)
    once = customers([("gold", False)] * 40, orders=1)
    assert said(figures=[money_lost()], customers=repeat)["revenue_lost"][2] == ""
    assert said(figures=[money_lost()], customers=once)["revenue_lost"][2] == (
        "100 % of those who left had bought once: one order is no revenue a month."
    )


def test_what_would_gain_most_comes_first_with_the_value_of_those_who_met_it():
    gains = {"delivery": 0.0285, "quality": 0.0075, "wrong_product": 0.0066}
    figure = INITIATIVES.figure(
        e
        for factor, gain in gains.items()
        for e in (
            TO_BE_GAINED.estimate(
                37_624, gain, 0.9 * gain, 1.1 * gain, group={"factor": factor, "owner": NOBODY_YET}
            ),
            VALUE_WITH_LOW_ANSWERS.estimate(900, 9e5, why="counted", group={"factor": factor}),
        )
    )
    drawn = sampling_figure({"till": Sample(of="rows", drawn="one in two")}, whole=60, partial=90)
    [in_sample] = judged(basis([figure, drawn]))
    assert in_sample.statement.worth is None  # a sum over a sample is not the firm's
    [judgement] = judged(basis([figure]))
    assert judgement.statement.text.startswith("Most would be gained from “delivery”: 2.9")
    assert "then “quality”" in judgement.statement.action
    assert judgement.statement.worth == 9e5
    assert judgement.statement.owner == ""


def withheld_shifts(*streams):
    return SHIFTS_WITHHELD.figure(
        CHANGE.estimate(
            1132, 0.04, 0.02, 0.06,
            group={
                "kind": "theme", "stream": stream, "since": "2018-05-01", "direction": "up",
                "reason": "something changed in how data are recorded",
            },
        )
        for stream in streams
    )  # fmt: skip


def titles_begin():
    group = {"on": "2018-05-01", "data": "order_reviews", "what": "records with a title"}
    return RECORDING_CHANGES.figure(
        [
            BEFORE.estimate(19_655, 0.008, why="counted", group=group),
            SINCE.estimate(7_678, 0.39, why="counted", group=group),
        ],
        share_matters=0.1,
        p_value=0.001,
        length=1.5,
        volume=2,
    )


def test_several_changes_at_one_date_are_first_a_question_to_whoever_records_the_data():
    sentences = said(figures=[withheld_shifts("bom", "chegou"), titles_begin()])
    [recording] = [parts for name, parts in sentences.items() if name.startswith("recording")]
    assert recording[0] == (
        "Data came to be recorded otherwise from 2018-05-01 on: records with a title in "
        "order_reviews went from 0.8 % to 39 %. 2 changes at that time in what customers say or "
        "do are not shown for it."
    )
    assert recording[2] == ""
    shifts = [parts for name, parts in sentences.items() if name.startswith("shift ")]
    assert [why for _, _, why in shifts] == ["Something changed in how data are recorded."] * 2


def test_a_fall_is_said_without_a_minus():
    fall = SHIFTS_WITHHELD.figure(
        [
            CHANGE.estimate(
                1132, -0.04, -0.06, -0.02,
                group={"kind": "theme", "stream": "bom", "since": "2018-05-01",
                       "direction": "down", "reason": "x"},
            )
        ]
    )  # fmt: skip
    [(text, _, _)] = said(figures=[fall]).values()
    assert "went down from about 2018-05-01 on, by 4.0 points (2.0 to 6.0 points" in text


def churn_rule(*, holds, won_back, proposed=None):
    estimates = [
        SHARE_LEFT.estimate(2_469, 0.11, why="counted", group={"group": None}),
        SHARE_WON_BACK.estimate(900, won_back, won_back - 0.02, won_back + 0.02),
        RULE_HOLDS.estimate(900, float(holds), why="counted"),
    ]
    if proposed:
        estimates.append(PROPOSED_DAYS.estimate(900, proposed, why="counted"))
    return CHURN_RULE.figure(estimates, most=0.25, rule="")


def test_a_rule_from_which_most_come_back_is_to_be_replaced_by_the_proposed_one():
    sentences = said(figures=[churn_rule(holds=False, won_back=0.88, proposed=65)])
    text, action, why = sentences["rule_to_replace"]
    assert text.startswith(
        "88 % (86 to 90 %; 900 customers) of those whom the rule of churn counted"
    )
    assert action == (
        "Set after_days = 65 in [churn]: after a silence of 65 days at most a quarter came back."
    )
    assert why == ""


def test_a_rule_that_holds_says_who_left_and_asks_for_nothing():
    sentences = said(figures=[churn_rule(holds=True, won_back=0.1)])
    assert list(sentences) == ["left_today"]
    assert sentences["left_today"][0] == (
        "11 % of all 2,469 who ever had a contract have left and not returned (no contract any "
        "more)."
    )


def test_only_those_under_contract_today_are_expected_to_bring_anything():
    group = {"regime": "contract", "tier": "all"}
    estimates = [
        EXPECTED_VALUE.estimate(7_043, 158_250_412, 158e6, 159e6, group=group),
        STILL_CUSTOMERS.estimate(7_043, 5_174, why="counted", group=group),
    ]
    names = ("horizon_days", "discount_rate", "models", "margin")
    figure = LIFETIME_VALUE.figure(estimates, **dict.fromkeys(names, 0))
    text, _, why = said(figures=[replace(figure, title="in the next 365 days")])[
        "expected value, contract"
    ]
    assert text.startswith("The 5,174 customers under contract today are expected to bring")
    assert why == ""


def forecast(*, placed):
    """A forecast, and the hold-out in which its model expected 4,000 to 5,000 orders."""
    group = {"regime": "no contract", "tier": "all"}
    names = ("horizon_days", "discount_rate", "models", "margin")
    value = EXPECTED_VALUE.estimate(4_339, 291e6, 217e6, 391e6, group=group)
    orders = [
        HOLD_OUT_ORDERS.estimate(3_196, 4_476, 4_000, 5_000, group={"model": "Pareto/NBD"}),
        HOLD_OUT_ORDERS.counted(placed, n=3_196, group={"model": "observed"}),
    ]
    choice = LIFETIME_MODEL_CHOICE.figure(orders, hold_out="")
    return [LIFETIME_VALUE.figure([value], **dict.fromkeys(names, 0)), choice]


def test_a_forecast_says_what_came_of_it_when_it_was_tried_on_the_past():
    text, _, why = said(figures=forecast(placed=4_600))["expected value, no contract"]
    assert text.endswith(
        "Tried on the last third of the time observed, it expected 4,476 orders (4,000 to 5,000 "
        "orders), and 4,600 orders came."
    )
    assert why == ""


def test_a_forecast_whose_model_missed_the_hold_out_is_withheld():
    _, _, why = said(figures=forecast(placed=5_460))["expected value, no contract"]
    assert why == (
        "Tried on the last third of the time observed, the model expected 4,476 orders (4,000 to "
        "5,000 orders), and customers placed 5,460 orders."
    )


def test_a_share_of_profit_is_of_known_customers_beside_what_nobody_is_known_to_have_brought():
    group = {"curve": "with own failures", "customer_share": 0.05}
    whale = WHALE_CURVE.figure([CUMULATIVE_SHARE.estimate(200, 0.5, group=group)], rule="")
    anonymous = NOT_ATTRIBUTABLE.figure(
        [TOTAL.estimate(None, 58_291_100, why="no customers", group={"step": "profit"})]
    )
    assumed = assuming(whale, "an assumed margin of 35 %", rests=lambda _: True)
    tiers = (Tier(name="gold", top_share=0.05),)
    sentences = said(figures=[assumed, anonymous], tiers=tiers)
    assert sentences["best_customers"][0] == (
        "The best 5 % of all known customers (tier “gold”) bring 50 % of the profit that known "
        "customers brought so far (€582,911 more belong to no known customer). Computed with an "
        "assumed margin of 35 %."
    )


def test_the_hardest_step_says_how_many_were_watched_so_long():
    group = {"from": "Purchase", "to": "Loyalty"}
    steps = LADDER_STEPS.figure(
        [
            WITHIN_DAYS.named(days=365).estimate(2_836, 0.75, 0.71, 0.8, group=group),
            WATCHED.named(days=365).counted(2_412, n=2_412, group=group),
        ],
        as_of="2024-01-01",
        start="",
    )
    assert said(figures=[steps])["hardest_step"][0] == (
        "Fewest climb from Purchase to Loyalty: 75 % (71 to 80 %; 2,836 customers) of those who "
        "reach Purchase do so within 365 days (as estimated: 2,412 of 2,836 were watched so long)."
    )


def test_the_hardest_step_goes_by_a_time_that_half_of_the_customers_were_watched_for():
    group = {"from": "Multiple purchase", "to": "Loyalty"}
    steps = LADDER_STEPS.figure(
        [
            WITHIN_DAYS.named(days=180).estimate(2_831, 0.43, 0.41, 0.45, group=group),
            WATCHED.named(days=180).counted(1_468, n=1_468, group=group),
            WITHIN_DAYS.named(days=365).estimate(2_831, 0.75, 0.7, 0.79, group=group),
            WATCHED.named(days=365).counted(116, n=116, group=group),
        ],
        as_of="2024-01-01",
        start="",
    )
    text = said(figures=[steps])["hardest_step"][0]
    assert "43 %" in text
    assert "within 180 days (as estimated: 1,468 of 2,831 were watched so long)" in text


def losses(*, amount):
    group = {"curve": "with own failures"}
    estimates = [
        UNPROFITABLE.estimate(400, 0.05, 0.03, 0.08, group=group),
        LOSSES.estimate(20, -amount, -1.2 * amount, -0.8 * amount, group=group),
        PROFIT.estimate(400, 1e8, 0.9e8, 1.1e8, group=group),
    ]
    return WHALE_CURVE.figure(estimates, rule="")


def test_a_loss_that_hardly_changes_the_profit_is_no_decision_for_a_manager():
    assert said(figures=[losses(amount=2e6)])["unprofitable_customers"][2] == ""
    assert said(figures=[losses(amount=66_400)])["unprofitable_customers"][2] == (
        "€664 are under 0.1 % of the profit: a headline needs 1.0 %."
    )


PLATINUM = Tier(
    name="platinum",
    top_share=0.05,
    policy=Policy(decision="invest", by="Ada", on=date(2018, 1, 8), reason="They bring most."),
)


def outlook(expected, high):
    group = {"tier": "platinum"}
    estimates = [
        BROUGHT_PER_CUSTOMER.estimate(1_887, 11_500, why="counted", group=group),
        EXPECTED_PER_CUSTOMER.estimate(1_887, expected, 0, high, group=group),
    ]
    return TIER_OUTLOOK.figure(estimates, horizon_days=365)


def test_investing_in_customers_whose_value_lies_behind_them_is_to_be_decided_again():
    text, action, why = said(figures=[outlook(20, 40)], tiers=(PLATINUM,))["outlook platinum"]
    assert text == (
        "The 1,887 customers of tier “platinum” brought €115 each so far and are expected to "
        "bring €0.20 (€0.00 to €0.40; 1,887 customers) in the year ahead, both before the cost to "
        "serve."
    )
    assert action.startswith("Decide again about the policy “invest”")
    assert why == ""
    assert "outlook platinum" not in said(figures=[outlook(20, 1_200)], tiers=(PLATINUM,))
    kept = PLATINUM.model_copy(
        update={"policy": PLATINUM.policy.model_copy(update={"decision": "keep"})}
    )
    assert "outlook platinum" not in said(figures=[outlook(20, 40)], tiers=(kept,))


def returning(ratio_high, factor="delivery"):
    group = {"factor": factor}
    estimates = [
        RETURNED_AFTER_LOW.estimate(4_100, 0.016, 0.013, 0.02, group=group),
        RETURNED_OTHERWISE.estimate(20_000, 0.026, 0.024, 0.028, group=group),
        RATIO_OF_RETURNING.estimate(4_100, 0.62, 0.48, ratio_high, group=group),
    ]
    return RETURNING.figure(estimates, days=365, within=30, low_to=0.25)


def test_fewer_returns_after_a_bad_first_experience_are_said_as_risks_not_hazards():
    text, _, why = said(figures=[returning(0.8)])["returning delivery"]
    assert text == (
        "After a bad first experience with “delivery” 1.6 % of customers watched for a full year "
        "ordered again, otherwise 2.6 %: 0.62 (0.48 to 0.80; 4,100 customers) times as many."
    )
    assert why == ""
    assert said(figures=[returning(1.1)])["returning delivery"][2] != ""
    overall = said(figures=[returning(0.8, "overall")])["returning overall"][0]
    assert overall.startswith("After a bad first overall score 1.6")


def hazard_figure(*hazards):
    estimates = [
        HAZARD.estimate(900, value, value - half, value + half, group={"month": m, "group": None})
        for m, (value, half) in enumerate(hazards, 1)
    ]
    return CHURN_HAZARD.figure(estimates, rule="", start="")


def test_a_riskiest_month_is_named_only_where_it_stands_out_from_the_other_months():
    flat = hazard_figure((0.03, 0.01), (0.042, 0.011), *[(0.03, 0.01)] * 10)
    assert "largest of 12" in said(figures=[flat])["riskiest_month"][2]
    steep = hazard_figure((0.09, 0.015), *[(0.03, 0.01)] * 11)
    text, _, why = said(figures=[steep])["riskiest_month"]
    assert (text[:29], why) == ("The riskiest time is month 1 ", "")


def test_months_that_may_be_as_risky_as_the_worst_are_named_with_it():
    falling = hazard_figure((0.055, 0.01), (0.06, 0.012), (0.05, 0.01), *[(0.02, 0.005)] * 9)
    text, _, why = said(figures=[falling])["riskiest_month"]
    assert text.startswith("The riskiest time is months 1 to 3 of being a customer: 6.0 % (")
    assert text.endswith(" of those still customers then leave in month 2 alone.")
    assert why == ""


def test_a_month_that_few_customers_reach_hides_no_riskiest_month():
    steep = hazard_figure((0.09, 0.015), *[(0.03, 0.01)] * 11)
    late = HAZARD.estimate(15, 0.17, 0.05, 0.46, group={"month": 13, "group": None})
    text, _, why = said(figures=[replace(steep, estimates=(*steep.estimates, late))])[
        "riskiest_month"
    ]
    assert (text[:29], why) == ("The riskiest time is month 1 ", "")


def test_who_left_by_a_rule_of_silence_are_of_all_who_ever_were_customers():
    gone = CHURNED.estimate(900, 0.1, 0.08, 0.12, group={"days": 90, "times": 1.0})
    silent = CHURN_SENSITIVITY.figure([gone], rule="")
    text = said(figures=[churn_rule(holds=True, won_back=0.1), silent])["left_today"][0]
    assert "who ever were customers have left and not returned (no order for 90 days)" in text


def broken(**target):
    """A promise of the standard that covers 412 encounters, and its target if one is given."""
    group = {"standard": "first_call", "owner": "head of support", "chart": "p", "since": "2020"}
    now = {**group, "promise": BROKEN_PROMISE, "window": "last 8 weeks", "encounters": 412}
    missed = SHARE_MISSED_NOW.estimate(300, 0.21, 0.17, 0.26, group=now)
    estimates = [missed, PROMISED_SHARE.estimate(None, 0.85, group=now)]
    if target:
        unit = {**now, "measured_in": "seconds"}
        estimates.append(STANDARD_TARGET.estimate(300, **target, group=unit))
    return said(figures=[STANDARDS.figure(estimates, alarms="")])["promise first call"]


def test_a_broken_promise_is_about_the_encounters_it_covers_and_no_others():
    text, action, why = broken()
    assert text == (
        "The promise “first call” is not kept: 21 % (17 to 26 %; 412 encounters) of the encounters "
        "it covers missed it over the last 8 weeks; at most 15 % may: some 25 too many."
    )
    assert action.startswith("Head of support decides")
    assert why == ""


def test_a_target_that_was_found_from_data_is_nobodys_promise():
    assert broken(value=37, why="declared")[2] == ""
    assert broken(value=37, low=16, high=44)[2] == (
        "The target of 37 seconds (16 to 44 seconds) was found from the data: nobody promised it."
    )


def objective(standing):
    group = {
        "objective": "parcels on time", "metric": "share missed now (delivery)", "better": "less",
        "standing": standing, "due_on": "2019-06-30", "period": "over the last 28 days",
    }  # fmt: skip
    return OBJECTIVES.figure(
        [
            TODAY[Unit.SHARE].estimate(4_185, 0.087, 0.075, 0.099, group=group),
            TARGET[Unit.SHARE].estimate(None, 0.045, why="declared", group=group),
        ]
    )


def test_no_objective_is_said_to_be_behind_by_a_rule_of_churn_that_is_rejected():
    metric = Metric(figure="ladder_today", measure="share of customers")
    declared = Objective(
        name="parcels on time", objective="More loyal", business_case="It pays",
        stakeholders=("Ada",), metric=metric, baseline=0.5, target=0.6,
    )  # fmt: skip
    group = {"times": 1.0, "days": 51}
    back = WON_BACK.estimate(900, 0.88, 0.86, 0.9, group=group)
    rule = CHURN_SENSITIVITY.figure([back], rule="")
    here = {"objectives": (declared,)}
    assert not said(figures=[objective("behind")], **here)["objective parcels on time"][2]
    why = said(figures=[objective("behind"), rule], **here)["objective parcels on time"][2]
    assert why == "The project's rule of 51 days counts customers as gone of whom 88 % came back."


def test_an_objective_behind_its_plan_is_said_with_its_target_and_one_on_track_is_not():
    text, _, why = said(figures=[objective("behind")])["objective parcels on time"]
    assert text == (
        "The objective “parcels on time” is behind: share missed now (delivery) is 8.7 % "
        "(7.5 to 9.9 %; 4,185 customers) over the last 28 days, the target is 4.5 % by 2019-06-30."
    )
    assert why == ""
    assert said(figures=[objective("on track")]) == {}


def test_a_larger_gain_that_may_be_none_gives_way_to_a_sure_one():
    sure = TO_BE_GAINED.estimate(400, 0.02, 0.01, 0.03, group={"factor": "delivery"})
    unsure = TO_BE_GAINED.estimate(400, 0.05, -0.01, 0.11, group={"factor": "price"})
    text, _, why = said(figures=[INITIATIVES.figure([unsure, sure])])["first_factor"]
    assert text.startswith("Most would be gained from “delivery”")
    assert why == ""
    assert said(figures=[INITIATIVES.figure([unsure])])["first_factor"][2] != ""
