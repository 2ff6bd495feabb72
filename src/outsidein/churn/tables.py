"""Tables of churn: order days, spells as a customer, and predictions."""

from outsidein.tables.columns import (
    CUSTOMER,
    REQUIRED_DAY,
    REQUIRED_FLAG,
    REQUIRED_MONEY,
)
from outsidein.tables.table import Column, Table

ORDER_DAYS = Table(
    "order_days",
    "customer and day with order lines",
    ("customer_id", "ordered_on"),
    {
        **CUSTOMER,
        "ordered_on": REQUIRED_DAY,
        "is_order": Column("boolean", required=True, meaning="false: returns or trials only"),
        "revenue": Column("int64", required=True, is_money=True, meaning="net of returns"),
        "nth": Column("int64", meaning="order days up to and including this one"),
        "previous_on": Column("date", meaning="the order day before"),
    },
)

CHURN_SPELLS = Table(
    "churn_spells",
    "customer and spell; a customer who was won back has more than one",
    ("customer_id", "spell"),
    {
        **CUSTOMER,
        "spell": Column("int64", required=True, meaning="from 1"),
        "started_on": REQUIRED_DAY,
        "last_on": Column("date", required=True, meaning="last order, or last day under contract"),
        "churned_on": Column(
            "date", formerly=("broke_off_on",), meaning="null for those still customers"
        ),
        "reason": Column("string", meaning="why the customer churned, as far as is known"),
        "entered_on": Column(
            "date", meaning="from when a churn would have been seen; null where that is not known"
        ),
        "tenure_days": Column("int64", required=True, meaning="to churn or to the build's day"),
        "orders": Column("int64", meaning="order days; null where churn goes by contracts"),
        "revenue": REQUIRED_MONEY,
        "is_latest": REQUIRED_FLAG,
        "tenure_months": Column("int64", required=True, meaning="whole calendar months"),
        "observed_months": Column(
            "int64",
            required=True,
            meaning="from the start to the day before the build",
        ),
        "revenue_per_month": Column(
            "int64", required=True, is_money=True, meaning="per 30 days of tenure"
        ),
    },
    formerly=("breakoff_spells",),
)

PREDICTIONS = Table(
    "predictions",
    "customer who has not churned",
    ("customer_id",),
    {
        **CUSTOMER,
        "churn_probability": Column("float64", formerly=("breakoff_probability",)),
        "repurchase_probability": Column("float64"),
        "model": Column("string", meaning="model, or naive where the model is no better"),
    },
)

MEASURED_SILENCE = Table(
    "measured_silence",
    "project; no row where the rule goes by contracts",
    (),
    {
        "days": Column("int64", meaning="null where there are too few gaps to measure it"),
        "low": Column("int64"),
        "high": Column("int64"),
        "n": Column("int64", meaning="gaps between two orders"),
        "needed": Column("int64", meaning="gaps that measuring it takes; null where it was"),
    },
    is_kept=False,
)
"""The silence that counts as churning."""
