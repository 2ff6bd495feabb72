import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from outsidein.stats.charts.false_discovery import q_values

PUBLISHED = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
    *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000),
]
"""The fifteen p-values of Benjamini and Hochberg (1995), section 3.2."""


def test_four_of_the_fifteen_published_hypotheses_are_rejected():
    assert (q_values(PUBLISHED, is_dependent=False) <= 0.05).sum() == 4


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40), st.booleans())
def test_q_values_are_those_of_statsmodels(p_values, is_dependent):
    method = "fdr_by" if is_dependent else "fdr_bh"
    expected = multipletests(p_values, method=method)[1]
    assert q_values(p_values, is_dependent=is_dependent) == pytest.approx(expected)


def test_no_tests_have_no_q_values():
    assert q_values([]).tolist() == []


def test_false_discoveries_stay_at_their_share_when_some_hypotheses_are_true():
    rng = np.random.default_rng(7)
    shares = []
    for _ in range(500):
        p_values = np.concatenate([rng.uniform(size=80), rng.beta(0.05, 5, size=20)])
        listed = q_values(p_values, is_dependent=False) <= 0.10
        shares.append(listed[:80].sum() / max(listed.sum(), 1))
    assert np.mean(shares) <= 0.10
