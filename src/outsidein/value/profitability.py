"""From sales to profit: the steps between, over all customers and for the typical one."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import ibis.expr.types as ir

from outsidein.errors import TooLittleData
from outsidein.figures.figure import Estimate, Figure
from outsidein.value.declaration import Activity, ValueSettings
from outsidein.value.figures import NOT_ATTRIBUTABLE, PER_CUSTOMER, PROFITABILITY, TOTAL
from outsidein.value.goods import goods_rule
from outsidein.value.inputs import ValueInputs
from outsidein.value.profit import unattributed
from outsidein.value.revenue import NO_REVENUE, has_revenue
from outsidein.value.sums import mean_of, moments, total

STEPS: Mapping[str, tuple[str, int]] = {
    "sales before discounts": ("sales", 1),
    "discounts": ("discounts", -1),
    "contracts": ("contract_revenue", 1),
    "returns": ("returns", -1),
    "cost of goods": ("cost_of_goods", -1),
    "customisation": ("customisation_cost", -1),
    "cost to serve": ("cost_to_serve", -1),
    "own failures": ("failure_cost", -1),
    "profit": ("profit", 1),
    "profit without own failures": ("profit_without_failures", 1),
}
"""The column summed in each step of the waterfall, and its sign."""

COSTS = ("cost to serve", "own failures")
"""Steps that are shown without revenue."""

NO_CUSTOMERS = "summed over rows without a known customer; no customers to estimate from"


def profitability(profits: ir.Table, *, settings: ValueSettings) -> Figure:
    """Show the steps from sales to profit; all but the last two add up to profit.

    Args:
        profits: One row per customer, as by `customer_profit`.
        settings: Holds the assumed gross margin.
    """
    columns = [column for column, _ in STEPS.values()]
    profits = profits.mutate(sales=profits.revenue + profits.discounts)
    row = _single_row(
        profits.aggregate(
            n=profits.count(),
            encounters=total(profits.encounters),
            unknown=total(profits.encounters_without_known_cost),
            revenue=total(profits.revenue),
            revenue_without_known_cost=total(profits.revenue_without_known_cost),
            **moments(profits, columns),
        )
    )
    answered = STEPS if has_revenue(profits) else COSTS
    return PROFITABILITY.figure(
        _waterfall_estimates(row, answered), rule=cost_rule_of_sums(settings, row)
    )


def cost_rule(profits: ir.Table, *, settings: ValueSettings) -> str:
    """Return the sentence on costs that were not recorded, for the method of a figure."""
    return cost_rule_of_sums(
        settings,
        _single_row(
            profits.aggregate(
                revenue=total(profits.revenue),
                contract_revenue=total(profits.contract_revenue),
                revenue_without_known_cost=total(profits.revenue_without_known_cost),
                encounters=total(profits.encounters),
                unknown=total(profits.encounters_without_known_cost),
            )
        ),
    )


def cost_rule_of_sums(settings: ValueSettings, row: Mapping[str, Any]) -> str:
    """Return the sentence on unrecorded costs from sums."""
    goods = goods_rule(
        settings,
        revenue=row["revenue"] + row["contract_revenue"],
        without_cost=row["revenue_without_known_cost"],
    )
    if not row["unknown"]:
        return goods
    share = row["unknown"] / row["encounters"]
    return f"{goods} {share:.0%} of encounters have no cost, recorded or declared, and count as 0."


def not_attributable(
    inputs: ValueInputs,
    *,
    settings: ValueSettings,
    activities: Mapping[str, Activity],
    is_revenue_loaded: bool = True,
) -> Figure:
    """Show what belongs to no known customer: the total less the profit of customers."""
    answered = STEPS if is_revenue_loaded else COSTS
    row = _single_row(unattributed(inputs, settings=settings, activities=activities))
    row["sales"] = row["revenue"] + row["discounts"]
    return NOT_ATTRIBUTABLE.figure(
        TOTAL.estimate(None, sign * row[column], why=NO_CUSTOMERS, group={"step": step})
        if step in answered
        else TOTAL.unanswered(NO_REVENUE, group={"step": step})
        for step, (column, sign) in STEPS.items()
    )


def _waterfall_estimates(row: Mapping[str, Any], answered: Collection[str]) -> Iterator[Estimate]:
    n = row["n"]
    for step, (column, sign) in STEPS.items():
        group = {"step": step}
        if not n:
            yield TOTAL.unanswered("there are no customers", group=group)
            continue
        if step not in answered:
            yield TOTAL.unanswered(NO_REVENUE, group=group)
            continue
        yield TOTAL.counted(sign * row[column], n=n, group=group)
        try:
            answer = mean_of(column, row, n=n, sign=sign)
        except TooLittleData as error:
            yield PER_CUSTOMER.too_little(error, group=group)
        else:
            yield PER_CUSTOMER.estimated(answer, value="mean", group=group)


def _single_row(table: ir.Table) -> dict[str, Any]:
    row: dict[str, Any] = table.to_pyarrow().to_pylist()[0]
    return row
