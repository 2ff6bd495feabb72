import numpy as np
import pytest

from outsidein.errors import InputError, UnknownName
from outsidein.simulate.declaration import read_firm
from outsidein.simulate.sample_size import arms_needed, responses_needed, smallest_size
from tests.simulate.firms import of_one_segment

FIRM = read_firm()


def test_more_responses_find_the_class_more_often_until_often_enough():
    tried = responses_needed(
        FIRM, np.random.default_rng(1), factor="delivery", segment="students", year=2024,
        probability=0.9, rounds=40,
    )  # fmt: skip
    shares = [one.right.share for one in tried]
    assert shares[0] < 0.7
    assert shares[-1] >= 0.9
    assert smallest_size(tried, probability=0.9) == tried[-1].size


def test_the_customers_needed_are_those_of_the_textbook():
    """Two gamma-Poisson means: n = (z(.975) + z(.8))^2 (variances) / difference^2."""
    arms = {"none": {"share": 1}, "gift": {"share": 1, "uplift": 0.15}}
    told = of_one_segment(
        {"orders": 1.0, "order_shape": 2.0},
        experiment={"e": {"on": "2025-01-01", "days": 60, "arm": arms}},
    )
    variances = sum(mean + mean**2 / 2 for mean in (2.0, 2.3))
    textbook = (1.96 + 0.8416) ** 2 * variances / 0.3**2
    tried = arms_needed(told, np.random.default_rng(1), experiment="e", arm="gift", rounds=300)
    by_size = {one.size: one.right for one in tried}
    assert 500 < textbook < 1_000
    assert by_size[500].share < 0.8 <= by_size[1_000].share


def test_what_there_is_not_and_what_has_no_effect_is_said():
    rng = np.random.default_rng(1)
    with pytest.raises(UnknownName, match=r"no factor 'delivry'\. Did you mean 'delivery'"):
        responses_needed(FIRM, rng, factor="delivry", segment="students", year=2025)
    with pytest.raises(InputError, match="'hold_out' has no effect"):
        arms_needed(FIRM, rng, experiment="welcome_gift", arm="hold_out")
