"""A survival curve on a fine grid, read at the ends of longer periods."""

import numpy as np

from outsidein.stats.proportion import wilson_limits
from outsidein.stats.survival import Counts, Floats, SurvivalCurve


def by_period(curve: SurvivalCurve, *, width: int) -> SurvivalCurve:
    """Read a curve at the end of each period of so many steps of its grid.

    Survival is that of the fine grid at the end of the period, so that whoever is censored
    within a period counts for as long as observed. The hazard of a period is the share of those
    who were customers when it began who churn before it ends, as the fine grid has it; its
    interval is Wilson's at the effective number of customers, that of a sample without
    censoring whose share would be as sure.

    Args:
        curve: From `kaplan_meier` on the fine grid; a whole number of periods long.
        width: Steps of the fine grid in a period (count).

    Returns:
        One entry per period: `at_risk` at its start, `churned` in it.

    Raises:
        ValueError: The grid does not end with a period.

    Example:
        >>> from outsidein.stats.survival import kaplan_meier
        >>> fine = kaplan_meier([0, 10, 0, 0], [0, 0, 90, 20])
        >>> months = by_period(fine, width=4)
        >>> months.at_risk.tolist(), months.survival.round(3).tolist()
        ([120], [0.917])

    Source:
        Kaplan & Meier (1958), "Nonparametric Estimation from Incomplete Observations", JASA
        53(282); the effective number is that of Cutler & Ederer (1958), "Maximum Utilization of
        the Life Table Method in Analyzing Survival", Journal of Chronic Diseases 8(6).
    """
    at_risk, churned = (_in_periods(counts, width) for counts in (curve.at_risk, curve.churned))
    stay, n = _stay(at_risk, churned)
    limits = np.array(
        [wilson_limits(1 - q, m, curve.confidence) for q, m in zip(stay, n, strict=True)]
    )
    ends = slice(width - 1, None, width)
    return SurvivalCurve(
        time=np.arange(len(at_risk)),
        at_risk=at_risk[:, 0],
        churned=churned.sum(axis=1),
        survival=curve.survival[ends],
        low=curve.low[ends],
        high=curve.high[ends],
        hazard=1 - stay,
        hazard_low=limits[:, 0],
        hazard_high=limits[:, 1],
        n=curve.n,
        confidence=curve.confidence,
    )


def _in_periods(counts: Counts, width: int) -> Counts:
    if len(counts) % width:
        raise ValueError(f"{len(counts)} steps are no whole number of periods of {width}")
    return counts.reshape(-1, width)


def _stay(at_risk: Counts, churned: Counts) -> tuple[Floats, Floats]:
    """Return each period's share who stay, NaN where unseen, and the effective number of it."""
    left = at_risk - churned
    stay = np.prod(np.where(at_risk > 0, left / np.maximum(at_risk, 1), 1.0), axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.where(churned > 0, churned / (at_risk * left), 0.0).sum(axis=1)
        n = (1 - stay) / (stay * variance)
    fewest = np.where(churned > 0, at_risk, at_risk.max(axis=1, keepdims=True)).min(axis=1)
    n = np.select([churned.sum(axis=1) == 0, stay == 0], [at_risk.mean(axis=1), fewest], n)
    is_unseen = (at_risk == 0).any(axis=1) & (stay > 0)
    return np.where(is_unseen, np.nan, stay), n
