"""The canonical tables: what one row is, which columns it has, and what makes it acceptable."""

from dataclasses import dataclass, field, replace

from outsidein.errors import UnknownName
from outsidein.tables.columns import (
    DAY,
    FLAG,
    MOMENT,
    MONEY,
    NUMBER,
    PERSON_KEY,
    PERSONAL_DAY,
    PERSONAL_TEXT,
    RECORD,
    RECORD_PAIR,
    REQUIRED_COUNT,
    REQUIRED_DAY,
    REQUIRED_MOMENT,
    REQUIRED_MONEY,
    REQUIRED_NUMBER,
    REQUIRED_PERSON_KEY,
    REQUIRED_TEXT,
    SECONDS,
    TEXT,
)
from outsidein.tables.table import Column, Personal, Table

TRAIT = "trait_"
"""Columns of `records` that begin so are carried to the profile under the same name."""


@dataclass(frozen=True, slots=True)
class Check:
    """What every row must satisfy: a DuckDB condition (null passes) and the reason when not."""

    condition: str
    reason: str


@dataclass(frozen=True, slots=True)
class CanonicalTable(Table):
    """A table that every project has, even if it is empty."""

    checks: tuple[Check, ...] = ()
    days: dict[str, str] = field(default_factory=dict)
    """Local dates derived from moments in the project's time zone: name to its moment."""
    most_money: int = 10**17
    """Largest sum of absolute amounts in a column, so that no sum of sums exceeds 64 bits."""

    @property
    def all_columns(self) -> dict[str, str]:
        """Names and Ibis types of all columns, in the order they are written."""
        declared = {name: column.type for name, column in self.columns.items()}
        return declared | dict.fromkeys(self.days, "date")

    @property
    def money(self) -> list[str]:
        """Columns that hold amounts."""
        return [name for name, column in self.columns.items() if column.is_money]

    @property
    def required(self) -> list[str]:
        """Columns no row may leave null and no default fills."""
        return [name for name, c in self.columns.items() if c.required and c.default is None]


QUANTITY = Column("decimal(18, 3)")
CURRENCY = Column("string", required=True, default="$currency")
RECORDED = {"recorded_at": MOMENT}

OWN_CURRENCY = Check(
    "currency = $currency", "currency is not the project's; convert the amounts in the model"
)


def _recorded(moment: str) -> dict[str, Column]:
    return {"recorded_at": Column("timestamp('UTC', 6)", required=True, default=moment)}


def _one_of(column: str, *values: str) -> Check:
    listed = ", ".join(f"'{value}'" for value in values)
    return Check(f"{column} IN ({listed})", f"{column} is none of {', '.join(values)}")


def _not_before(later: str, earlier: str) -> Check:
    return Check(f"{later} >= {earlier}", f"{later} is before {earlier}")


def _probability(column: str) -> Check:
    return Check(f"{column} > 0 AND {column} <= 1", f"{column} is not above 0 and at most 1")


def _not_negative(*columns: str) -> tuple[Check, ...]:
    return tuple(Check(f"{column} >= 0", f"{column} is negative") for column in columns)


