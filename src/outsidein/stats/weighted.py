"""Shares, means and Net Promoter Scores of samples drawn with unequal chances, in clusters."""

from collections.abc import Sequence
from typing import NamedTuple

from scipy.special import stdtrit

from outsidein.errors import TooLittleData
from outsidein.stats.mean import ratio
from outsidein.stats.nps import NetPromoterScore, adjusted_wald
from outsidein.stats.proportion import wilson_limits


class Totals(NamedTuple):
    """Sums over customers, each of whom gave one answer or several.

    With `w` the weight of an answer (1 / its inclusion probability, in any unit) and `y` its
    value, `W` and `Y` are the sums of `w` and `w * y` over one customer's answers.

    Attributes:
        customers: Those who answered (count).
        answers: Their answers (count).
        w: Sum of W.
        y: Sum of Y.
        ww: Sum of W squared.
        wy: Sum of W times Y.
        yy: Sum of Y squared.
    """

    customers: int
    answers: int
    w: int
    y: int
    ww: int
    wy: int
    yy: int


class WeightedShare(NamedTuple):
    """A share of the population and its interval (0 to 1).

    `n` counts the customers who answered, `effective_n` the answers of a simple random sample
    that would tell as much.
    """

    share: float
    low: float
    high: float
    n: int
    effective_n: float


class WeightedMean(NamedTuple):
    """A mean of the population and its interval, in the unit of the values."""

    mean: float
    low: float
    high: float
    n: int
    effective_n: float


def kish(weights: Sequence[float]) -> float:
    """Return how many equally weighted answers tell as much as these, whatever was asked.

    Args:
        weights: One per answer (any unit, not all 0).

    Example:
        >>> kish([1, 1, 1, 1]), round(kish([1, 1, 1, 9]), 2)
        (4.0, 1.71)

    Source:
        Kish (1965), Survey Sampling.
    """
    return sum(weights) ** 2 / sum(weight * weight for weight in weights)


def weighted_share(totals: Totals, *, confidence: float = 0.95) -> WeightedShare:
    """Estimate a share of the population from answers that count by their weights.

    The point is the ratio of weighted sums. Its variance is the design's, by linearisation over
    customers, so that unequal chances and several answers of one customer widen it; Wilson's
    interval is then taken at the effective n, shrunk for the few customers that the variance
    itself was learnt from. With equal weights and one answer each it is Wilson's.

    Args:
        totals: Of a value that is 1 or 0.
        confidence: Coverage of the interval (probability, between 0 and 1).

    Raises:
        TooLittleData: Nobody answered.

    Example:
        >>> estimate = weighted_share(Totals(100, 100, 100, 20, 100, 20, 20))
        >>> f"{estimate.share:.2f} ({estimate.low:.3f} to {estimate.high:.3f})"
        '0.20 (0.133 to 0.289)'
        >>> round(estimate.effective_n)
        100

    Source:
        Korn & Graubard (1998), "Confidence intervals for proportions with small expected number
        of positive counts estimated from survey data", Survey Methodology 24(2), with Wilson's
        interval in place of the exact one.
    """
    if totals.w <= 0:
        raise TooLittleData(0, needed=1)
    share = totals.y / totals.w
    n = effective_n(totals, spread=share * (1 - share), confidence=confidence)
    low, high = wilson_limits(share, n, confidence)
    return WeightedShare(share, low, high, totals.customers, n)


def weighted_mean(totals: Totals, *, spread: float = 0.0, confidence: float = 0.95) -> WeightedMean:
    """Estimate a mean of the population from answers that count by their weights.

    Args:
        totals: Of the values.
        spread: Weighted variance of single answers (unit of the values, squared); it only says
            how large the effective n is, which without it is Kish's.
        confidence: Coverage of the interval (probability, between 0 and 1).

    Raises:
        TooLittleData: Fewer than two customers answered.

    Example:
        >>> estimate = weighted_mean(Totals(3, 3, 3, 6, 3, 6, 14), spread=2 / 3)
        >>> f"{estimate.mean:.0f} ({estimate.low:.2f} to {estimate.high:.2f})"
        '2 (-0.48 to 4.48)'

    Source:
        Cochran (1977), Sampling Techniques, 3rd ed., section 6.4: the ratio estimator.
    """
    estimate = _ratio(totals, confidence)
    n = effective_n(totals, spread=spread, confidence=confidence)
    return WeightedMean(estimate[0], estimate[1], estimate[2], totals.customers, n)


