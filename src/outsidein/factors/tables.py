"""Tables of factors: beliefs sealed before the measured ranking was shown."""

from outsidein.tables.columns import REQUIRED_DAY, REQUIRED_TEXT
from outsidein.tables.table import Column, Personal, Table

BELIEF_SEALS = Table(
    "belief_seals",
    "belief, by its seal",
    ("first_build", "seal"),
    {
        "seal": REQUIRED_TEXT,
        "author": Column("string", required=True, personal=Personal.DIRECT),
        "sealed_on": REQUIRED_DAY,
        "first_build": Column("int64", required=True, meaning="first build with the belief"),
        "is_after_measured": Column(
            "boolean",
            required=True,
            meaning="whether an earlier build had already shown the measured ranking",
        ),
    },
)
