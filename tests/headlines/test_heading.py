"""A heading passes the same gate; else a figure stands under its title and says why."""

from dataclasses import replace

from outsidein.churn.figures import CHURN_MONEY, REVENUE_PER_MONTH_LOST
from outsidein.factors.figures import FACTOR_METHODS, INITIATIVES, LMG, TO_BE_GAINED
from outsidein.figures.figure import Estimate, Figure, Unit
from outsidein.report.evidence import gather
from outsidein.report.section_order import SECTIONS
from outsidein.value.figures import EXPECTED_VALUE, LIFETIME_VALUE
from tests.report.figures_of_a_shop import FIGURES, shop

RISKIEST = "Riskiest is the 5th month"


def hazards(n):
    points = {1: 0.1, 2: 0.1, 5: 0.3}
    estimates = tuple(
        Estimate("hazard", Unit.SHARE, n, x, x - 0.01, x + 0.01, group={"group": None, "month": m})
        for m, x in points.items()
    )
    return Figure("churn_hazard", "When customers churn", "By rule.", ("group", "month"), estimates)


def rule(share_won_back):
    back = Estimate(
        "share won back", Unit.SHARE, 900, share_won_back, share_won_back - 0.01,
        share_won_back + 0.01, group={"times": 1.0, "days": 21},
    )  # fmt: skip
    return Figure("churn_sensitivity", "Rule", "By rule.", ("times", "days"), (back,))


def block_of(name, *figures):
    contents = shop(FIGURES | {figure.name: figure for figure in figures})
    evidence = gather(contents)
    blocks = (block for section in SECTIONS for block in section.show(evidence).blocks)
    return next(block for block in blocks if block.name == name)


def test_a_heading_that_passes_the_gate_stands_over_its_figure():
    block = block_of("churn_hazard", hazards(300))
    assert block.finding.startswith(RISKIEST)
    assert block.notes == ()


def test_a_heading_names_all_months_that_may_be_as_risky_as_the_worst():
    near = Estimate("hazard", Unit.SHARE, 300, 0.295, 0.28, 0.31, group={"group": None, "month": 6})
    figure = hazards(300)
    block = block_of("churn_hazard", replace(figure, estimates=(*figure.estimates, near)))
    assert block.finding.startswith("Riskiest are the 5th to 6th months: 30\xa0% of those still")
    assert block.finding.endswith("leave in the 5th alone")


def test_a_heading_of_too_few_customers_gives_way_to_the_title_and_says_why():
    block = block_of("churn_hazard", hazards(20))
    assert block.finding == "When customers churn"
    assert block.notes == ("No headline: it rests on 20 customers: a headline needs 30.",)


def test_what_rests_on_a_rule_of_churn_that_most_return_from_has_no_headline():
    block = block_of("churn_hazard", hazards(300), rule(0.97))
    assert block.finding == "When customers churn"
    assert "came back" in block.notes[0]
    assert block_of("churn_hazard", hazards(300), rule(0.2)).finding.startswith(RISKIEST)


def test_a_figure_that_another_contradicts_has_no_headline():
    gains = INITIATIVES.figure(
        TO_BE_GAINED.estimate(400, gain, 0.9 * gain, 1.1 * gain, group={"factor": factor})
        for factor, gain in {"delivery": 0.03, "wrong_product": 0.15}.items()
    )
    group = {"segment": "all customers"}
    importances = {"delivery": 0.226, "quality": 0.08, "wrong_product": 0.03}
    measured = FACTOR_METHODS.figure(
        LMG.estimate(400, x, 0.9 * x, 1.1 * x, group=group | {"factor": factor})
        for factor, x in importances.items()
    )
    assert block_of("initiatives", gains).finding.startswith("Most would be gained")
    contradicted = block_of("initiatives", gains, measured)
    assert contradicted.finding == gains.title
    assert "Which factor comes first?" in contradicted.notes[0]


def block(figure, *statements):
    """The block of a figure in a report, after a build that judged some statements."""
    evidence = gather(shop(FIGURES | {figure.name: figure}, statements=statements))
    blocks = (block for section in SECTIONS for block in section.show(evidence).blocks)
    return next(block for block in blocks if block.name == figure.name)


def test_what_a_build_withheld_no_heading_says_instead():
    group = {"reason": None, "group": None}
    lost = REVENUE_PER_MONTH_LOST.estimate(90, 5000, 4000, 6000, group=group)
    money = CHURN_MONEY.figure([lost], last_days=365, as_of="2018-01-01", rule="")
    row = {
        "name": "revenue_lost", "text": "x", "action": "", "is_shown": False,
        "withheld_because": "Most had bought once.",
    }  # fmt: skip

    assert "had brought" in block(money).finding
    assert block(money, row).finding == money.title
    assert block(money, row).notes[0] == "No headline: most had bought once."


def test_a_forecast_that_a_build_withheld_does_not_stand_over_its_figure():
    group = {"regime": "contract", "tier": "all"}
    names = ("horizon_days", "discount_rate", "models", "margin")
    forecast = LIFETIME_VALUE.figure(
        [EXPECTED_VALUE.estimate(7_043, 158e6, 158e6, 159e6, group=group)],
        **dict.fromkeys(names, 0),
    )
    row = {
        "name": "expected value, contract", "text": "x", "action": "", "is_shown": False,
        "withheld_because": "No contract ended before 2018-10-01.",
    }  # fmt: skip

    assert block(forecast).finding.startswith("Expected: ")
    allowed = {**row, "is_shown": True, "withheld_because": None}
    assert block(forecast, allowed).finding == block(forecast).finding
    assert block(forecast, row).finding == forecast.title
    assert block(forecast, row).notes[0] == "No headline: no contract ended before 2018-10-01."
