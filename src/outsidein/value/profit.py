"""Profit of every customer: what they brought, and what goods, service and failures cost."""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from outsidein.value.declaration import Activity, ValueSettings
from outsidein.value.goods import assumed_cost, goods_cost
from outsidein.value.inputs import ValueInputs
from outsidein.value.periods import whole_periods
from outsidein.value.revenue import is_loaded
from outsidein.value.sums import total

COUNTS = ("orders", "lines", "encounters", "encounters_without_known_cost")
AMOUNTS = (
    "revenue",
    "contract_revenue",
    "returns",
    "discounts",
    "cost_of_goods",
    "customisation_cost",
    "cost_to_serve",
    "failure_cost",
    "revenue_without_known_cost",
)
MEASURES = (*COUNTS, *AMOUNTS)
PROFIT_COLUMNS = ("profit", "profit_without_failures")

SEPARATOR = "\x1f"
"""Between the parts of a key; in no text that anyone writes."""


def customer_profit(
    inputs: ValueInputs, *, settings: ValueSettings, activities: Mapping[str, Activity]
) -> ir.Table:
    """Profit of each customer up to `inputs.as_of`.

    Profit is revenue (what was received, discounts already taken off) plus contract revenue,
    less returns, cost of goods, customisation, cost to serve and failure cost; these columns do
    not overlap. An unknown cost counts as 0 and is counted: `revenue_without_known_cost` and
    `encounters_without_known_cost`.

    Args:
        inputs: What was recorded of customers.
        settings: The gross margin to assume where goods' cost is unknown.
        activities: Cost of an encounter that has none of its own, by kind of encounter.

    Returns:
        One row per customer, also those who brought nothing and cost nothing: `customer_id`;
        the counts `orders` (with a line sold), `lines` (sold), `encounters` and
        `encounters_without_known_cost`; in int64 minor units `revenue` (of lines sold),
        `contract_revenue` (price of each whole period that has passed), `returns` (0 or above),
        `discounts` (already deducted from revenue, for information), `cost_of_goods`,
        `customisation_cost`, `cost_to_serve` (encounters and messages), `failure_cost`
        (encounters that a failure of the company caused, not part of `cost_to_serve`),
        `revenue_without_known_cost`, `profit` and `profit_without_failures`, null where no
        customer has revenue: then revenue is not loaded, and costs alone are no profit.
    """
    accounts = customer_accounts(inputs, settings=settings, activities=activities)
    joined = inputs.customers.select("customer_id").left_join(accounts, "customer_id")
    filled = {name: joined[name].fill_null(0) for name in MEASURES}
    profits = with_profit(joined.select("customer_id", **filled))
    return profits.mutate(
        **{name: is_loaded(profits).ifelse(profits[name], None) for name in PROFIT_COLUMNS}
    )


def unattributed(
    inputs: ValueInputs, *, settings: ValueSettings, activities: Mapping[str, Activity]
) -> ir.Table:
    """Sums that belong to no customer.

    Returns:
        One row: the columns of `customer_profit` without `customer_id`, over rows whose
        customer is unknown or not among `inputs.customers`.
    """
    unattributable = _without_known_customers(inputs)
    accounts = customer_accounts(unattributable, settings=settings, activities=activities)
    return with_profit(accounts.aggregate({name: total(accounts[name]) for name in MEASURES}))


def _without_known_customers(inputs: ValueInputs) -> ValueInputs:
    """Keep the rows that belong to none of the customers; filtering first keeps them few."""
    tables = {
        name: getattr(inputs, name).anti_join(inputs.customers, "customer_id")
        for name in ("orders", "encounters", "messages", "contracts")
    }
    return inputs._replace(**tables)


def with_profit(accounts: ir.Table) -> ir.Table:
    """Add `profit` and `profit_without_failures` to a table with the amounts."""
    a = accounts
    brought = a.revenue + a.contract_revenue - a.returns
    cost = a.cost_of_goods + a.customisation_cost + a.cost_to_serve
    return a.mutate(profit=brought - cost - a.failure_cost, profit_without_failures=brought - cost)


def customer_accounts(
    inputs: ValueInputs, *, settings: ValueSettings, activities: Mapping[str, Activity]
) -> ir.Table:
    """Add up each customer's counts and amounts from all tables.

    Returns:
        One row per `customer_id` in any table, and one for null where a customer is unknown:
        `customer_id` and int64 `MEASURES`.
    """
    parts = (
        _orders(inputs.orders, settings),
        _encounters(inputs.encounters, activities),
        _messages(inputs.messages),
        _contracts(inputs, settings),
    )
    together = ibis.union(*(_with_all_measures(part) for part in parts), distinct=False)
    return together.group_by("customer_id").aggregate(
        **{name: total(together[name]) for name in MEASURES}
    )


def _orders(orders: ir.Table, settings: ValueSettings) -> ir.Table:
    order = orders.source + SEPARATOR + orders.transaction_id
    return orders.group_by("customer_id").aggregate(
        orders=order.nunique(where=orders.is_sale).cast("int64"),
        lines=total(orders.lines),
        revenue=total(orders.sold),
        returns=total(orders.returned),
        discounts=total(orders.discounts),
        cost_of_goods=total(goods_cost(orders, settings)),
        customisation_cost=total(orders.customising),
        revenue_without_known_cost=total(orders.sold_without_cost),
    )


def _encounters(encounters: ir.Table, activities: Mapping[str, Activity]) -> ir.Table:
    e, zero = encounters, ibis.literal(0, type="int64")
    prices = [(kind, activity.cost) for kind, activity in sorted(activities.items())]
    declared = e.kind.cases(*prices, else_=None) if prices else ibis.null("int64")
    failures = sorted(kind for kind, activity in activities.items() if activity.is_failure)
    is_failure = e.caused_by.notnull() | e.kind.isin(failures)
    e = e.mutate(spent=ibis.coalesce(e.cost, declared).cast("int64"), is_failure=is_failure)
    spent = e.spent.fill_null(0)
    return e.group_by("customer_id").aggregate(
        encounters=e.count().cast("int64"),
        encounters_without_known_cost=total(e.spent.isnull().cast("int64")),
        cost_to_serve=total(e.is_failure.ifelse(zero, spent)),
        failure_cost=total(e.is_failure.ifelse(spent, zero)),
    )


def _messages(messages: ir.Table) -> ir.Table:
    return messages.group_by("customer_id").aggregate(
        cost_to_serve=total(messages.cost.fill_null(0))
    )


def _contracts(inputs: ValueInputs, settings: ValueSettings) -> ir.Table:
    c, as_of = inputs.contracts, ibis.literal(inputs.as_of)
    end = ibis.least(c.ended_on.fill_null(as_of), as_of)
    c = c.mutate(periods=whole_periods(c.started_on, end, c.period))
    c = c.mutate(paid=c.price.fill_null(0) * c.periods)
    c = c.mutate(
        goods=ibis.coalesce(c.cost * c.periods, assumed_cost(c.paid, settings)),
        paid_without_cost=c.cost.isnull().ifelse(c.paid, ibis.literal(0, type="int64")),
    )
    return c.group_by("customer_id").aggregate(
        contract_revenue=total(c.paid),
        cost_of_goods=total(c.goods),
        revenue_without_known_cost=total(c.paid_without_cost),
    )


def _with_all_measures(part: ir.Table) -> ir.Table:
    missing = {name: ibis.literal(0, type="int64") for name in MEASURES if name not in part.columns}
    return part.mutate(**missing).select("customer_id", *MEASURES)