def weighted_nps(
    totals: Totals, *, promoters: float, detractors: float, confidence: float = 0.95
) -> NetPromoterScore:
    """Estimate the Net Promoter Score of the population from weighted answers.

    The adjusted Wald interval at the effective n; with equal weights and one answer each it is
    that of `net_promoter_score`.

    Args:
        totals: Of a value that is 1 for promoters, -1 for detractors, 0 for the others.
        promoters: Weighted share of promoters (0 to 1).
        detractors: Weighted share of detractors (0 to 1).
        confidence: Coverage of the interval (probability, between 0 and 1).

    Raises:
        TooLittleData: Nobody answered.

    Example:
        >>> same = Totals(100, 100, 100, 45, 100, 45, 75)
        >>> estimate = weighted_nps(same, promoters=0.6, detractors=0.15)
        >>> f"{estimate.score:.0f} ({estimate.low:.1f} to {estimate.high:.1f})"
        '45 (29.3 to 58.0)'

    Source:
        Rocks (2016), "Interval Estimation for the Net Promoter Score", The American
        Statistician 70(4); effective n as in `weighted_share`.
    """
    if totals.w <= 0:
        raise TooLittleData(0, needed=1, of="responses")
    difference = promoters - detractors
    n = effective_n(totals, spread=promoters + detractors - difference**2, confidence=confidence)
    low, high = adjusted_wald(promoters, detractors, n, confidence=confidence)
    return NetPromoterScore(100 * difference, low, high, totals.customers)


def effective_n(totals: Totals, *, spread: float, confidence: float = 0.95) -> float:
    """Tell how many answers of a simple random sample would tell as much about this value.

    The design effect compares the linearised variance over customers with that of as many
    independent answers. Where all answers are alike it cannot be seen, and Kish's takes its
    place, over customers.

    Args:
        totals: Of the value.
        spread: Weighted variance of single answers (unit of the value, squared).
        confidence: Of the interval that will be made with it (probability).

    Source:
        Korn & Graubard (1998), as in `weighted_share`: the correction for few degrees of freedom.
    """
    if totals.customers < 2 or spread <= 0:  # noqa: PLR2004  a spread takes two
        return float(totals.w) ** 2 / float(totals.ww)
    variance = _variance(totals)
    if variance <= 0:
        return float(totals.w) ** 2 / float(totals.ww)
    if totals.answers == totals.customers and totals.customers * totals.ww == totals.w**2:
        return float(totals.answers)  # a simple random sample, so known exactly
    independent = spread / (totals.answers - 1)
    tail = (1 + confidence) / 2
    few = float(stdtrit(totals.answers - 1, tail) / stdtrit(totals.customers - 1, tail))
    return min(totals.answers * independent / variance * few**2, float(totals.answers))


def _variance(totals: Totals) -> float:
    """Linearised variance of the ratio of `y` to `w`, customers being drawn."""
    w, y, n = totals.w, totals.y, totals.customers
    # whole numbers, so that nothing cancels
    residual = totals.yy * w * w - 2 * y * w * totals.wy + y * y * totals.ww
    return residual / w**4 * n / (n - 1)


def _ratio(totals: Totals, confidence: float) -> tuple[float, float, float]:
    estimate = ratio(
        totals.customers,
        sum_x=totals.w,
        sum_y=totals.y,
        sum_xx=totals.ww,
        sum_xy=totals.wy,
        sum_yy=totals.yy,
        confidence=confidence,
    )
    return estimate.ratio, estimate.low, estimate.high
