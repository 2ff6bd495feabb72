from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outsidein.errors import InputError, TooLittleData
from outsidein.identity.review.linkage_quality import (
    ReviewedStratum,
    linkage_quality,
    reviewed_precision,
    threshold_curve,
)
from outsidein.stats.proportion import proportion

labelled = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=25)


def measured(found, truth, seed=1, **more):
    return linkage_quality(found, truth, rng=np.random.default_rng(seed), **more)


def by_definition(found, truth):
    """Every measure, pair by pair and record by record."""
    n = len(truth)
    together = {p for p in combinations(range(n), 2) if found[p[0]] == found[p[1]]}
    belong = {p for p in combinations(range(n), 2) if truth[p[0]] == truth[p[1]]}
    companions = [{j for j in range(n) if found[j] == found[i]} for i in range(n)]
    own = [{j for j in range(n) if truth[j] == truth[i]} for i in range(n)]
    both = len(together & belong)
    purity = np.mean([len(c & o) / len(c) for c, o in zip(companions, own, strict=True)])
    cover = np.mean([len(c & o) / len(o) for c, o in zip(companions, own, strict=True)])
    return (
        both / len(together) if together else 1,
        both / len(belong) if belong else 1,
        2 * both / (len(together) + len(belong)) if together or belong else 1,
        purity,
        cover,
        2 * purity * cover / (purity + cover),
        np.mean(
            [
                all(companions[i] == own[i] for i in range(n) if truth[i] == label)
                for label in sorted(set(truth))
            ]
        ),
    )


@settings(max_examples=100)
@given(labelled)
def test_the_measures_are_those_of_their_definition(labels):
    found, truth = zip(*labels, strict=True)
    answer = measured(found, truth, draws=20)
    assert [m.value for m in answer] == pytest.approx(by_definition(found, truth))
    assert all(0 <= m.low <= m.value <= m.high <= 1 + 1e-12 for m in answer)


@given(labelled)
def test_exchanging_found_and_true_exchanges_precision_and_recall(labels):
    found, truth = zip(*labels, strict=True)
    one, other = measured(found, truth, draws=5), measured(truth, found, draws=5)
    assert one.precision.value == pytest.approx(other.recall.value)
    assert one.record_precision.value == pytest.approx(other.record_recall.value)
    assert one.f1.value == pytest.approx(other.f1.value)


def test_labels_are_only_names():
    found, truth = [1, 1, 2, 3], ["x", "x", "x", "y"]
    assert measured(found, truth) == measured([9, 9, 4, 7], ["b", "b", "b", "c"])


def test_the_interval_holds_the_truth_about_as_often_as_it_promises():
    rng = np.random.default_rng(5)
    held = []
    for _ in range(200):
        sizes = rng.integers(2, 5, 150)
        truth = np.repeat(np.arange(150), sizes)
        is_split = rng.random(150) < 0.2  # of a customer that is split, its last record is lost
        last = np.cumsum(sizes) - 1
        found = truth.copy()
        found[last[is_split]] += 1_000
        answer = linkage_quality(found, truth, rng=rng, draws=200)
        held.append((answer.exact.low <= 0.8 <= answer.exact.high,
                     answer.recall.low <= 1 - 0.2 * 6 / 10 <= answer.recall.high))  # fmt: skip
    assert np.mean(held, axis=0) == pytest.approx([0.94, 0.94], abs=0.04)


def test_many_customers_are_drawn_in_blocks_with_an_interval_as_wide():
    truth = np.repeat(np.arange(6_000), 2)
    found = truth.copy()
    found[1:1_200:2] += 10_000  # one in ten, all at the beginning
    answer = measured(found, truth)
    wide = proportion(round(answer.exact.value * 6_000), 6_000)
    assert answer.exact.n == 6_000
    assert answer.exact.high - answer.exact.low == pytest.approx(wide.high - wide.low, rel=0.12)


def test_a_lower_threshold_finds_more_and_is_right_less_often():
    truth = [0, 0, 0, 1, 1]
    pairs = [(0, 1, 12.0), (1, 2, 8.0), (3, 4, 6.0), (2, 3, 2.0)]
    left, right, weight = zip(*pairs, strict=True)
    found = {
        t: (q.precision.value, q.recall.value)
        for t, q in threshold_curve(left, right, weight, truth, thresholds=[13, 8, 6, 2])
    }
    assert found == {13: (1, 0), 8: (1, 0.75), 6: (1, 1), 2: (0.4, 1)}


def test_no_records_have_no_quality():
    with pytest.raises(TooLittleData, match="0 records are too few"):
        measured([], [])


def test_one_stratum_is_a_simple_share_with_wilsons_interval():
    answer, plain = reviewed_precision([ReviewedStratum(5_000, 263, 81)]), proportion(81, 263)
    assert answer == pytest.approx(tuple(plain))


def test_a_stratum_counts_by_its_links_not_by_its_reviews():
    answer = reviewed_precision([ReviewedStratum(900, 50, 50), ReviewedStratum(100, 50, 25)])
    assert (answer.value, answer.n) == (pytest.approx(0.95), 100)


def test_strata_reviewed_in_proportion_are_as_good_as_one_sample():
    parts = reviewed_precision([ReviewedStratum(900, 90, 81), ReviewedStratum(100, 10, 9)])
    assert parts == pytest.approx(tuple(reviewed_precision([ReviewedStratum(1_000, 100, 90)])))


@pytest.mark.parametrize(
    "stratum", [ReviewedStratum(9, 0, 0), ReviewedStratum(9, 3, 4), ReviewedStratum(9, 3, -1)]
)
def test_a_stratum_nobody_reviewed_is_refused(stratum):
    with pytest.raises(InputError, match="review at least one of each weight"):
        reviewed_precision([ReviewedStratum(10, 5, 5), stratum])
    with pytest.raises(TooLittleData, match="0 links"):
        reviewed_precision([ReviewedStratum(0, 0, 0)])
