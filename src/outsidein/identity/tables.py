"""Tables of identity: which records are one customer, and why."""

from outsidein.canonical.tables import canonical
from outsidein.tables.columns import (
    NUMBER,
    RECORD,
    RECORD_PAIR,
    REQUIRED_NUMBER,
    REQUIRED_PERSON_KEY,
    REQUIRED_TEXT,
)
from outsidein.tables.table import Column, Personal, Table

IDENTIFIER_USE = Table(
    "identifier_use",
    "identifier, as compared",
    ("kind", "normalised"),
    {
        "kind": REQUIRED_TEXT,
        "normalised": Column(
            "string", required=True, personal=Personal.DIRECT, meaning="the value as compared"
        ),
        "records": Column("int64", required=True, meaning="records that have it"),
        "is_linking": Column("boolean", required=True, meaning="whether it links its records"),
        "why": Column("string", meaning="why it does not link; null where it does"),
    },
)

EVIDENCE = Table(
    "evidence",
    "pair of records and reason; the later record by key comes first",
    (*RECORD_PAIR, "kind", "rule", "value", "model"),
    {
        **RECORD_PAIR,
        "kind": Column("string", required=True, meaning="identifier, model or decision"),
        "rule": Column(
            "string", required=True, meaning="kind of identifier, name of the model, or always"
        ),
        "value": Column(
            "string", personal=Personal.DIRECT, meaning="the shared identifier as compared"
        ),
        "weight": Column("float64", meaning="log2 of the Bayes factor"),
        "probability": NUMBER,
        "model": Column("string", meaning="version of the model"),
        "first_build": Column(
            "int64", required=True, meaning="build since which it has been there without a break"
        ),
        "by": Column("string", personal=Personal.DIRECT, meaning="who decided"),
        "at": Column("timestamp('UTC', 6)", meaning="when it was decided"),
    },
)

WITHHELD = Table(
    "withheld",
    "pair of records whose evidence takes no effect",
    tuple(RECORD_PAIR),
    {
        **RECORD_PAIR,
        "reason": REQUIRED_TEXT,
        "weight": Column("float64", meaning="log2 of the Bayes factor of all evidence together"),
        "probability": Column(
            "float64", meaning="as the model has it; null where no model proposes the pair"
        ),
        "founder_source": Column(
            "string", meaning="of the record that would have founded the customer"
        ),
        "founder_record_id": Column(
            "string",
            personal=Personal.PSEUDONYM,
            meaning="of the same; null for the lone link of a model",
        ),
    },
)

MEMBERSHIPS = Table(
    "memberships",
    "record; it belongs to one customer",
    tuple(RECORD),
    {
        **RECORD,
        "customer_id": REQUIRED_PERSON_KEY,
        "first_seen_build": Column("int64", required=True, meaning="first build with the record"),
    },
)

SUGGESTED_RELATIONS = Table(
    "suggested_relations",
    "pair of records and kind of relation; the member or employee comes first",
    (*RECORD_PAIR, "kind"),
    {
        **canonical("relations").columns,
        "derived_from": Column("string", required=True, meaning="what suggests the relation"),
    },
)

PROPOSALS = Table(
    "proposals",
    "pair of records that the model weighs; the earlier record by key comes first",
    tuple(RECORD_PAIR),
    {
        **RECORD_PAIR,
        "party_kind": REQUIRED_TEXT,
        "weight": Column("float64", required=True, meaning="log2 of the Bayes factor"),
        "probability": REQUIRED_NUMBER,
        "pattern": Column("int64", required=True, meaning="levels of agreement, four bits each"),
    },
)

COMPARED_RECORDS = Table(
    "compared_records",
    "record that the model compares",
    tuple(RECORD),
    {
        **RECORD,
        "model": Column("string", required=True, meaning="hash of the model"),
        "content": Column("string", required=True, meaning="hash of all that is compared"),
    },
)
