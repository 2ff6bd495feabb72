"""Lifetime value: what each customer is expected to bring within the horizon."""

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
from outsidein.value.inputs import Known
from outsidein.value.orders import (
    HoldOut,
    OrderValues,
    hold_out,
    observed_histories,
    order_values,
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
    """Lifetime values and how they came about.

    Attributes:
        values: One row per customer valued; see `lifetime_values`.
        tested: The hold-out, or why there is none.
        orders: The prediction for customers without a contract, or why there is none.
        renewals: The prediction for customers under contract; None where nobody is.
    """

    values: ir.Table
    tested: HoldOut | TooLittleData
    orders: OrderValues | str
    renewals: RenewalValues | None


def lifetime_values(known: Known, tiers: ir.Table, *, settings: ValueSettings) -> Lifetimes:
    """Expect what each customer will bring within `settings.horizon_days` of `known.as_of`.

    Customers who ever had a contract are valued by its renewals, the others by their orders;
    who never bought is not valued. Value is what orders or renewals bring after returns, goods
    and customisation, before the cost to serve, discounted by `settings.discount_rate` a year.
    Intervals say how well the expectation is known, not how far one customer may stray from it.

    Args:
        known: What was known of customers.
        tiers: One row per customer, as by `customer_tiers`.
        settings: Horizon, discount rate and gross margin.

    Returns:
        Among others `values`, one row per customer, in the order of `customer_id`: `model`;
        `alive`, `alive_low`, `alive_high` (probability; of a contract 0 or 1);
        `expected_orders`, `_low`, `_high` (orders or renewals in the horizon);
        `expected_spend` (revenue per order or price per period, int64 minor units; null where
        a price is unknown); `value`, `value_low`, `value_high` (int64 minor units). Bounds are
        null where the data do not determine the model.
    """
    tested: HoldOut | TooLittleData
    orders: OrderValues | str
    try:
        observed = observed_histories(known, tiers, settings=settings)
        tested = hold_out(observed, as_of=known.as_of)
    except TooLittleData as error:
        tested, orders = error, str(error)
    else:
        orders = _orders(observed, tested, settings)
    renewals = _renewals(known, tiers, settings)
    parts = [_order_table(orders)] if isinstance(orders, OrderValues) else []
    parts += [_renewal_table(renewals)] if renewals else []
    table = pa.concat_tables(parts) if parts else empty_rows(LIFETIME_VALUES)
    values = ibis.memtable(table.sort_by("customer_id"))
    return Lifetimes(values, tested, orders, renewals)


def _orders(observed: pa.Table, tested: HoldOut, settings: ValueSettings) -> OrderValues | str:
    try:
        return order_values(observed, tested, settings=settings) or tested.choice.why
    except TooLittleData as error:
        return str(error)


def _renewals(known: Known, tiers: ir.Table, settings: ValueSettings) -> RenewalValues | None:
    terms = contract_terms(known, tiers)
    has_any = terms.limit(1).to_pyarrow().num_rows
    return renewal_values(terms, settings=settings) if has_any else None


def _order_table(orders: OrderValues) -> pa.Table:
    p, rows = orders.prediction, orders.rows
    chances = (p.alive, p.alive_low, p.alive_high, p.expected, p.low, p.high)
    return _table(
        orders.customer_id,
        orders.fit.model.name,
        [column[rows] for column in chances],
        [orders.spend.expected, *customer_values(orders)],
    )


def customer_values(orders: OrderValues) -> ParameterInterval:
    """Multiply orders, spend and contribution, whose errors are independent, per customer."""
    p, spend = orders.prediction, orders.spend
    worth = (p.expected * orders.discounting)[orders.rows] * spend.expected
    of_orders = log_half(p.low, p.high)[orders.rows]
    widths = np.hypot(of_orders, log_half(spend.low, spend.high))
    return times_rate(worth, widths, orders.contribution)


def times_rate(worth: Floats, widths: Floats, rate: Ratio) -> ParameterInterval:
    """Multiply revenue by the share of it that is left.

    Args:
        worth: Revenue.
        widths: Half its interval, in the logarithm.
        rate: The share left; below 0 where goods cost more than they bring.
    """
    relative = (rate.high - rate.low) / 2 / abs(rate.ratio) if rate.ratio else 0.0
    value, spread = worth * rate.ratio, np.exp(np.hypot(widths, relative))
    one, other = value / spread, value * spread
    return ParameterInterval(value, np.minimum(one, other), np.maximum(one, other))


def log_half(low: Floats, high: Floats) -> Floats:
    """Half an interval, in the logarithm; 0 around 0, NaN without bounds."""
    missing = np.where(np.isnan(low), np.nan, 0.0)
    ratio = np.divide(high, low, out=np.ones(low.shape), where=low > 0)
    return np.log(ratio) / 2 + missing


def _renewal_table(renewals: RenewalValues) -> pa.Table:
    alive = renewals.active.astype(np.float64)
    return _table(
        renewals.customer_id,
        MODEL,
        [alive, alive, alive, *renewals.renewals],
        [renewals.price, *renewals.value],
    )


def _table(
    customer_id: pa.Array, model: str, chances: list[Floats], money: list[Floats]
) -> pa.Table:
    columns = [
        customer_id.cast(pa.string()),
        pa.array(np.full(len(customer_id), model)),
        *(pa.array(np.round(column, DECIMALS), from_pandas=True) for column in chances),
        *(_minor_units(column) for column in money),
    ]
    return pa.Table.from_arrays(columns, schema=LIFETIME_VALUES.schema.to_pyarrow())


def _minor_units(amount: Floats) -> pa.Array:
    return pa.array(np.rint(amount), from_pandas=True).cast(pa.int64())
