"""How long customers stay, from counts per period of those who churned or were censored."""

from dataclasses import dataclass
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from outsidein.errors import TooLittleData
from outsidein.stats.proportion import proportion

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

HALF = 0.5 + 1e-12  # a product of shares that comes to one half may round to just above it


@dataclass(frozen=True, slots=True, eq=False)
class SurvivalCurve:
    """Survival and hazard on a grid of periods, one entry per period.

    Attributes:
        time: Period (count of periods since the customer came, from 0).
        at_risk: Customers under observation at the start of the period (count).
        churned: Customers who churned in the period (count).
        survival: Share still customers when the period ends (0 to 1); NaN once nobody is left
            under observation and some were still customers.
        low: Lower limit of `survival`.
        high: Upper limit of `survival`.
        hazard: Share of those at risk who churned in the period (0 to 1); NaN if none were.
        hazard_low: Lower limit of `hazard`.
        hazard_high: Upper limit of `hazard`.
        n: Customers observed in all (count).
        confidence: Coverage of every interval, taken period by period (probability).
    """

    time: Counts
    at_risk: Counts
    churned: Counts
    survival: Floats
    low: Floats
    high: Floats
    hazard: Floats
    hazard_low: Floats
    hazard_high: Floats
    n: int
    confidence: float


class Survival(NamedTuple):
    """Share still customers and its confidence interval (0 to 1), from `n` customers."""

    survival: float
    low: float
    high: float
    n: int


class MedianTime(NamedTuple):
    """Period by whose end half churned, with its interval; None where not yet reached."""

    time: int | None
    low: int | None
    high: int | None
    n: int


class RestrictedMean(NamedTuple):
    """Mean periods as a customer within `horizon` periods, with its confidence interval."""

    mean: float
    low: float
    high: float
    horizon: int
    n: int


