"""Tables of feedback: who was asked and who answered."""

from outsidein.tables.columns import (
    CUSTOMER,
    REQUIRED_FLAG,
    REQUIRED_MOMENT,
    REQUIRED_PERSON_KEY,
    REQUIRED_TEXT,
    TEXT,
)
from outsidein.tables.table import Column, Table

ASKED = Table(
    "asked",
    "customer and survey, by the last invitation",
    ("survey", "customer_id"),
    {
        **CUSTOMER,
        "survey": REQUIRED_TEXT,
        "source": REQUIRED_TEXT,
        "invitation_id": REQUIRED_PERSON_KEY,
        "invited_at": REQUIRED_MOMENT,
        "channel": TEXT,
        "weight": Column(
            "int64", required=True, meaning="inverse of the inclusion probability, in thousandths"
        ),
        "has_answered": REQUIRED_FLAG,
        "has_bad_sign": Column(
            "boolean", required=True, meaning="whether behaviour around then shows a problem"
        ),
    },
)

CUSTOMER_GROUPS = Table(
    "customer_groups",
    "customer and stage, tier or segment",
    (),
    {
        **CUSTOMER,
        "dimension": Column("string", required=True, meaning="stage, tier or segment"),
        "value": REQUIRED_TEXT,
    },
    is_kept=False,
)
"""The groups that figures compare customers by."""
