"""Means and ratios of sums, estimated from sums alone."""

from decimal import Decimal
from fractions import Fraction
from math import sqrt
from numbers import Integral
from typing import NamedTuple

from scipy.special import stdtrit

from outsidein.errors import TooLittleData

Sum = int | float | Decimal | Fraction

ROUNDING = Fraction(1, 10**9)


class Mean(NamedTuple):
    """A mean and its confidence interval, in the unit summed, from `n` customers."""

    mean: float
    low: float
    high: float
    n: int


class Ratio(NamedTuple):
    """One sum over another and its confidence interval (units of y per unit of x)."""

    ratio: float
    low: float
    high: float
    n: int


def mean(n: int, total: Sum, total_of_squares: Sum, *, confidence: float = 0.95) -> Mean:
    """Estimate the mean of the population these customers were drawn from.

    The sums are combined exactly, as fractions, before anything is rounded: a mean that is
    large beside its spread keeps all digits of the spread. The interval is Student's.

    Args:
        n: Customers (count).
        total: Sum of the values (any unit; money in minor units).
        total_of_squares: Sum of the squared values (that unit squared); Python integers and
            decimals of any size are taken exactly, floats at face value.
        confidence: Coverage of the interval (probability, between 0 and 1).

    Returns:
        Mean and interval (the unit of `total`), with `n`.

    Raises:
        TooLittleData: `n` is below 2, so that no spread can be seen.
        ValueError: The sums cannot come from `n` values, as after an overflow.

    Example:
        >>> spend = mean(3, 600, 140_000)
        >>> f"{spend.mean:.0f} ({spend.low:.1f} to {spend.high:.1f})"
        '200 (-48.4 to 448.4)'

    Source:
        Student (1908), "The Probable Error of a Mean", Biometrika 6(1).
    """
    if n < 2:  # noqa: PLR2004 - a spread takes two
        raise TooLittleData(n, needed=2)
    x, xx = _exact(total), _exact(total_of_squares)
    margin = _margin(n, xx - x * x / n, scale=xx, confidence=confidence)
    centre = float(x / n)
    return Mean(centre, centre - margin, centre + margin, n)


def ratio(
    n: int,
    *,
    sum_x: Sum,
    sum_y: Sum,
    sum_xx: Sum,
    sum_xy: Sum,
    sum_yy: Sum,
    confidence: float = 0.95,
) -> Ratio:
    """Estimate the population's total of y per unit of its total of x.

    Profit per order, say, where customers, not orders, were drawn: the ratio of the sums, not
    the mean of the customers' ratios. The interval is the delta method's with Student's
    quantile; it wants enough customers for `sum_x` to be far from 0 beside its own error.

    Args:
        n: Customers (count).
        sum_x: Sum of the denominator over customers (unit of x).
        sum_y: Sum of the numerator over customers (unit of y).
        sum_xx: Sum of squares of x.
        sum_xy: Sum of products of x and y.
        sum_yy: Sum of squares of y.
        confidence: Coverage of the interval (probability, between 0 and 1).

    Returns:
        Ratio and interval (units of y per unit of x), with `n`.

    Raises:
        TooLittleData: `n` is below 2, or `sum_x` is 0.
        ValueError: The sums cannot come from `n` pairs, as after an overflow.

    Example:
        >>> per_order = ratio(3, sum_x=6, sum_y=60, sum_xx=14, sum_xy=130, sum_yy=1400)
        >>> f"{per_order.ratio:.1f} ({per_order.low:.2f} to {per_order.high:.2f})"
        '10.0 (-2.42 to 22.42)'

    Source:
        Cochran (1977), Sampling Techniques, 3rd ed., equation 6.13 and section 2.11, without
        finite population correction.
    """
    if n < 2:  # noqa: PLR2004 - a spread takes two
        raise TooLittleData(n, needed=2)
    x, y, xx, xy, yy = map(_exact, (sum_x, sum_y, sum_xx, sum_xy, sum_yy))
    if x == 0:
        raise TooLittleData(0, needed=1, of="units of the denominator")
    slope = y / x
    residual = yy - 2 * slope * xy + slope * slope * xx
    scale = yy + slope * slope * xx
    margin = _margin(n, residual, scale=scale, confidence=confidence) / abs(float(x / n))
    return Ratio(float(slope), float(slope) - margin, float(slope) + margin, n)


def _exact(value: Sum) -> Fraction:
    # int() first: a Fraction of a NumPy integer would go on to overflow
    return Fraction(int(value)) if isinstance(value, Integral) else Fraction(value)


def _margin(n: int, squares: Fraction, *, scale: Fraction, confidence: float) -> float:
    if squares < -ROUNDING * scale:
        raise ValueError(f"sum of squared deviations is negative: {float(squares)}")
    variance = float(max(squares, Fraction(0)) / (n - 1) / n)
    return float(stdtrit(n - 1, (1 + confidence) / 2)) * sqrt(variance)
