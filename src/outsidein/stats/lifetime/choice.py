"""Choice of purchase models by their errors on a hold-out: of orders, and of who buys again."""

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
CLOSE = 2.0
"""Models whose error is at most so many times the smallest are averaged."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """How well one model predicted the hold-out.

    Attributes:
        name: The model's name.
        fit: The fit to the calibration; None for the benchmark.
        error: Mean absolute error over frequency groups (purchases per customer).
        presence_error: The same of the share who buy in the hold-out (probability).
        expected: Mean expected purchases per group, in the order of the groups (count).
        total: Expected purchases of all customers (count).
        total_error: (total - observed) / observed (fraction); NaN if none was observed.
        buyers: Expected share of customers who buy in the hold-out.
    """

    name: str
    fit: PurchaseFit | None
    error: float
    presence_error: float
    expected: Vector
    total: float
    total_error: float
    buyers: float


@dataclass(frozen=True, eq=False)
class ModelChoice:
    """Models ranked by their hold-out error, with the observations of the hold-out.

    Attributes:
        ranking: The models and the benchmark, the smallest error of purchases first.
        chosen: The models to average, best first: of those that beat the benchmark, the one with
            the smallest combined error of purchases and presence, and those close to it.
        why: One sentence on the choice and its errors.
        groups: Calibration repeat purchases of each group; the last holds 7 or more.
        customers: Customers per group (count).
        observed: Mean hold-out purchases per group (count).
        total: Hold-out purchases of all customers (count).
        buyers: Share of customers who bought in the hold-out.
    """

    ranking: tuple[Candidate, ...]
    chosen: tuple[Candidate, ...]
    why: str
    groups: Ints
    customers: Ints
    observed: Vector
    total: float
    buyers: float


def choose_models(
    models: Sequence[PurchaseModel],
    calibration: Histories,
    purchases: ArrayLike,
    buyers: ArrayLike,
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
    both. The same is computed of the share who buy in the hold-out, for purchases
    alone hardly tell a customer who left from one who seldom buys. Models that
    beat 'same rate continues', x / T times the horizon, are ranked by the sum of
    both errors, each relative to what was observed; those within twice
    the smallest are to be averaged, for one hold-out cannot tell them apart.

    Args:
        models: The candidates.
        calibration: Distinct histories up to the end of calibration.
        purchases: Hold-out purchases, summed over the customers of each row (count).
        buyers: Customers of each row who bought in the hold-out (count).
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
        >>> choice = choose_models(
        ...     [BG_NBD], histories, [20, 4, 8, 13, 28], [18, 4, 6, 9, 10], horizon=39
        ... )
        >>> [candidate.name for candidate in choice.ranking]
        ['BG/NBD', 'same rate continues']

    Source:
        Fader, Hardie & Lee (2005), Marketing Science 24(2), figure 4
        (conditional expectations by frequency); Wübben & von Wangenheim (2008),
        "Instant Customer Base Analysis: Managerial Heuristics Often Get It
        Right", Journal of Marketing 72(3), 82-93, for the benchmark.
    """
    observed = _observed(calibration, purchases, buyers, horizon)
    fits = [fit_purchases(model, calibration) for model in models]
    predictions = [_prediction(fitted, calibration, horizon) for fitted in fits]
    predictions.append(_same_rate(calibration, horizon))
    candidates = [_evaluate(one, calibration, observed) for one in predictions]
    ranking = tuple(sorted(candidates, key=lambda candidate: candidate.error))
    chosen = _close_to_best(ranking, observed)
    return ModelChoice(
        ranking=ranking,
        chosen=chosen,
        why=_choice_sentence(ranking, chosen, observed),
        groups=observed.frequency,
        customers=observed.customers,
        observed=observed.purchases,
        total=float(observed.purchases @ observed.customers),
        buyers=observed.share_of_buyers,
    )


class _Observed(NamedTuple):
    """The hold-out by calibration frequency: customers, mean purchases and share of buyers."""

    frequency: Ints
    customers: Ints
    purchases: Vector
    buyers: Vector

    @property
    def mean(self) -> float:
        return float(np.average(self.purchases, weights=self.customers))

    @property
    def share_of_buyers(self) -> float:
        return float(np.average(self.buyers, weights=self.customers))


class _Prediction(NamedTuple):
    """Expected purchases and probability of buying in the hold-out, per row."""

    name: str
    fit: PurchaseFit | None
    purchases: Vector
    buys: Vector


