"""How long a silence is longer than the customers' habit."""

import ibis.expr.types as ir
import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from outsidein.churn.declaration import ChurnRule, Silence
from outsidein.churn.orders import orders_only
from outsidein.errors import TooLittleData

GAPS = "gaps between two orders"


def silence_days(days: ir.Table, rule: ChurnRule, *, confidence: float = 0.95) -> Silence | None:
    """Measure the silence that counts as churning.

    With `habit` it is that quantile of all gaps between two order days of one customer, each
    gap counted once, so that customers who order often weigh more. Gaps not yet ended are left
    out. The interval runs between order statistics whose ranks are binomial quantiles; it takes
    the gaps as independent, though those of one customer are alike, and so is rather narrow.

    Args:
        days: From `order_days`.
        rule: The project's.
        confidence: Coverage of the interval (probability, between 0 and 1).

    Returns:
        The silence, or None where the rule goes by contracts.

    Raises:
        TooLittleData: So few gaps that the interval has no upper end.
    """
    if rule.rule == "contract":
        return None
    gaps, counts = _gap_counts(days)
    if rule.after_days is not None:
        return Silence(rule.after_days, None, None, int(counts.sum()))
    return _quantile(gaps, counts, rule.habit or 0, confidence)


def _gap_counts(days: ir.Table) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    orders = orders_only(days)
    rows = (
        orders.filter(orders.gap_days.notnull())
        .group_by("gap_days")
        .aggregate(gaps=lambda t: t.count())
    )
    columns = rows.order_by("gap_days").to_pyarrow()
    return columns["gap_days"].to_numpy(), columns["gaps"].to_numpy()


def _quantile(
    gaps: NDArray[np.int64], counts: NDArray[np.int64], q: float, confidence: float
) -> Silence:
    n, tail = int(counts.sum()), (1 - confidence) / 2
    needed = int(np.ceil(max(np.log(tail) / np.log(q), np.log(tail) / np.log(1 - q))))
    if n < needed:
        raise TooLittleData(n, needed=needed, of=GAPS)
    ranks = [int(binom.ppf(tail, n, q)), int(np.ceil(q * n)), int(binom.ppf(1 - tail, n, q)) + 1]
    last = np.searchsorted(np.cumsum(counts), np.clip(ranks, 1, n))
    low, middle, high = gaps[last].tolist()
    return Silence(max(middle, 1), low, high, n)
