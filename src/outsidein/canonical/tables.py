"""The canonical tables: what one row is, which columns it has, and what makes it acceptable."""

from dataclasses import dataclass, field

from outsidein.errors import UnknownName
from outsidein.tables.table import Column, Table

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

    @property
    def all_columns(self) -> dict[str, str]:
        """Names and Ibis types of all columns, in the order they are written."""
        declared = {name: column.type for name, column in self.columns.items()}
        return declared | dict.fromkeys(self.days, "date")

    @property
    def required(self) -> list[str]:
        """Columns no row may leave null and no default fills."""
        return [name for name, c in self.columns.items() if c.required and c.default is None]


TEXT = Column("string")
NAME = Column("string", required=True)
MOMENT = Column("timestamp('UTC', 6)")
WHEN = Column("timestamp('UTC', 6)", required=True)
DAY = Column("date")
MONEY = Column("int64")  # minor units of `currency`
FLAG = Column("boolean")
COUNT = Column("int64")
QUANTITY = Column("decimal(18, 3)")
NUMBER = Column("float64")
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


WHO = {"source": NAME, "record_id": NAME}

_TABLES = (
    CanonicalTable(
        "records",
        "one system's view of a person or organisation",
        ("source", "record_id"),
        {
            **WHO,
            "party_kind": Column("string", required=True, default="'person'"),
            "name": TEXT,
            "given_name": TEXT,
            "family_name": TEXT,
            "organisation_name": TEXT,
            "gender": TEXT,
            "born_on": DAY,
            "street": TEXT,
            "postcode": TEXT,
            "city": TEXT,
            "region": TEXT,
            "country": TEXT,
            "language": TEXT,
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
            **WHO,
            "kind": NAME,
            "value": NAME,
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
            **WHO,
            "to_source": NAME,
            "to_record_id": NAME,
            "kind": NAME,
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
            "source": NAME,
            "encounter_id": NAME,
            "record_id": TEXT,
            "started_at": WHEN,
            "channel": NAME,
            "touchpoint": TEXT,
            "kind": NAME,
            "task": TEXT,
            "thread": TEXT,
            "initiator": TEXT,
            "is_anticipated": FLAG,
            "unit": TEXT,
            "employee": TEXT,
            "product": TEXT,
            "market": TEXT,
            "promised_at": MOMENT,
            "actual_at": MOMENT,
            "duration_seconds": COUNT,
            "cost": MONEY,
            "currency": CURRENCY,
            "outcome": TEXT,
            "is_resolved": FLAG,
            "caused_by": TEXT,
            "properties": TEXT,
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
            "source": NAME,
            "transaction_id": NAME,
            "line": Column("int64", required=True, default="1"),
            "record_id": TEXT,
            "ordered_at": WHEN,
            "channel": TEXT,
            "product": TEXT,
            "category": TEXT,
            "quantity": QUANTITY,
            "revenue": Column("int64", required=True),
            "discount": Column("int64", required=True, default="0"),
            "cost": MONEY,
            "currency": CURRENCY,
            "is_return": Column("boolean", required=True, default="false"),
            "is_trial": Column("boolean", required=True, default="false"),
            "customisation": TEXT,
            "customisation_cost": MONEY,
            "encounter_id": TEXT,
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
            **WHO,
            "contract_id": NAME,
            "product": TEXT,
            "started_on": Column("date", required=True),
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
    ),
    CanonicalTable(
        "invitations",
        "person asked for feedback",
        ("source", "invitation_id"),
        {
            **WHO,
            "invitation_id": NAME,
            "survey": NAME,
            "survey_version": TEXT,
            "encounter_id": TEXT,
            "channel": TEXT,
            "invited_at": WHEN,
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
            "source": NAME,
            "signal_id": NAME,
            "record_id": TEXT,
            "response_id": TEXT,
            "invitation_id": TEXT,
            "encounter_id": TEXT,
            "signalled_at": WHEN,
            "kind": NAME,
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
            "text": TEXT,
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
            "source": NAME,
            "response_id": NAME,
            "position": Column("int64", required=True),
            "from_code": NAME,
            "to_code": NAME,
        },
    ),
    CanonicalTable(
        "messages",
        "outgoing message",
        ("source", "message_id"),
        {
            **WHO,
            "message_id": NAME,
            "system": TEXT,
            "channel": NAME,
            "topic": TEXT,
            "purpose": TEXT,
            "campaign": TEXT,
            "decision_id": TEXT,
            "sent_at": WHEN,
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
            "source": NAME,
            "message_id": NAME,
            "position": Column("int64", required=True),
            "kind": NAME,
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
        "thing that became of a message",
        ("source", "message_id", "outcome", "happened_at"),
        {
            "source": NAME,
            "message_id": NAME,
            "outcome": NAME,
            "happened_at": WHEN,
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
        "choice made about a customer",
        ("source", "decision_id"),
        {
            **WHO,
            "decision_id": NAME,
            "decided_at": WHEN,
            "candidates": TEXT,
            "chosen": NAME,
            "propensity": NUMBER,
            "policy_version": TEXT,
            "build": TEXT,
            "reason": TEXT,
            "overridden_by": TEXT,
            **_recorded("decided_at"),
        },
        (_probability("propensity"),),
    ),
    CanonicalTable(
        "assignments",
        "customer randomised in an experiment",
        ("experiment", "source", "record_id"),
        {
            **WHO,
            "experiment": NAME,
            "arm": NAME,
            "propensity": Column("float64", required=True),
            "assigned_at": WHEN,
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
            **WHO,
            "metric": NAME,
            "value": Column("float64", required=True),
            "from_on": Column("date", required=True),
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
            **WHO,
            "identifier_kind": TEXT,
            "identifier_value": TEXT,
            "purpose": NAME,
            "channel": Column("string", required=True, default="'any'"),
            "topic": Column("string", required=True, default="'any'"),
            "state": NAME,
            "legal_basis": TEXT,
            "notice_version": TEXT,
            "effective_at": WHEN,
            "expires_at": MOMENT,
            "evidence": TEXT,
            **_recorded("effective_at"),
        },
        (_one_of("state", "given", "refused", "withdrawn"),),
    ),
    CanonicalTable(
        "context",
        "period of a socio-economic, own-price or competitor series",
        ("series", "market", "from_on"),
        {
            "series": NAME,
            "market": Column("string", required=True, default="'any'"),
            "from_on": Column("date", required=True),
            "to_on": DAY,
            "value": Column("float64", required=True),
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
