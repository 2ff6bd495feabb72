"""Charts of shares and rates over periods of unequal size: Laney's p' and u'."""

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


def shares_chart(
    events: Sequence[int] | Floats, sizes: Sequence[int] | Floats, *, baseline: int | None = None
) -> Chart:
    """Chart the share of each period and the limits within which chance and habit keep it.

    The p' chart. Limits of the plain p chart assume that nothing but the luck of the draw moves
    a share, and with hundreds of encounters a day call every day out of control. Here the
    binomial deviation is multiplied by how much neighbouring periods really differ, where that is
    more than chance lets them.

    Args:
        events: Encounters of each period that missed (count).
        sizes: Encounters of each period (count, above 0).
        baseline: How many of the first periods centre and limits rest on; all when None.

    Returns:
        A chart of shares (0 to 1); limits are cut at 0 and 1.

    Raises:
        TooLittleData: There are fewer than 8 periods.

    Example:
        >>> missed = [12, 15, 11, 14, 13, 16, 12, 14, 11, 13, 16, 40]
        >>> chart = shares_chart(missed, [100] * 12)
        >>> f"{chart.centre:.3f}, {chart.highs[-1]:.3f}, {chart.outside[-1]}"
        '0.134, 0.236, True'

    Source:
        Laney (2002), "Improved Control Charts for Attributes", Quality Engineering 14(4). His
        limits may also be narrower than those of chance; ours are not.
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

    def spread(kept: Flags) -> tuple[float, Floats]:
        centre = float(k[kept].sum() / n[kept].sum())
        return centre, np.sqrt(centre * (1 - centre if is_share else 1.0) / n)

    def dispersed(kept: Flags) -> float:
        centre, sigma = spread(kept)
        return max(moving_sigma(((k / n - centre) / sigma)[kept]), 1.0)

    def scores(kept: Flags) -> Floats:
        centre, sigma = spread(kept)
        if not sigma.all():
            return np.zeros(len(k))
        return np.asarray((k / n - centre) / sigma / dispersed(kept), dtype=float)

    kept, distances = settled_part(scores, len(k), baseline=baseline)
    centre, sigma = spread(kept)
    dispersion = dispersed(kept) if sigma.all() else 1.0
    reach = SIGMAS * dispersion * sigma
    highs = np.minimum(centre + reach, 1.0) if is_share else centre + reach
    lows = np.maximum(centre - reach, 0.0)
    return Chart(k / n, centre, lows, highs, distances, dispersion, int(kept.sum()))
