"""How many of many findings may be false."""

from collections.abc import Sequence

import numpy as np

from outsidein.stats.charts.chart import Floats


def q_values(p_values: Sequence[float] | Floats, *, is_dependent: bool = True) -> Floats:
    """Return for each test the smallest rate of false discoveries at which it is one.

    Listing every test with a q-value up to 0.05 keeps the expected share of false ones in the
    list at 5 % or less; where nothing is true, any list at all comes up in 5 % of cases or fewer.

    Args:
        p_values: One per test (probability), at least as large as chance makes them.
        is_dependent: Whether tests may depend on each other in any way, as shares that add up to
            one do (Benjamini-Yekutieli); False holds for independent tests, and for such as
            rise together (Benjamini-Hochberg).

    Returns:
        q-values in the order of `p_values`.

    Example:
        >>> [f"{q:.3f}" for q in q_values([0.001, 0.02, 0.03, 0.6], is_dependent=False)]
        ['0.004', '0.040', '0.040', '0.600']

    Source:
        Benjamini & Hochberg (1995), "Controlling the False Discovery Rate", Journal of the Royal
        Statistical Society B 57(1); Benjamini & Yekutieli (2001), "The control of the false
        discovery rate in multiple testing under dependency", Annals of Statistics 29(4).
    """
    p = np.asarray(p_values, dtype=float)
    tests = len(p)
    if not tests:
        return p
    order = np.argsort(p, kind="stable")
    ranks = np.arange(1, tests + 1)
    dependence = float((1 / ranks).sum()) if is_dependent else 1.0
    stepped = p[order] * tests * dependence / ranks
    q = np.empty(tests)
    q[order] = np.minimum(np.minimum.accumulate(stepped[::-1])[::-1], 1.0)
    return q
