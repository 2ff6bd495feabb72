"""Effects of factors that an erring coder found in texts."""

from collections.abc import Mapping
from dataclasses import replace
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from outsidein.stats.factors.contrast import Contrast
from outsidein.stats.factors.ratings import Floats, Moments

LARGEST_MULTIPLE = 2.0
"""A false mention has an effect between none and so many times that of all mentions."""

SMALLEST_SHARE = 0.02
"""Least share of true mentions that an effect is divided by."""


class CoderErrors(NamedTuple):
    """Agreement of a coder with hand-coded texts about one factor (counts).

    Attributes:
        right: Texts in which the coder and people found the factor.
        coded: Texts in which the coder found it; 0 where nobody coded texts by hand.
        named: Texts in which people found it.
    """

    right: int
    coded: int
    named: int


UNMEASURED = CoderErrors(0, 0, 0)
"""Of a coder whose texts nobody coded by hand: any precision and recall is as likely."""


def with_coder_errors(
    effects: Contrast,
    moments: Moments,
    errors: Mapping[str, CoderErrors],
    *,
    rng: np.random.Generator,
) -> Contrast:
    """Carry the errors of a coder into the draws and errors of the effects it was used for.

    Probabilistic bias analysis: each draw is taken with a precision and a recall drawn from their
    posteriors. Of the effect of all mentions, that of false ones is subtracted; how large that is
    cannot be observed and is drawn between none and twice the effect of all mentions. Missed
    mentions, which dilute the reference, are taken out likewise. Points stay, as the mean over
    what is possible is about the same.

    Args:
        effects: As by `contrast`.
        moments: What they were estimated from.
        errors: By factor; factors left out were not coded.
        rng: Source of the draws.

    Source:
        Lash, Fox & Fink (2009), Applying Quantitative Bias Analysis to Epidemiologic Data,
        chapters 6 and 8.
    """
    estimated = np.flatnonzero(effects.is_estimated)
    penalties, rewards = effects.penalties.copy(), effects.rewards.copy()
    is_coded = np.array([moments.factors[factor] in errors for factor in estimated], dtype=bool)
    for place, factor in enumerate(estimated):
        coder = errors.get(moments.factors[factor])
        if coder is None:
            continue
        coded_share = float(moments.customers[factor] / moments.n)
        for draws in (penalties, rewards):
            draws[:, place] = _true_effects(draws[:, place], coder, coded_share, rng)
    return replace(
        effects,
        penalties=penalties,
        rewards=rewards,
        penalty_errors=np.where(
            is_coded, _errors(effects.penalty, penalties), effects.penalty_errors
        ),
        reward_errors=np.where(is_coded, _errors(effects.reward, rewards), effects.reward_errors),
    )


def _true_effects(
    draws: Floats, coder: CoderErrors, coded_share: float, rng: np.random.Generator
) -> Floats:
    size = len(draws)
    precision = rng.beta(coder.right + 0.5, coder.coded - coder.right + 0.5, size)
    recall = rng.beta(coder.right + 0.5, coder.named - coder.right + 0.5, size)
    multiple = rng.uniform(0.0, LARGEST_MULTIPLE, size)
    missed = precision * coded_share * (1 - recall) / np.maximum(recall, SMALLEST_SHARE)
    in_reference = np.minimum(missed / max(1 - coded_share, SMALLEST_SHARE), 1.0)
    true_share = np.maximum(precision - in_reference, SMALLEST_SHARE)
    effect: Floats = np.clip(draws * (1 - (1 - precision) * multiple) / true_share, -1.0, 1.0)
    return effect


def _errors(point: Floats, draws: Floats) -> Floats:
    """Return the standard errors of a normal with the wider half of the draws' 95 % interval."""
    low, high = np.quantile(draws, [0.025, 0.975], axis=0)
    errors: Floats = np.maximum(high - point, point - low) / NormalDist().inv_cdf(0.975)
    return errors
