from outsidein.report.evidence import gather
from outsidein.report.section_order import SECTIONS
from outsidein.value.figures import (
    BROUGHT_PER_CUSTOMER,
    EXPECTED_PER_CUSTOMER,
    POLICY,
    TIER_OUTLOOK,
)
from tests.report.figures_of_a_shop import shop

INVEST = "invest, decided by head of sales on 2024-01-01: they paid well"


def finding(*estimates):
    figure = TIER_OUTLOOK.figure(estimates, horizon_days=365)
    exhibits = [exhibit for section in SECTIONS for exhibit in section.exhibits]
    outlook = next(exhibit for exhibit in exhibits if exhibit.name == TIER_OUTLOOK.name)
    evidence = gather(shop(figures={figure.name: figure}))
    claim = outlook.finding(evidence)
    return claim.text if claim else None


def test_what_the_best_brought_stands_beside_what_they_will_bring_and_the_policy():
    group = {"tier": "platinum"}
    text = finding(
        BROUGHT_PER_CUSTOMER.estimate(40, 11_500, 11_100, 11_900, group=group),
        EXPECTED_PER_CUSTOMER.estimate(40, 24, 11, 52, group=group),
        POLICY.unanswered(INVEST, group=group),
    )
    for part in (
        "Platinum brought",
        "115",
        "0.24",
        "in the next 365 days, both before the cost to serve; policy: invest",
    ):
        assert part in text
    assert "they paid well" not in text


def test_without_an_expectation_nothing_is_said():
    group = {"tier": "platinum"}
    missing = EXPECTED_PER_CUSTOMER.unanswered("no customer of it is valued", group=group)
    assert finding(missing, POLICY.unanswered(INVEST, group=group)) is None
