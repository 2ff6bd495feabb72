"""How the effects of a factor move from period to period."""

from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import ruptures
from scipy.special import stdtrit

from outsidein.errors import TooLittleData
from outsidein.stats.factors.ratings import Floats, Ints

FEWEST_PERIODS = 3
FEWEST_FOR_CONTEXT = 5
FEWEST_FOR_CHANGES = 6
STEPS, WIDEST = 200, 3.0
"""Spreads between periods that are weighed, and the widest, in ranges of the estimates."""

CHANGE_PENALTY = 2.5
"""Per effect and logarithm of periods: the variances that a change point must explain. Where
nothing changes, fewer than one series in twenty then shows one."""


class Trajectory(NamedTuple):
    """An effect by period, each estimate drawn towards the mean of all by how unsure it is.

    Attributes:
        value: Shrunken estimates.
        low: Lower limits.
        high: Upper limits.
        mean: What they are drawn towards.
        between: Standard deviation of the true effects between periods, as far as is known.
    """

    value: Floats
    low: Floats
    high: Floats
    mean: float
    between: float


def shrink_trajectory(value: Floats, error: Floats, *, confidence: float = 0.95) -> Trajectory:
    """Draw the estimates of single periods towards their common mean.

    True effects are taken to differ between periods with a normal spread; how wide it is, and
    where its mean lies, is not known beforehand (flat priors), and the answer is averaged over
    what the periods leave possible. Intervals are normal.

    Args:
        value: Estimates by period.
        error: Their standard errors, above 0.
        confidence: Coverage of the intervals, on average over periods (probability).

    Raises:
        TooLittleData: There are fewer than 3 periods.

    Example:
        >>> result = shrink_trajectory(np.array([0.30, 0.10, 0.20]), np.array([0.02, 0.02, 0.2]))
        >>> result.value.round(2).tolist()
        [0.3, 0.1, 0.2]

    Source:
        Rubin (1981), "Estimation in parallel randomized experiments", Journal of Educational
        Statistics 6(4); Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., chapter 5.
    """
    periods = len(value)
    if periods < FEWEST_PERIODS:
        raise TooLittleData(periods, needed=FEWEST_PERIODS, of="periods")
    between = np.linspace(0, WIDEST * (np.ptp(value) + error.max()), STEPS)[:, None]
    weight = 1 / (error**2 + between**2)
    total_weight = weight.sum(axis=1, keepdims=True)
    mean = (weight * value).sum(axis=1, keepdims=True) / total_weight
    fit = np.log(weight).sum(axis=1) - (weight * (value - mean) ** 2).sum(axis=1)
    chance = np.exp((fit - np.log(total_weight[:, 0]) - fit.max()) / 2)
    chance /= chance.sum()
    pull = error**2 * weight
    drawn = value + pull * (mean - value)
    variance = error**2 * (1 - pull) + pull**2 / total_weight
    centre = chance @ drawn
    spread = np.sqrt(chance @ (variance + (drawn - centre) ** 2))
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    return Trajectory(
        centre,
        centre - z * spread,
        centre + z * spread,
        float(chance @ mean[:, 0]),
        float(chance @ between[:, 0]),
    )


def _between(value: Floats, error: Floats, X: Floats) -> float:
    """Variance of true effects about a regression on X, by moments."""
    weight = 1 / error**2
    inverse = np.linalg.inv((X.T * weight) @ X)
    slopes = inverse @ (X.T @ (weight * value))
    excess = float(weight @ (value - X @ slopes) ** 2) - (len(value) - X.shape[1])
    weighed = float(weight.sum() - np.trace(inverse @ ((X.T * weight**2) @ X)))
    return float(max(excess / weighed, 0.0))


class Turning(NamedTuple):
    """Whether an enhancer is becoming hygiene.

    Attributes:
        probability: Share of bootstrap draws in which the reward falls and the penalty grows.
        reward: Change of the reward per period, with its interval.
        penalty: Change of the penalty per period, with its interval (below 0: it grows).
    """

    probability: float
    reward: tuple[float, float, float]
    penalty: tuple[float, float, float]


