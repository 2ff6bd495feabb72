"""Tables of extremes: the worst and the best of each customer's last 90 days."""

from outsidein.tables.columns import (
    CUSTOMER,
    PERSON_KEY,
    REQUIRED_DAY,
    REQUIRED_FLAG,
    REQUIRED_PERSON_KEY,
    REQUIRED_TEXT,
    TEXT,
)
from outsidein.tables.table import Column, Table


def _signal(end: str, flag: str) -> dict[str, Column]:
    return {
        flag: REQUIRED_FLAG,
        f"{end}_score": Column("float64", required=True, meaning="share of its scale"),
        f"{end}_on": REQUIRED_DAY,
        f"{end}_signal_id": REQUIRED_PERSON_KEY,
        f"{end}_source": REQUIRED_TEXT,
        f"{end}_item": TEXT,
        f"{end}_factor": TEXT,
        f"{end}_encounter_id": PERSON_KEY,
        f"{end}_encounter": Column("string", meaning="kind of encounter"),
        f"{end}_touchpoint": TEXT,
        f"{end}_channel": TEXT,
    }


CUSTOMER_EXTREMES = Table(
    "customer_extremes",
    "customer with an overall score or a scored sign in the last 90 days",
    ("customer_id",),
    {
        **CUSTOMER,
        "scored_signals": Column("int64", required=True, formerly=("moments",)),
        **_signal("worst", "is_disaster"),
        **_signal("best", "is_delight"),
    },
)
