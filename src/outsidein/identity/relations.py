"""Ties that are suggested instead of a merge: families, and the people of a firm."""

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from ibis.backends import BaseBackend

from outsidein.canonical.tables import canonical
from outsidein.identity.agglomeration import Reason
from outsidein.identity.births import incompatible
from outsidein.identity.facts import array
from outsidein.identity.firewall_declaration import FirewallSettings
from outsidein.identity.pairs import PAIR
from outsidein.lake.once import once

SUGGESTED = ibis.schema({**canonical("relations").all_columns, "derived_from": "!string"})
"""Grain: one row per pair of records and kind, as canonical `relations`, and what it was derived
from; the first end is the member or employee, the other the first of the family or the firm."""

SUGGESTED_KEY = [*PAIR, "kind"]

AT_ONE_ADDRESS = "one family name at one address"
OF_ONE_NAME = "one family name and evidence that was withheld"
WITH_FIRM = "evidence that tied a person to an organisation"

_RECORD = ["source", "record_id"]
_TO = ["to_source", "to_record_id"]


def families(
    backend: BaseBackend, records: ir.Table, members: ir.Table, *, settings: FirewallSettings
) -> pa.Table:
    """Tie the customers of one family name at one address to the first of them.

    Two customers are of one household where their first names differ or no one person has both
    birth dates; otherwise they may be one person, which is the matching's to say. An address
    with very many customers of one name is left out.

    Args:
        backend: Where the tables lie.
        records: Canonical `records`.
        members: `MEMBERSHIPS`.
        settings: How large a household may be.

    Returns:
        `SUGGESTED` households, in order of source and record id.
    """
    here = _at_home(records).inner_join(members.select(*_RECORD, "customer_id"), _RECORD)
    here = backend.create_table("at_home", here, temp=True, overwrite=True)
    rows = backend.to_pyarrow(_beside_the_first(_residents(here), settings))
    backend.drop_table("at_home")
    born = (array(rows, name).astype("datetime64[D]") for name in ("born_on", "to_born_on"))
    is_other = array(rows, "is_other_name") | incompatible(*born)
    found = rows.filter(pa.array(is_other)).select(PAIR)
    return _suggested(found, "household", AT_ONE_ADDRESS)


_OF_RELATIVES = (Reason.BIRTHS, Reason.NAMES, Reason.SHARED, Reason.HOUSEHOLD)


def instead_of_merges(backend: BaseBackend, withheld: ir.Table, records: ir.Table) -> pa.Table:
    """Suggest what pairs are to each other that the firewall kept from being one customer.

    Two people of one family name are a household, a person tied to an organisation is its
    employee.

    Args:
        backend: Where the tables lie.
        withheld: `WITHHELD`.
        records: Canonical `records`.

    Returns:
        `SUGGESTED`, one row per withheld pair with such a tie, in order of kind and pair.
    """
    party = records.select(
        *_RECORD, "party_kind", family=records.family_name.strip().lower().nullif("")
    )
    to = party.select(
        to_source="source", to_record_id="record_id", to_party="party_kind", to_family="family"
    )
    # Kept, lest the engine should first join all records that have a family name in common.
    both = withheld.inner_join(party, _RECORD).inner_join(to, _TO)
    both = backend.create_table("withheld_parties", both, temp=True, overwrite=True)
    people = both.filter(
        (both.party_kind == "person")
        & (both.to_party == "person")
        & (both.family == both.to_family)
        & both.reason.isin([reason.value for reason in _OF_RELATIVES])
    )
    mixed = both.filter(both.party_kind != both.to_party)
    is_turned = mixed.party_kind == "organisation"
    employees = mixed.select(
        **{
            name: is_turned.ifelse(mixed[other], mixed[name])
            for name, other in zip(PAIR, (*PAIR[2:], *PAIR[:2]), strict=True)
        }
    )
    family_rows = backend.to_pyarrow(people.select(*PAIR).distinct().order_by(*PAIR))
    firm_rows = backend.to_pyarrow(employees.distinct().order_by(*PAIR))
    backend.drop_table("withheld_parties")
    return pa.concat_tables(
        [
            _suggested(firm_rows, "employee", WITH_FIRM),
            _suggested(family_rows, "household", OF_ONE_NAME),
        ]
    )


