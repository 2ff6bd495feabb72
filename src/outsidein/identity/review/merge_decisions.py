"""Merging and unmerging customers, as decisions on pairs of their records."""

from collections import Counter
from collections.abc import Collection, Sequence
from itertools import chain, combinations, product

import ibis.expr.types as ir

from outsidein.errors import InputError, UnknownName
from outsidein.identity.records.pairs import RecordKey, pair
from outsidein.identity.review.decisions import Decision, DecisionKind, NewDecision


def records_of(members: ir.Table, customer_id: str) -> list[RecordKey]:
    """Return a customer's records, its founder first.

    Args:
        members: `MEMBERSHIPS`.
        customer_id: The customer.

    Raises:
        InputError: No record is of that customer.
    """
    mine = members.filter(members.customer_id == customer_id)
    ordered = mine.order_by("first_seen_build", "source", "record_id")
    rows = ordered.select("source", "record_id").to_pyarrow().to_pylist()
    if not rows:
        raise InputError(f"There is no customer {customer_id!r} in this build.")
    return [RecordKey(**row) for row in rows]


def customer_of(members: ir.Table, record: tuple[str, str]) -> str:
    """Return the customer a record is of.

    Raises:
        InputError: There is no such record.
    """
    key = RecordKey(*record)
    mine = members.filter((members.source == key.source) & (members.record_id == key.record_id))
    ids: list[str] = mine.select("customer_id").to_pyarrow().column(0).to_pylist()
    if not ids:
        sources = members.select("source").distinct().to_pyarrow().column(0).to_pylist()
        if key.source not in sources:
            raise UnknownName("source of records", key.source, sources)
        raise InputError(f"There is no record {key}.")
    return ids[0]


def merge_customers(
    members: ir.Table, one: str, other: str, *, in_force: Sequence[Decision] = ()
) -> list[NewDecision]:
    """Merge two customers: `always` on their founders.

    A `never` in force between any two of their records is revoked, for it would part them anew.

    Args:
        members: `MEMBERSHIPS`.
        one: A customer.
        other: Another.
        in_force: Verdicts in force.

    Raises:
        InputError: There is no such customer, or both are the same.
    """
    left, right = records_of(members, one), records_of(members, other)
    if one == other:
        raise InputError(f"Both are customer {one} already.")
    joined = pair(left[0], right[0])
    across = {pair(a, b) for a, b in product(left, right)} - {joined}
    lifted = [
        NewDecision(DecisionKind.REVOKE, decision.pair)
        for decision in in_force
        if decision.kind == DecisionKind.NEVER and decision.pair in across
    ]
    return [*lifted, NewDecision(DecisionKind.ALWAYS, joined)]


def unmerge_record(members: ir.Table, record: tuple[str, str]) -> list[NewDecision]:
    """Separate a record from its customer.

    Returns:
        `never` between it and each other record of that customer.

    Raises:
        InputError: There is no such record, or it is alone.
    """
    others = [r for r in records_of(members, customer_of(members, record)) if r != record]
    if not others:
        raise InputError(f"{RecordKey(*record)} is the only record of its customer.")
    return keep_apart([[RecordKey(*record)], others])


def unmerge_customer(
    members: ir.Table,
    customer_id: str,
    parts: Sequence[Collection[tuple[str, str]]] | None = None,
) -> list[NewDecision]:
    """Split a customer into several.

    Args:
        members: `MEMBERSHIPS`.
        customer_id: The customer.
        parts: Records that belong together, part by part; records in no part form one more.
            Each record by itself when not said.

    Returns:
        `never` between any two records of different parts.

    Raises:
        InputError: There is no such customer; a part is empty, names a record of somebody else
            or one named before; or there would be one part only.
    """
    records = records_of(members, customer_id)
    if parts is None:
        return keep_apart([[record] for record in records])
    own_records = set(records)
    named = Counter(RecordKey(*record) for record in chain.from_iterable(parts))
    for record, times in named.items():
        if record not in own_records:
            raise InputError(f"{record} is no record of customer {customer_id}.")
        if times > 1:
            raise InputError(f"{record} is named in two parts.")
    rest = [record for record in records if record not in named]
    return keep_apart([[RecordKey(*r) for r in part] for part in parts] + ([rest] if rest else []))


def keep_apart(parts: Sequence[Sequence[RecordKey]]) -> list[NewDecision]:
    """Return `never` between any two records of different parts.

    Raises:
        InputError: There are fewer than two parts, or one is empty.

    Example:
        >>> a, b, c = (RecordKey("crm", letter) for letter in "abc")
        >>> [str(choice.pair) for choice in keep_apart([[a], [b, c]])]
        ['crm/b and crm/a', 'crm/c and crm/a']
    """
    if len(parts) < 2 or not all(parts):  # noqa: PLR2004  one part is no parting
        raise InputError("Parting a customer takes two parts or more, none of them empty.")
    crossings = (product(one, other) for one, other in combinations(parts, 2))
    pairs = sorted({pair(a, b) for a, b in chain.from_iterable(crossings)})
    return [NewDecision(DecisionKind.NEVER, between) for between in pairs]
