"""What builds of simulated firms say, counted against what is true of them."""

import pytest
from scipy.stats import binom

from tests.headlines.firms import FirmTask, build_firms

STATED = 0.05
"""Rate at which a claim may be made though nothing is there."""

EFFECTS = ("first_factor", "riskiest_month", "shift", "returning", "outlook")
"""How statements begin that claim an effect; the others count, or ask somebody to be called."""


@pytest.fixture(scope="module")
def firms(request):
    """Quiet firms by seed: 200 with --full, else a few."""
    number = 200 if request.config.getoption("--full") else 4
    return build_firms(FirmTask(seed, {}) for seed in range(1, number + 1))


@pytest.mark.slow
@pytest.mark.parametrize("claim", EFFECTS)
def test_quiet_firms_are_not_told_of_effects_more_often_than_stated(firms, claim):
    seeds = [firm.seed for firm in firms if firm.shown(claim)]
    allowed = binom.ppf(0.99, len(firms), STATED)
    assert len(seeds) <= allowed, f"{claim} is claimed of the firms of seeds {seeds}"


def factor(penalty):
    return {
        "description": "A factor",
        "answer": "channel",
        "low": 0.3,
        "high": 0.3,
        "penalty": penalty,
        "reward": 0.0,
    }


PLANTED = {
    "factor": {"waiting": factor(-0.3), "support": factor(-0.05), "delivery": factor(0.0)},
    "contract": {"hazard": (0.02, 0.02, 0.2, 0.02)},
}


@pytest.mark.slow
def test_planted_effects_are_found_and_the_greatest_comes_first():
    [firm] = build_firms([FirmTask(5, PLANTED)])
    [factor], [month] = firm.shown("first_factor"), firm.shown("riskiest_month")
    assert factor["text"].startswith("Most would be gained from “waiting”")
    assert month["text"].startswith("The riskiest time is month 3 ")
