"""The table of customers: their profiles, and the facts that each noun declares of them."""

from dataclasses import replace

from outsidein.churn.facts import CHURNED_FACTS, PREDICTION_FACTS, SPELL_FACTS
from outsidein.ladder.facts import STAGE_FACTS
from outsidein.profiles.tables import CUSTOMERS
from outsidein.value.facts import LIFETIME_FACTS, PROFIT_FACTS, TIER_FACTS

FACTS = (
    STAGE_FACTS,
    *(PROFIT_FACTS, TIER_FACTS, LIFETIME_FACTS),
    *(SPELL_FACTS, PREDICTION_FACTS, CHURNED_FACTS),
)
"""In the order of their columns."""

CUSTOMERS_WITH_FACTS = replace(
    CUSTOMERS,
    columns={
        **CUSTOMERS.columns,
        **{name: column for facts in FACTS for name, column in facts.columns.items()},
    },
)
