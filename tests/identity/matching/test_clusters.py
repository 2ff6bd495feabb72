import numpy as np
import pyarrow as pa
import pytest

from outsidein.identity.matching.clusters import WEAK_LINK, average_linkage, merge_or_review
from outsidein.identity.records.connected_components import component_labels


def pairs(*rows):
    """Pairs of records of one source with the probability that they are one."""
    one, other, chance = zip(*rows, strict=True)
    return pa.table(
        {
            "source": ["s"] * len(rows),
            "record_id": list(one),
            "to_source": ["s"] * len(rows),
            "to_record_id": list(other),
            "probability": list(chance),
        }
    )


def outcomes(told):
    rows = told.to_pylist()
    return {(r["record_id"], r["to_record_id"]): (r["outcome"], r["reason"]) for r in rows}


def test_one_weak_link_between_two_groups_is_left_for_review():
    told = merge_or_review(
        pairs(
            ("a", "b", 0.999),
            ("a", "c", 0.999),
            ("b", "c", 0.999),
            ("c", "d", 0.6),
            ("d", "e", 0.999),
            ("d", "f", 0.999),
            ("e", "f", 0.999),
        )
    )
    merged = ("merged", None)
    assert outcomes(told) == {
        ("a", "b"): merged, ("a", "c"): merged, ("b", "c"): merged,
        ("c", "d"): ("review", WEAK_LINK),
        ("d", "e"): merged, ("d", "f"): merged, ("e", "f"): merged,
    }  # fmt: skip


def test_a_likely_pair_alone_is_merged_and_an_unlikely_one_is_not_told():
    told = merge_or_review(pairs(("a", "b", 0.55), ("c", "d", 0.45)))
    assert outcomes(told) == {("a", "b"): ("merged", None)}


def test_evidence_against_weighs_as_much_as_evidence_for():
    told = merge_or_review(pairs(("a", "b", 0.97), ("b", "c", 0.9), ("a", "c", 0.01)))
    assert outcomes(told) == {("a", "b"): ("merged", None), ("b", "c"): ("review", WEAK_LINK)}


def test_merged_pairs_connect_their_groups_and_no_two():
    rng = np.random.default_rng(3)
    left, right = rng.integers(0, 300, (2, 900))
    keep = left < right
    left, right = np.unique(np.stack([left[keep], right[keep]]), axis=1)
    chance = rng.uniform(0.01, 0.999, len(left)).round(4)
    groups = average_linkage(300, left, right, chance)
    merged = (chance >= 0.5) & (groups[left] == groups[right])
    assert component_labels(300, left[merged], right[merged]).tolist() == groups.tolist()


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_pairs_changes_nothing(seed):
    rng = np.random.default_rng(11)
    left, right = np.unique(np.sort(rng.integers(0, 60, (2, 400)), axis=0), axis=1)
    left, right = left[left < right], right[left < right]
    chance = rng.choice([0.02, 0.3, 0.6, 0.9, 0.9995], len(left))
    order = np.random.default_rng(seed).permutation(len(left))
    shuffled = average_linkage(60, left[order], right[order], chance[order])
    assert shuffled.tolist() == average_linkage(60, left, right, chance).tolist()
