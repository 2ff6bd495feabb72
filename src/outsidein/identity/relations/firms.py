"""The firm of a business contact, by name of the firm, mail domain or phone."""

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends import BaseBackend

from outsidein.identity.declaration import FirewallSettings
from outsidein.identity.relations.firm_contacts import (
    assign_firms,
    domains_spelt_like_names,
    firm_contacts,
    firm_name,
)
from outsidein.identity.relations.firm_names import name_key, similar_names
from outsidein.lake.scratch import scratch

FIRMS = ibis.schema(
    {
        "source": "!string",
        "record_id": "!string",
        "firm": "!string",  # the first of its name keys and domains, by letter
        "firm_name": "string",  # as most of its records write it
        "role": "!string",  # organisation: the firm itself; employee: a person
        "derived_from": "!string",
    }
)
"""Grain: one row per record that was found to be of a firm."""

DOMAIN, NAME, SWITCHBOARD = "mail domain", "name of the organisation", "phone of the firm"

_RECORD = ["source", "record_id"]


def resolve_firms(
    backend: BaseBackend,
    records: ir.Table,
    compared: ir.Table,
    *,
    settings: FirewallSettings,
) -> pa.Table:
    """Resolve business contacts to their firms.

    A name and a domain that many records have together, or that are spelt alike, are one firm's,
    through any chain. A domain used beside names of many first letters is a mail provider's, a
    name with many domains is a name of several firms; neither ties. A name borne in several
    towns is a firm in each, unless a domain says that they are one. Who writes from another
    firm's domain is of the firm they name; a domain beside which nobody names a firm is that of
    the one name spelt like it. A record with neither name nor domain, or with a name
    that nobody else bears, is of the one firm whose own record, or two of whose people, have its
    phone; in the second case only if that firm's name is spelt alike.

    Args:
        backend: Where the tables lie.
        records: Canonical `records`.
        compared: One row per identifier of a record, from `normalised`.
        settings: Over how many first letters names may spread.

    Returns:
        `FIRMS`, in order of source and record id. A firm none of whose records is an
        organisation is here too.
    """
    contacts = firm_contacts(records, compared, settings)
    with scratch(backend) as temporary:
        contacts = temporary.hold(contacts, "firm_contacts")
        of = ibis.memtable(assign_firms(backend.to_pyarrow(_ties(contacts))))
        assigned = temporary.hold(_with_firm(contacts, of), "firms")
        called = _by_phone(records, compared, assigned)
        assigned = assigned.anti_join(called, _RECORD).union(called)
        return backend.to_pyarrow(_described(assigned, records)).cast(FIRMS.to_pyarrow())


def _ties(contacts: ir.Table) -> ir.Table:
    """One row per name and domain of one firm, and per name or domain that has no other."""
    pairs = (
        contacts.filter(contacts.is_tie)
        .select("name", "domain")
        .union(domains_spelt_like_names(contacts))
    )
    none = ibis.null().cast("string")
    names = contacts.filter(contacts.name.notnull()).select("name", domain=none)
    domains = contacts.filter(contacts.domain.notnull()).select("domain", name=none)
    ties = pairs.union(names).union(domains.select("name", "domain")).distinct()
    return ties.order_by("name", "domain")


def _with_firm(contacts: ir.Table, of: ir.Table) -> ir.Table:
    """One row per record with a name or a domain: the firm, and what tells it."""
    by_domain = contacts.inner_join(of.select(domain="key", firm="firm"), "domain")
    is_own = by_domain.is_tie | by_domain.name.isnull() | ~by_domain.elsewhere
    by_domain = by_domain.filter(is_own)
    by_name = contacts.inner_join(of.select(name="key", firm="firm"), "name")
    by_name = by_name.anti_join(by_domain, _RECORD)
    with_domain = by_domain.select(*_RECORD, "firm", derived_from=ibis.literal(DOMAIN)).distinct()
    named = by_name.select(*_RECORD, "firm", derived_from=ibis.literal(NAME)).distinct()
    first = ibis.row_number().over(group_by=_RECORD, order_by=["firm"])
    return with_domain.union(named).mutate(place=first).filter(ibis._.place == 0).drop("place")


