from outsidein.report.evidence import gather
from outsidein.report.sections.segments import segment_table
from outsidein.segments.declaration import EVERYBODY
from outsidein.strategy.figures import CHURNED, LOW_SCORED, PROFIT, STRATEGY, VALUE_PER_CUSTOMER
from tests.report.figures_of_a_shop import FIGURES, shop

SHARES = {"art": 0.05, "food": 0.3, "wifi": 0.12}


def columns(shares):
    estimates = [
        LOW_SCORED.named(factor=factor).counted(
            value, n=200, group={"segment": segment, "question": "value proposition"}
        )
        for segment, more in ((EVERYBODY, 0), ("young", 0.2))
        for factor, value in ((name, share + more) for name, share in shares.items())
    ]
    figure = STRATEGY.figure(estimates, as_of="2020-01-01", horizon_days=365)
    table = segment_table(gather(shop({**FIGURES, STRATEGY.name: figure})))
    names = [cell.text for cell in table.columns]
    return {row[0].text: dict(zip(names, (c.text for c in row), strict=True)) for row in table.rows}


def test_scores_of_several_factors_never_share_a_column():
    rows = columns(SHARES)
    of_food = "Food: with a bad score, of those who scored it"
    assert [name for name in rows["Young"] if "bad score" in name] == [of_food]
    assert rows["All customers"][of_food].startswith("30")
    assert rows["Young"][of_food].startswith("50")


def side_by_side(doubted):
    group = {"segment": EVERYBODY, "question": "numbers"}
    estimates = (
        PROFIT.counted(102_600, n=7_043, group=group),
        VALUE_PER_CUSTOMER.counted(22_500, n=7_043, group=group),
        CHURNED.counted(0.27, n=7_043, group=group),
    )
    figure = STRATEGY.figure(estimates, as_of="2020-01-01", horizon_days=365)
    table = segment_table(gather(shop({**FIGURES, STRATEGY.name: figure})), doubted)
    return {cell.text for cell in table.columns}


def test_who_left_is_said_to_be_of_all_who_ever_were_customers():
    assert "Left and not returned, of all who ever were customers" in side_by_side(())


def test_segments_are_not_compared_by_a_figure_that_the_data_contradict():
    shown, believed = side_by_side(()), side_by_side({"lifetime_value", "churn_rule"})
    assert shown - believed == {
        "Expected value per customer",
        "Left and not returned, of all who ever were customers",
    }
