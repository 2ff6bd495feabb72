"""What each customer is worth: profit, tier and lifetime value."""

from outsidein.tables.columns import TEXT
from outsidein.tables.customer_facts import CustomerFacts
from outsidein.value.tables import LIFETIME_VALUES, PROFITS, TIERS

PROFIT_FACTS = CustomerFacts(
    PROFITS,
    PROFITS.optional_columns(
        *("orders", "lines", "encounters", "revenue", "contract_revenue", "returns", "discounts"),
        *("cost_to_serve", "failure_cost", "profit", "profit_without_failures"),
    ),
)
TIER_FACTS = CustomerFacts(TIERS, {"tier": TEXT})
LIFETIME_FACTS = CustomerFacts(
    LIFETIME_VALUES,
    LIFETIME_VALUES.optional_columns(
        "alive", "expected_orders", "value", "value_low", "value_high", "stays_unprofitable"
    ),
)
