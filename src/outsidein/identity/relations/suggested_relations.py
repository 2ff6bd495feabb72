"""Relations suggested instead of a merge: households, and employees of firms."""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from ibis.backends import BaseBackend

from outsidein.identity.declaration import FirewallSettings
from outsidein.identity.firewall.agglomeration import WithheldReason
from outsidein.identity.records.attributes import Codes, column_array
from outsidein.identity.records.birth_dates import are_incompatible
from outsidein.identity.records.homes import pair_with_first, shared_homes
from outsidein.identity.records.pairs import PAIR
from outsidein.identity.records.record_codes import RecordCodes
from outsidein.identity.tables import SUGGESTED_RELATIONS
from outsidein.lake.scratch import scratch

SUGGESTED_COLUMNS = [*SUGGESTED_RELATIONS.key, "derived_from"]
"""What a suggestion says; nothing is known of the rest."""

AT_ONE_ADDRESS = "one family name at one address"
OF_ONE_NAME = "one family name and evidence that was withheld"
WITH_FIRM = "evidence that tied a person to an organisation"

_RECORD = ["source", "record_id"]


def suggest_households(
    backend: BaseBackend,
    described: ir.Table,
    founder: Codes,
    numbers: RecordCodes,
    *,
    settings: FirewallSettings,
) -> pa.Table:
    """Tie the customers of one family name at one address to the first of them.

    Two customers are of one household where their first names differ or no one person has both
    birth dates; otherwise they may be one person, which is the matching's to say. An address
    with very many customers of one name is left out.

    Args:
        backend: Where the tables lie.
        described: From `describe`.
        founder: Of each record's customer, by code.
        numbers: Of all records.
        settings: How large a household may be.

    Returns:
        `SUGGESTED_COLUMNS` of households, in order of source and record id.
    """
    with scratch(backend) as temporary:
        here = temporary.hold(shared_homes(described, _customers(founder)), "residents")
        rows = backend.to_pyarrow(pair_with_first(here, largest=settings.largest_household))
    born = (column_array(rows, name).astype("datetime64[D]") for name in ("born_on", "to_born_on"))
    is_other = column_array(rows, "is_other_name") | are_incompatible(*born)
    codes = numbers.in_order()
    ends = (codes[column_array(rows, name)[is_other]] for name in ("place", "to_place"))
    return _suggested(numbers.named(*ends), "household", AT_ONE_ADDRESS)


def _customers(founder: Codes) -> ir.Table:
    return ibis.memtable(pa.table({"code": np.arange(len(founder)), "customer": founder}))


_OF_RELATIVES = [
    reason.value
    for reason in (
        WithheldReason.BIRTHS,
        WithheldReason.NAMES,
        WithheldReason.SUFFIXES,
        WithheldReason.SHARED,
        WithheldReason.HOUSEHOLD,
    )
]


def relations_from_withheld(
    backend: BaseBackend, withheld: pa.Table, described: ir.Table, numbers: RecordCodes
) -> pa.Table:
    """Suggest what pairs are to each other that the firewall kept from being one customer.

    Two people of one family name are a household, a person tied to an organisation is its
    employee.

    Args:
        backend: Where the tables lie.
        withheld: As `Effect` has it.
        described: From `describe`.
        numbers: Of all records.

    Returns:
        `SUGGESTED_COLUMNS`, one row per withheld pair with such a tie, in order of kind and pair.
    """
    party = described.select("code", "party_kind", "family_name")
    one = party.select(left="code", party="party_kind", family="family_name")
    to = party.select(right="code", to_party="party_kind", to_family="family_name")
    pairs = ibis.memtable(withheld.select(["left", "right", "reason"]))
    ends = pairs.inner_join(one, "left").inner_join(to, "right")
    is_one_name = _plain(ends.family) == _plain(ends.to_family)
    is_person, to_person = (ends[name] == "person" for name in ("party", "to_party"))
    rows = ends.select(
        "left",
        "right",
        is_turned=ends.party == "organisation",
        is_mixed=ends.party != ends.to_party,
        is_family=is_person & to_person & is_one_name & ends.reason.isin(_OF_RELATIVES),
    )
    related = backend.to_pyarrow(rows.filter(rows.is_mixed | rows.is_family))
    left, right, is_turned = (
        column_array(related, name) for name in ("left", "right", "is_turned")
    )
    is_mixed = column_array(related, "is_mixed")
    member, firm = np.where(is_turned, (right, left), (left, right))
    person, to = numbers.oriented(left[~is_mixed], right[~is_mixed])
    return pa.concat_tables(
        [
            _relation_rows(numbers, member[is_mixed], firm[is_mixed], "employee", WITH_FIRM),
            _relation_rows(numbers, person, to, "household", OF_ONE_NAME),
        ]
    )


def _plain(name: ir.StringValue) -> ir.StringValue:
    return name.strip().lower().nullif("")


def _relation_rows(
    numbers: RecordCodes, codes: Codes, to: Codes, kind: str, derived_from: str
) -> pa.Table:
    """Each pair once, in order of keys."""
    places = np.column_stack([numbers.places[codes], numbers.places[to]])
    first, last = numbers.in_order()[np.unique(places, axis=0)].T
    return _suggested(numbers.named(first, last), kind, derived_from)


def suggest_employees(backend: BaseBackend, firms: ir.Table) -> pa.Table:
    """Tie people to the first record of the firm they are of.

    Args:
        backend: Where the table lies.
        firms: `FIRMS`.

    Returns:
        `SUGGESTED_COLUMNS` of employees, in order of source and record id; none for firms that
        have no record of their own.
    """
    own = firms.filter(firms.role == "organisation")
    place = ibis.row_number().over(group_by="firm", order_by=_RECORD)
    first = own.mutate(place=place).filter(ibis._.place == 0)
    first = first.select("firm", to_source="source", to_record_id="record_id")
    people = firms.filter(firms.role == "employee").inner_join(first, "firm")
    rows = backend.to_pyarrow(people.select(*PAIR, "derived_from").order_by(*_RECORD))
    pairs = {name: rows[name] for name in PAIR}
    return _suggested(pairs, "employee", rows["derived_from"])


def combine_suggestions(*suggested: pa.Table, declared: ir.Table | None = None) -> ir.Table:
    """Put suggestions in one table, each pair once per kind, without those that are declared.

    Args:
        suggested: Rows of `SUGGESTED_COLUMNS`; where two have a pair, the first by what it
            derives from.
        declared: Canonical `relations`.

    Returns:
        `SUGGESTED_RELATIONS`, in no order.
    """
    rows = ibis.memtable(pa.concat_tables(suggested))
    key, columns = SUGGESTED_RELATIONS.key, SUGGESTED_RELATIONS.all_columns
    suggestions = rows.group_by(*key).aggregate(derived_from=rows.derived_from.min())
    empty = {n: ibis.null().cast(kind) for n, kind in columns.items() if n not in rows.columns}
    suggestions = suggestions.mutate(**empty).select(*columns)
    return suggestions if declared is None else suggestions.anti_join(declared, list(key))


def _suggested(
    pairs: Mapping[str, pa.ChunkedArray], kind: str, derived_from: str | pa.ChunkedArray
) -> pa.Table:
    rows = len(pairs["source"])
    reasons = pa.repeat(derived_from, rows) if isinstance(derived_from, str) else derived_from
    all_columns = {**pairs, "kind": pa.repeat(kind, rows), "derived_from": reasons}
    columns = [all_columns[name] for name in SUGGESTED_COLUMNS]
    return pa.table(columns, schema=pa.schema([(name, pa.string()) for name in SUGGESTED_COLUMNS]))
