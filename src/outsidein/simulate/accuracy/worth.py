"""What customers are worth, beside the truth."""

from collections.abc import Iterator

import numpy as np

from outsidein.simulate.accuracy.rows import Beside, Figures, Truth, beside, estimates
from outsidein.simulate.rows import Ints

TOP = {"platinum": (0.0, 0.05), "gold": (0.05, 0.20), "iron": (0.20, 1.0)}
"""Shares of customers, from the most profitable, in the tiers of a project that declares none."""

LOSSES = "lead"


def profits(figures: Figures, truth: Truth) -> Iterator[Beside]:
    """Profit in all, and of each tier of the truly most profitable."""
    told = truth.customers["profit"]
    for figure, estimate in estimates(figures, "profitability"):
        if estimate.group["step"] == "profit" and estimate.measure == "total":
            yield from beside(figure, estimate, told.sum())
    for figure, estimate in estimates(figures, "tiers"):
        tier = str(estimate.group["tier"])
        if estimate.measure == "profit" and tier in (*TOP, LOSSES):
            yield from beside(figure, estimate, _of_tier(told, tier))


def _of_tier(told: Ints, tier: str) -> float:
    if tier == LOSSES:
        return float(told[told < 0].sum())
    ranked = np.sort(told)[::-1]
    share = np.arange(1, len(ranked) + 1) / len(ranked)
    above, to = TOP[tier]
    return float(ranked[(share > above) & (share <= to) & (ranked >= 0)].sum())


def lifetimes(figures: Figures, truth: Truth) -> Iterator[Beside]:
    """Who still is a customer, and what they are expected to order and renew."""
    c = truth.customers
    bought = (c["orders"] > 0) & ~c["is_under_contract"]
    truths = {
        "still customers without contract": (bought & c["is_customer"]).sum(),
        "share still customers without contract": c["is_customer"][bought].mean(),
        "expected orders without contract": c["expected_orders"][bought].sum(),
        "expected renewals under contract": c["expected_renewals"].sum(),
        "share still customers under contract": c["is_customer"][c["is_under_contract"]].mean(),
        "still customers under contract": (c["is_customer"] & c["is_under_contract"]).sum(),
    }
    for figure, estimate in estimates(figures, "lifetime_value"):
        if estimate.group["tier"] == "all" and estimate.measure in truths:
            yield from beside(figure, estimate, truths[estimate.measure])
