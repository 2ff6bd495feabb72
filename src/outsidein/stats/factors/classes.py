"""Hygiene, enhancer, performance, destroyer or indifferent: what a penalty and a reward make."""

from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from outsidein.stats.factors.ratings import Floats


class FactorClass(StrEnum):
    """What a factor does to satisfaction."""

    DESTROYER = "destroyer"  # failing repels, doing well wins nobody
    HYGIENE = "hygiene"  # expected: failing costs more than doing well earns
    PERFORMANCE = "performance"  # the more the better
    ENHANCER = "enhancer"  # delights: doing well earns more than failing costs
    INDIFFERENT = "indifferent"  # moves hardly anybody
    UNCLEAR = "not clear yet"
    UNKNOWN = "not enough data"


CLASSES = tuple(FactorClass)[:-2]
"""Those that an estimate can give, in the order of `classify`'s numbers."""


class Rules(NamedTuple):
    """Where one class ends and the next begins.

    Attributes:
        lopsided: Impact asymmetry beyond which a factor is hygiene (below minus) or enhancer.
        one_sided: Impact asymmetry below minus which there is practically no reward.
        nil: Range below which a factor is indifferent (standard deviations of overall).
        large: Penalty from which a one-sided factor is a destroyer (standard deviations).
    """

    lopsided: float = 0.2
    one_sided: float = 0.7
    nil: float = 0.1
    large: float = 0.5


RULES = Rules()


def impact_asymmetry(penalty: Floats, reward: Floats) -> Floats:
    """Say by how much more of a factor's range is earned by doing well than lost by failing.

    `IA = SGP - DGP`: the reward's share of the range less the penalty's, from -1 (only failing
    matters) to 1 (only doing well does). An effect of the wrong sign counts as none.

    Args:
        penalty: Effect of a low answer (0 or below).
        reward: Effect of a high answer (0 or above).

    Returns:
        Impact asymmetry; 0 where there is no range.

    Example:
        >>> impact_asymmetry(np.array([-0.121]), np.array([0.404])).round(3).tolist()
        [0.539]

    Source:
        Mikulić & Prebežac (2008), "Prioritizing improvement of service attributes using impact
        range-performance analysis and impact-asymmetry analysis", Managing Service Quality 18(6).
    """
    lost, earned = np.maximum(-penalty, 0.0), np.maximum(reward, 0.0)
    reach = lost + earned
    asymmetry: Floats = np.divide(earned - lost, reach, out=np.zeros_like(reach), where=reach > 0)
    return asymmetry


def classify(
    penalty: Floats, reward: Floats, deviation: Floats | float, *, rules: Rules = RULES
) -> NDArray[np.int64]:
    """Give each pair of effects its class.

    Indifferent is a range under `nil` standard deviations of overall satisfaction; destroyer an
    asymmetry below `-one_sided` with a penalty of `large` standard deviations or more; then
    hygiene below `-lopsided`, enhancer above `lopsided`, performance between. The cut-offs 0.2
    and 0.7 are those in use with impact asymmetry; `nil` and `large` are ours, after Cohen's
    half a standard deviation for an effect of medium size.

    Args:
        penalty: Effects of low answers (unit of overall).
        reward: Effects of high answers (unit of overall).
        deviation: Standard deviation of overall; broadcast against the effects.
        rules: Where classes end.

    Returns:
        Places in `CLASSES`.

    Example:
        >>> penalties, rewards = np.array([-0.2, -0.2, -0.1, 0.0]), np.array([0.01, 0.1, 0.1, 0.2])
        >>> result = classify(penalties, rewards, 0.3)
        >>> [CLASSES[place].value for place in result]
        ['destroyer', 'hygiene', 'performance', 'enhancer']

    Source:
        Mikulić & Prebežac (2008), as for `impact_asymmetry`; Cohen (1988), Statistical Power
        Analysis for the Behavioral Sciences, 2nd ed.
    """
    asymmetry = impact_asymmetry(penalty, reward)
    lost, earned = np.maximum(-penalty, 0.0), np.maximum(reward, 0.0)
    is_nil = lost + earned < rules.nil * deviation
    is_destroyer = (asymmetry < -rules.one_sided) & (lost >= rules.large * deviation)
    chosen = np.select(
        [is_nil, is_destroyer, asymmetry < -rules.lopsided, asymmetry > rules.lopsided],
        [
            CLASSES.index(FactorClass.INDIFFERENT),
            CLASSES.index(FactorClass.DESTROYER),
            CLASSES.index(FactorClass.HYGIENE),
            CLASSES.index(FactorClass.ENHANCER),
        ],
        default=CLASSES.index(FactorClass.PERFORMANCE),
    )
    return chosen.astype(np.int64)
