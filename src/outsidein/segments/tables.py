"""Table of segments: who is in which."""

from outsidein.tables.columns import CUSTOMER, REQUIRED_TEXT
from outsidein.tables.table import Table

SEGMENT_MEMBERSHIPS = Table(
    "segment_memberships",
    "segment and customer in it",
    ("segment", "customer_id"),
    {**CUSTOMER, "segment": REQUIRED_TEXT},
)
