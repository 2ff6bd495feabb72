"""Tables that only later steps of a build read: orders, and what was rejected on the way in."""

from dataclasses import replace

from outsidein.canonical.tables import ADMISSIONS, REJECTS
from outsidein.tables.columns import DAY, FLAG, MOMENT, MONEY, PERSON_KEY, TEXT
from outsidein.tables.table import Table

TABLE_REJECTS = replace(REJECTS, name="rejects_by_tables", is_kept=False)
"""Of all canonical tables but the signals, which are admitted after the others."""

TABLE_ADMISSIONS = replace(ADMISSIONS, name="admissions_but_signals", is_kept=False)

ORDERS_OF_RECORDS = Table(
    "orders_of_records",
    "order and day of a record",
    (),
    {
        "record_id": PERSON_KEY,
        "source": TEXT,
        "transaction_id": TEXT,
        "ordered_on": DAY,
        **dict.fromkeys(("is_sale", "is_trial", "is_purchase"), FLAG),
        "recorded_at": MOMENT,
        **dict.fromkeys(("lines", "revenue", "sold", "returned", "discounts", "goods"), MONEY),
        **dict.fromkeys(("sold_without_cost", "returned_without_cost", "customising"), MONEY),
    },
    is_kept=False,
)

PARTIAL_CUSTOMERS = Table(
    "partial_customers",
    "customer who is not followed over time, as rows of theirs may be missing",
    ("customer_id",),
    {"customer_id": PERSON_KEY},
    is_kept=False,
)
"""None where no customer is held with all their rows."""

ORDERS = Table(
    "orders_of_customers",
    "order and day of a record, with its customer",
    (),
    {**ORDERS_OF_RECORDS.columns, "customer_id": PERSON_KEY},
    is_kept=False,
)
