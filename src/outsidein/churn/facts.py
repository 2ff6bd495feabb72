"""What each customer's latest spell says, whether it has ended, and what is predicted."""

from typing import TYPE_CHECKING

from outsidein.churn.tables import CHURN_SPELLS, PREDICTIONS
from outsidein.tables.customer_facts import CustomerFacts
from outsidein.tables.table import Column

if TYPE_CHECKING:  # declarations are read where no engine is needed
    import ibis.expr.types as ir


def latest_spells(spells: "ir.Table") -> "ir.Table":
    """Return one row per customer who ever was one: the latest spell and `is_churned`."""
    return spells.filter(spells.is_latest).mutate(is_churned=spells.churned_on.notnull())


SPELL_FACTS = CustomerFacts(
    CHURN_SPELLS,
    CHURN_SPELLS.optional_columns(
        *("started_on", "last_on", "churned_on", "reason", "tenure_months", "revenue_per_month"),
    ),
    latest_spells,
)
PREDICTION_FACTS = CustomerFacts(
    PREDICTIONS, PREDICTIONS.optional_columns("churn_probability", "repurchase_probability")
)
CHURNED_FACTS = CustomerFacts(
    CHURN_SPELLS,
    {
        "is_churned": Column(
            "boolean", formerly=("is_broken_off",), meaning="null for those never a customer"
        )
    },
    latest_spells,
)
