"""Tables of segments: what rules may name about each customer, and who is in which segment."""

from dataclasses import replace

from outsidein.churn.tables import CHURN_SPELLS, PREDICTIONS
from outsidein.profiles.tables import PROFILES
from outsidein.tables.columns import CUSTOMER, DAY, REQUIRED_TEXT, TEXT
from outsidein.tables.table import Column, Table
from outsidein.value.tables import LIFETIME_VALUES, PROFITS

PROFIT_COLUMNS = (
    *("orders", "lines", "encounters", "revenue", "contract_revenue", "returns", "discounts"),
    *("cost_to_serve", "failure_cost", "profit", "profit_without_failures"),
)
LIFETIME_COLUMNS = ("alive", "expected_orders", "value", "value_low", "value_high")
SPELL_COLUMNS = (
    *("started_on", "last_on", "churned_on", "reason", "tenure_months", "revenue_per_month"),
)
PREDICTION_COLUMNS = ("churn_probability", "repurchase_probability")


def _optional(table: Table, names: tuple[str, ...]) -> dict[str, Column]:
    """Columns of a table that does not have every customer."""
    return {name: replace(table.columns[name], required=False) for name in names}


CUSTOMERS = Table(
    "customers",
    "customer",
    ("customer_id",),
    {
        **PROFILES.columns,
        "stage": TEXT,
        "step": Column("int64", meaning="place of the stage, -1 where none"),
        "stage_since_on": DAY,
        **_optional(PROFITS, PROFIT_COLUMNS),
        "tier": TEXT,
        **_optional(LIFETIME_VALUES, LIFETIME_COLUMNS),
        **_optional(CHURN_SPELLS, SPELL_COLUMNS),
        **_optional(PREDICTIONS, PREDICTION_COLUMNS),
        "is_churned": Column(
            "boolean", formerly=("is_broken_off",), meaning="null for those never a customer"
        ),
    },
    open_prefix=PROFILES.open_prefix,
)

SEGMENT_MEMBERSHIPS = Table(
    "segment_memberships",
    "segment and customer in it",
    ("segment", "customer_id"),
    {**CUSTOMER, "segment": REQUIRED_TEXT},
)
