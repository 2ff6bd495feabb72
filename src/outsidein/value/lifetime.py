"""Lifetime value: expected value of each customer within the horizon."""

from typing import NamedTuple

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from outsidein.errors import TooLittleData
from outsidein.stats.lifetime.intervals import ParameterInterval
from outsidein.stats.mean import Ratio
from outsidein.tables.snapshot_files import empty_rows
from outsidein.value.declaration import ValueSettings
from outsidein.value.inputs import ValueInputs
from outsidein.value.orders import (
    HoldOut,
    OrderValues,
    observed_histories,
    order_values,
    rank_on_hold_out,
)
from outsidein.value.renewals import (
    MODEL,
    RenewalValues,
    contract_terms,
    renewal_values,
)
from outsidein.value.tables import LIFETIME_VALUES

Floats = NDArray[np.float64]

DECIMALS = 6
"""Kept of probabilities and expected orders."""


class Lifetimes(NamedTuple):
    """Lifetime values, with the models behind them.

    Attributes:
        values: One row per customer valued; see `lifetime_values`.
        hold_out: The hold-out, or why there is none.
        orders: The prediction for customers without a contract, or why there is none.
        renewals: The prediction for customers under contract; None where nobody is.
    """

    values: ir.Table
    hold_out: HoldOut | TooLittleData
    orders: OrderValues | str
    renewals: RenewalValues | None


def lifetime_values(
    inputs: ValueInputs, profits: ir.Table, tiers: ir.Table, *, settings: ValueSettings
) -> Lifetimes:
    """Predict the value of each customer within `settings.horizon_days` of `inputs.as_of`.

    Customers who ever had a contract are valued by its renewals, the others by their orders;
    customers who never bought are not valued. Value is what orders or renewals bring after
    returns, goods and customisation, before the cost to serve, discounted by
    `settings.discount_rate` a year. Intervals hold the expectation, not the outcome of a single
    customer.

    Args:
        inputs: What was recorded of customers.
        profits: One row per customer, as by `customer_profit`.
        tiers: One row per customer, as by `customer_tiers`.
        settings: Horizon, discount rate and gross margin.

    Returns:
        Among others `values`, one row per customer, in the order of `customer_id`: `model`;
        `alive`, `alive_low`, `alive_high` (probability; of a contract 0 or 1);
        `expected_orders`, `_low`, `_high` (orders or renewals in the horizon);
        `expected_spend` (revenue per order or price per period, int64 minor units; null where
        a price is unknown); `value`, `value_low`, `value_high` (int64 minor units);
        `stays_unprofitable` (probability that profit so far and what orders bring in the horizon
        stay below 0; null under contract). Bounds are null where the data do not determine the
        model.
    """
    hold_out: HoldOut | TooLittleData
    orders: OrderValues | str
    try:
        observed = observed_histories(inputs, profits, tiers, settings=settings)
        hold_out = rank_on_hold_out(observed, as_of=inputs.as_of)
    except TooLittleData as error:
        hold_out, orders = error, str(error)
    else:
        orders = _order_values_or_reason(observed, hold_out, settings)
    renewals = _renewal_values(inputs, tiers, settings)
    parts = [_order_table(orders)] if isinstance(orders, OrderValues) else []
    parts += [_renewal_table(renewals)] if renewals else []
    table = pa.concat_tables(parts) if parts else empty_rows(LIFETIME_VALUES)
    values = ibis.memtable(table.sort_by("customer_id"))
    return Lifetimes(values, hold_out, orders, renewals)


def _order_values_or_reason(
    observed: pa.Table, hold_out: HoldOut, settings: ValueSettings
) -> OrderValues | str:
    try:
        return order_values(observed, hold_out, settings=settings) or hold_out.choice.why
    except TooLittleData as error:
        return str(error)


def _renewal_values(
    inputs: ValueInputs, tiers: ir.Table, settings: ValueSettings
) -> RenewalValues | None:
    terms = contract_terms(inputs, tiers)
    has_any = terms.limit(1).to_pyarrow().num_rows
    return renewal_values(terms, settings=settings) if has_any else None


def _order_table(orders: OrderValues) -> pa.Table:
    p, rows = orders.prediction, orders.rows
    columns_of_model = (p.alive, p.alive_low, p.alive_high, p.expected, p.low, p.high)
    return _lifetime_table(
        orders.customer_id,
        orders.fit.name,
        [column[rows] for column in columns_of_model],
        [orders.spend.expected, *customer_values(orders)],
        orders.unprofitable.mean(axis=0),
    )


def customer_values(orders: OrderValues) -> ParameterInterval:
    """Multiply orders, spend and margin per customer, with independent errors."""
    p, spend = orders.prediction, orders.spend
    revenue = (p.expected * orders.discounting)[orders.rows] * spend.expected
    of_orders = log_half_width(p.low, p.high)[orders.rows]
    widths = np.hypot(of_orders, log_half_width(spend.low, spend.high))
    return multiply_by_rate(revenue, widths, orders.contribution)


def multiply_by_rate(revenue: Floats, widths: Floats, rate: Ratio) -> ParameterInterval:
    """Multiply revenue by the share of it that is left.

    Args:
        revenue: Expected revenue.
        widths: Half its interval, in the logarithm.
        rate: The share left; below 0 where goods cost more than they bring.
    """
    relative = (rate.high - rate.low) / 2 / abs(rate.ratio) if rate.ratio else 0.0
    value, spread = revenue * rate.ratio, np.exp(np.hypot(widths, relative))
    quotient, product = value / spread, value * spread
    return ParameterInterval(value, np.minimum(quotient, product), np.maximum(quotient, product))


def log_half_width(low: Floats, high: Floats) -> Floats:
    """Half the width of an interval, in the logarithm; 0 around 0, NaN without bounds."""
    missing = np.where(np.isnan(low), np.nan, 0.0)
    ratio = np.divide(high, low, out=np.ones(low.shape), where=low > 0)
    return np.log(ratio) / 2 + missing


def _renewal_table(renewals: RenewalValues) -> pa.Table:
    alive = renewals.active.astype(np.float64)
    return _lifetime_table(
        renewals.customer_id,
        MODEL,
        [alive, alive, alive, *renewals.renewals],
        [renewals.price, *renewals.value],
        np.full(alive.shape, np.nan),
    )


def _lifetime_table(
    customer_id: pa.Array,
    model: str,
    columns_of_model: list[Floats],
    money: list[Floats],
    unprofitable: Floats,
) -> pa.Table:
    columns = [
        customer_id.cast(pa.string()),
        pa.array(np.full(len(customer_id), model)),
        *(pa.array(np.round(column, DECIMALS), from_pandas=True) for column in columns_of_model),
        *(_minor_units(column) for column in money),
        pa.array(np.round(unprofitable, DECIMALS), from_pandas=True),
    ]
    return pa.Table.from_arrays(columns, schema=LIFETIME_VALUES.schema.to_pyarrow())


def _minor_units(amount: Floats) -> pa.Array:
    return pa.array(np.rint(amount), from_pandas=True).cast(pa.int64())
