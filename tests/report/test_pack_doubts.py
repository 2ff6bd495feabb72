from dataclasses import replace

import pytest

from outsidein.churn.figures import CHURN_SENSITIVITY, SHARE_WITH_KNOWN_START, SURVIVAL, WON_BACK
from outsidein.extremes.figures import HAZARD_JUMPS, JUMP
from outsidein.figures.figure import Figure
from outsidein.report.evidence import gather
from outsidein.report.pack import pack_pages
from outsidein.report.section_order import sections
from tests.report.figures_of_a_shop import FIGURES, shop

JUMPS = Figure(
    HAZARD_JUMPS.name,
    HAZARD_JUMPS.title,
    "",
    HAZARD_JUMPS.groups,
    (JUMP.estimate(467, -0.08, -0.14, -0.02, group={"encounter": "return"}),),
)


def won_back(share):
    group = {"times": 1.0, "days": 155}
    back = WON_BACK.estimate(1609, share, share - 0.02, share + 0.02, group=group)
    return Figure(CHURN_SENSITIVITY.name, "", "", CHURN_SENSITIVITY.groups, (back,))


def printed(*figures):
    evidence = gather(shop({**FIGURES, **{figure.name: figure for figure in figures}}))
    pages = pack_pages(evidence, sections(evidence))
    return {block.figure for page in pages for block in page.blocks}


@pytest.mark.parametrize(("share", "is_believed"), [(0.1, True), (0.38, False)])
def test_a_board_sees_no_picture_of_who_leaves_by_a_rule_that_customers_contradict(
    share, is_believed
):
    figures = printed(JUMPS, won_back(share))
    assert ({"hazard_jumps", "survival"} <= figures) is is_believed
    assert ({"hazard_jumps", "survival"} & figures != set()) is is_believed
    assert "whale_curve" in figures


def test_a_board_sees_no_picture_of_staying_where_those_who_left_early_may_be_missing():
    assert "survival" in printed()
    missing = SHARE_WITH_KNOWN_START.unanswered(
        "No contract ended before 2018-10-01.", group={"group": None, "month": None}
    )
    stays = FIGURES[SURVIVAL.name]
    assert "survival" not in printed(replace(stays, estimates=(*stays.estimates, missing)))
