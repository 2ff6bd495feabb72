"""Tables of profiles: one row per customer out of many records, and the values not chosen."""

from dataclasses import replace

from outsidein.canonical.tables import TRAIT, canonical
from outsidein.profiles.declaration import PROFILE_FIELDS
from outsidein.tables.columns import CUSTOMER, DAY, MOMENT, REQUIRED_TEXT
from outsidein.tables.table import Column, Personal, Table

_RECORD_COLUMNS = canonical("records").columns

PROFILES = Table(
    "profiles",
    "customer",
    ("customer_id",),
    {
        **CUSTOMER,
        "records": Column("int64", required=True, meaning="records of the customer"),
        "first_seen_on": DAY,
        **{
            name: replace(_RECORD_COLUMNS[name], required=False, default=None)
            for name in PROFILE_FIELDS
        },
    },
    open_prefix=TRAIT,
)

CUSTOMERS = replace(PROFILES, name="customers")
"""Each customer's profile; a build adds the facts that other nouns declare of a customer."""

PROFILE_ALTERNATIVES = Table(
    "profile_alternatives",
    "customer, field and value that the profile does not show",
    ("customer_id", "field", "value"),
    {
        **CUSTOMER,
        "field": REQUIRED_TEXT,
        "value": Column("string", required=True, personal=Personal.DIRECT),
        "source": Column("string", required=True, meaning="of the record that said so last"),
        "record_id": Column(
            "string", required=True, personal=Personal.PSEUDONYM, meaning="of the same record"
        ),
        "recorded_at": MOMENT,
        "records": Column("int64", required=True, meaning="records that say so"),
        "rule": Column("string", required=True, meaning="rule that chose another value"),
    },
)
