"""Figures about the value ahead: which model was chosen, and what it expects in all."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from outsidein.errors import TooLittleData
from outsidein.figures.figure import (
    Estimate,
    Figure,
    Group,
    Unit,
    counted,
    too_little,
    unanswered,
)
from outsidein.stats.lifetime.choice import Candidate
from outsidein.stats.lifetime.intervals import Interval, around_log, around_logit
from outsidein.stats.lifetime.predict import PurchaseTotal, total_expected
from outsidein.value.declaration import Tier, ValueSettings
from outsidein.value.goods import margin_rule
from outsidein.value.lifetime import Lifetimes, log_half, times_rate
from outsidein.value.orders import WEEK, HoldOut, OrderValues
from outsidein.value.renewals import RenewalValues

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

CONFIDENCE = 0.95
ALL = "all"
ORDERS, CONTRACTS = "without contract", "under contract"


def lifetime_model_choice(lifetimes: Lifetimes) -> Figure:
    """Show how well each purchase model predicted the hold-out, and why one was chosen."""
    tested = lifetimes.tested
    return Figure(
        name="lifetime_model_choice",
        title="Which model of purchases to believe",
        method=_choice_method(tested),
        groups=("model",),
        estimates=tuple(_choice(tested)),
    )


def lifetime_value(
    lifetimes: Lifetimes, *, tiers: Sequence[Tier], settings: ValueSettings
) -> Figure:
    """Show the total value expected within the horizon, and who is still a customer, per tier."""
    return Figure(
        name="lifetime_value",
        title=f"What customers are expected to bring in the next {settings.horizon_days} days",
        method=_value_method(lifetimes, settings),
        groups=("tier",),
        estimates=tuple(_values(lifetimes, [ALL, *(tier.name for tier in tiers)])),
    )


def _choice_method(tested: HoldOut | TooLittleData) -> str:
    if isinstance(tested, TooLittleData):
        return "Purchase models are compared by what they predict for a hold-out."
    return (
        f"Fitted to what customers without a contract bought before {tested.start.isoformat()}, "
        f"and compared with what they bought in the {tested.days} days since. The error is the "
        "mean over customers of the difference between expected and observed orders within groups "
        f"of equal frequency; totals have predictive intervals. {tested.choice.why}"
    )


def _choice(tested: HoldOut | TooLittleData) -> Iterator[Estimate]:
    if isinstance(tested, TooLittleData):
        yield too_little("hold-out error", Unit.ORDERS, tested, group={"model": None})
        return
    n = tested.calibration.total_customers
    for candidate in tested.choice.ranking:
        group = {"model": candidate.name}
        yield counted("hold-out error", Unit.ORDERS, candidate.error, n=n, group=group)
        yield _held_out_total(candidate, tested, group)
    total = tested.choice.total
    yield counted("hold-out orders", Unit.ORDERS, total, n=n, group={"model": "observed"})


def _held_out_total(candidate: Candidate, tested: HoldOut, group: Group) -> Estimate:
    n, measure = tested.calibration.total_customers, "hold-out orders"
    if candidate.fit is None:
        return Estimate(
            measure, Unit.ORDERS, n, candidate.total, why="a rule of thumb", group=group
        )
    total = total_expected(candidate.fit, tested.calibration, tested.days / WEEK)
    return _predicted(measure, total, candidate.fit.why, group)


def _value_method(lifetimes: Lifetimes, settings: ValueSettings) -> str:
    sentences = [
        (
            "Value is what orders and renewals bring after returns, goods and customisation, "
            f"before the cost to serve, discounted by {settings.discount_rate:.1%} a year."
        ),
    ]
    orders, renewals = lifetimes.orders, lifetimes.renewals
    if isinstance(orders, OrderValues):
        left = orders.contribution
        sentences += [
            (
                f"Customers without a contract by {orders.fit.model.name}, chosen by hold-out and "
                f"fitted to {orders.fit.customers:,} of {len(orders.customer_id):,} customers; "
                f"{left.ratio:.1%} ({left.low:.1%} to {left.high:.1%}) of revenue is left."
            ),
            orders.spend.rule,
            *_miss(lifetimes.tested),
        ]
    if renewals:
        sentences.append(
            "Customers who have or had a contract by its renewals alone (shifted beta-geometric)."
        )
    sentences.append(
        "Intervals of orders are predictive, those of value and presence hold the expectation. "
        "Customers who never bought are not valued."
    )
    sentences.append(margin_rule(settings))
    return " ".join(sentences)


def _miss(tested: HoldOut | TooLittleData) -> Iterator[str]:
    """Say how far the chosen model was off, which no interval from the model itself can hold."""
    if isinstance(tested, HoldOut) and tested.choice.chosen and tested.choice.total:
        off = tested.choice.chosen.total_error
        fewer = "more" if off > 0 else "fewer"
        yield (
            f"In the hold-out the model expected {abs(off):.1%} {fewer} orders than came, an error "
            "that the intervals do not hold."
        )


def _values(lifetimes: Lifetimes, tiers: Sequence[str]) -> Iterator[Estimate]:
    orders, renewals = lifetimes.orders, lifetimes.renewals
    if isinstance(orders, OrderValues):
        yield from _of_orders(orders, _members(orders.tier, tiers))
    else:
        yield unanswered(f"expected value {ORDERS}", Unit.MONEY, orders, group={"tier": ALL})
    if renewals:
        yield from _missing(renewals)
        for tier, mask in _members(renewals.tier, tiers).items():
            yield from _of_renewals(renewals, mask, {"tier": tier})


def _members(tier: pa.Array, tiers: Sequence[str]) -> dict[str, Mask]:
    """Say of all together, and of each tier that has customers, who is in it."""
    names = np.asarray(tier.to_numpy(zero_copy_only=False))
    masks = {name: names == name for name in tiers} | {ALL: np.ones(names.shape, np.bool_)}
    return {name: masks[name] for name in tiers if masks[name].any()}


def _of_orders(orders: OrderValues, members: Mapping[str, Mask]) -> Iterator[Estimate]:
    worth, alive = _total_values(orders, members), _shares_alive(orders, members)
    for place, (tier, mask) in enumerate(members.items()):
        group, n, why = {"tier": tier}, int(mask.sum()), orders.fit.why
        value, share = (Interval(*(bound[[place]] for bound in of)) for of in (worth, alive))
        yield _bounded(f"expected value {ORDERS}", Unit.MONEY, value, n=n, why=why, group=group)
        yield _bounded(
            f"share still customers {ORDERS}", Unit.SHARE, share, n=n, why=why, group=group
        )
        number = Interval(*(n * bound for bound in share))
        yield _bounded(
            f"still customers {ORDERS}", Unit.CUSTOMERS, number, n=n, why=why, group=group
        )
        if tier == ALL:
            total = total_expected(orders.fit, orders.histories, orders.horizon)
            yield _predicted(f"expected orders {ORDERS}", total, why, group)


def _shares_alive(orders: OrderValues, members: Mapping[str, Mask]) -> Interval:
    h, fitted = orders.histories, orders.fit
    counts = np.stack([np.bincount(orders.rows[m], minlength=h.T.size) for m in members.values()])
    weights = counts / counts.sum(axis=1, keepdims=True)
    return around_logit(
        lambda theta: _weighted(weights, fitted.model.alive(theta, h)),
        fitted.vector,
        fitted.covariance,
        confidence=CONFIDENCE,
    )


def _total_values(orders: OrderValues, members: Mapping[str, Mask]) -> Interval:
    """Total values with their intervals; errors of spend are taken to go together."""
    h, fitted = orders.histories, orders.fit
    weights = np.stack([_revenue_per_order(orders, mask) for mask in members.values()])
    worth = around_log(
        lambda theta: _weighted(weights, fitted.model.expected(theta, h, orders.horizon)),
        fitted.vector,
        fitted.covariance,
        confidence=CONFIDENCE,
    )
    per_customer = (orders.prediction.expected * orders.discounting)[orders.rows]
    per_customer = per_customer * orders.spend.expected
    of_spend = log_half(orders.spend.low, orders.spend.high)
    spends = [_average(of_spend[m], weights=per_customer[m]) for m in members.values()]
    widths = np.hypot(log_half(worth.low, worth.high), np.array(spends))
    return times_rate(worth.estimate, widths, orders.contribution)


def _revenue_per_order(orders: OrderValues, mask: Mask) -> Floats:
    """Per distinct history, what one expected order of each of its customers is worth today."""
    spend = np.bincount(orders.rows[mask], orders.spend.expected[mask], orders.histories.T.size)
    return np.asarray(spend * orders.discounting, dtype=np.float64)


def _weighted(weights: Floats, values: Floats) -> Floats:
    return np.asarray(np.sum(weights * values, axis=1), dtype=np.float64)


def _average(values: Floats, *, weights: Floats) -> float:
    return float(np.average(values, weights=weights)) if weights.any() else 0.0


def _missing(renewals: RenewalValues) -> Iterator[Estimate]:
    for period, error in renewals.missing.items():
        measure = f"expected value {CONTRACTS} by the {period}"
        yield too_little(measure, Unit.MONEY, error, group={"tier": ALL})


def _of_renewals(renewals: RenewalValues, mask: Mask, group: Group) -> Iterator[Estimate]:
    """Add up contracts; errors are taken to go together, for they share one model."""
    priced = mask & ~np.isnan(renewals.value.estimate)
    why = next((fitted.why for fitted in renewals.fits.values() if fitted.why), None)
    n, active = int(mask.sum()), int(renewals.active[mask].sum())
    value = Interval(*(np.array([bound[priced].sum()]) for bound in renewals.value))
    yield _bounded(
        f"expected value {CONTRACTS}", Unit.MONEY, value, n=int(priced.sum()), why=why, group=group
    )
    made = Interval(*(np.array([bound[mask].sum()]) for bound in renewals.renewals))
    yield _bounded(f"expected renewals {CONTRACTS}", Unit.NUMBER, made, n=n, why=why, group=group)
    yield counted(f"share still customers {CONTRACTS}", Unit.SHARE, active / n, n=n, group=group)
    yield counted(f"still customers {CONTRACTS}", Unit.CUSTOMERS, active, n=n, group=group)


def _predicted(measure: str, total: PurchaseTotal, why: str | None, group: Group) -> Estimate:
    bounds = Interval(*(np.array([x]) for x in (total.expected, total.low, total.high)))
    return _bounded(measure, Unit.ORDERS, bounds, n=total.customers, why=why, group=group)


def _bounded(
    measure: str, unit: Unit, interval: Interval, *, n: int, why: str | None, group: Group
) -> Estimate:
    """Wrap the one element of an interval; where it has no bounds, `why` says so."""
    value, low, high = (float(bound[0]) for bound in interval)
    if np.isnan(low) or np.isnan(high):
        return Estimate(measure, unit, n, value, why=why, group=group)
    return Estimate(measure, unit, n, value, low, high, group=group)