_TABLES = (
    CanonicalTable(
        "records",
        "record: one system's view of a person or organisation",
        ("source", "record_id"),
        {
            **RECORD,
            "party_kind": Column("string", required=True, default="'person'"),
            "name": PERSONAL_TEXT,
            "given_name": PERSONAL_TEXT,
            "family_name": PERSONAL_TEXT,
            "organisation_name": PERSONAL_TEXT,
            "gender": PERSONAL_TEXT,
            "born_on": PERSONAL_DAY,
            "street": PERSONAL_TEXT,
            "postcode": PERSONAL_TEXT,
            "city": PERSONAL_TEXT,
            "region": PERSONAL_TEXT,
            "country": PERSONAL_TEXT,
            "language": PERSONAL_TEXT,
            "first_seen_at": MOMENT,
            **RECORDED,
        },
        (_one_of("party_kind", "person", "organisation"),),
        open_prefix=TRAIT,
    ),
    CanonicalTable(
        "identifiers",
        "identifier of a record",
        ("source", "record_id", "kind", "value"),
        {
            **RECORD,
            "kind": REQUIRED_TEXT,
            "value": Column("string", required=True, personal=Personal.DIRECT),
            "is_verified": FLAG,
            "first_seen_at": MOMENT,
            "last_seen_at": MOMENT,
            **RECORDED,
        },
    ),
    CanonicalTable(
        "relations",
        "tie between two records",
        ("source", "record_id", "to_source", "to_record_id", "kind"),
        {
            **RECORD_PAIR,
            "kind": REQUIRED_TEXT,
            "role": TEXT,
            "from_on": DAY,
            "to_on": DAY,
            **RECORDED,
        },
        (_one_of("kind", "household", "employee", "referrer"), _not_before("to_on", "from_on")),
    ),
    CanonicalTable(
        "encounters",
        "contact between customer and company",
        ("source", "encounter_id"),
        {
            "source": REQUIRED_TEXT,
            "encounter_id": REQUIRED_PERSON_KEY,
            "record_id": PERSON_KEY,
            "started_at": REQUIRED_MOMENT,
            "channel": REQUIRED_TEXT,
            "touchpoint": TEXT,
            "kind": REQUIRED_TEXT,
            "task": TEXT,
            "thread": PERSON_KEY,
            "initiator": TEXT,
            "is_anticipated": FLAG,
            "unit": TEXT,
            "employee": PERSONAL_TEXT,
            "product": TEXT,
            "market": TEXT,
            "promised_at": MOMENT,
            "actual_at": MOMENT,
            "duration_seconds": SECONDS,
            "cost": MONEY,
            "currency": CURRENCY,
            "outcome": TEXT,
            "is_resolved": FLAG,
            "caused_by": PERSON_KEY,
            "properties": PERSONAL_TEXT,
            **_recorded("started_at"),
        },
        (
            _one_of("initiator", "customer", "company"),
            OWN_CURRENCY,
            *_not_negative("duration_seconds", "cost"),
        ),
        days={"started_on": "started_at"},
    ),
    CanonicalTable(
        "transactions",
        "order line",
        ("source", "transaction_id", "line"),
        {
            "source": REQUIRED_TEXT,
            "transaction_id": REQUIRED_PERSON_KEY,
            "line": Column("int64", required=True, default="1"),
            "record_id": PERSON_KEY,
            "ordered_at": REQUIRED_MOMENT,
            "channel": TEXT,
            "product": TEXT,
            "category": TEXT,
            "quantity": QUANTITY,
            "revenue": REQUIRED_MONEY,
            "discount": replace(REQUIRED_MONEY, default="0"),
            "cost": MONEY,
            "currency": CURRENCY,
            "is_return": Column("boolean", required=True, default="false"),
            "is_trial": Column("boolean", required=True, default="false"),
            "is_cancelled": Column(
                "boolean",
                required=True,
                default="false",
                meaning="ordered or credited, but undone before delivery: counts for nothing",
            ),
            "customisation": PERSONAL_TEXT,
            "customisation_cost": MONEY,
            "encounter_id": PERSON_KEY,
            "market": TEXT,
            **_recorded("ordered_at"),
        },
        (
            Check("quantity >= 0 OR is_return", "quantity is negative and is_return is not set"),
            Check("revenue >= 0 OR is_return", "revenue is negative and is_return is not set"),
            Check("revenue <= 0 OR NOT is_return", "revenue of a return is above zero"),
            OWN_CURRENCY,
            *_not_negative("discount"),
        ),
        days={"ordered_on": "ordered_at"},
    ),
    CanonicalTable(
        "contracts",
        "subscription",
        ("source", "contract_id"),
        {
            **RECORD,
            "contract_id": REQUIRED_PERSON_KEY,
            "product": TEXT,
            "started_on": REQUIRED_DAY,
            "ended_on": DAY,
            "reason": TEXT,
            "price": MONEY,
            "cost": MONEY,
            "period": Column("string", required=True, default="'month'"),
            "currency": CURRENCY,
            **RECORDED,
        },
        (
            _not_before("ended_on", "started_on"),
            _one_of("period", "month", "year"),
            OWN_CURRENCY,
            *_not_negative("price", "cost"),
        ),
        most_money=10**15,  # each counts once per period
    ),
    CanonicalTable(
        "invitations",
        "person asked for feedback",
        ("source", "invitation_id"),
        {
            **RECORD,
            "invitation_id": REQUIRED_PERSON_KEY,
            "survey": REQUIRED_TEXT,
            "survey_version": TEXT,
            "encounter_id": PERSON_KEY,
            "channel": TEXT,
            "invited_at": REQUIRED_MOMENT,
            "inclusion_probability": NUMBER,
            "status": TEXT,
            **_recorded("invited_at"),
        },
        (
            _probability("inclusion_probability"),
            _one_of("status", "sent", "delivered", "opened", "answered", "declined", "bounced"),
        ),
    ),
    CanonicalTable(
        "signals",
        "answered item, comment or inferred sign",
        ("source", "signal_id"),
        {
            "source": REQUIRED_TEXT,
            "signal_id": REQUIRED_PERSON_KEY,
            "record_id": PERSON_KEY,
            "response_id": PERSON_KEY,
            "invitation_id": PERSON_KEY,
            "encounter_id": PERSON_KEY,
            "signalled_at": REQUIRED_MOMENT,
            "kind": REQUIRED_TEXT,
            "instrument": TEXT,
            "item": TEXT,
            "wording_version": TEXT,
            "factor": TEXT,
            "level": Column("string", required=True, default="'factor'"),
            "subject": Column("string", required=True, default="'own'"),
            "brand": TEXT,
            "product": TEXT,
            "market": TEXT,
            "score": NUMBER,
            "scale_low": NUMBER,
            "scale_high": NUMBER,
            "text": PERSONAL_TEXT,
            "language": TEXT,
            "coder": TEXT,
            "confidence": NUMBER,
            **_recorded("signalled_at"),
        },
        (
            _one_of("kind", "direct", "indirect", "inferred"),
            _one_of("level", "factor", "benefit", "value"),
            _one_of("subject", "own", "competitor"),
            Check("score >= scale_low AND score <= scale_high", "score is outside its scale"),
        ),
        days={"signalled_on": "signalled_at"},
    ),
    CanonicalTable(
        "ladder_links",
        "step from one code to the next in a laddering answer",
        ("source", "response_id", "position"),
        {
            "source": REQUIRED_TEXT,
            "response_id": REQUIRED_PERSON_KEY,
            "position": REQUIRED_COUNT,
            "from_code": REQUIRED_TEXT,
            "to_code": REQUIRED_TEXT,
        },
    ),
    CanonicalTable(
        "messages",
        "outgoing message",
        ("source", "message_id"),
        {
            **RECORD,
            "message_id": REQUIRED_PERSON_KEY,
            "system": TEXT,
            "channel": REQUIRED_TEXT,
            "topic": TEXT,
            "purpose": TEXT,
            "campaign": TEXT,
            "decision_id": PERSON_KEY,
            "sent_at": REQUIRED_MOMENT,
            "status": TEXT,
            "cost": MONEY,
            "currency": CURRENCY,
            **_recorded("sent_at"),
        },
        (OWN_CURRENCY, *_not_negative("cost")),
        days={"sent_on": "sent_at"},
    ),
    CanonicalTable(
        "claims",
        "assertion a message makes",
        ("source", "message_id", "position"),
        {
            "source": REQUIRED_TEXT,
            "message_id": REQUIRED_PERSON_KEY,
            "position": REQUIRED_COUNT,
            "kind": REQUIRED_TEXT,
            "subject": TEXT,
            "value": TEXT,
            "unit": TEXT,
            "audience": TEXT,
            "valid_from_at": MOMENT,
            "valid_until_at": MOMENT,
            "due_at": MOMENT,
            "is_kept": FLAG,
            **RECORDED,
        },
        (
            _one_of("kind", "price", "offer", "date", "promise"),
            _not_before("valid_until_at", "valid_from_at"),
        ),
    ),
    CanonicalTable(
        "message_outcomes",
        "outcome of a message",
        ("source", "message_id", "outcome", "happened_at"),
        {
            "source": REQUIRED_TEXT,
            "message_id": REQUIRED_PERSON_KEY,
            "outcome": REQUIRED_TEXT,
            "happened_at": REQUIRED_MOMENT,
            **_recorded("happened_at"),
        },
        (
            _one_of(
                "outcome",
                *("delivered", "opened", "answered", "disregarded", "complained", "unsubscribed"),
            ),
        ),
    ),
    CanonicalTable(
        "decisions",
        "decision about a customer",
        ("source", "decision_id"),
        {
            **RECORD,
            "decision_id": REQUIRED_PERSON_KEY,
            "decided_at": REQUIRED_MOMENT,
            "candidates": TEXT,
            "chosen": REQUIRED_TEXT,
            "propensity": NUMBER,
            "policy_version": TEXT,
            "build": TEXT,
            "reason": TEXT,
            "overridden_by": PERSONAL_TEXT,
            **_recorded("decided_at"),
        },
        (_probability("propensity"),),
    ),
    CanonicalTable(
        "assignments",
        "customer randomised in an experiment",
        ("experiment", "source", "record_id"),
        {
            **RECORD,
            "experiment": REQUIRED_TEXT,
            "arm": REQUIRED_TEXT,
            "propensity": REQUIRED_NUMBER,
            "assigned_at": REQUIRED_MOMENT,
            "exposed_at": MOMENT,
            "stratum": TEXT,
            "objective": TEXT,
            "is_holdout": FLAG,
            **_recorded("assigned_at"),
        },
        (_probability("propensity"),),
    ),
    CanonicalTable(
        "outcomes",
        "measurement of a customer in a window",
        ("source", "record_id", "metric", "from_on"),
        {
            **RECORD,
            "metric": REQUIRED_TEXT,
            "value": REQUIRED_NUMBER,
            "from_on": REQUIRED_DAY,
            "to_on": DAY,
            **RECORDED,
        },
        (_not_before("to_on", "from_on"),),
    ),
    CanonicalTable(
        "consents",
        "change of consent or preference",
        ("source", "record_id", "purpose", "channel", "topic", "effective_at"),
        {
            **RECORD,
            "identifier_kind": TEXT,
            "identifier_value": PERSONAL_TEXT,
            "purpose": REQUIRED_TEXT,
            "channel": Column("string", required=True, default="'any'"),
            "topic": Column("string", required=True, default="'any'"),
            "state": REQUIRED_TEXT,
            "legal_basis": TEXT,
            "notice_version": TEXT,
            "effective_at": REQUIRED_MOMENT,
            "expires_at": MOMENT,
            "evidence": PERSONAL_TEXT,
            **_recorded("effective_at"),
        },
        (_one_of("state", "given", "refused", "withdrawn"),),
    ),
    CanonicalTable(
        "context",
        "period of a socio-economic, own-price or competitor series",
        ("series", "market", "from_on"),
        {
            "series": REQUIRED_TEXT,
            "market": Column("string", required=True, default="'any'"),
            "from_on": REQUIRED_DAY,
            "to_on": DAY,
            "value": REQUIRED_NUMBER,
            "unit": TEXT,
            "source": TEXT,
            "published_on": DAY,
            **RECORDED,
        },
        (_not_before("to_on", "from_on"),),
    ),
)

