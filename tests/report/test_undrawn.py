"""Pictures that would say less than their heading, and are not drawn."""

import pytest

from outsidein.churn.figures import CHURN_REASONS, INCIDENCE
from outsidein.report.evidence import gather
from outsidein.report.section_order import SECTIONS
from outsidein.value.figures import PROFITABILITY, TOTAL
from tests.report.figures_of_a_shop import shop


def block_of(figure):
    exhibits = [exhibit for section in SECTIONS for exhibit in section.exhibits]
    exhibit = next(exhibit for exhibit in exhibits if exhibit.name == figure.name)
    return exhibit.block(gather(shop(figures={figure.name: figure})))


def steps(**amounts):
    return PROFITABILITY.figure(
        [
            TOTAL.unanswered("not answerable: no revenue is loaded", group={"step": "profit"}),
            *(
                TOTAL.counted(amount, n=40, group={"step": step.replace("_", " ")})
                for step, amount in amounts.items()
            ),
        ],
        rule="",
    )


def test_the_way_from_sales_to_profit_is_not_drawn_without_sales():
    block = block_of(steps(cost_to_serve=-90_000))
    assert block.drawing is None
    assert block.finding == (
        "From sales to profit is not drawn: no sales are loaded, only cost to serve"
    )
    assert block.tables


@pytest.mark.parametrize("begin", ["sales_before_discounts", "contracts"])
def test_the_way_from_sales_to_profit_begins_with_orders_or_contracts(begin):
    assert block_of(steps(**{begin: 100_000, "cost_to_serve": -90_000})).drawing


def reasons(*names):
    return CHURN_REASONS.figure(
        (
            INCIDENCE.estimate(400, 0.59, 0.55, 0.63, group={"reason": name, "month": 12})
            for name in names
        ),
        start="",
        rule="",
    )


def test_silence_alone_is_no_reason_that_is_drawn():
    block = block_of(reasons("silence"))
    assert block.drawing is None
    assert block.finding.startswith("Why customers leave is not known")
    assert block_of(reasons("silence", "moved away")).drawing
