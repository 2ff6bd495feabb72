"""What a build says, in which order, and what it withholds."""

from datetime import date

from outsidein.churn.figures import SHARE_WITH_KNOWN_START, SURVIVAL
from outsidein.figures.figure import Estimate, Figure, Unit, assuming
from outsidein.headlines.judgement import judged, with_assumption
from outsidein.headlines.rank import rank_key
from outsidein.headlines.statement import Ground, Kind
from outsidein.strategy.figures import PROFIT, STRATEGY
from outsidein.value.declaration import Policy, Tier
from outsidein.value.goods import rests_on_goods
from tests.headlines.statements import basis, customers, statement
from tests.report.figures_of_a_shop import FIGURES

GOLD = Tier(
    name="gold",
    top_share=0.2,
    policy=Policy(decision="invest", by="Ada", on=date(2018, 1, 8), reason="They bring most."),
)
LEAD = Tier(name="lead", losses=True)


def shop(**changes):
    return basis(FIGURES.values(), tiers=(GOLD, LEAD), **changes)


def texts(answers, *, is_shown):
    return {
        each.statement.name: each.statement.text.replace("\N{NO-BREAK SPACE}", " ")
        for each in answers
        if (each.withheld_because is None) is is_shown
    }


def test_a_shop_says_what_its_figures_bear():
    said = texts(judged(shop()), is_shown=True)
    assert said["best_customers"] == (
        "The best 20 % of all known customers (tier “gold”) bring 60 % of the profit that known "
        "customers brought so far. Decided for them by Ada: invest."
    )
    assert said["hardest_step"] == (
        "Fewest climb from Purchase to Loyalty: 85 % (79 to 90 %; 154 customers) of those who "
        "reach Purchase do so within 90 days."
    )


def test_what_is_withheld_comes_last_with_its_reason():
    nobody_left = customers([("gold", False)] * 40)
    answers = judged(shop(customers=nobody_left))
    first_withheld = next(i for i, each in enumerate(answers) if each.withheld_because)
    assert all(each.withheld_because for each in answers[first_withheld:])
    reasons = {each.statement.name: each.withheld_because for each in answers}
    assert reasons["best_customers"] == (
        "None of the customers of tier “gold” can still be reached as a customer."
    )


def test_a_rule_of_churn_from_which_most_return_silences_what_rests_on_it():
    group = {"times": 1.0, "days": 21}
    back = Estimate("share won back", Unit.SHARE, 2000, 0.97, 0.96, 0.98, group=group)
    rule = Figure("churn_sensitivity", "Rule", "By rule.", ("times", "days"), (back,))
    lost = Estimate(
        "revenue per month lost", Unit.MONEY, 90, 5000, 4000, 6000,
        group={"reason": None, "group": None},
    )  # fmt: skip
    money = Figure("churn_money", "Money", "By rule.", ("reason", "group"), (lost,))
    assert "revenue_lost" in texts(judged(basis([money])), is_shown=True)
    assert "revenue_lost" in texts(judged(basis([money, rule])), is_shown=False)


def test_what_is_worth_more_comes_first_and_notes_come_after_what_is_to_be_done():
    small = statement(name="small", kind=Kind.DECIDE, worth=100.0)
    large = statement(name="large", kind=Kind.CHANGED, worth=5000.0)
    call = statement(name="call", kind=Kind.CALL)
    note = statement(name="note", kind=Kind.NOTE, worth=9e9)
    ranked = sorted((note, call, small, large), key=rank_key)
    assert [each.name for each in ranked] == ["large", "small", "call", "note"]


def test_of_two_that_ask_for_the_same_the_one_about_more_encounters_comes_first():
    answering = statement(name="answering", kind=Kind.DECIDE, affected=124.0)
    waiting = statement(name="waiting", kind=Kind.DECIDE, affected=6_950.0)
    unknown = statement(name="a promise without a share", kind=Kind.DECIDE)
    money = statement(name="money", kind=Kind.DECIDE, worth=1.0)
    ranked = sorted((answering, unknown, waiting, money), key=rank_key)
    assert [each.name for each in ranked] == [
        "money",
        "waiting",
        "answering",
        "a promise without a share",
    ]


def test_a_build_without_figures_says_nothing():
    assert judged(basis()) == []


def test_the_earliest_month_in_which_the_rule_lets_anybody_leave_is_not_called_the_riskiest():
    def said(worst_month, *more):
        hazards = tuple(
            Estimate(
                "hazard", Unit.SHARE, 300, x, x - 0.01, x + 0.01, group={"group": None, "month": m}
            )
            for m, x in {1: 0.1, 2: 0.1, worst_month: 0.3}.items()
        )
        gone = Estimate("share churned", Unit.SHARE, 400, 0.2, 0.1, 0.3, group=GROUP)
        figures = (
            Figure("churn_hazard", "Hazard", "By rule.", ("group", "month"), hazards),
            Figure("churn_sensitivity", "Rule", "By rule.", ("times", "days"), (gone,)),
        )
        return texts(judged(basis((*figures, *more))), is_shown=True)

    why = "No contract ended before 2018-10-01, though 7,043 were running."
    truncated = SURVIVAL.figure([SHARE_WITH_KNOWN_START.unanswered(why)], start="", rule="")
    assert "riskiest_month" not in said(1)
    assert "riskiest_month" in said(5)
    assert "riskiest_month" not in said(5, truncated)


GROUP = {"times": 1.0, "days": 21}


def test_a_contradiction_is_kept_on_record_even_where_no_sentence_rests_on_it():
    total = Estimate("total", Unit.MONEY, 400, 9e9, why="counted", group={"step": "profit"})
    profit = Figure("profitability", "From sales to profit", "Sums.", ("step",), (total,))
    records = judged(basis([profit, FIGURES["tiers"]]))
    [record] = [each for each in records if each.statement.name.startswith("answer of tiers")]
    assert record.statement.text == "How much profit is there?"
    assert record.withheld_because


def test_the_profit_of_a_segment_says_which_margin_was_assumed_as_tiers_do():
    profit = PROFIT.counted(124_900, n=418, group={"segment": "abroad", "question": "profit"})
    of_segments = STRATEGY.figure([profit], as_of="2020-01-01", horizon_days=365)
    tiers = assuming(FIGURES["tiers"], "an assumed margin of 35 %", rests=rests_on_goods)
    claim = statement(Ground(spec=STRATEGY, estimate=profit))
    text = with_assumption(claim, basis([of_segments, tiers])).text
    assert text.replace("\N{NO-BREAK SPACE}", " ").endswith("an assumed margin of 35 %.")
    assert with_assumption(claim, basis([of_segments, FIGURES["tiers"]])) == claim
