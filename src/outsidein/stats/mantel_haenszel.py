"""How much more often something happens after than otherwise, matched by stratum."""

from collections.abc import Callable, Sequence
from math import exp, log, sqrt
from statistics import NormalDist
from typing import NamedTuple

from outsidein.errors import TooLittleData

Spread = Callable[["JumpStratum"], float]

FEWEST = 5
"""Events on either side below which no ratio is told: its logarithm is far from normal."""


class JumpStratum(NamedTuple):
    """Those alike in all but what is compared, such as customers of the same tenure.

    Attributes:
        events: Events among the exposed (count).
        trials: Their trials (count), or their time (any unit).
        other_events: Events among the others (count).
        other_trials: Trials or time of the others.
    """

    events: int
    trials: float
    other_events: int
    other_trials: float


class Jump(NamedTuple):
    """How the exposed differ from the others of the same stratum.

    `ratio` of hazards, `low` and `high` its interval; `difference` of hazards (per trial or unit
    of time), with `difference_low` and `difference_high`; `events` among the exposed.
    """

    ratio: float
    low: float
    high: float
    difference: float
    difference_low: float
    difference_high: float
    events: int


def risk_jump(strata: Sequence[JumpStratum], *, confidence: float = 0.95) -> Jump:
    """Compare the chance of an event in a trial between exposed and others, stratum by stratum.

    Mantel and Haenszel's common risk ratio and risk difference: each stratum is compared within
    itself, so that exposed who are older or younger than the others do not matter. The ratio's
    interval is on the log scale, both are Greenland and Robins'. One customer may have several
    trials, as one may have several periods in a discrete-time hazard, if at most one has an event.

    Args:
        strata: Trials are counts.
        confidence: Coverage of the intervals (probability, between 0 and 1).

    Raises:
        TooLittleData: Fewer than 5 events among the exposed, or among the others.

    Example:
        >>> jump = risk_jump([JumpStratum(30, 100, 10, 100), JumpStratum(20, 100, 10, 100)])
        >>> f"{jump.ratio:.2f} ({jump.low:.2f} to {jump.high:.2f}), {jump.difference:+.2f}"
        '2.50 (1.55 to 4.04), +0.15'

    Source:
        Greenland & Robins (1985), "Estimation of a Common Effect Parameter from Sparse Follow-Up
        Data", Biometrics 41(1).
    """
    return _jump(_usable(strata), _risk_spread, _risk_difference_spread, confidence)


def rate_jump(strata: Sequence[JumpStratum], *, confidence: float = 0.95) -> Jump:
    """Compare events per unit of time between exposed and others, stratum by stratum.

    As `risk_jump`, for time at risk in place of trials.

    Args:
        strata: Trials are times, in one unit.
        confidence: Coverage of the intervals (probability, between 0 and 1).

    Returns:
        Ratio of rates; difference of rates per unit of time.

    Raises:
        TooLittleData: Fewer than 5 events among the exposed, or among the others.

    Example:
        >>> jump = rate_jump([JumpStratum(30, 1000.0, 10, 1000.0)])
        >>> f"{jump.ratio:.2f} ({jump.low:.2f} to {jump.high:.2f})"
        '3.00 (1.47 to 6.14)'

    Source:
        Greenland & Robins (1985), as in `risk_jump`, for person-time.
    """
    return _jump(_usable(strata), _rate_spread, _rate_difference_spread, confidence)


def _usable(strata: Sequence[JumpStratum]) -> list[JumpStratum]:
    """Leave out strata in which nobody, or everybody, is exposed: they compare nothing."""
    kept = [s for s in strata if s.trials > 0 and s.other_trials > 0]
    fewest = min(sum(s.events for s in kept), sum(s.other_events for s in kept))
    if fewest < FEWEST:
        raise TooLittleData(fewest, needed=FEWEST, of="churn on one side")
    return kept


def _jump(
    strata: list[JumpStratum], ratio_of: Spread, difference_of: Spread, confidence: float
) -> Jump:
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    with_it = sum(s.events * s.other_trials / _whole(s) for s in strata)
    without = sum(s.other_events * s.trials / _whole(s) for s in strata)
    weight = sum(s.trials * s.other_trials / _whole(s) for s in strata)
    ratio, apart = with_it / without, (with_it - without) / weight
    margin = z * sqrt(sum(ratio_of(s) for s in strata) / (with_it * without))
    far = z * sqrt(sum(difference_of(s) for s in strata)) / weight
    events = sum(s.events for s in strata)
    low, high = exp(log(ratio) - margin), exp(log(ratio) + margin)
    return Jump(ratio, low, high, apart, apart - far, apart + far, events)


def _whole(s: JumpStratum) -> float:
    return s.trials + s.other_trials


def _risk_spread(s: JumpStratum) -> float:
    products = (s.events + s.other_events) * s.trials * s.other_trials
    return (products - s.events * s.other_events * _whole(s)) / _whole(s) ** 2


def _rate_spread(s: JumpStratum) -> float:
    return (s.events + s.other_events) * s.trials * s.other_trials / _whole(s) ** 2


def _risk_difference_spread(s: JumpStratum) -> float:
    own = s.events * (s.trials - s.events) * s.other_trials**3
    other = s.other_events * (s.other_trials - s.other_events) * s.trials**3
    return (own + other) / (s.trials * s.other_trials * _whole(s) ** 2)


def _rate_difference_spread(s: JumpStratum) -> float:
    own, other = s.events * s.other_trials**2, s.other_events * s.trials**2
    return (own + other) / _whole(s) ** 2