def _by_phone(records: ir.Table, compared: ir.Table, assigned: ir.Table) -> ir.Table:
    """Find the firm of records that tell none, or a name nobody else bears, by their phone."""
    phones = compared.filter((compared.kind.lower() == "phone") & compared.normalised.notnull())
    phones = phones.select(*_RECORD, phone="normalised").distinct()
    facts = records.select(
        *_RECORD,
        own=name_key(firm_name(records)),
        is_own=(records.party_kind == "organisation"),
    )
    sizes = assigned.group_by("firm").aggregate(records=assigned.count())
    alone = assigned.filter(assigned.derived_from == NAME)
    alone = alone.semi_join(sizes.filter(sizes.records == 1), "firm")
    phones_of_firms = _phones_with_firm(phones, assigned.anti_join(alone, _RECORD), facts)
    by_one = (
        _phones_with_firm(phones, alone, facts)
        .filter(ibis._.is_own)
        .anti_join(phones_of_firms, "phone")
    )
    holders = phones_of_firms.union(by_one)
    lone = phones.anti_join(assigned.anti_join(alone, _RECORD), _RECORD).anti_join(by_one, _RECORD)
    called = lone.inner_join(facts.drop("is_own"), _RECORD).inner_join(_desks(holders), "phone")
    borne = holders.filter(holders.own.notnull()).select("firm", borne="own").distinct()
    spelt_alike = called.inner_join(borne, "firm").filter(
        lambda row: similar_names(row.own, row.borne)
    )
    nameless = called.filter(called.own.isnull())
    candidates = (
        nameless.select(*_RECORD, "firm").union(spelt_alike.select(*_RECORD, "firm")).distinct()
    )
    firm = candidates.group_by(*_RECORD).aggregate(
        firm=candidates.firm.min(), n=candidates.firm.nunique()
    )
    firm = firm.filter(firm.n == 1)
    return firm.select(*_RECORD, "firm", derived_from=ibis.literal(SWITCHBOARD))


def _phones_with_firm(phones: ir.Table, assigned: ir.Table, facts: ir.Table) -> ir.Table:
    """One row per phone and record that was found to be of a firm."""
    phones_with_firm = phones.inner_join(assigned.select(*_RECORD, "firm"), _RECORD).inner_join(
        facts, _RECORD
    )
    return phones_with_firm.select(*_RECORD, "phone", "firm", "own", "is_own")


def _desks(holders: ir.Table) -> ir.Table:
    """Phones that one firm alone has: on its own record, or on two of its people's."""
    phones = holders.group_by("phone").aggregate(
        firm=holders.firm.min(),
        firms=holders.firm.nunique(),
        holders=holders.count(),
        is_own=holders.is_own.any(),
    )
    is_desk = (phones.firms == 1) & ((phones.holders > 1) | phones.is_own)
    return phones.filter(is_desk).select("phone", "firm")


def _described(assigned: ir.Table, records: ir.Table) -> ir.Table:
    facts = records.select(*_RECORD, "party_kind", written=firm_name(records))
    joined = assigned.left_join(facts, _RECORD).drop("source_right", "record_id_right")
    named = joined.filter(joined.written.notnull())
    uses = named.group_by("firm", "written").aggregate(n=named.count())
    best = ibis.row_number().over(group_by="firm", order_by=[ibis.desc("n"), "written"])
    names = uses.mutate(place=best).filter(ibis._.place == 0).select("firm", firm_name="written")
    role = (joined.party_kind == "organisation").ifelse("organisation", "employee")
    described = joined.mutate(role=role).left_join(names, "firm")
    return described.select(*FIRMS.names).order_by(*_RECORD)