def turning_points_to_hygiene(
    penalties: Floats, rewards: Floats, *, confidence: float = 0.95
) -> Turning:
    """Say how sure it is that the reward falls while the penalty grows.

    Each bootstrap draw holds both effects in every period, drawn together; straight lines are
    laid through them, the surer periods counting more. Where neither moves, the probability is
    about one in four, for each line is as likely to fall as to rise.

    Args:
        penalties: Draws by periods.
        rewards: Draws by periods.
        confidence: Coverage of the intervals (probability, between 0 and 1).

    Raises:
        TooLittleData: There are fewer than 3 periods.

    Example:
        >>> rng = np.random.default_rng(1)
        >>> penalties = np.array([-0.1, -0.2, -0.3]) + rng.normal(0, 0.02, (400, 3))
        >>> rewards = np.array([0.3, 0.2, 0.1]) + rng.normal(0, 0.02, (400, 3))
        >>> turning_points_to_hygiene(penalties, rewards).probability
        1.0

    Source:
        Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapters 9 and 13.
    """
    periods = penalties.shape[1]
    if periods < FEWEST_PERIODS:
        raise TooLittleData(periods, needed=FEWEST_PERIODS, of="periods")
    down, up = _slopes(penalties), _slopes(rewards)
    share = float(((down < 0) & (up < 0)).mean())
    return Turning(share, _interval(up, confidence), _interval(down, confidence))


def _slopes(drawn: Floats) -> Floats:
    weight = 1 / np.maximum(drawn.var(axis=0), np.finfo(float).tiny)
    time = np.arange(drawn.shape[1], dtype=np.float64)
    time -= weight @ time / weight.sum()
    slopes: Floats = drawn @ (weight * time) / (weight @ time**2)
    return slopes


def _interval(drawn: Floats, confidence: float) -> tuple[float, float, float]:
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    low, high = np.quantile(drawn, tails).tolist()
    return float(drawn.mean()), low, high


def change_points(penalties: Floats, rewards: Floats) -> Ints:
    """Find the periods from which on penalty and reward stand at another level.

    Both series are taken in units of their standard errors; a change point is kept where it
    explains more than chance would among so many periods.

    Args:
        penalties: Draws by periods.
        rewards: Draws by periods.

    Returns:
        Places of the first periods of new levels; empty where nothing changes.

    Raises:
        TooLittleData: There are fewer than 6 periods.

    Source:
        Truong, Oudre & Vayatis (2020), "Selective review of offline change point detection
        methods", Signal Processing 167; Killick, Fearnhead & Eckley (2012), "Optimal detection of
        changepoints with a linear computational cost", Journal of the American Statistical
        Association 107(500).
    """
    periods = penalties.shape[1]
    if periods < FEWEST_FOR_CHANGES:
        raise TooLittleData(periods, needed=FEWEST_FOR_CHANGES, of="periods")
    series = np.column_stack(
        [drawn.mean(axis=0) / np.sqrt(drawn.var(axis=0).mean()) for drawn in (penalties, rewards)]
    )
    penalty = CHANGE_PENALTY * series.shape[1] * np.log(periods)
    search = ruptures.Pelt(model="l2", min_size=2, jump=1).fit(series)
    return np.array(search.predict(pen=penalty)[:-1], dtype=np.int64)


class Moderation(NamedTuple):
    """By how much an effect differs when a context series stands one deviation higher."""

    slope: float
    low: float
    high: float
    n: int


def context_moderation(
    value: Floats, error: Floats, context: Floats, *, confidence: float = 0.95
) -> Moderation:
    """Regress an effect's estimates by period on a series of the surroundings.

    Periods weigh by their own errors and by what they differ beyond them. The interval is
    Student's. An association over periods: whatever else moved with the series moves with it.

    Args:
        value: Estimates by period.
        error: Their standard errors, above 0.
        context: The series by period, in any unit; taken in standard deviations.
        confidence: Coverage of the interval (probability, between 0 and 1).

    Returns:
        Change of the effect per standard deviation of the series, and the periods it rests on.

    Raises:
        TooLittleData: There are fewer than 5 periods, or the series never moves.

    Source:
        DerSimonian & Laird (1986), "Meta-analysis in clinical trials", Controlled Clinical Trials
        7(3), for the spread between periods; Knapp & Hartung (2003), "Improved tests for a random
        effects meta-regression with a single covariate", Statistics in Medicine 22(17).
    """
    periods = len(value) if np.ptp(context) > 0 else 0
    if periods < FEWEST_FOR_CONTEXT:
        raise TooLittleData(periods, needed=FEWEST_FOR_CONTEXT, of="periods of a series that moves")
    X = np.column_stack([np.ones(periods), (context - context.mean()) / context.std()])
    weight = 1 / (error**2 + _between(value, error, X))
    inverse = np.linalg.inv((X.T * weight) @ X)
    slopes = inverse @ (X.T @ (weight * value))
    rest = float(weight @ (value - X @ slopes) ** 2) / (periods - 2)
    margin = float(stdtrit(periods - 2, (1 + confidence) / 2)) * np.sqrt(
        max(rest, 1.0) * inverse[1, 1]
    )
    slope = float(slopes[1])
    return Moderation(slope, slope - margin, slope + margin, periods)
