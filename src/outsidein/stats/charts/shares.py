"""Charts of shares and rates over periods of unequal size: Laney's p' and u'."""

from collections.abc import Sequence

import numpy as np

from outsidein.errors import TooLittleData
from outsidein.stats.charts.chart import FEWEST_PERIODS, SIGMAS, Chart, Floats, moving_sigma


def shares_chart(
    events: Sequence[int] | Floats, sizes: Sequence[int] | Floats, *, baseline: int | None = None
) -> Chart:
    """Chart the share of each period and the limits within which chance and habit keep it.

    The p' chart. Limits of the plain p chart assume that nothing but the luck of the draw moves
    a share, and with hundreds of encounters a day call every day out of control. Here the
    binomial deviation is multiplied by how much neighbouring periods really differ.

    Args:
        events: Encounters of each period that missed (count).
        sizes: Encounters of each period (count, above 0).
        baseline: How many of the first periods centre and limits rest on; all when None.

    Returns:
        A chart of shares (0 to 1); limits are cut at 0 and 1.

    Raises:
        TooLittleData: There are fewer than 8 periods.

    Example:
        >>> missed, calls = [12, 15, 11, 14, 13, 16, 12, 40], [100] * 8
        >>> chart = shares_chart(missed, calls, baseline=None)
        >>> f"{chart.centre:.3f}, {chart.highs[-1]:.3f}, {chart.outside[-1]}"
        '0.166, 0.311, True'

    Source:
        Laney (2002), "Improved Control Charts for Attributes", Quality Engineering 14(4).
    """
    return _attributes(events, sizes, baseline, is_share=True)


def rates_chart(
    events: Sequence[int] | Floats, sizes: Sequence[int] | Floats, *, baseline: int | None = None
) -> Chart:
    """Chart events per unit of exposure of each period, with limits as of `shares_chart`.

    The u' chart, for events that may come several times to one unit, or that are no part of
    what they are counted against: complaints per order.

    Args:
        events: Events of each period (count).
        sizes: Exposure of each period (any unit, above 0).
        baseline: How many of the first periods centre and limits rest on; all when None.

    Returns:
        A chart of events per unit of exposure; lower limits are cut at 0.

    Raises:
        TooLittleData: There are fewer than 8 periods.

    Example:
        >>> chart = rates_chart([4, 6, 5, 7, 4, 6, 5, 5], [50] * 8)
        >>> f"{chart.centre:.3f} {chart.outside.any()}"
        '0.105 False'

    Source:
        Laney (2002), "Improved Control Charts for Attributes", Quality Engineering 14(4).
    """
    return _attributes(events, sizes, baseline, is_share=False)


def _attributes(
    events: Sequence[int] | Floats,
    sizes: Sequence[int] | Floats,
    baseline: int | None,
    *,
    is_share: bool,
) -> Chart:
    k, n = np.asarray(events, dtype=float), np.asarray(sizes, dtype=float)
    first = len(k) if baseline is None else min(baseline, len(k))
    if first < FEWEST_PERIODS:
        raise TooLittleData(first, needed=FEWEST_PERIODS, of="periods")
    values = k / n
    centre = float(k[:first].sum() / n[:first].sum())
    spread = np.sqrt(centre * (1 - centre if is_share else 1.0) / n)
    if not spread.all():
        return Chart(values, centre, values, values, np.zeros(len(values)), 1.0, first)
    scores = (values - centre) / spread
    dispersion = moving_sigma(scores[:first]) or 1.0
    reach = SIGMAS * dispersion * spread
    highs = np.minimum(centre + reach, 1.0) if is_share else centre + reach
    lows = np.maximum(centre - reach, 0.0)
    return Chart(values, centre, lows, highs, scores / dispersion, dispersion, first)
