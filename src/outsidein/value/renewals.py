"""Lifetime value of customers under contract, from expected renewals."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from outsidein.errors import TooLittleData
from outsidein.stats.lifetime.intervals import ParameterInterval
from outsidein.stats.lifetime.shifted_beta_geometric import (
    ContractFit,
    fit_contracts,
    remaining_periods,
    tenures,
)
from outsidein.value.declaration import ValueSettings
from outsidein.value.inputs import ValueInputs
from outsidein.value.periods import MONTHS, started_periods, whole_periods

Floats = NDArray[np.float64]

MODEL = "shifted beta-geometric"
MONTH = 365.25 / 12
"""Days."""


@dataclass(frozen=True, eq=False)
class RenewalValues:
    """Renewals that customers under contract will make; one element per customer.

    Attributes:
        customer_id: The customers.
        tier: Their tier by profit so far.
        active: Whether a contract runs.
        renewals: Expected within the horizon, not discounted.
        price: Mean price of an expected renewal (minor units); NaN where one is unknown.
        value: Price less cost of the expected renewals, discounted (minor units); NaN likewise.
        fits: The model of each period that could be fitted.
        missing: Why the others could not be fitted.
    """

    customer_id: pa.Array
    tier: pa.Array
    active: NDArray[np.bool_]
    renewals: ParameterInterval
    price: Floats
    value: ParameterInterval
    fits: Mapping[str, ContractFit]
    missing: Mapping[str, TooLittleData]


def contract_terms(inputs: ValueInputs, tiers: ir.Table) -> ir.Table:
    """Return the tenure of each contract, in its own periods.

    Returns:
        One row per contract of a known customer: `customer_id`, `source`, `contract_id`,
        `tier`, `period`, `price` and `cost` (minor units, per period), `has_ended` before
        `as_of`, `renewals_faced`: those made by the day before `as_of`, or up to the one at
        which the customer left, and `renewals_before`: those made before the sources are
        complete; null where the contract ended before.
    """
    c, as_of = inputs.contracts, ibis.literal(inputs.as_of)
    yesterday = as_of - ibis.interval(days=1)
    ended_on = ibis.least(c.ended_on.fill_null(as_of), as_of)
    has_ended = c.ended_on.notnull() & (c.ended_on < as_of)
    faced = has_ended.ifelse(
        started_periods(c.started_on, ended_on, c.period),
        whole_periods(c.started_on, ibis.greatest(yesterday, c.started_on), c.period),
    )
    terms = c.select(
        "customer_id", "source", "contract_id", "period", "price", "cost",
        has_ended=has_ended, renewals_faced=faced,
        renewals_before=_renewals_before(c, has_ended, faced, inputs.complete_from),
    )  # fmt: skip
    terms = terms.semi_join(inputs.customers, "customer_id")
    joined = terms.left_join(tiers.select("customer_id", "tier"), "customer_id")
    return joined.drop("customer_id_right")


def _renewals_before(
    contracts: ir.Table,
    has_ended: ir.BooleanValue,
    faced: ir.IntegerValue,
    complete_from: date | None,
) -> ir.Value:
    if complete_from is None:
        return ibis.literal(0, "int64")
    day = ibis.literal(complete_from)
    until = ibis.greatest(day, contracts.started_on)
    renewals_until_then = whole_periods(contracts.started_on, until, contracts.period)
    is_unseen = has_ended & (contracts.ended_on < day)
    before = ibis.least(renewals_until_then, faced - has_ended.cast("int64"))
    return ibis.ifelse(is_unseen, ibis.null("int64"), before.cast("int64"))


def renewal_values(terms: ir.Table, *, settings: ValueSettings) -> RenewalValues:
    """Predict the renewals of every contract within the horizon, and their value.

    Args:
        terms: One row per contract, as by `contract_terms`.
        settings: Horizon, discount rate, and the margin to assume where cost is unknown.
    """
    rows = terms.order_by(["customer_id", "source", "contract_id"]).to_pyarrow()
    fits, missing = _fits(terms)
    rows = rows.filter(
        pc.or_(rows["has_ended"], pc.is_in(rows["period"], pa.array(fits, pa.string())))
    )
    undiscounted, discounted = (
        _future_renewals(rows, fits, 0.0, settings),
        _future_renewals(rows, fits, None, settings),
    )
    ids = rows["customer_id"].combine_chunks().dictionary_encode()
    customer = ids.indices.to_numpy(zero_copy_only=False)
    first = np.flatnonzero(np.diff(customer, prepend=-1))

    def per_customer(values: Floats) -> Floats:
        return np.asarray(np.bincount(customer, values, len(ids.dictionary)), dtype=np.float64)

    price, margin = _prices(rows), _margins(rows, settings)
    renewals = ParameterInterval(*(per_customer(bound) for bound in undiscounted))
    paid, expected = per_customer(undiscounted.estimate * price), renewals.estimate
    running = ~rows["has_ended"].to_numpy(zero_copy_only=False).astype(np.bool_)
    return RenewalValues(
        customer_id=ids.dictionary,
        tier=rows["tier"].combine_chunks().take(pa.array(first)),
        active=per_customer(running.astype(np.float64)) > 0,
        renewals=renewals,
        price=np.divide(paid, expected, out=np.zeros(paid.shape), where=expected > 0),
        value=ParameterInterval(*(per_customer(bound * margin) for bound in discounted)),
        fits=fits,
        missing=missing,
    )


def _fits(terms: ir.Table) -> tuple[dict[str, ContractFit], dict[str, TooLittleData]]:
    keys = ["period", "renewals_faced", "has_ended", "renewals_before"]
    seen = terms.filter(terms.renewals_before.notnull())
    counts = seen.group_by(keys).aggregate(contracts=seen.count()).order_by(keys).to_pyarrow()
    fits, missing = {}, {}
    for period in sorted(set(counts["period"].to_pylist())):
        of = counts.filter(pc.equal(counts["period"], period))
        faced, ended, before, contracts = (of[name].to_numpy() for name in (*keys[1:], "contracts"))
        try:
            fits[period] = fit_contracts(tenures(faced, ended, customers=contracts, entered=before))
        except TooLittleData as error:
            missing[period] = error
    return fits, missing


def _future_renewals(
    rows: pa.Table, fits: Mapping[str, ContractFit], rate: float | None, settings: ValueSettings
) -> ParameterInterval:
    """Expected renewals of each contract within the horizon; 0 where it has ended."""
    yearly = settings.discount_rate if rate is None else rate
    faced = rows["renewals_faced"].to_numpy()
    running = ~rows["has_ended"].to_numpy().astype(np.bool_)
    period = rows["period"].to_numpy()
    bounds = tuple(np.zeros(len(faced)) for _ in ParameterInterval._fields)
    for name, fitted in fits.items():
        rows_of_period = running & (period == name)
        distinct, place = np.unique(faced[rows_of_period], return_inverse=True)
        horizon = max(1, round(settings.horizon_days / (MONTH * MONTHS[name])))
        discount = (1 + yearly) ** (MONTHS[name] / 12) - 1
        ahead = remaining_periods(fitted, distinct, horizon=horizon, discount=discount)
        for bound, values in zip(bounds, ahead, strict=True):
            bound[rows_of_period] = values[place]
    return ParameterInterval(*bounds)


def _prices(rows: pa.Table) -> Floats:
    price: Floats = rows["price"].cast(pa.float64()).to_numpy()
    return price


def _margins(rows: pa.Table, settings: ValueSettings) -> Floats:
    """Price less cost per period, by the declared margin where the cost is unknown."""
    price, cost = _prices(rows), rows["cost"].cast(pa.float64()).to_numpy()
    share = 1.0 if settings.gross_margin is None else settings.gross_margin
    return np.where(np.isnan(cost), price * share, price - cost)