def _observed(
    calibration: Histories, purchases: ArrayLike, buyers: ArrayLike, horizon: float
) -> _Observed:
    bought, bought_any = (np.asarray(sums, dtype=np.float64) for sums in (purchases, buyers))
    _check_hold_out(bought, bought_any, calibration, horizon)
    place = np.minimum(calibration.frequency, LAST_GROUP)
    by_frequency = np.bincount(place, calibration.customers).astype(np.int64)
    frequency = np.flatnonzero(by_frequency)
    customers = by_frequency[frequency]
    means = (np.bincount(place, sums)[frequency] / customers for sums in (bought, bought_any))
    return _Observed(frequency, customers, *means)


def _prediction(fitted: PurchaseFit, calibration: Histories, horizon: float) -> _Prediction:
    model, theta = fitted.model, fitted.vector
    buys = 1 - model.inactive(theta, calibration, horizon)
    return _Prediction(model.name, fitted, model.expected(theta, calibration, horizon), buys)


def _evaluate(prediction: _Prediction, calibration: Histories, observed: _Observed) -> Candidate:
    place = np.minimum(calibration.frequency, LAST_GROUP)
    expected, buys = (
        np.bincount(place, calibration.customers * rows)[observed.frequency] / observed.customers
        for rows in (prediction.purchases, prediction.buys)
    )

    def mean(values: Vector) -> float:
        return float(np.average(values, weights=observed.customers))

    total, bought = (float(v @ observed.customers) for v in (expected, observed.purchases))
    return Candidate(
        name=prediction.name,
        fit=prediction.fit,
        error=mean(np.abs(expected - observed.purchases)),
        presence_error=mean(np.abs(buys - observed.buyers)),
        expected=expected,
        total=total,
        total_error=(total - bought) / bought if bought else float("nan"),
        buyers=mean(buys),
    )


def _same_rate(calibration: Histories, horizon: float) -> _Prediction:
    observed_for = calibration.T > 0
    rate = np.zeros(calibration.T.shape)
    rate[observed_for] = calibration.frequency[observed_for] / calibration.T[observed_for]
    return _Prediction(SAME_RATE, None, rate * horizon, -np.expm1(-rate * horizon))


def _close_to_best(ranking: Sequence[Candidate], observed: _Observed) -> tuple[Candidate, ...]:
    """Models before the benchmark, by their combined error, as far as they are close."""
    place = next(index for index, candidate in enumerate(ranking) if candidate.fit is None)
    errors = {c.name: _combined_error(c, observed) for c in ranking[:place]}
    better = sorted(ranking[:place], key=lambda candidate: errors[candidate.name])
    return tuple(c for c in better if errors[c.name] <= CLOSE * errors[better[0].name])


def _combined_error(candidate: Candidate, observed: _Observed) -> float:
    relative = candidate.error / (observed.mean or 1.0)
    return relative + candidate.presence_error / (observed.share_of_buyers or 1.0)


def _choice_sentence(
    ranking: Sequence[Candidate], chosen: Sequence[Candidate], observed: _Observed
) -> str:
    naive = next(candidate for candidate in ranking if candidate.fit is None)
    if not chosen:
        return f"No model beats '{SAME_RATE}' (error {naive.error:.3f} purchases per customer)."
    names = " and ".join(candidate.name for candidate in chosen)
    verb = "are averaged" if len(chosen) > 1 else "is used"
    errors = " and ".join(f"{candidate.error:.3f}" for candidate in chosen)
    shares = " and ".join(f"{candidate.buyers:.1%}" for candidate in chosen)
    return (
        f"{names} {verb}: hold-out error {errors} purchases per customer, against "
        f"{naive.error:.3f} if the same rate continued; {shares} of customers were expected to "
        f"buy, {observed.share_of_buyers:.1%} did."
    )


def _check_hold_out(bought: Vector, buyers: Vector, calibration: Histories, horizon: float) -> None:
    for name, sums in (("purchases", bought), ("buyers", buyers)):
        if sums.shape != calibration.frequency.shape:
            raise InputError(f"{name} must hold one sum for each row of the calibration.")
        if not np.all(sums >= 0):
            raise InputError(f"{name} must be 0 or more, none missing.")
    if not (np.isfinite(horizon) and horizon > 0):
        raise InputError(f"horizon must be above 0; it is {horizon}.")
