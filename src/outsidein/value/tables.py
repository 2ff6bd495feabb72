"""Tables of value: profit, tier and lifetime value of each customer."""

from outsidein.tables.columns import (
    CUSTOMER,
    MONEY,
    NUMBER,
    REQUIRED_COUNT,
    REQUIRED_MONEY,
    REQUIRED_TEXT,
)
from outsidein.tables.table import Column, Table

PROFITS = Table(
    "profits",
    "customer",
    ("customer_id",),
    {
        **CUSTOMER,
        "orders": Column("int64", required=True, meaning="orders with a line sold"),
        "lines": Column("int64", required=True, meaning="lines sold"),
        "encounters": REQUIRED_COUNT,
        "encounters_without_known_cost": REQUIRED_COUNT,
        "revenue": Column(
            "int64", required=True, is_money=True, meaning="of lines sold, discounts deducted"
        ),
        "contract_revenue": Column(
            "int64",
            required=True,
            is_money=True,
            meaning="price of every whole period that has passed",
        ),
        "returns": Column("int64", required=True, is_money=True, meaning="refunds, 0 or above"),
        "discounts": Column(
            "int64", required=True, is_money=True, meaning="already deducted from revenue"
        ),
        "cost_of_goods": REQUIRED_MONEY,
        "customisation_cost": REQUIRED_MONEY,
        "cost_to_serve": Column(
            "int64", required=True, is_money=True, meaning="of encounters and messages"
        ),
        "failure_cost": Column(
            "int64",
            required=True,
            is_money=True,
            meaning="of encounters that a failure of the company caused; not in cost_to_serve",
        ),
        "revenue_without_known_cost": REQUIRED_MONEY,
        "profit": Column("int64", is_money=True, meaning="null where no revenue is loaded"),
        "profit_without_failures": MONEY,
    },
)

TIERS = Table(
    "tiers",
    "customer",
    ("customer_id",),
    {
        **CUSTOMER,
        "tier": REQUIRED_TEXT,
        "rank": Column("int64", required=True, meaning="place by profit, from 1"),
    },
)

LIFETIME_VALUES = Table(
    "lifetime_values",
    "customer who ever bought",
    ("customer_id",),
    {
        **CUSTOMER,
        "model": REQUIRED_TEXT,
        "alive": Column("float64", meaning="probability of still being a customer"),
        "alive_low": NUMBER,
        "alive_high": NUMBER,
        "expected_orders": Column("float64", meaning="orders expected within the horizon"),
        "expected_orders_low": NUMBER,
        "expected_orders_high": NUMBER,
        "expected_spend": Column("int64", is_money=True, meaning="expected revenue of an order"),
        "value": Column(
            "int64",
            is_money=True,
            meaning="discounted, after returns and goods, before the cost to serve",
        ),
        "value_low": MONEY,
        "value_high": MONEY,
        "stays_unprofitable": Column(
            "float64", meaning="probability that profit is still below 0 after the horizon"
        ),
    },
)