def employees(backend: BaseBackend, firms: ir.Table) -> pa.Table:
    """Tie people to the first record of the firm they are of.

    Args:
        backend: Where the table lies.
        firms: `FIRMS`.

    Returns:
        `SUGGESTED` employees, in order of source and record id; none for firms that have no
        record of their own.
    """
    own = firms.filter(firms.role == "organisation")
    place = ibis.row_number().over(group_by="firm", order_by=_RECORD)
    first = own.mutate(place=place).filter(ibis._.place == 0)
    first = first.select("firm", to_source="source", to_record_id="record_id")
    people = firms.filter(firms.role == "employee").inner_join(first, "firm")
    rows = backend.to_pyarrow(people.select(*PAIR, "derived_from").order_by(*_RECORD))
    return _suggested(rows.select(PAIR), "employee", rows.column("derived_from").to_pylist())


def together(*suggested: pa.Table, declared: ir.Table | None = None) -> ir.Table:
    """Put suggestions in one table, each pair once per kind, without those that are declared.

    Args:
        suggested: `SUGGESTED` tables; where two have a pair, the first by what it derives from.
        declared: Canonical `relations`.

    Returns:
        `SUGGESTED`, in no order; write it by `SUGGESTED_KEY`.
    """
    rows = ibis.memtable(pa.concat_tables(suggested))
    order = ibis.row_number().over(group_by=SUGGESTED_KEY, order_by="derived_from")
    found = rows.mutate(place=order).filter(ibis._.place == 0).drop("place")
    return found if declared is None else found.anti_join(declared, SUGGESTED_KEY)


def _at_home(records: ir.Table) -> ir.Table:
    """One row per person's record that tells its address and family name, in one spelling."""
    people = records.filter(records.party_kind == "person")
    people = people.filter(people.street.notnull() & people.family_name.notnull())
    here = people.select(
        *_RECORD,
        "born_on",
        street=_folded(people.street),
        town=_folded(ibis.coalesce(people.postcode, people.city)),
        family=_folded(people.family_name),
        given=_folded(people.given_name.re_replace(r"^\s*([^\s.-]+).*$", r"\1")),
    )
    return here.filter(here.street.notnull() & here.town.notnull() & here.family.notnull())


def _residents(here: ir.Table) -> ir.Table:
    """One record per customer, address and family name: the first that has a first name.

    Addresses where one customer of a name lives are left out.
    """
    homes = here.group_by("street", "town", "family").aggregate(
        one=here.customer_id.min(), other=here.customer_id.max()
    )
    here = here.semi_join(homes.filter(homes.one != homes.other), ["street", "town", "family"])
    place = ibis.row_number().over(
        group_by=["street", "town", "family", "customer_id"],
        order_by=[here.given.isnull(), *_RECORD],
    )
    return here.mutate(place=place).filter(ibis._.place == 0).drop("place")


def _beside_the_first(residents: ir.Table, settings: FirewallSettings) -> ir.Table:
    """Each resident but the first of its address and name, beside the first."""
    home = ["street", "town", "family"]
    alike = ibis.window(group_by=home, order_by=[residents.given.isnull(), *_RECORD])
    seen = residents.mutate(
        place=ibis.row_number().over(alike), living=residents.count().over(group_by=home)
    )
    seen = seen.filter((seen.living > 1) & (seen.living <= settings.largest_household))
    first = seen.filter(seen.place == 0).select(
        *home,
        to_source="source",
        to_record_id="record_id",
        to_given="given",
        to_born_on="born_on",
    )
    both = seen.filter(seen.place > 0).inner_join(first, home)
    is_initial = (both.given.length() == 1) | (both.to_given.length() == 1)
    begins_alike = both.given.substr(0, 1) == both.to_given.substr(0, 1)
    is_other = (both.given != both.to_given) & ~(is_initial & begins_alike)
    named = both.mutate(is_other_name=is_other.fill_null(False))  # noqa: FBT003
    return named.select(*PAIR, "born_on", "to_born_on", "is_other_name").order_by(*_RECORD)


def _folded(text: ir.StringValue) -> ir.StringValue:
    return once(
        text.lower(),
        lambda lower: lower.re_search(r"[.,]|\s\s|^\s|\s$").ifelse(
            once(
                lower.re_replace(r"[\s.,]+", " ").strip(),
                lambda told: told.nullif(""),
            ),
            lower.nullif(""),
        ),
    )


def _suggested(pairs: pa.Table, kind: str, derived_from: str | list[str]) -> pa.Table:
    texts = [derived_from] * len(pairs) if isinstance(derived_from, str) else derived_from
    known = {name: pairs.column(name) for name in PAIR}
    known |= {"kind": pa.array([kind] * len(pairs), pa.string())}
    known |= {"derived_from": pa.array(texts, pa.string())}
    schema = SUGGESTED.to_pyarrow()
    empty = np.full(len(pairs), None)
    columns = [known.get(field.name, pa.array(empty, field.type)) for field in schema]
    return pa.table(columns, names=schema.names).cast(schema)
