"""Clustering: which proposed pairs are merged and which go to clerical review.

A chain of likely pairs can tie two customers together by one weak link. So groups grow by how
alike they are on the whole: two join where the mean evidence of all pairs between them, found or
not, speaks for one customer.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Codes = NDArray[np.int64]
Numbers = NDArray[np.float64]

MOST_BITS = 10.0
"""No pair counts for more than this, for or against (log2 of its odds)."""
NOT_FOUND_BITS = -1.0
"""What a pair that no rule found counts for: its records had little in common to begin with."""

MERGED, REVIEW = "merged", "review"
WEAK_LINK = "the two groups that it would join are unlike on the whole"

_SEPARATOR = "\x1f"


def merge_or_review(pairs: pa.Table, *, threshold: float = 0.5) -> pa.Table:
    """Decide for each likely pair whether it is merged or goes to review.

    Args:
        pairs: One row per pair of records, each once: `source`, `record_id`, `to_source`,
            `to_record_id`, `probability`. Pairs below the threshold serve as evidence against
            chains, so ask `proposals` for them too (`least=0.01`).
        threshold: Least probability of a likely pair.

    Returns:
        The likely pairs with `outcome` (`merged` or `review`) and `reason` (null where merged).
        The merged ones connect each group and no two groups.
    """
    left, right, nodes = _coded(pairs)
    chance = pairs.column("probability").to_numpy()
    groups = average_linkage(nodes, left, right, chance)
    likely = np.flatnonzero(chance >= threshold)
    is_merged = groups[left[likely]] == groups[right[likely]]
    outcome = np.where(is_merged, MERGED, REVIEW)
    reason = pa.array([WEAK_LINK] * len(likely), mask=is_merged, type=pa.string())
    kept = pairs.take(pa.array(likely))
    with_outcome = kept.append_column("outcome", pa.array(outcome.tolist(), pa.string()))
    return with_outcome.append_column("reason", reason)


def average_linkage(nodes: int, left: Codes, right: Codes, probability: Numbers) -> Codes:
    """Group nodes whose pairs on the whole speak for one customer.

    Groups that are each other's best match join, in rounds, until none has a match: the result
    of average linkage, since joining two such groups brings no third nearer.

    Args:
        nodes: How many nodes there are, coded 0 to `nodes` - 1.
        left: One end of each pair (node code).
        right: The other end.
        probability: That the two are one.

    Returns:
        For each node the least code in its group.

    Example:
        >>> left, right = np.array([0, 1, 2]), np.array([1, 2, 3])
        >>> average_linkage(4, left, right, np.array([0.99, 0.6, 0.99])).tolist()
        [0, 0, 2, 2]
    """
    least = 2.0**-MOST_BITS
    bounded = np.clip(probability, least, 1 - least)
    evidence = np.log2(bounded / (1 - bounded))
    a, b, counts = left, right, np.ones(len(left))
    labels, sizes = np.arange(nodes), np.ones(nodes)
    while True:
        between = sizes[a] * sizes[b]
        mean = (evidence + (between - counts) * NOT_FOUND_BITS) / between
        into = _mutual(nodes, a, b, mean.round(9), mean > 0)
        if into is None:
            return _least_members(labels)
        np.add.at(sizes, into, np.where(into == np.arange(nodes), 0, sizes))
        labels = into[labels]
        a, b, evidence, counts = _gathered(nodes, into[a], into[b], evidence, counts)


def _mutual(nodes: int, a: Codes, b: Codes, mean: Numbers, fits: NDArray[np.bool_]) -> Codes | None:
    """Where each group goes if it joins its best match, which must think the same of it."""
    one, other = np.concatenate([a[fits], b[fits]]), np.concatenate([b[fits], a[fits]])
    order = np.lexsort((other, -np.concatenate([mean[fits]] * 2), one))
    one, other = one[order], other[order]
    is_best = np.r_[True, one[1:] != one[:-1]][: len(one)]
    best = np.full(nodes, -1)
    best[one[is_best]] = other[is_best]
    candidates = np.flatnonzero(best >= 0)
    first = candidates[(best[best[candidates]] == candidates) & (candidates < best[candidates])]
    if not len(first):
        return None
    into = np.arange(nodes)
    into[best[first]] = first
    return into


def _gathered(
    nodes: int, a: Codes, b: Codes, evidence: Numbers, counts: Numbers
) -> tuple[Codes, Codes, Numbers, Numbers]:
    """Add up the evidence between each two groups."""
    apart = a != b
    keys = np.minimum(a, b)[apart] * nodes + np.maximum(a, b)[apart]
    pair, place = np.unique(keys, return_inverse=True)
    total = np.bincount(place, weights=evidence[apart], minlength=len(pair)).astype(np.float64)
    weighed_pairs = np.bincount(place, weights=counts[apart], minlength=len(pair)).astype(
        np.float64
    )
    return pair // nodes, pair % nodes, total, weighed_pairs


def _least_members(labels: Codes) -> Codes:
    least = np.full(len(labels), len(labels))
    np.minimum.at(least, labels, np.arange(len(labels)))
    least_of_group: Codes = least[labels]
    return least_of_group


def _coded(pairs: pa.Table) -> tuple[Codes, Codes, int]:
    """Number the records of all pairs in key order."""
    ends = [
        pc.binary_join_element_wise(pairs[source], pairs[record], _SEPARATOR)
        for source, record in (("source", "record_id"), ("to_source", "to_record_id"))
    ]
    keys = pa.chunked_array([chunk for end in ends for chunk in end.chunks], pa.string())
    encoded = keys.combine_chunks().dictionary_encode()
    rank = np.empty(len(encoded.dictionary), dtype=np.int64)
    rank[pc.sort_indices(encoded.dictionary).to_numpy()] = np.arange(len(rank))
    codes = rank[encoded.indices.to_numpy()]
    return codes[: len(pairs)], codes[len(pairs) :], len(rank)
