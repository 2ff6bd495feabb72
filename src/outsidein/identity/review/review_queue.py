"""The queue of clerical review: pairs of customers for a person to check."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends import BaseBackend

from outsidein.identity.declaration import FirewallSettings
from outsidein.identity.records.pairs import PAIR, Pair, orient_pairs
from outsidein.identity.review.decisions import Decision, DecisionKind

QUEUE = ibis.schema(
    {
        **dict.fromkeys(PAIR, "!string"),
        "customer_id": "!string",
        "to_customer_id": "!string",
        "reason": "!string",
        "weight": "float64",
        "probability": "float64",
        "pairs": "!int64",  # how many pairs of records stand between the two customers
        "value_at_stake": "int64",  # of both customers, in the unit of the value given
        "founder_source": "string",  # rows of one founder would have been one customer
        "founder_record_id": "string",
    }
)
"""Grain: one row per pair of customers a reviewer is asked about, by the strongest of their pairs
of records."""

_COLUMNS = (*PAIR, "reason", "weight", "probability", "founder_source", "founder_record_id")
_UNCHECKED = {name: QUEUE[name](nullable=True) for name in _COLUMNS}
_CUSTOMERS = ["customer_id", "to_customer_id"]

BETWEEN = "too probable to pass over, not probable enough to link"


class ReviewState(StrEnum):
    """Where the review of a pair stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    POSTPONED = "postponed"


@dataclass(frozen=True, slots=True)
class ReviewQueue:
    """The pairs to show, and how many there are in all."""

    rows: pa.Table
    total: int

    @property
    def not_shown(self) -> int:
        """How many pairs of customers are counted only."""
        return self.total - len(self.rows)


def review_state(last_word: Decision | None, *, today: date) -> ReviewState:
    """Return where the review of a pair stands.

    Args:
        last_word: The last decision on it that was not taken back, from `last_words`.
        today: The day on which it is asked; a postponement ends before its day.
    """
    if last_word is None:
        return ReviewState.OPEN
    if last_word.kind == DecisionKind.POSTPONE:
        is_over = last_word.until_on is None or last_word.until_on <= today
        return ReviewState.OPEN if is_over else ReviewState.POSTPONED
    return ReviewState.ACCEPTED if last_word.kind == DecisionKind.ALWAYS else ReviewState.REJECTED


def review_queue(
    backend: BaseBackend,
    withheld: ir.Table,
    proposals: ir.Table | None,
    members: ir.Table,
    *,
    last_words: Mapping[Pair, Decision],
    today: date,
    settings: FirewallSettings,
    value: ir.Table | None = None,
) -> ReviewQueue:
    """List the pairs of customers to review, highest value first.

    What the firewall withheld, and what a model proposes between the two thresholds. Customers
    are left out who are one by now, or of whom a pair of records is decided or postponed. Among
    pairs of one value those the model is least sure of come first, and those it knows nothing of
    last.

    Args:
        backend: Where the tables lie.
        withheld: `WITHHELD` of a build.
        proposals: Pairs a model proposes: `PAIR`, `weight` (log2), `probability`.
        members: `MEMBERSHIPS` of that build.
        last_words: Last decision on each pair, as the store has it now.
        today: The day on which postponements are read.
        settings: Thresholds, and how many pairs to show.
        value: One row per customer: `customer_id`, `value` (whole number, any unit).
    """
    asked = withheld.select(*_COLUMNS).cast(_UNCHECKED)
    if proposals is not None:
        asked = asked.union(_between(proposals, asked, settings))
    between = _with_customers(asked, members)
    answered = _with_customers(_answered(last_words, today), members)
    rows = _by_value(_strongest(between.anti_join(answered, _CUSTOMERS)), value)
    total = backend.to_pyarrow(rows.count()).as_py()
    apart = (rows.probability - 0.5).abs()
    ordered = rows.order_by(
        ibis.desc("value_at_stake", nulls_first=False), ibis.asc(apart, nulls_first=False), *PAIR
    )
    shown = backend.to_pyarrow(ordered.select(*QUEUE.names).limit(settings.review_cap))
    return ReviewQueue(shown.cast(QUEUE.to_pyarrow()), total)


def _between(proposals: ir.Table, asked: ir.Table, settings: FirewallSettings) -> ir.Table:
    """Proposals between the thresholds that the firewall has not withheld."""
    unsure = proposals.filter(
        (proposals.probability >= settings.review_lower)
        & (proposals.probability < settings.review_upper)
    )
    unsure = unsure.select(*PAIR, "weight", "probability", reason=ibis.literal(BETWEEN))
    none = ibis.null().cast("string")
    fresh = orient_pairs(unsure).anti_join(asked, list(PAIR))
    return (
        fresh.mutate(founder_source=none, founder_record_id=none).select(*_COLUMNS).cast(_UNCHECKED)
    )


def _answered(last_words: Mapping[Pair, Decision], today: date) -> ir.Table:
    """Pairs nobody is to be asked about today."""
    rows = [
        pair.columns
        for pair, last_word in last_words.items()
        if review_state(last_word, today=today) != ReviewState.OPEN
    ]
    schema = ibis.schema(dict.fromkeys(PAIR, "!string")).to_pyarrow()
    return ibis.memtable(pa.Table.from_pylist(rows, schema=schema))


def _with_customers(pairs: ir.Table, members: ir.Table) -> ir.Table:
    """Add the two customers, the first by id first; pairs of one customer go."""
    one = members.select("source", "record_id", one="customer_id")
    other = members.select(to_source="source", to_record_id="record_id", other="customer_id")
    joined = pairs.inner_join(one, ["source", "record_id"])
    joined = joined.inner_join(other, ["to_source", "to_record_id"])
    joined = joined.filter(joined.one != joined.other)
    ends = {"customer_id": ibis.least, "to_customer_id": ibis.greatest}
    return joined.mutate(**{name: end(joined.one, joined.other) for name, end in ends.items()})


def _strongest(between: ir.Table) -> ir.Table:
    """One row per pair of customers, with how many pairs of records stand between them."""
    place = ibis.row_number().over(
        group_by=_CUSTOMERS, order_by=[ibis.desc("weight", nulls_first=False), *PAIR]
    )
    pairs = between.count().over(group_by=_CUSTOMERS)
    return between.mutate(place=place, pairs=pairs).filter(ibis._.place == 0)


def _by_value(rows: ir.Table, value: ir.Table | None) -> ir.Table:
    if value is None:
        return rows.mutate(value_at_stake=ibis.null().cast("int64"))
    worth = value.select(customer_id="customer_id", worth=value.value.cast("int64"))
    to_worth = worth.select(to_customer_id="customer_id", to_worth="worth")
    joined = rows.left_join(worth, "customer_id").left_join(to_worth, "to_customer_id")
    return joined.select(
        *rows.columns, value_at_stake=joined.worth.fill_null(0) + joined.to_worth.fill_null(0)
    )
