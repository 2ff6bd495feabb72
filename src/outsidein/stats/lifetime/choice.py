"""Choice of the purchase model by its error on a hold-out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from outsidein.errors import InputError
from outsidein.stats.lifetime.arrays import Ints, Vector
from outsidein.stats.lifetime.histories import Histories
from outsidein.stats.lifetime.model import PurchaseFit, PurchaseModel, fit_purchases

SAME_RATE = "same rate continues"
LAST_GROUP = 7


@dataclass(frozen=True, eq=False)
class Candidate:
    """How well one model predicted the hold-out.

    Attributes:
        name: The model's name.
        fit: The fit to the calibration; None for the benchmark.
        error: Mean absolute error over frequency groups (purchases per customer).
        expected: Mean expected purchases per group, in the order of the groups (count).
        total: Expected purchases of all customers (count).
        total_error: (total - observed) / observed (fraction); NaN if none was observed.
    """

    name: str
    fit: PurchaseFit | None
    error: float
    expected: Vector
    total: float
    total_error: float


@dataclass(frozen=True, eq=False)
class ModelChoice:
    """Models ranked by their hold-out error, with the observations of the hold-out.

    Attributes:
        ranking: The models and the benchmark, the smallest error first.
        chosen: The best model whose parameters the data determine, or the best where they
            determine none; None where the benchmark beats them all.
        why: One sentence on the choice and its errors.
        groups: Calibration repeat purchases of each group; the last holds 7 or more.
        customers: Customers per group (count).
        observed: Mean hold-out purchases per group (count).
        total: Hold-out purchases of all customers (count).
    """

    ranking: tuple[Candidate, ...]
    chosen: Candidate | None
    why: str
    groups: Ints
    customers: Ints
    observed: Vector
    total: float


def choose_model(
    models: Sequence[PurchaseModel],
    calibration: Histories,
    purchases: ArrayLike,
    *,
    horizon: float,
) -> ModelChoice:
    """Fit each model to the calibration and rank them by their predictions of the hold-out.

    The error is the mean over customers of |mean expected - mean observed|
    purchases within groups of equal calibration frequency (0, 1, ..., 7 or
    more): the conditional expectations by which these models are compared in
    the literature. Grouping takes the customers' own randomness out, which
    dominates an error per customer and hardly differs between models. The
    error of the total, per customer, never exceeds it, so one figure guards
    both. A model that wins without beating 'same rate continues', x / T times
    the horizon, is not chosen. Of the models that beat it, those whose
    parameters the data determine come first: only they have an
    interval.

    Args:
        models: The candidates.
        calibration: Distinct histories up to the end of calibration.
        purchases: Hold-out purchases, summed over the customers of each row (count).
        horizon: Length of the hold-out (time units of the histories).

    Returns:
        Ranking, figures per group, and the choice with its reason.

    Raises:
        InputError: Purchases do not match the rows, or the horizon is not above 0.
        TooLittleData: Fewer than 50 customers, or fewer than 10 who bought again.

    Example:
        >>> from outsidein.stats.lifetime.bgnbd import BG_NBD
        >>> from outsidein.stats.lifetime.histories import compress_histories
        >>> x = [0] * 60 + [1, 2, 3, 5] * 10
        >>> t_x = [0] * 60 + [40, 90, 150, 200] * 10
        >>> histories, _ = compress_histories(x, t_x, [273] * 100)
        >>> choice = choose_model([BG_NBD], histories, [20, 4, 8, 13, 28], horizon=39)
        >>> [candidate.name for candidate in choice.ranking]
        ['BG/NBD', 'same rate continues']

    Source:
        Fader, Hardie & Lee (2005), Marketing Science 24(2), figure 4
        (conditional expectations by frequency); Wübben & von Wangenheim (2008),
        "Instant Customer Base Analysis: Managerial Heuristics Often Get It
        Right", Journal of Marketing 72(3), 82-93, for the benchmark.
    """
    bought = np.asarray(purchases, dtype=np.float64)
    _check_hold_out(bought, calibration, horizon)
    fits = [fit_purchases(model, calibration) for model in models]
    per_row = [(f.model.name, f, f.model.expected(f.vector, calibration, horizon)) for f in fits]
    rates: list[tuple[str, PurchaseFit | None, Vector]] = [
        *per_row,
        (SAME_RATE, None, _same_rate(calibration, horizon)),
    ]
    groups = _frequency_groups(calibration, bought)
    candidates = [
        _evaluate(name, fitted, rate, calibration, groups) for name, fitted, rate in rates
    ]
    ranking = tuple(sorted(candidates, key=lambda candidate: candidate.error))
    return ModelChoice(
        ranking=ranking,
        chosen=_best_candidate(ranking),
        why=_choice_sentence(ranking, _best_candidate(ranking)),
        groups=groups.frequency,
        customers=groups.customers,
        observed=groups.observed,
        total=float(bought.sum()),
    )


class _Groups(NamedTuple):
    """Calibration frequencies, their customers and mean hold-out purchases."""

    frequency: Ints
    customers: Ints
    observed: Vector


def _frequency_groups(calibration: Histories, bought: Vector) -> _Groups:
    place = np.minimum(calibration.frequency, LAST_GROUP)
    customers_by_frequency = np.bincount(place, calibration.customers).astype(np.int64)
    frequency = np.flatnonzero(customers_by_frequency)
    customers = customers_by_frequency[frequency]
    return _Groups(frequency, customers, np.bincount(place, bought)[frequency] / customers)


def _evaluate(
    name: str, fitted: PurchaseFit | None, rate: Vector, calibration: Histories, groups: _Groups
) -> Candidate:
    place = np.minimum(calibration.frequency, LAST_GROUP)
    sums = np.bincount(place, calibration.customers * rate)
    expected = sums[groups.frequency] / groups.customers
    total = float(expected @ groups.customers)
    observed = float(groups.observed @ groups.customers)
    return Candidate(
        name=name,
        fit=fitted,
        error=float(np.average(np.abs(expected - groups.observed), weights=groups.customers)),
        expected=expected,
        total=total,
        total_error=(total - observed) / observed if observed else float("nan"),
    )


def _same_rate(calibration: Histories, horizon: float) -> Vector:
    seen = calibration.T > 0
    rate = np.zeros(calibration.T.shape)
    rate[seen] = calibration.frequency[seen] / calibration.T[seen]
    return rate * horizon


def _best_candidate(ranking: Sequence[Candidate]) -> Candidate | None:
    """The first before the benchmark that has an interval, or else the first before it."""
    place = next(index for index, candidate in enumerate(ranking) if candidate.fit is None)
    better = ranking[:place]
    determined = [c for c in better if c.fit and c.fit.covariance is not None]
    return next(iter([*determined, *better]), None)


def _choice_sentence(ranking: Sequence[Candidate], chosen: Candidate | None) -> str:
    naive = next(candidate for candidate in ranking if candidate.fit is None)
    if chosen is None:
        return f"No model beats '{SAME_RATE}' (error {naive.error:.3f} purchases per customer)."
    best = "" if chosen is ranking[0] else " of the models that the data determine"
    return (
        f"{chosen.name} has the smallest hold-out error{best}: {chosen.error:.3f} purchases per "
        f"customer, against {naive.error:.3f} if the same rate continued."
    )


def _check_hold_out(bought: Vector, calibration: Histories, horizon: float) -> None:
    if bought.shape != calibration.frequency.shape:
        raise InputError("purchases must hold one sum for each row of the calibration.")
    if not np.all(bought >= 0):
        raise InputError("purchases must be 0 or more, none missing.")
    if not (np.isfinite(horizon) and horizon > 0):
        raise InputError(f"horizon must be above 0; it is {horizon}.")
