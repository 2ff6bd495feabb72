"""Events per unit of exposure, with the exact Poisson interval."""

from typing import NamedTuple

from scipy.special import gammaincinv

from outsidein.errors import TooLittleData


class Rate(NamedTuple):
    """A rate and its confidence interval (events per unit of exposure)."""

    rate: float
    low: float
    high: float
    events: int
    exposure: float


def rate(events: int, exposure: float, *, confidence: float = 0.95) -> Rate:
    """Estimate the rate at which events come, per unit of exposure.

    Assumes that events are independent and come at one rate (Poisson). The interval is
    Garwood's, exact: it holds the true rate at least as often as it promises. Where some
    customers have many events and most none, the counts vary more than Poisson, and the
    interval is too narrow.

    Args:
        events: Events seen (count).
        exposure: Time or volume in which they were seen (any unit, such as customer-months).
        confidence: Coverage of the interval (probability, between 0 and 1).

    Returns:
        Rate and interval (events per unit of `exposure`).

    Raises:
        TooLittleData: There is no exposure.

    Example:
        >>> complaints = rate(10, 100.0)
        >>> f"{complaints.rate:.2f} ({complaints.low:.4f} to {complaints.high:.4f})"
        '0.10 (0.0480 to 0.1839)'

    Source:
        Garwood (1936), "Fiducial Limits for the Poisson Distribution", Biometrika 28(3/4).
    """
    if exposure <= 0:
        raise TooLittleData(0, needed=1, of="units of exposure")
    tail = (1 - confidence) / 2
    low = float(gammaincinv(events, tail)) if events else 0.0
    high = float(gammaincinv(events + 1, 1 - tail))
    return Rate(events / exposure, low / exposure, high / exposure, events, exposure)
