"""Expected revenue per order of each customer."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from outsidein.errors import TooLittleData
from outsidein.stats.lifetime.gammagamma import (
    Correlation,
    SpendFit,
    fit_spend,
    mean_spend,
    predict_spend,
    spend_frequency_correlation,
)
from outsidein.stats.lifetime.spend_bins import bin_spend
from outsidein.stats.mean import Ratio, ratio

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

BIN_WIDTH = 0.001
"""Width of a bin of mean spends, in the logarithm: a tenth of a per cent."""


class Spend(NamedTuple):
    """Expected revenue of an order, one element per customer (minor units), and its rule."""

    expected: Floats
    low: Floats
    high: Floats
    rule: str


def expected_spend(frequency: Whole, spend: Whole, all_spend: Whole) -> Spend:
    """Predict each customer's spend per order from the orders after the first.

    Gamma-Gamma draws the few orders of a customer towards the mean of all. Where it cannot be
    fitted or its mean is not finite, every order is assumed to bring the mean of all orders.

    Args:
        frequency: Orders after the first (count).
        spend: Revenue of those orders (minor units).
        all_spend: Revenue of all orders (minor units).

    Raises:
        TooLittleData: There are fewer than two customers.
    """
    again = frequency > 0
    paid = again & (spend > 0)
    typical = np.maximum(spend / np.maximum(frequency, 1), 1.0)
    try:
        observed = bin_spend(frequency[paid], typical[paid], width=BIN_WIDTH)[0].spends
        fitted, correlation = fit_spend(observed), spend_frequency_correlation(observed)
    except TooLittleData as error:
        return _mean_for_all(frequency, all_spend, why=str(error))
    if fitted.why and not np.isfinite(mean_spend(fitted).estimate[0]):
        return _mean_for_all(frequency, all_spend, why=fitted.why)
    return _spend_by_customer(fitted, frequency, typical, _spend_rule(correlation))


def _spend_by_customer(fitted: SpendFit, frequency: Whole, typical: Floats, rule: str) -> Spend:
    again = frequency > 0
    expected, low, high = (np.full(frequency.shape, bound[0]) for bound in mean_spend(fitted))
    bins, rows = bin_spend(frequency[again], typical[again], width=BIN_WIDTH)
    predicted = predict_spend(fitted, bins.spends)
    expected[again] = predicted.expected[rows]
    low[again] = predicted.low[rows]
    high[again] = predicted.high[rows]
    return Spend(expected, low, high, rule)


def _mean_for_all(frequency: Whole, all_spend: Whole, *, why: str) -> Spend:
    common = ratio_of(frequency + 1, all_spend)
    bounds = (common.ratio, common.low, common.high)
    expected, low, high = (np.full(frequency.shape, bound) for bound in bounds)
    rule = f"Every order is assumed to bring the mean of all orders: {why}"
    return Spend(expected, low, high, rule)


def ratio_of(x: Whole, y: Whole) -> Ratio:
    """Estimate the total of y per unit of x over customers."""
    a, b = x.astype(np.float64), y.astype(np.float64)
    sums = {"sum_xx": a * a, "sum_xy": a * b, "sum_yy": b * b}
    squares = {name: float(np.sum(values)) for name, values in sums.items()}
    return ratio(len(x), sum_x=int(x.sum()), sum_y=int(y.sum()), **squares)


def _spend_rule(correlation: Correlation) -> str:
    r = f"{correlation.estimate:z.2f} ({correlation.low:z.2f} to {correlation.high:z.2f})"
    return (
        "Spend per order by Gamma-Gamma, which assumes that it is independent of how often a "
        f"customer buys; the correlation is {r}."
    )
