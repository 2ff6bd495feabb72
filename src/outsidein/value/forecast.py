"""Figures of lifetime value: the choice of the purchase model, and what it predicts."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from outsidein.errors import TooLittleData
from outsidein.figures.figure import Estimate, Figure, Group
from outsidein.figures.spec import Measure
from outsidein.stats.lifetime.average import (
    FLOOR,
    ModelAverage,
    Quantity,
    average_of,
    average_probability,
    average_total,
)
from outsidein.stats.lifetime.choice import Candidate
from outsidein.stats.lifetime.intervals import ParameterInterval, normal_quantile
from outsidein.stats.lifetime.model import PurchaseModel
from outsidein.stats.lifetime.predict import PurchaseTotal
from outsidein.value.declaration import Tier, ValueSettings
from outsidein.value.figures import (
    EXPECTED_ORDERS,
    EXPECTED_RENEWALS,
    EXPECTED_VALUE,
    EXPECTED_VALUE_OF_CONTRACTS,
    HOLD_OUT_BUYERS,
    HOLD_OUT_ERROR,
    HOLD_OUT_ORDERS,
    LIFETIME_MODEL_CHOICE,
    LIFETIME_VALUE,
    SHARE_BUYING_AGAIN,
    SHARE_STILL_CUSTOMERS,
    STAY_UNPROFITABLE,
    STILL_CUSTOMERS,
)
from outsidein.value.goods import margin_rule
from outsidein.value.lifetime import Lifetimes, log_half_width, multiply_by_rate
from outsidein.value.orders import WEEK, HoldOut, OrderValues
from outsidein.value.renewals import RenewalValues

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

CONFIDENCE = 0.95
ALL = "all"
NO_CONTRACT, CONTRACT = "no contract", "contract"


def lifetime_model_choice(lifetimes: Lifetimes) -> Figure:
    """Show how well each purchase model predicted the hold-out."""
    hold_out = lifetimes.hold_out
    return LIFETIME_MODEL_CHOICE.figure(
        _model_choice_estimates(hold_out), hold_out=_hold_out_method(hold_out)
    )


def lifetime_value(
    lifetimes: Lifetimes, *, tiers: Sequence[Tier], settings: ValueSettings
) -> Figure:
    """Show the expected value and the customers still active, per tier."""
    return LIFETIME_VALUE.figure(
        _lifetime_estimates(lifetimes, [ALL, *(tier.name for tier in tiers)]),
        horizon_days=settings.horizon_days,
        discount_rate=settings.discount_rate,
        models=" ".join(_models_method(lifetimes)),
        margin=margin_rule(settings),
    )


def _hold_out_method(hold_out: HoldOut | TooLittleData) -> str:
    if isinstance(hold_out, TooLittleData):
        return ""
    return (
        f"Fitted to what customers without a contract bought before {hold_out.start.isoformat()}, "
        f"and compared with what they bought in the {hold_out.days} days since. The error is the "
        "mean over customers of the difference between expected and observed orders within groups "
        f"of equal frequency; totals have predictive intervals. {hold_out.choice.why}"
    )


def _model_choice_estimates(hold_out: HoldOut | TooLittleData) -> Iterator[Estimate]:
    if isinstance(hold_out, TooLittleData):
        yield HOLD_OUT_ERROR.too_little(hold_out, group={"model": None})
        return
    n = hold_out.calibration.total_customers
    for candidate in hold_out.choice.ranking:
        group = {"model": candidate.name}
        yield HOLD_OUT_ERROR.counted(candidate.error, n=n, group=group)
        yield _held_out_total(candidate, hold_out, group)
        yield HOLD_OUT_BUYERS.counted(candidate.buyers, n=n, group=group)
    total = hold_out.choice.total
    yield HOLD_OUT_ORDERS.counted(total, n=n, group={"model": "observed"})
    yield HOLD_OUT_BUYERS.counted(hold_out.choice.buyers, n=n, group={"model": "observed"})


def _held_out_total(candidate: Candidate, hold_out: HoldOut, group: Group) -> Estimate:
    n = hold_out.calibration.total_customers
    if candidate.fit is None:
        return HOLD_OUT_ORDERS.estimate(n, candidate.total, why="a rule of thumb", group=group)
    average = ModelAverage((candidate.fit,), FLOOR)
    total = average_total(average, hold_out.calibration, hold_out.days / WEEK)
    return _total_estimate(HOLD_OUT_ORDERS, total, None, group)


def _models_method(lifetimes: Lifetimes) -> Iterator[str]:
    orders = lifetimes.orders
    if isinstance(orders, OrderValues):
        margin = orders.contribution
        yield (
            f"Customers without a contract by {orders.fit.name}, chosen by hold-out and "
            f"fitted to {orders.fit.customers:,} of {len(orders.customer_id):,} customers; "
            f"{margin.ratio:.1%} ({margin.low:.1%} to {margin.high:.1%}) of revenue is left."
        )
        yield orders.spend.rule
        yield from _hold_out_error_sentence(orders, lifetimes.hold_out)
    if lifetimes.renewals:
        yield "Customers who have or had a contract by its renewals alone (shifted beta-geometric)."


def _hold_out_error_sentence(
    orders: OrderValues, hold_out: HoldOut | TooLittleData
) -> Iterator[str]:
    """State the error of the best model on the hold-out, and how it widens the intervals."""
    if isinstance(hold_out, HoldOut) and hold_out.choice.total:
        off = hold_out.choice.chosen[0].total_error
        fewer = "more" if off > 0 else "fewer"
        yield (
            f"In the hold-out {hold_out.choice.chosen[0].name} expected {abs(off):.1%} {fewer} "
            "orders than were placed. The intervals hold the choice between models and a further "
            f"error of {orders.fit.misfit:.1%} (standard deviation) estimated from that hold-out."
        )


def _lifetime_estimates(lifetimes: Lifetimes, tiers: Sequence[str]) -> Iterator[Estimate]:
    orders, renewals = lifetimes.orders, lifetimes.renewals
    if isinstance(orders, OrderValues):
        yield from _order_estimates(orders, _tier_masks(orders.tier, tiers))
    else:
        yield EXPECTED_VALUE.unanswered(orders, group={"regime": NO_CONTRACT, "tier": ALL})
    if renewals:
        yield from _unfitted_periods(renewals)
        for tier, mask in _tier_masks(renewals.tier, tiers).items():
            yield from _renewal_estimates(renewals, mask, {"regime": CONTRACT, "tier": tier})


def _tier_masks(tier: pa.Array, tiers: Sequence[str]) -> dict[str, Mask]:
    """Return a mask over customers for all together and for each tier with customers."""
    names = np.asarray(tier.to_numpy(zero_copy_only=False))
    masks = {name: names == name for name in tiers} | {ALL: np.ones(names.shape, np.bool_)}
    return {name: masks[name] for name in tiers if masks[name].any()}


def _order_estimates(orders: OrderValues, members: Mapping[str, Mask]) -> Iterator[Estimate]:
    values, alive = _total_values(orders, members), _shares_alive(orders, members)
    buying = _shares_buying(orders, members)
    for place, (tier, mask) in enumerate(members.items()):
        group, n, why = {"regime": NO_CONTRACT, "tier": tier}, int(mask.sum()), None
        value, share = (
            ParameterInterval(*(bound[[place]] for bound in of)) for of in (values, alive)
        )
        yield _interval_estimate(EXPECTED_VALUE, value, n=n, why=why, group=group)
        yield _interval_estimate(SHARE_STILL_CUSTOMERS, share, n=n, why=why, group=group)
        number = ParameterInterval(*(n * bound for bound in share))
        yield _interval_estimate(STILL_CUSTOMERS, number, n=n, why=why, group=group)
        again = ParameterInterval(*(bound[[place]] for bound in buying))
        yield _interval_estimate(SHARE_BUYING_AGAIN, again, n=n, why=why, group=group)
        yield _unprofitable(orders, mask, group)
        if tier == ALL:
            total = average_total(orders.fit, orders.histories, orders.horizon)
            yield _total_estimate(EXPECTED_ORDERS, total, why, group)


def _unprofitable(orders: OrderValues, mask: Mask, group: Group) -> Estimate:
    """Count who is expected to stay unprofitable; the interval holds chance and the models."""
    each = orders.unprofitable[:, mask]
    if not each.any():
        return STAY_UNPROFITABLE.counted(0, n=int(mask.sum()), group=group)
    probability = each.mean(axis=0)
    variance = float(np.sum(probability * (1 - probability)) + np.var(each.sum(axis=1)))
    expected, half = float(probability.sum()), normal_quantile(CONFIDENCE) * variance**0.5
    n = int(np.count_nonzero(probability))
    low, high = max(0.0, expected - half), min(float(n), expected + half)
    return STAY_UNPROFITABLE.estimate(n, expected, low, high, group=group)


def _shares_alive(orders: OrderValues, members: Mapping[str, Mask]) -> ParameterInterval:
    """Shares of customers who have not left."""
    return _shares(orders, members, lambda model, theta: model.alive(theta, orders.histories))


def _shares_buying(orders: OrderValues, members: Mapping[str, Mask]) -> ParameterInterval:
    """Shares of customers who order within the horizon, with the error seen in the hold-out."""
    h, horizon = orders.histories, orders.horizon
    return _shares(
        orders,
        members,
        lambda model, theta: 1 - model.inactive(theta, h, horizon),
        misfit=orders.presence_error,
    )


def _shares(
    orders: OrderValues,
    members: Mapping[str, Mask],
    probability: Quantity,
    *,
    misfit: float = 0.0,
) -> ParameterInterval:
    """Average a probability over the customers of each tier, with the randomness of each."""
    size = orders.histories.T.size
    counts = np.stack([np.bincount(orders.rows[m], minlength=size) for m in members.values()])
    sizes = counts.sum(axis=1, keepdims=True)

    def shares(model: PurchaseModel, theta: Floats) -> Floats:
        return _weighted_sums(counts / sizes, probability(model, theta))

    fits = orders.fit.fits
    each = np.mean([probability(one.model, one.vector) for one in fits], axis=0)
    variance = _weighted_sums(counts / sizes**2, each * (1 - each)) + misfit**2
    return average_probability(shares, orders.fit, variance=variance, confidence=CONFIDENCE)


def _total_values(orders: OrderValues, members: Mapping[str, Mask]) -> ParameterInterval:
    """Total values with their intervals; errors of spend are taken as fully correlated."""
    h = orders.histories
    weights = np.stack([_revenue_per_order(orders, mask) for mask in members.values()])

    def totals(model: PurchaseModel, theta: Floats) -> Floats:
        return _weighted_sums(weights, model.expected(theta, h, orders.horizon))

    revenue = average_of(totals, orders.fit, misfit=orders.fit.misfit, confidence=CONFIDENCE)
    per_customer = (orders.prediction.expected * orders.discounting)[orders.rows]
    per_customer = per_customer * orders.spend.expected
    of_spend = log_half_width(orders.spend.low, orders.spend.high)
    spends = [_weighted_mean(of_spend[m], weights=per_customer[m]) for m in members.values()]
    widths = np.hypot(log_half_width(revenue.low, revenue.high), np.array(spends))
    return multiply_by_rate(revenue.estimate, widths, orders.contribution)


def _revenue_per_order(orders: OrderValues, mask: Mask) -> Floats:
    """Per distinct history, the discounted spend per order summed over its customers."""
    spend = np.bincount(orders.rows[mask], orders.spend.expected[mask], orders.histories.T.size)
    return np.asarray(spend * orders.discounting, dtype=np.float64)


def _weighted_sums(weights: Floats, values: Floats) -> Floats:
    return np.asarray(np.sum(weights * values, axis=1), dtype=np.float64)


def _weighted_mean(values: Floats, *, weights: Floats) -> float:
    return float(np.average(values, weights=weights)) if weights.any() else 0.0


def _unfitted_periods(renewals: RenewalValues) -> Iterator[Estimate]:
    for period, error in renewals.missing.items():
        measure = EXPECTED_VALUE_OF_CONTRACTS.named(period=period)
        yield measure.too_little(error, group={"regime": CONTRACT, "tier": ALL})


def _renewal_estimates(renewals: RenewalValues, mask: Mask, group: Group) -> Iterator[Estimate]:
    """Add up contracts; their errors are taken as fully correlated, for they share one model."""
    priced = mask & ~np.isnan(renewals.value.estimate)
    why = next((fitted.why for fitted in renewals.fits.values() if fitted.why), None)
    n, active = int(mask.sum()), int(renewals.active[mask].sum())
    value = ParameterInterval(*(np.array([bound[priced].sum()]) for bound in renewals.value))
    yield _interval_estimate(EXPECTED_VALUE, value, n=int(priced.sum()), why=why, group=group)
    count = ParameterInterval(*(np.array([bound[mask].sum()]) for bound in renewals.renewals))
    yield _interval_estimate(EXPECTED_RENEWALS, count, n=n, why=why, group=group)
    yield SHARE_STILL_CUSTOMERS.counted(active / n, n=n, group=group)
    yield STILL_CUSTOMERS.counted(active, n=n, group=group)


def _total_estimate(
    measure: Measure, total: PurchaseTotal, why: str | None, group: Group
) -> Estimate:
    bounds = ParameterInterval(*(np.array([x]) for x in (total.expected, total.low, total.high)))
    return _interval_estimate(measure, bounds, n=total.customers, why=why, group=group)


def _interval_estimate(
    measure: Measure, interval: ParameterInterval, *, n: int, why: str | None, group: Group
) -> Estimate:
    """Return the one element of an interval as an estimate, with `why` where it has no bounds."""
    value, low, high = (float(bound[0]) for bound in interval)
    if np.isnan(low) or np.isnan(high):
        return measure.estimate(n, value, why=why, group=group)
    return measure.estimate(n, value, low, high, group=group)
