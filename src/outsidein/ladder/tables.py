"""Tables of the ladder: the stage of each customer over time."""

from dataclasses import replace

from outsidein.tables.columns import CUSTOMER, REQUIRED_DAY
from outsidein.tables.table import Column, Table

FORMER_STEP = -2
"""The step of those who have left, beside the ladder."""

LADDER_SPELLS = Table(
    "ladder_spells",
    "uninterrupted stay of a customer on one stage",
    ("customer_id", "from_on"),
    {
        **CUSTOMER,
        "stage": Column("string", meaning="null where no condition holds"),
        "step": Column(
            "int64", required=True, meaning="place of the stage, -1 where none, -2 once gone"
        ),
        "from_on": REQUIRED_DAY,
        "to_on": Column("date", meaning="first day off the stage; null while the stay lasts"),
    },
)

NUMBERED_SPELLS = replace(
    LADDER_SPELLS,
    name="numbered_spells",
    columns={**LADDER_SPELLS.columns, "customer_id": Column("int32")},
    is_kept=False,
)
"""The same with numbered customers, who are counted faster."""
