"""What each customer truly brought and cost, by the rules that a build follows."""

import numpy as np

from outsidein.simulate.block import SimulatedBlock
from outsidein.simulate.column_buffer import Array, Bools, Ints
from outsidein.simulate.encounters import NOBODY
from outsidein.simulate.exports.mailing import recipients
from outsidein.simulate.hazards import STAYS
from outsidein.simulate.people import DAY, seconds

FAILURES = ("late_delivery", "long_wait", "unresolved_call", "complaint")
"""Kinds of encounter that would not be but for a failure of the firm's own."""

LOYAL_ORDERS, LOYAL_DAYS = 4, 365
"""So many orders within so many days make a loyal customer, in the project that comes along."""


def true_accounts(block: SimulatedBlock) -> dict[str, Ints]:
    """Add up money and counts per customer, up to the firm's last day.

    Returns:
        One element per customer: `orders`, `trials`, `orders_365d` (counts) and, in minor units,
        `revenue`, `returns`, `contract_revenue`, `cost_of_goods`, `cost_to_serve`,
        `failure_cost` and `profit`.
    """
    totals = {**_orders(block), **_contracts(block)}
    goods = totals.pop("goods") + totals.pop("contract_cost")
    served, failed = _encounters(block)
    brought = totals["revenue"] + totals["contract_revenue"] - totals["returns"]
    return {
        **totals,
        "cost_of_goods": goods,
        "cost_to_serve": served,
        "failure_cost": failed,
        "profit": brought - goods - served - failed,
    }


def true_stage(totals: dict[str, Ints]) -> Array:
    """Name the highest step of the ladder each customer stands on."""
    reached = [
        totals["orders_365d"] >= LOYAL_ORDERS,
        totals["orders"] >= 2,  # noqa: PLR2004  the step is called so
        totals["orders"] > totals["trials"],
        totals["trials"] > 0,
    ]
    return np.select(
        reached, ["loyalty", "multiple_purchase", "purchase", "trial"], default="aware"
    )


def _sum(block: SimulatedBlock, who: Ints, amounts: Ints | None = None) -> Ints:
    """Add up per customer; sums of money stay below what a float holds exactly."""
    size = len(block.course.people)
    return np.rint(np.bincount(who, amounts, minlength=size)).astype(np.int64)


def _orders(block: SimulatedBlock) -> dict[str, Ints]:
    run, lines = block.course, block.lines
    who, sold = run.orders["who"][lines["order"]], ~lines["is_return"]
    recent = run.orders["at"] >= seconds(block.firm.as_of) - LOYAL_DAYS * DAY
    is_trial = np.zeros(len(run.orders["who"]), np.bool_)
    is_trial[lines["order"][lines["is_trial"]]] = True
    return {
        "orders": _sum(block, run.orders["who"]),
        "trials": _sum(block, run.orders["who"][is_trial]),
        "orders_365d": _sum(block, run.orders["who"][recent]),
        "revenue": _sum(block, who[sold], lines["revenue"][sold]),
        "returns": _sum(block, who[~sold], -lines["revenue"][~sold]),
        "goods": _sum(block, who, lines["cost"]),
    }


def _contracts(block: SimulatedBlock) -> dict[str, Ints]:
    """Whole calendar months are paid for, those over on a shorter month's last day included."""
    run, contract = block.course, block.firm.contract
    last = seconds(block.firm.as_of) // DAY
    begins = run.people.joined // DAY
    ends = np.minimum(np.where(run.left_at == STAYS, last, run.left_at // DAY), last)
    months = np.where(run.people.under_contract, whole_months(begins, ends), 0)
    return {"contract_revenue": months * contract.price, "contract_cost": months * contract.cost}


def whole_months(begins: Ints, ends: Ints) -> Ints:
    """Count the whole calendar months between days since 1970.

    Example:
        >>> day = lambda text: np.array([np.datetime64(text, "D").astype(np.int64)])
        >>> int(whole_months(day("2024-01-31"), day("2024-02-29"))[0])
        1
    """
    first, last = begins.astype("datetime64[D]"), ends.astype("datetime64[D]")
    months = [day.astype("datetime64[M]") for day in (first, last)]
    days = [
        (day - month).astype(np.int64) for day, month in zip((first, last), months, strict=True)
    ]
    ends_month = (last + 1).astype("datetime64[M]") != months[1]
    is_over = (days[1] >= days[0]) | ends_month
    return np.asarray((months[1] - months[0]).astype(np.int64) - np.where(is_over, 0, 1))


def _encounters(block: SimulatedBlock) -> tuple[Ints, Ints]:
    """Cost to serve, and the cost of failures, per customer."""
    size = len(block.course.people)
    served, failed = np.zeros(size, np.int64), np.zeros(size, np.int64)
    for kind, who, caused in _kinds(block):
        cost = block.firm.cost.get(kind, 0)
        fails = caused | (kind in FAILURES)
        served += cost * _sum(block, who[~fails])
        failed += cost * _sum(block, who[fails])
    for campaign in block.course.treatments.campaigns:
        served += campaign.declared.cost * _sum(block, recipients(block, campaign))
    return served, failed


def _kinds(block: SimulatedBlock) -> list[tuple[str, Ints, Bools]]:
    """Every kind of encounter: who had it, and whether another encounter caused it."""
    systems = block.course.systems
    delivered, visited, calls, complaints = (
        rows.columns()
        for rows in (systems.deliveries, systems.visits, systems.calls, systems.complaints)
    )
    late = delivered["at"] > delivered["promised"]
    long = visited["wait"] > long_wait(block)
    caused = calls["cause"] != NOBODY
    split = [
        ("delivery", delivered["who"][~late], None),
        ("late_delivery", delivered["who"][late], None),
        ("visit", visited["who"][~long], None),
        ("long_wait", visited["who"][long], None),
        ("call", calls["who"][calls["resolved"]], caused[calls["resolved"]]),
        ("unresolved_call", calls["who"][~calls["resolved"]], caused[~calls["resolved"]]),
        ("complaint", complaints["who"], None),
    ]
    return [
        (kind, who, np.zeros(len(who), np.bool_) if cause is None else cause)
        for kind, who, cause in split
    ]


def long_wait(block: SimulatedBlock) -> float:
    """The waiting time above which a visit is a long wait (seconds)."""
    failure = block.firm.failure.get("long_wait")
    return failure.limit if failure and failure.limit else np.inf