def kaplan_meier(
    churned: ArrayLike,
    censored: ArrayLike,
    *,
    entered: ArrayLike | None = None,
    confidence: float = 0.95,
) -> SurvivalCurve:
    """Estimate how many customers remain after each period.

    Entry t of every argument counts customers in their t-th period as customers. Those
    censored in a period were at risk in it: they are taken to leave observation after those
    who churned. Censoring and late entry must tell nothing about churning. Intervals of
    survival are log-log with Greenwood's variance; before anyone has churned, where that is
    undefined, Wilson's for the fewest yet at risk stands in, and once everyone has, the last
    upper limit is kept. Intervals of the hazard are Wilson's.

    Args:
        churned: Customers who churned in each period (counts).
        censored: Customers last seen, still customers, in each period (counts).
        entered: Customers first under observation in each period (counts), those of period 0
            included, at risk from that period on; whoever entered and is counted in neither of
            the others is at risk to the end. Without it, all enter in period 0. Where all of
            few at risk churn, the curve is 0 for good, whoever enters later.
        confidence: Coverage of the intervals (probability, between 0 and 1).

    Returns:
        One entry per period, in order.

    Raises:
        TooLittleData: Nobody is at risk in period 0.
        ValueError: More leave in a period than are at risk.

    Example:
        >>> curve = kaplan_meier([0, 3, 1, 0], [0, 1, 0, 5])
        >>> curve.at_risk.tolist(), curve.survival.round(3).tolist()
        ([10, 10, 6, 5], [1.0, 0.7, 0.583, 0.583])

    Source:
        Kaplan & Meier (1958), "Nonparametric Estimation from Incomplete Observations", JASA
        53(282); Kalbfleisch & Prentice (2002), The Statistical Analysis of Failure Time Data,
        2nd ed., section 1.4 (log-log interval); Klein & Moeschberger (2003), Survival
        Analysis, 2nd ed., section 4.6 (left truncation).
    """
    events = np.asarray(churned, dtype=np.int64)
    at_risk, n = at_risk_by_period(events, censored, entered=entered)
    survival = surviving_shares(events, at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = survival**2 * np.cumsum(events / (at_risk * (at_risk - events)))
    low, high = log_log_interval(survival, variance, at_risk, confidence=confidence)
    hazard, hazard_low, hazard_high = _hazards(events, at_risk, confidence)
    return SurvivalCurve(
        time=np.arange(len(events)),
        at_risk=at_risk,
        churned=events,
        survival=survival,
        low=low,
        high=high,
        hazard=hazard,
        hazard_low=hazard_low,
        hazard_high=hazard_high,
        n=n,
        confidence=confidence,
    )


def at_risk_by_period(
    churned: Counts, censored: ArrayLike, *, entered: ArrayLike | None
) -> tuple[Counts, int]:
    """Count the customers at risk in each period, and in all; see `kaplan_meier`.

    Raises:
        TooLittleData: Nobody is at risk in period 0.
        ValueError: More leave in a period than are at risk.

    Example:
        >>> at_risk_by_period(np.array([1, 2]), [0, 3], entered=[4, 2])
        (array([4, 5]), 6)

    Source:
        Klein & Moeschberger (2003), Survival Analysis, 2nd ed., section 4.6.
    """
    left = churned + np.asarray(censored, dtype=np.int64)
    joined = np.zeros_like(left)
    joined[:1] = left.sum()
    if entered is not None:
        joined = np.asarray(entered, dtype=np.int64)
    if not joined[:1].any():
        raise TooLittleData(0, needed=1, of="customers at risk in the first period")
    at_risk = np.cumsum(joined) - np.cumsum(left) + left
    if (left > at_risk).any():
        raise ValueError(f"more leave than are at risk in period {np.argmax(left > at_risk)}")
    return at_risk, int(joined.sum())


def surviving_shares(churned: Counts, at_risk: Counts) -> Floats:
    """Multiply up the shares that stay; NaN once nobody is at risk and some had stayed.

    Example:
        >>> surviving_shares(np.array([1, 1, 0]), np.array([2, 1, 0]))
        array([0.5, 0. , 0. ])

    Source:
        Kaplan & Meier (1958), "Nonparametric Estimation from Incomplete Observations", JASA
        53(282), equation 2b.
    """
    survival = np.cumprod(1 - churned / np.maximum(at_risk, 1), dtype=np.float64)
    unseen = np.logical_or.accumulate(at_risk == 0)
    survival[unseen & (survival > 0)] = np.nan
    return survival


def log_log_interval(
    survival: Floats, variance: Floats, at_risk: Counts, *, confidence: float
) -> tuple[Floats, Floats]:
    """Bound each share that remains, on the scale log(-log(share)), which keeps it in 0 to 1.

    Where the share is 1 the scale has no value: Wilson's limits for the fewest yet at risk
    stand in. Where it is 0, the lower limit is 0 and the last upper limit is kept.

    Example:
        >>> share, n = np.array([0.5]), np.array([40])
        >>> low, high = log_log_interval(share, share * (1 - share) / n, n, confidence=0.95)
        >>> round(float(low[0]), 3), round(float(high[0]), 3)
        (0.338, 0.642)

    Source:
        Kalbfleisch & Prentice (2002), The Statistical Analysis of Failure Time Data, 2nd ed.,
        equation 1.15.
    """
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = np.exp(z * np.sqrt(variance) / np.abs(survival * np.log(survival)))
        low, high = survival**reach, survival ** (1 / reach)
    fewest = np.minimum.accumulate(at_risk)
    for t in np.flatnonzero(survival == 1):
        low[t], high[t] = proportion(int(fewest[t]), int(fewest[t]), confidence=confidence)[1:3]
    for t in np.flatnonzero(survival == 0):
        low[t], high[t] = 0.0, high[t - 1] if t else _all_gone(int(fewest[t]), confidence)
    return low, high


def median_time(curve: SurvivalCurve) -> MedianTime:
    """Find the period by whose end half of the customers churned.

    The interval holds the periods at which a test would not reject that half remain: it
    starts where the lower limit of the curve reaches one half and ends where the upper does.

    Args:
        curve: From `kaplan_meier`, whose confidence applies.

    Returns:
        Median and interval (periods); None where the curve does not come down to one half.

    Example:
        >>> median_time(kaplan_meier([0, 3, 4, 2, 1], [0, 0, 1, 0, 4]))
        MedianTime(time=3, low=1, high=None, n=15)

    Source:
        Brookmeyer & Crowley (1982), "A Confidence Interval for the Median Survival Time",
        Biometrics 38(1), with the log-log limits of the curve.
    """
    time, low, high = (_first_at_half(line) for line in (curve.survival, curve.low, curve.high))
    return MedianTime(time, low, high, curve.n)


def survival_at(curve: SurvivalCurve, t: int) -> Survival:
    """Read off the share still customers when period `t` ends.

    Args:
        curve: From `kaplan_meier`, whose confidence applies.
        t: Period (from 0).

    Returns:
        Share and interval (0 to 1), with the customers behind the curve.

    Raises:
        TooLittleData: Nobody was observed as long as that.
        ValueError: `t` is below 0.

    Example:
        >>> share = survival_at(kaplan_meier([0, 3, 1, 0], [0, 1, 0, 5]), 1)
        >>> f"{share.survival:.2f} ({share.low:.2f} to {share.high:.2f})"
        '0.70 (0.33 to 0.89)'

    Source:
        Kalbfleisch & Prentice (2002), The Statistical Analysis of Failure Time Data, 2nd ed.,
        section 1.4.
    """
    _require(curve, t + 1)
    at = min(t, len(curve.time) - 1)
    share, low, high = (float(line[at]) for line in (curve.survival, curve.low, curve.high))
    return Survival(share, low, high, curve.n)


def restricted_mean(curve: SurvivalCurve, horizon: int) -> RestrictedMean:
    """Estimate how many of the next `horizon` periods a customer completes, on average.

    It is the area under the survival curve up to the horizon, and so needs no assumption
    about what follows. The interval is normal, with Greenwood's variance of the area.

    Args:
        curve: From `kaplan_meier`, whose confidence applies.
        horizon: Periods counted (1 or more).

    Returns:
        Mean and interval (periods, 0 to `horizon`).

    Raises:
        TooLittleData: Nobody was observed as long as that.
        ValueError: `horizon` is below 1.

    Example:
        >>> kept = restricted_mean(kaplan_meier([0, 3, 1, 0], [0, 1, 0, 5]), 3)
        >>> f"{kept.mean:.2f} ({kept.low:.2f} to {kept.high:.2f}) of 3"
        '2.28 (1.72 to 2.84) of 3'

    Source:
        Klein & Moeschberger (2003), Survival Analysis, 2nd ed., equations 4.5.1 and 4.5.2.
    """
    _require(curve, horizon)
    area_after = np.cumsum(curve.survival[:horizon][::-1])[::-1]
    d, r = curve.churned[:horizon], curve.at_risk[:horizon]
    observed = (d > 0) & (d < r)
    variance = np.sum(
        area_after[observed] ** 2 * d[observed] / (r[observed] * (r[observed] - d[observed]))
    )
    z = NormalDist().inv_cdf((1 + curve.confidence) / 2)
    centre, margin = float(area_after[0]), z * float(np.sqrt(variance))
    low, high = max(centre - margin, 0.0), min(centre + margin, float(horizon))
    return RestrictedMean(centre, low, high, horizon, curve.n)


def _require(curve: SurvivalCurve, periods: int) -> None:
    if periods < 1:
        raise ValueError("the first period is 0, and the shortest horizon 1")
    observed = int(np.count_nonzero(~np.isnan(curve.survival)))
    if periods > observed and curve.survival[observed - 1] > 0:
        raise TooLittleData(observed, needed=periods, of="observed periods")


def _first_at_half(line: Floats) -> int | None:
    reached = line <= HALF
    return int(np.argmax(reached)) if reached.any() else None


def _hazards(churned: Counts, at_risk: Counts, confidence: float) -> Floats:
    nobody = (np.nan, np.nan, np.nan)
    shares = [
        proportion(d, n, confidence=confidence)[:3] if n else nobody
        for d, n in zip(churned.tolist(), at_risk.tolist(), strict=True)
    ]
    return np.array(shares).T


def _all_gone(n: int, confidence: float) -> float:
    return proportion(0, n, confidence=confidence).high
