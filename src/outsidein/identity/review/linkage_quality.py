"""Quality of the linkage, measured against labels or a reviewed sample."""

from collections.abc import Iterator, Sequence
from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from outsidein.errors import InputError, TooLittleData
from outsidein.identity.records.connected_components import component_labels

Floats = NDArray[np.float64]

BLOCKS = 2_000
"""More customers than this are dealt into so many blocks, drawn whole."""


class QualityEstimate(NamedTuple):
    """A measure and its confidence interval (0 to 1), from `n` true customers."""

    value: float
    low: float
    high: float
    n: int


class LinkageQuality(NamedTuple):
    """Agreement of found customers with true ones (each 0 to 1).

    Attributes:
        precision: Share of pairs put together that belong together.
        recall: Share of pairs that belong together that were put together.
        f1: Harmonic mean of the two.
        record_precision: Of a record's companions, itself included, the share that belong to it;
            mean over records (B-cubed).
        record_recall: Of those that belong to it, the share that are its companions (B-cubed).
        record_f1: Harmonic mean of the two.
        exact: Share of true customers found exactly, with no record too many or too few.
    """

    precision: QualityEstimate
    recall: QualityEstimate
    f1: QualityEstimate
    record_precision: QualityEstimate
    record_recall: QualityEstimate
    record_f1: QualityEstimate
    exact: QualityEstimate


class ReviewedStratum(NamedTuple):
    """Links in effect of similar weight: how many, how many of them reviewed and right (counts)."""

    links: int
    reviewed: int
    right: int


def linkage_quality(
    predicted: ArrayLike,
    truth: ArrayLike,
    *,
    rng: np.random.Generator,
    draws: int = 1_000,
    confidence: float = 0.95,
) -> LinkageQuality:
    """Compare the customers found with the true ones.

    Computed from the counts of records by found and true customer. A pair put together across
    two true customers counts half for each. Intervals are percentiles of a bootstrap over true
    customers: a customer drawn brings its records. Where nothing was put together, or nothing
    belongs together, there is no error and the measure is 1.

    Args:
        predicted: Label of the customer each record was given to.
        truth: Label of the customer each record is of.
        rng: Source of the draws.
        draws: Bootstrap draws (count).
        confidence: Coverage of the intervals (probability, between 0 and 1).

    Raises:
        TooLittleData: There are no records.

    Example:
        >>> truth = ["a", "a", "a", "b"]
        >>> split = linkage_quality([1, 1, 2, 3], truth, rng=np.random.default_rng(1))
        >>> f"{split.precision.value:.2f} {split.recall.value:.2f} {split.exact.value:.2f}"
        '1.00 0.33 0.50'

    Source:
        Bagga & Baldwin (1998), "Entity-Based Cross-Document Coreferencing Using the Vector Space
        Model" (B-cubed); Binette et al. (2022), "Estimating the Performance of Entity Resolution
        Algorithms: Lessons Learned Through PatentsView.org", arXiv:2210.01230 (resampling of
        true predicted).
    """
    sums = _contributions(np.asarray(predicted), np.asarray(truth))
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    blocks = _dealt(sums, rng)
    drawn = rng.multinomial(len(blocks), np.full(len(blocks), 1 / len(blocks)), size=draws)
    values = _measures(sums.sum(axis=0)[None, :])[0]
    low, high = np.quantile(_measures(drawn @ blocks), tails, axis=0)
    return LinkageQuality(
        *(
            QualityEstimate(float(v), float(min(a, v)), float(max(b, v)), len(sums))
            for v, a, b in zip(values, low, high, strict=True)
        )
    )


def threshold_curve(
    left: ArrayLike,
    right: ArrayLike,
    score: ArrayLike,
    truth: ArrayLike,
    *,
    thresholds: Sequence[float],
    seed: int = 0,
) -> Iterator[tuple[float, LinkageQuality]]:
    """Yield each threshold with the quality of linking all pairs that reach it.

    Every threshold is drawn with the same seed, so that the intervals can be compared.

    Args:
        left: One record of each pair, by its place in `truth`.
        right: The other.
        score: Weight or probability of each pair.
        truth: Label of the customer each record is of.
        thresholds: Least scores to link at.
        seed: Of the bootstrap.
    """
    labels, scores = np.asarray(truth), np.asarray(score, dtype=np.float64)
    ends = np.asarray(left, dtype=np.int64), np.asarray(right, dtype=np.int64)
    for threshold in thresholds:
        kept = scores >= threshold
        labels_at_threshold = component_labels(len(labels), ends[0][kept], ends[1][kept])
        yield (
            threshold,
            linkage_quality(labels_at_threshold, labels, rng=np.random.default_rng(seed)),
        )


