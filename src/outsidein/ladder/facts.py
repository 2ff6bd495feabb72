"""What the ladder says of each customer."""

from typing import TYPE_CHECKING

from outsidein.ladder.tables import LADDER_SPELLS
from outsidein.tables.columns import DAY, TEXT
from outsidein.tables.customer_facts import CustomerFacts
from outsidein.tables.table import Column

if TYPE_CHECKING:  # declarations are read where no engine is needed
    import ibis.expr.types as ir


def stages_today(spells: "ir.Table") -> "ir.Table":
    """Return the stage of each customer today.

    Returns:
        One row per customer: `customer_id`, `stage`, `step`, `stage_since_on`.
    """
    lasting = spells.filter(spells.to_on.isnull())
    return lasting.select("customer_id", "stage", "step", stage_since_on="from_on")


STAGE_FACTS = CustomerFacts(
    LADDER_SPELLS,
    {
        "stage": TEXT,
        "step": Column("int64", meaning="place of the stage, -1 where none, -2 once gone"),
        "stage_since_on": DAY,
    },
    stages_today,
)
