"""Lifetime value of customers without a contract, from expected orders."""

from dataclasses import dataclass
from datetime import date

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from outsidein.errors import TooLittleData
from outsidein.stats.lifetime.average import (
    ModelAverage,
    average_expected,
    misfit_on_hold_out,
    predict_average,
)
from outsidein.stats.lifetime.choice import ModelChoice, choose_models
from outsidein.stats.lifetime.histories import Histories, compress_histories
from outsidein.stats.lifetime.mbgnbd import MBG_NBD
from outsidein.stats.lifetime.model import fit_purchases
from outsidein.stats.lifetime.paretonbd import PARETO_NBD
from outsidein.stats.lifetime.predict import PurchasePrediction
from outsidein.stats.lifetime.threshold import probability_of_fewer
from outsidein.stats.mean import Ratio
from outsidein.value.declaration import ValueSettings
from outsidein.value.histories import hold_out_from, purchase_histories
from outsidein.value.inputs import ValueInputs
from outsidein.value.spend import Spend, expected_spend, ratio_of

Floats = NDArray[np.float64]

MODELS = (MBG_NBD, PARETO_NBD)
"""BG/NBD is no candidate: by it, every customer who bought once is still a customer."""
WEEK = 7
YEAR = 365
STEPS = 4
"""Orders are discounted to the middle of each quarter of the horizon."""
SHORTEST_WINDOW = 3
"""Shortest observation of which a third can be held out (days)."""
SAMPLE_SIZE = 25_000
"""Largest number of customers that models are compared and fitted on."""


@dataclass(frozen=True, eq=False)
class HoldOut:
    """How well the models predicted the hold-out.

    Attributes:
        choice: The models ranked, and those chosen.
        calibration: Histories before the hold-out.
        start: First day held out.
        days: Length of the hold-out.
    """

    choice: ModelChoice
    calibration: Histories
    start: date
    days: int


@dataclass(frozen=True, eq=False)
class OrderValues:
    """Orders that customers without a contract will place; one element per customer unless stated.

    Attributes:
        customer_id: The customers.
        tier: Their tier by profit so far.
        fit: The chosen models, fitted to all purchases.
        histories: Distinct histories.
        rows: The history of each customer.
        horizon: How far ahead (weeks).
        prediction: Orders and presence, per distinct history.
        discounting: Discount factor of orders in the horizon, per distinct history (0 to 1).
        spend: Revenue per order.
        contribution: Share of all revenue left after returns, goods and customisation.
        unprofitable: Probability of each model that the customer's profit, with what orders in
            the horizon bring, stays below 0; one row per model.
        presence_error: Expected less observed share who bought in the hold-out.
    """

    customer_id: pa.Array
    tier: pa.Array
    fit: ModelAverage
    histories: Histories
    rows: NDArray[np.intp]
    horizon: float
    prediction: PurchasePrediction
    discounting: Floats
    spend: Spend
    contribution: Ratio
    unprofitable: Floats
    presence_error: float


def observed_histories(
    inputs: ValueInputs, profits: ir.Table, tiers: ir.Table, *, settings: ValueSettings
) -> pa.Table:
    """Return the histories of customers without a contract, in the order of `customer_id`.

    Raises:
        TooLittleData: Nothing was bought, or the time observed is too short to hold any out.
    """
    start = hold_out_from(inputs.orders, as_of=inputs.as_of)
    days = 0 if start is None else (inputs.as_of - start).days
    if start is None or days < 1:
        raise TooLittleData(days, needed=SHORTEST_WINDOW, of="days of transactions")
    histories = purchase_histories(inputs, settings=settings, held_out_from=start)
    with_profit = histories.left_join(profits.select("customer_id", "profit"), "customer_id")
    with_profit = with_profit.drop("customer_id_right")
    with_tier = with_profit.left_join(tiers.select("customer_id", "tier"), "customer_id")
    ordered = with_tier.drop("customer_id_right").order_by("customer_id")
    return ordered.to_pyarrow().replace_schema_metadata({"held_out_from": start.isoformat()})


