from outsidein.report.evidence import gather
from outsidein.report.sections.segments import segment_table
from outsidein.segments.declaration import EVERYBODY
from outsidein.strategy.figures import LOW_SCORED, STRATEGY
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
