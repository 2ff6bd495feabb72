"""Who is about to churn, and who to order again."""

from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from outsidein.churn.contracts import contract_days
from outsidein.churn.declaration import ChurnRule, Silence
from outsidein.churn.features import features, outcomes
from outsidein.churn.learner import Floats
from outsidein.churn.orders import days_from_orders, of_customers_before
from outsidein.churn.quality import prediction_calibration, prediction_quality
from outsidein.churn.silence import silence_days
from outsidein.churn.trial import (
    CHURN_BY_CONTRACT,
    CHURN_BY_SILENCE,
    REPURCHASE,
    Trial,
    probabilities,
    run_trial,
)
from outsidein.errors import TooLittleData
from outsidein.figures.figure import Figure

SAMPLE = 100_000
"""So many customers are learned from and judged on: the first by id, which is a hash."""


@dataclass(frozen=True, slots=True, eq=False)
class Sources:
    """The tables predictions are made from, each with `customer_id`.

    Attributes:
        orders: One row per order and day, from `orders_from_lines`.
        days: From `order_days`, as of the day of prediction; best written or cached.
        contracts: One row per contract.
        encounters: One row per encounter.
        signals: One row per signal.
    """

    orders: ir.Table
    days: ir.Table
    contracts: ir.Table
    encounters: ir.Table
    signals: ir.Table


@dataclass(frozen=True, slots=True, eq=False)
class Predictions:
    """What is coming in the horizon, and how well earlier periods were predicted.

    Attributes:
        table: One row per customer who has not churned, by `customer_id`:
            `churn_probability`, `repurchase_probability` (0 to 1, null where there was nothing
            to learn from) and `model` ('model' or 'naive': where the first came from).
        quality: Figure `prediction_quality`.
        calibration: Figure `prediction_calibration`.
    """

    table: pa.Table
    quality: Figure
    calibration: Figure


def predict(
    sources: Sources,
    *,
    rule: ChurnRule,
    silence: Silence | None,
    as_of: date,
    rng: np.random.Generator,
    sample: int = SAMPLE,
) -> Predictions:
    """Predict churn and repurchase in the `rule.horizon_days` from `as_of`.

    The model is trained on the customers of two horizons ago and what they did in the first of
    the two, and judged on those of one horizon ago and what they did in the second: no outcome
    is used twice. It is shown where it beats the rate of customers with the same recency (by
    silence) or tenure (by contracts) learned at the same time, so that the lower end of its
    skill's interval is above 0; otherwise those rates are. What is shown is then learned anew
    from one horizon ago. A past cut knows no more than its day: its silence is measured on the
    gaps until then.

    Args:
        sources: The tables.
        rule: The project's.
        silence: From `silence_days`; None where the rule goes by contracts.
        as_of: First day that does not count.
        rng: Source of the bootstrap's draws.
        sample: Customers learned from and judged on, at most (count).
    """
    first, second = (as_of - timedelta(days=n * rule.horizon_days) for n in (2, 1))
    periods = ((first, second), (second, as_of))
    train, judge = (
        labelled_at(sources, rule=rule, cut=cut, until=until, as_of=as_of, sample=sample)
        for cut, until in periods
    )
    targets = (CHURN_BY_SILENCE,) if silence else (CHURN_BY_CONTRACT, REPURCHASE)
    trials = [run_trial(target, train, judge, rng=rng) for target in targets]
    today = features(
        sources.days.select("customer_id", "ordered_on", "is_order", "revenue"),
        sources.contracts,
        sources.encounters,
        sources.signals,
        silence=silence,
        cut=as_of,
    )
    rows = today.order_by("customer_id").to_pyarrow()
    return Predictions(
        _table(trials, judge, rows),
        prediction_quality(trials, rule=rule, silence=silence),
        prediction_calibration(trials, rule=rule, silence=silence),
    )


def labelled_at(
    sources: Sources, *, rule: ChurnRule, cut: date, until: date, as_of: date, sample: int
) -> pa.Table:
    """Label features by the silence as it was measured at the cut; no rows where it could not be.

    Returns:
        As `labelled_features`.
    """
    days = sources.days
    try:
        silence = silence_days(days.filter(days.ordered_on < ibis.literal(cut)), rule)
    except TooLittleData:
        silence, sample = Silence(1, None, None, 0), 0
    return labelled_features(
        sources, cut=cut, until=until, silence=silence, as_of=as_of, sample=sample
    )


def labelled_features(
    sources: Sources,
    *,
    cut: date,
    until: date,
    silence: Silence | None,
    as_of: date,
    sample: int = SAMPLE,
) -> pa.Table:
    """Set what customers did after the cut beside what was known of them before it.

    Returns:
        One row per customer of the sample who was one at the cut, by `customer_id`: `FEATURES`,
        `ordered`, `churned`.
    """
    drawn = _sample(sources, cut, silence, sample).cache()
    orders, contracts, encounters, signals = (
        table.semi_join(drawn, "customer_id")
        for table in (
            sources.orders,
            sources.contracts,
            sources.encounters,
            sources.signals,
        )
    )
    days = days_from_orders(of_customers_before(orders, cut))
    rows = features(days, contracts, encounters, signals, silence=silence, cut=cut)
    labelled = outcomes(
        rows, sources.days, contracts, silence=silence, cut=cut, until=until, as_of=as_of
    )
    return labelled.order_by("customer_id").to_pyarrow()


def _sample(sources: Sources, cut: date, silence: Silence | None, size: int) -> ir.Table:
    """The first customers, by id, who may have been one at the cut."""
    if silence is None:
        contracts = contract_days(sources.contracts, as_of=cut)
        customers = contracts.select("customer_id")
    else:
        since = ibis.literal(cut - timedelta(days=silence.days))
        days = sources.days
        customers = days.filter(
            days.is_order, days.ordered_on >= since, days.ordered_on < ibis.literal(cut)
        ).select("customer_id")
    return customers.distinct().order_by("customer_id").limit(size)


def _table(trials: list[Trial], latest: pa.Table, today: pa.Table) -> pa.Table:
    by_outcome = {trial.target: _probabilities(trial, latest, today) for trial in trials}
    churn = by_outcome[trials[0].target]
    repurchase = by_outcome.get(REPURCHASE)
    if REPURCHASE not in by_outcome and churn is not None:
        repurchase = np.round(1 - churn, 6)
    model = "model" if trials[0].is_model_shown else "naive"
    n = len(today)
    return pa.table(
        {
            "customer_id": today["customer_id"],
            "churn_probability": _column(churn, n),
            "repurchase_probability": _column(repurchase, n),
            "model": pa.array([None if churn is None else model] * n, pa.string()),
        }
    )


def _probabilities(trial: Trial, latest: pa.Table, today: pa.Table) -> Floats | None:
    if len(today) == 0:
        return np.empty(0)
    try:
        return probabilities(trial.target, latest, today, by_model=trial.is_model_shown)
    except TooLittleData:
        return None


def _column(numbers: Floats | None, n: int) -> pa.Array:
    return pa.nulls(n, pa.float64()) if numbers is None else pa.array(numbers)