def rank_on_hold_out(observed: pa.Table, *, as_of: date) -> HoldOut:
    """Rank the models by what they predict for the last third of the time observed.

    Raises:
        TooLittleData: Fewer than 50 customers, or fewer than 10 who bought again, before it.
    """
    start = date.fromisoformat(observed.schema.metadata[b"held_out_from"].decode())
    seen = fitting_sample(observed.filter(observed["calibration_T"].is_valid()))
    names = ("calibration_frequency", "calibration_recency", "calibration_T")
    calibration, rows = compress_histories(*(seen[name].to_numpy() for name in names))
    held_out = seen["held_out"].to_numpy()
    later, buyers = (
        np.bincount(rows, counts, calibration.T.size) for counts in (held_out, held_out > 0)
    )
    days = (as_of - start).days
    choice = choose_models(MODELS, calibration, later, buyers, horizon=days / WEEK)
    return HoldOut(choice, calibration, start, days)


def order_values(
    observed: pa.Table, hold_out: HoldOut, *, settings: ValueSettings
) -> OrderValues | None:
    """Fit the chosen model to all purchases and predict the horizon; None if none was chosen.

    Raises:
        TooLittleData: Too few customers, or no revenue.
    """
    if not hold_out.choice.chosen:
        return None
    columns = {name: observed[name].to_numpy() for name in _HISTORY_COLUMNS}
    frequency = columns["frequency"]
    histories, rows = compress_histories(frequency, columns["recency"], columns["T"])
    fitted = _fit_chosen(observed, hold_out)
    horizon = settings.horizon_days / WEEK
    spend = expected_spend(frequency, columns["spend"], columns["all_spend"])
    margin = ratio_of(columns["all_spend"], columns["contribution"])
    needed = orders_needed(columns["profit"], spend.expected * margin.ratio)
    return OrderValues(
        customer_id=observed["customer_id"].combine_chunks(),
        tier=observed["tier"].combine_chunks(),
        fit=fitted,
        histories=histories,
        rows=rows,
        horizon=horizon,
        prediction=predict_average(fitted, histories, horizon),
        discounting=_discount_factors(fitted, histories, settings),
        spend=spend,
        contribution=margin,
        unprofitable=np.stack(
            [probability_of_fewer(one, histories, rows, needed, horizon) for one in fitted.fits]
        ),
        presence_error=_presence_error(hold_out),
    )


def _presence_error(hold_out: HoldOut) -> float:
    expected = [candidate.buyers for candidate in hold_out.choice.chosen]
    return float(np.mean(expected) - hold_out.choice.buyers)


def orders_needed(profit: Floats, per_order: Floats) -> Floats:
    """Return the orders that bring each customer's profit to 0 or above; infinite if none can."""
    orders = np.full(profit.shape, np.inf)
    np.divide(-profit, per_order, out=orders, where=per_order > 0)
    return np.where(profit < 0, np.ceil(orders), 0.0)


def _fit_chosen(observed: pa.Table, hold_out: HoldOut) -> ModelAverage:
    sample = fitting_sample(observed)
    columns = (sample[name].to_numpy() for name in ("frequency", "recency", "T"))
    histories, _ = compress_histories(*columns)
    calibrated = tuple(candidate.fit for candidate in hold_out.choice.chosen if candidate.fit)
    misfit = misfit_on_hold_out(
        ModelAverage(calibrated),
        hold_out.calibration,
        hold_out.choice.total,
        hold_out.days / WEEK,
    )
    return ModelAverage(
        tuple(fit_purchases(fitted.model, histories) for fitted in calibrated), misfit
    )


def fitting_sample(observed: pa.Table) -> pa.Table:
    """Return every k-th customer in the order of `customer_id`, at most `SAMPLE_SIZE` of them."""
    step = -(-observed.num_rows // SAMPLE_SIZE)
    return observed.take(np.arange(0, observed.num_rows, max(step, 1)))


_HISTORY_COLUMNS = ("frequency", "recency", "T", "spend", "all_spend", "contribution", "profit")


def _discount_factors(
    fitted: ModelAverage, histories: Histories, settings: ValueSettings
) -> Floats:
    ends = np.linspace(0, settings.horizon_days, STEPS + 1)
    factors = (1 + settings.discount_rate) ** -((ends[1:] + ends[:-1]) / 2 / YEAR)
    cumulative_orders = [average_expected(fitted, histories, end / WEEK) for end in ends[1:]]
    orders_per_step = np.diff(np.stack(cumulative_orders), axis=0, prepend=0)
    total = cumulative_orders[-1]
    discount_factor: Floats = np.full(total.shape, factors.mean())
    np.divide(factors @ orders_per_step, total, out=discount_factor, where=total > 0)
    return discount_factor
