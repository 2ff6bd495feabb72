"""Charts of single values, such as the median wait of a day: XmR."""

from collections.abc import Sequence

import numpy as np

from outsidein.stats.charts.chart import (
    SIGMAS,
    Chart,
    Flags,
    Floats,
    moving_sigma,
    settled_part,
)


def individuals_chart(values: Sequence[float] | Floats, *, baseline: int | None = None) -> Chart:
    """Chart single values and the limits within which they vary from one to the next.

    The X of XmR: the spread is taken from the moving range of neighbours, so that a step does
    not widen the limits that are to show it.

    Args:
        values: One per period, in the order of time (any unit).
        baseline: How many of the first periods centre and limits rest on; all when None.

    Returns:
        A chart in the unit of `values`.

    Raises:
        TooLittleData: There are fewer than 8 periods.

    Example:
        >>> chart = individuals_chart([10, 12, 11, 13, 12, 10, 11, 13])
        >>> f"{chart.centre:.2f}: {chart.lows[0]:.2f} to {chart.highs[0]:.2f}"
        '11.50: 7.32 to 15.68'

    Source:
        Wheeler & Chambers (1992), "Understanding Statistical Process Control", 2nd edition: the
        natural process limits, mean plus and minus 2.66 mean moving ranges.
    """
    x = np.asarray(values, dtype=float)

    def scores(kept: Flags) -> Floats:
        sigma = moving_sigma(x[kept])
        return (x - x[kept].mean()) / sigma if sigma else np.zeros(len(x))

    kept, distances = settled_part(scores, len(x), baseline=baseline)
    centre, reach = float(x[kept].mean()), np.full(len(x), SIGMAS * moving_sigma(x[kept]))
    return Chart(x, centre, centre - reach, centre + reach, distances, 1.0, int(kept.sum()))
