"""What the data contradict is drawn neither for a board nor in the report, but in the appendix."""

from dataclasses import replace

import pytest

from outsidein.churn.figures import (
    CHURN_MONEY,
    CHURN_SENSITIVITY,
    ORDERED_AGAIN,
    REPURCHASE,
    REVENUE_PER_MONTH_LOST,
    SHARE_WITH_KNOWN_START,
    SURVIVAL,
    WON_BACK,
)
from outsidein.extremes.figures import DISASTERS, EXTREMES, HAZARD_JUMPS, JUMP
from outsidein.figures.figure import Figure
from outsidein.report.evidence import gather
from outsidein.report.outline import outlines
from outsidein.report.pack import pack_pages
from outsidein.report.section_order import sections
from outsidein.value.figures import EXPECTED_VALUE, LIFETIME_VALUE
from tests.report.figures_of_a_shop import FIGURES, shop


def figure(spec, *estimates):
    return Figure(spec.name, spec.title, "", spec.groups, estimates)


JUMPS = figure(HAZARD_JUMPS, JUMP.estimate(467, -0.08, -0.14, -0.02, group={"encounter": "return"}))
DISASTERS_NOW = figure(
    EXTREMES,
    DISASTERS.estimate(
        700, 0.13, 0.12, 0.14, group={"dimension": "all", "group": "all", "window": "last 90 days"}
    ),
)
LOST = figure(
    CHURN_MONEY,
    REVENUE_PER_MONTH_LOST.counted(5_404_400, n=4_490, group={"reason": None, "group": None}),
)
EXPECTED = figure(
    LIFETIME_VALUE,
    EXPECTED_VALUE.estimate(
        5_174, 1_580_000, 1_576_000, 1_584_000, group={"regime": "contract", "tier": "all"}
    ),
)


def won_back(share):
    group = {"times": 1.0, "days": 155}
    back = WON_BACK.estimate(1609, share, share - 0.02, share + 0.02, group=group)
    return Figure(CHURN_SENSITIVITY.name, "", "", CHURN_SENSITIVITY.groups, (back,))


def evidence_of(*figures, statements=()):
    every_figure = {**FIGURES, **{each.name: each for each in figures}}
    return gather(shop(every_figure, statements=statements))


def pages(evidence):
    return {
        page.name: {block.figure for block in page.blocks}
        for page in pack_pages(evidence, sections(evidence))
    }


def printed(evidence):
    return set().union(*pages(evidence).values())


def in_report(evidence):
    """Figures that the report draws, and those that it leaves to the appendix as doubted."""
    every_outline = outlines(evidence, sections(evidence))
    return (
        {block.figure for outline in every_outline for block in outline.cards},
        {block.figure for outline in every_outline for block in outline.doubted},
    )


def withheld(name, *, audience=None):
    row = {"name": name, "text": "", "action": "", "is_shown": False, "audience": audience}
    return ({**row, "withheld_because": "For a reason."},)


@pytest.mark.parametrize(("share", "is_believed"), [(0.1, True), (0.38, False)])
def test_nobody_sees_a_picture_of_who_leaves_by_a_rule_that_customers_contradict(
    share, is_believed
):
    evidence = evidence_of(JUMPS, won_back(share))
    drawn, doubted = in_report(evidence)
    by_the_rule = {"hazard_jumps", "survival"}
    assert by_the_rule & printed(evidence) == (by_the_rule if is_believed else set())
    assert by_the_rule & drawn == (by_the_rule if is_believed else set())
    assert (by_the_rule <= doubted) is not is_believed
    assert "whale_curve" in drawn & printed(evidence)
    for shown in (drawn, printed(evidence)):
        assert ("ladder_today" in shown) is is_believed


def test_nobody_sees_a_picture_of_staying_where_those_who_left_early_may_be_missing():
    assert "survival" in printed(evidence_of())
    missing = SHARE_WITH_KNOWN_START.unanswered(
        "No contract ended before 2018-10-01.", group={"group": None, "month": None}
    )
    stays = FIGURES[SURVIVAL.name]
    evidence = evidence_of(replace(stays, estimates=(*stays.estimates, missing)))
    drawn, doubted = in_report(evidence)
    assert "survival" not in printed(evidence) | drawn
    assert "survival" in doubted


@pytest.mark.parametrize(
    ("shown", "statement"),
    [(EXPECTED, "expected value, contract"), (LOST, "revenue_lost")],
    ids=["expected", "lost"],
)
def test_a_number_whose_sentence_is_withheld_is_not_drawn_either(shown, statement):
    assert shown.name in printed(evidence_of(shown)) & in_report(evidence_of(shown))[0]
    evidence = evidence_of(shown, statements=withheld(statement))
    drawn, doubted = in_report(evidence)
    assert shown.name not in printed(evidence) | drawn
    assert shown.name in doubted


def test_disasters_open_the_week_of_a_board_only_where_somebody_can_be_called():
    assert "extremes" in pages(evidence_of(DISASTERS_NOW))["monday"]
    nobody = withheld("disasters", audience="the customers who had a disaster lately")
    evidence = evidence_of(DISASTERS_NOW, statements=nobody)
    assert "extremes" not in pages(evidence)["monday"]
    [block] = [b for s in sections(evidence) for b in s.blocks if b.figure == "extremes"]
    assert block.finding == EXTREMES.title
    assert "extremes" in in_report(evidence)[0]


def reordering(known_start):
    again = ORDERED_AGAIN.estimate(2_469, 0.957, 0.948, 0.965, group={"from_order": 1, "days": 90})
    start = SHARE_WITH_KNOWN_START.counted(
        known_start, n=2_469, group={"group": None, "month": None}
    )
    stays = FIGURES[SURVIVAL.name]
    evidence = evidence_of(
        replace(stays, estimates=(*stays.estimates, start)), figure(REPURCHASE, again)
    )
    [block] = [b for s in sections(evidence) for b in s.blocks if b.figure == REPURCHASE.name]
    return evidence, block.finding.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("known_start", "which"), [(1.0, "first order"), (0.72, "first order in the data")]
)
def test_who_orders_again_does_so_after_the_first_order_that_is_known(known_start, which):
    evidence, heading = reordering(known_start)
    assert heading == f"95.7 % of customers order again within 90 days of their {which}"
    assert {REPURCHASE.name, "ladder_steps"} <= printed(evidence) & in_report(evidence)[0]


def test_where_most_may_have_ordered_before_the_data_nothing_is_drawn_after_a_first_order():
    evidence, heading = reordering(0.14)
    assert heading == REPURCHASE.title
    drawn, doubted = in_report(evidence)
    assert not {REPURCHASE.name, "ladder_steps"} & (printed(evidence) | drawn)
    assert {REPURCHASE.name, "ladder_steps"} <= doubted
