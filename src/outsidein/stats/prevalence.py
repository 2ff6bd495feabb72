"""How frequent codes truly are, when the coder that counted them errs."""

from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from outsidein.errors import InputError, TooLittleData

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

MOST_STEPS = 5_000
ENOUGH, ENOUGH_FOR_A_DRAW = 1e-10, 1e-6
"""Change of a share at which climbing stops."""


class Prevalence(NamedTuple):
    """A true share and its confidence interval (0 to 1), from `n` coded customers."""

    share: float
    low: float
    high: float
    n: int


class Hits(NamedTuple):
    """Of `n` hand-coded texts with one true answer, on how many the coder agrees (counts)."""

    right: int
    n: int


def corrected_prevalence(
    positive: int, n: int, *, sensitivity: Hits, specificity: Hits, confidence: float = 0.95
) -> Prevalence:
    """Estimate the true share of a code from the share that an erring coder gave it.

    The coder's errors come from a hand-coded sample that is independent of the texts counted; the
    two may hold the code with different frequency, but the coder must err alike on both. The
    interval adds pseudo-observations to all three shares, as Agresti and Coull do to one, and
    carries the uncertainty of all three.

    Args:
        positive: Texts to which the coder gave the code (count).
        n: Texts coded (count).
        sensitivity: Hand-coded texts with the code, and how many of them the coder found.
        specificity: Hand-coded texts without it, and how many of them the coder let pass.
        confidence: Coverage of the interval (probability, between 0 and 1).

    Returns:
        Share and interval, cut to 0 to 1.

    Raises:
        TooLittleData: There are no texts, or none hand-coded on one side.
        InputError: The coder gives the code no more often where it is right than where it is not.

    Example:
        >>> late = corrected_prevalence(
        ...     300, 1_000, sensitivity=Hits(85, 100), specificity=Hits(360, 400)
        ... )
        >>> f"{late.share:.3f} ({late.low:.3f} to {late.high:.3f})"
        '0.267 (0.215 to 0.324)'

    Source:
        Rogan and Gladen (1978), "Estimating prevalence from the results of a screening test",
        American Journal of Epidemiology 107(1); interval by Lang and Reiczigel (2014),
        "Confidence limits for prevalence of disease adjusted for estimated sensitivity and
        specificity", Preventive Veterinary Medicine 113(1).
    """
    if not min(n, sensitivity.n, specificity.n):
        raise TooLittleData(0, needed=1, of="texts coded, or hand-coded on one side")
    gain = sensitivity.right / sensitivity.n + specificity.right / specificity.n - 1
    if gain <= 0:
        raise InputError(
            "the coder gives this code no more often where people do than where they do not"
        )
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = (positive / n + specificity.right / specificity.n - 1) / gain
    low, high = _limits(positive, n, sensitivity, specificity, z)
    kept = min(max(share, 0.0), 1.0)
    return Prevalence(kept, min(low, kept), max(high, kept), n)


def _limits(positive: int, n: int, se: Hits, sp: Hits, z: float) -> tuple[float, float]:
    n_more = n + z * z
    seen = (positive + z * z / 2) / n_more
    sens, spec = (se.right + 1) / (se.n + 2), (sp.right + 1) / (sp.n + 2)
    gain = sens + spec - 1
    if gain <= 0:
        return 0.0, 1.0
    share = (seen + spec - 1) / gain
    of_sens, of_spec = sens * (1 - sens) / (se.n + 2), _variance(spec, sp.n)
    shift = 2 * z * z * (share * of_sens - (1 - share) * of_spec)
    variance = seen * (1 - seen) / n_more + share**2 * of_sens + (1 - share) ** 2 * of_spec
    margin = z * sqrt(variance) / gain
    return max(share + shift - margin, 0.0), min(share + shift + margin, 1.0)


def _variance(share: float, n: int) -> float:
    return share * (1 - share) / (n + 2)


class Shares(NamedTuple):
    """True shares of several codes and their intervals (0 to 1), from `n` coded customers."""

    share: Floats
    low: Floats
    high: Floats
    n: int


def corrected_shares(
    coded: Counts,
    confusion: Counts,
    *,
    rng: np.random.Generator,
    draws: int = 1_000,
    confidence: float = 0.95,
) -> Shares:
    """Estimate the true shares of codes that exclude each other.

    Maximum likelihood: the shares, none below 0, that together with the coder's habits make the
    counted codes most likely. Where no constraint binds this is the inverse of the matrix of
    errors. Intervals are percentiles of a parametric bootstrap of both the counts and the
    hand-coded sample, whose rows are first smoothed by one text spread over all codes.

    Args:
        coded: Texts by the code the coder gave (counts, k).
        confusion: Hand-coded texts by the true code (rows) and the coder's (columns), k by k.
        rng: Source of the bootstrap draws.
        draws: How many (count).
        confidence: Coverage of each interval (probability, between 0 and 1).

    Returns:
        Shares in the order of the codes; they sum to 1.

    Raises:
        TooLittleData: Nothing was coded, or no text was hand-coded with one of the codes.

    Example:
        >>> confusion = np.array([[80, 20], [10, 190]])
        >>> shares = corrected_shares(np.array([310, 690]), confusion, rng=np.random.default_rng(1))
        >>> shares.share.round(3).tolist()
        [0.347, 0.653]

    Source:
        Dempster, Laird and Rubin (1977), "Maximum Likelihood from Incomplete Data via the EM
        Algorithm", Journal of the Royal Statistical Society B 39(1).
    """
    n, rows = int(coded.sum()), confusion.sum(axis=1)
    if n == 0 or rows.min() == 0:
        raise TooLittleData(0, needed=1, of="texts coded, or hand-coded with some code")
    share = _most_likely(coded[None, :], (confusion / rows[:, None])[None, :, :], ENOUGH)[0]
    smooth = (confusion + 1 / len(coded)) / (rows + 1)[:, None]
    samples = np.stack([rng.multinomial(rows[k], smooth[k], draws) for k in range(len(rows))], 1)
    habits = (samples + 1 / len(coded)) / (rows + 1)[None, :, None]
    drawn = _most_likely(rng.multinomial(n, coded / n, draws), habits, ENOUGH_FOR_A_DRAW)
    tail = (1 - confidence) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=0)
    return Shares(share, np.minimum(low, share), np.maximum(high, share), n)


def _most_likely(coded: Counts, habits: Floats, enough: float) -> Floats:
    """Climb the likelihood of every draw at once, from equal shares."""
    draws, k = coded.shape
    seen = coded / coded.sum(axis=1, keepdims=True)
    share = np.full((draws, k), 1 / k)
    for _ in range(MOST_STEPS):
        expected = (share[:, None, :] @ habits)[:, 0, :]
        ratio = np.divide(seen, expected, out=np.zeros_like(seen), where=expected > 0)
        better = share * (habits @ ratio[:, :, None])[:, :, 0]
        step = float(np.abs(better - share).max())
        share = better / better.sum(axis=1, keepdims=True)
        if step < enough:
            break
    return share