def reviewed_precision(
    strata: Sequence[ReviewedStratum], *, confidence: float = 0.95
) -> QualityEstimate:
    """Estimate the share of links that are right from a sample that was reviewed.

    Each stratum's share counts by its links. The interval is Wilson's, for the number of links
    that would tell as much if they were drawn from all alike.

    Args:
        strata: Links by similar weight. One with links but without a review is refused.
        confidence: Coverage of the interval (probability, between 0 and 1).

    Returns:
        Precision and interval (0 to 1), with `n` the links reviewed.

    Raises:
        TooLittleData: There are no links.
        InputError: A stratum was not reviewed, or more were right than reviewed.

    Example:
        >>> strata = [ReviewedStratum(900, 60, 60), ReviewedStratum(100, 40, 30)]
        >>> answer = reviewed_precision(strata)
        >>> f"{answer.value:.3f} ({answer.low:.3f} to {answer.high:.3f})"
        '0.975 (0.909 to 0.993)'

    Source:
        Wilson (1927), Journal of the American Statistical Association 22(158); effective sample
        size by Kish (1965), Survey Sampling, section 11.7.
    """
    drawn = [stratum for stratum in strata if stratum.links]
    for stratum in drawn:
        if not 0 <= stratum.right <= stratum.reviewed or stratum.reviewed == 0:
            raise InputError(
                f"Of {stratum.links:,} links of one weight {stratum.reviewed} were reviewed and "
                f"{stratum.right} right; review at least one of each weight."
            )
    total = sum(stratum.links for stratum in drawn)
    if not total:
        raise TooLittleData(0, needed=1, of="links")
    shares = [(s.links / total, s.right / s.reviewed, s.reviewed) for s in drawn]
    share = min(sum(weight * right for weight, right, _ in shares), 1.0)
    alike = 1 / sum(weight * weight / reviewed for weight, _, reviewed in shares)
    low, high = _wilson(share, alike, confidence)
    return QualityEstimate(share, low, high, sum(s.reviewed for s in drawn))


def _wilson(share: float, n: float, confidence: float) -> tuple[float, float]:
    """Wilson's limits, as in `stats.proportion` but for a number of draws that is not whole."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    centre, inflation = share + z * z / (2 * n), 1 + z * z / n
    spread = z * sqrt(share * (1 - share) / n + (z / (2 * n)) ** 2)
    low, high = (centre - spread) / inflation, (centre + spread) / inflation
    return min(max(low, 0.0), share), max(min(high, 1.0), share)


def _contributions(predicted: NDArray[np.generic], truth: NDArray[np.generic]) -> Floats:
    """Per true customer what it adds to each sum that the measures are ratios of."""
    if len(truth) == 0:
        raise TooLittleData(0, needed=1, of="records")
    _, found_codes, found_sizes = np.unique(predicted, return_inverse=True, return_counts=True)
    _, true_codes, true_sizes = np.unique(truth, return_inverse=True, return_counts=True)
    cells, counts = np.unique(
        true_codes.astype(np.int64) * len(found_sizes) + found_codes, return_counts=True
    )
    of = cells // len(found_sizes)
    count, size = counts.astype(np.float64), found_sizes[cells % len(found_sizes)]
    own = true_sizes.astype(np.float64)

    def summed(values: Floats) -> Floats:
        return np.bincount(of, values, minlength=len(own)).astype(np.float64)

    together = summed(count * (count - 1) / 2)
    across = summed(count * (size - count) / 2)
    is_exact = (count == size) & (count == own[of])
    return np.column_stack(
        [
            *(together, together + across, own * (own - 1) / 2),
            *(summed(count * count / size), summed(count * count) / own, own),
            *(summed(is_exact.astype(np.float64)), np.ones(len(own))),
        ]
    )


def _measures(sums: Floats) -> Floats:
    """The seven measures of each row of sums."""
    right, linked, true, record_right, record_found, records, exact, customers = sums.T
    precision, recall = _share(record_right, records), _share(record_found, records)
    return np.column_stack(
        [
            *(_share(right, linked), _share(right, true), _share(2 * right, linked + true)),
            *(precision, recall, _share(2 * precision * recall, precision + recall)),
            _share(exact, customers),
        ]
    )


def _share(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.ones_like(whole), where=whole > 0)


def _dealt(sums: Floats, rng: np.random.Generator) -> Floats:
    if len(sums) <= BLOCKS:
        return sums
    start = np.linspace(0, len(sums), BLOCKS, endpoint=False).astype(np.int64)
    return np.asarray(np.add.reduceat(rng.permutation(sums), start, axis=0), dtype=np.float64)