CANONICAL = {table.name: table for table in _TABLES}
"""All canonical tables, by name, in the order in which they are written."""

REJECTS = Table(
    "rejects",
    "rejected row and reason",
    (),
    {
        "origin": Column(
            "string",
            required=True,
            meaning="name of the source, or path of the SQL model within the project",
        ),
        "file": Column("string", meaning="file that holds the row, where known"),
        "line": Column("int64", meaning="line or row number in the file, from 1, where known"),
        "column": Column("string", meaning="column at fault, where there is one"),
        "reason": REQUIRED_TEXT,
        "raw": Column(
            "string",
            required=True,
            personal=Personal.DIRECT,
            meaning="the row itself: its text, or its columns as JSON",
        ),
    },
)
"""Rejected rows, whole, so that they can be replayed once the cause is fixed."""

ADMISSIONS = Table(
    "admissions",
    "canonical table",
    ("table",),
    {
        "table": TEXT,
        "models": Column("int64", meaning="SQL models that supply rows"),
        "admitted": Column("int64", meaning="rows written"),
        "rejected": Column("int64", meaning="rows rejected"),
        "placeholders": Column(
            "int64", meaning="optional dates left empty, for up to 1900-01-01 they stand for none"
        ),
    },
    is_in_key_order=False,
)


def canonical(name: str) -> CanonicalTable:
    """Return the canonical table of that name.

    Raises:
        UnknownName: There is none.

    Example:
        >>> canonical("transactions").grain
        'order line'
    """
    if name not in CANONICAL:
        raise UnknownName("canonical table", name, CANONICAL)
    return CANONICAL[name]
