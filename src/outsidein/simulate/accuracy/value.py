"""What customers are worth, beside the truth."""

from collections.abc import Iterator

import numpy as np

from outsidein.simulate.accuracy.comparison import Beside, Figures, Truth, beside, estimates_of
from outsidein.simulate.column_buffer import Ints
from outsidein.value.figures import (
    EXPECTED_ORDERS,
    EXPECTED_RENEWALS,
    LIFETIME_VALUE,
    PROFIT,
    PROFITABILITY,
    SHARE_STILL_CUSTOMERS,
    STILL_CUSTOMERS,
    TIERS,
    TOTAL,
)
from outsidein.value.forecast import ALL, CONTRACT, NO_CONTRACT

TOP = {"platinum": (0.0, 0.05), "gold": (0.05, 0.20), "iron": (0.20, 1.0)}
"""Shares of customers, from the most profitable, in the tiers of a project that declares none."""

LOSSES = "lead"


def profits(figures: Figures, truth: Truth) -> Iterator[Beside]:
    """Profit in all, and of each tier of the truly most profitable."""
    true_profits = truth.customers["profit"]
    for figure, estimate in estimates_of(figures, PROFITABILITY, TOTAL, step=PROFIT.name):
        yield from beside(figure, estimate, true_profits.sum())
    for figure, estimate in estimates_of(figures, TIERS, PROFIT):
        tier = str(estimate.group["tier"])
        if tier in (*TOP, LOSSES):
            yield from beside(figure, estimate, _of_tier(true_profits, tier))


def _of_tier(true_profits: Ints, tier: str) -> float:
    if tier == LOSSES:
        return float(true_profits[true_profits < 0].sum())
    ranked = np.sort(true_profits)[::-1]
    share = np.arange(1, len(ranked) + 1) / len(ranked)
    above, to = TOP[tier]
    return float(ranked[(share > above) & (share <= to) & (ranked >= 0)].sum())


def lifetimes(figures: Figures, truth: Truth) -> Iterator[Beside]:
    """Who still is a customer, and what they are expected to order and renew."""
    c = truth.customers
    bought = (c["orders"] > 0) & ~c["is_under_contract"]
    under_contract = c["is_under_contract"]
    truths = {
        (NO_CONTRACT, STILL_CUSTOMERS): (bought & c["is_customer"]).sum(),
        (NO_CONTRACT, SHARE_STILL_CUSTOMERS): c["is_customer"][bought].mean(),
        (NO_CONTRACT, EXPECTED_ORDERS): c["expected_orders"][bought].sum(),
        (CONTRACT, EXPECTED_RENEWALS): c["expected_renewals"].sum(),
        (CONTRACT, SHARE_STILL_CUSTOMERS): c["is_customer"][under_contract].mean(),
        (CONTRACT, STILL_CUSTOMERS): (c["is_customer"] & under_contract).sum(),
    }
    for (regime, measure), truth_of_all in truths.items():
        group = {"regime": regime, "tier": ALL}
        for figure, estimate in estimates_of(figures, LIFETIME_VALUE, measure, **group):
            yield from beside(figure, estimate, truth_of_all)
