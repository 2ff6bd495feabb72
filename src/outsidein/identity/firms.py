"""Which firm a business contact is of: by the firm's name, its mail domain, its switchboard."""

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from ibis.backends import BaseBackend

from outsidein.identity.components import components
from outsidein.identity.firewall_declaration import FirewallSettings
from outsidein.identity.firm_names import company_domain, domain_label, name_key

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

MOST_DOMAINS = 2
"""A firm's name with more domains than this is a name of several firms."""

DOMAIN, NAME, SWITCHBOARD = "mail domain", "name of the organisation", "phone of the firm"

_RECORD = ["source", "record_id"]


def firms(
    backend: BaseBackend,
    records: ir.Table,
    compared: ir.Table,
    *,
    settings: FirewallSettings,
) -> pa.Table:
    """Resolve business contacts to their firms.

    Names and domains that stand on one record are one firm's, through any chain. A domain used
    beside names of many first letters is a mail provider's, a name with many domains is a name
    of several firms; neither ties. A record with neither is of the firm whose people alone, and
    at least two of them, have its phone.

    Args:
        backend: Where the tables lie.
        records: Canonical `records`.
        compared: One row per identifier of a record, from `normalised`.
        settings: Over how many first letters names may spread.

    Returns:
        `FIRMS`, in order of source and record id. A firm none of whose records is an
        organisation is here too.
    """
    contacts = _contacts(records, compared, settings)
    contacts = backend.create_table("firm_contacts", contacts, temp=True, overwrite=True)
    of = ibis.memtable(_firm_of(backend.to_pyarrow(_ties(contacts))))
    by_domain = contacts.inner_join(of.select(domain="key", firm="firm"), "domain")
    by_name = contacts.inner_join(of.select(name="key", firm="firm"), "name")
    by_name = by_name.anti_join(by_domain, _RECORD)
    found = by_domain.select(*_RECORD, "firm", derived_from=ibis.literal(DOMAIN)).distinct()
    found = found.union(by_name.select(*_RECORD, "firm", derived_from=ibis.literal(NAME)))
    first = ibis.row_number().over(group_by=_RECORD, order_by=["firm"])
    found = found.mutate(place=first).filter(ibis._.place == 0).drop("place")
    found = found.union(_by_phone(records, compared, found))
    table = backend.to_pyarrow(_described(found, records)).cast(FIRMS.to_pyarrow())
    backend.drop_table("firm_contacts")
    return table


def _contacts(records: ir.Table, compared: ir.Table, settings: FirewallSettings) -> ir.Table:
    """One row per record and company domain: name and domain of the firm, null where none ties."""
    named = records.select(*_RECORD, name=name_key(_written(records)))
    emails = compared.filter(compared.kind.lower() == "email")
    domains = emails.select(*_RECORD, domain=company_domain(emails.normalised)).distinct()
    both = named.left_join(domains.filter(domains.domain.notnull()), _RECORD)
    both = both.select(*_RECORD, "name", "domain")
    letters = both.group_by("domain").aggregate(spread=both.name.substr(0, 1).nunique())
    labels = both.group_by("name").aggregate(domains=domain_label(both.domain).nunique())
    joined = both.left_join(letters, "domain").left_join(labels, "name")
    is_provider = joined.spread > settings.most_names
    is_common = joined.domains > MOST_DOMAINS
    return joined.select(
        *_RECORD,
        domain=is_provider.fill_null(False).ifelse(ibis.null(), joined.domain),  # noqa: FBT003
        name=is_common.fill_null(False).ifelse(ibis.null(), joined.name),  # noqa: FBT003
    )


def _written(records: ir.Table) -> ir.StringValue:
    """Name of the firm as a record writes it."""
    own = ibis.coalesce(records.organisation_name, records.name)
    return (records.party_kind == "organisation").ifelse(own, records.organisation_name)


def _ties(contacts: ir.Table) -> ir.Table:
    """One row per name and domain that stand on one record; the domain marked by its `@`."""
    ties = contacts.select("name", "domain").distinct()
    return ties.filter(ties.name.notnull() | ties.domain.notnull()).order_by("name", "domain")


def _firm_of(ties: pa.Table) -> pa.Table:
    """Say of each name and domain which firm it is of; a domain has a dot and a name has none."""
    names, domains = (ties.column(name).to_pylist() for name in ("name", "domain"))
    keys = sorted({key for key in (*names, *domains) if key})
    code = {key: place for place, key in enumerate(keys)}
    both = [(code[n], code[d]) for n, d in zip(names, domains, strict=True) if n and d]
    left, right = np.array(both, dtype=np.int64).reshape(-1, 2).T
    labels = components(len(keys), left, right)
    return pa.table(
        {
            "key": pa.array(keys, pa.string()),
            "firm": pa.array([keys[label] for label in labels], pa.string()),
        }
    )


def _by_phone(records: ir.Table, compared: ir.Table, found: ir.Table) -> ir.Table:
    phones = compared.filter((compared.kind.lower() == "phone") & compared.normalised.notnull())
    phones = phones.select(*_RECORD, phone="normalised").distinct()
    holders = phones.inner_join(found.select(*_RECORD, "firm"), _RECORD)
    switchboards = holders.group_by("phone").aggregate(
        firm=holders.firm.min(), firms=holders.firm.nunique(), holders=holders.count()
    )
    switchboards = switchboards.filter(
        (switchboards.firms == 1) & (switchboards.holders > 1)
    ).select("phone", "firm")
    persons = records.filter(records.organisation_name.isnull()).select(*_RECORD)
    lone = phones.semi_join(persons, _RECORD).anti_join(found, _RECORD)
    called = lone.inner_join(switchboards, "phone")
    alone = called.group_by(*_RECORD).aggregate(firm=called.firm.min(), n=called.firm.nunique())
    single = alone.filter(alone.n == 1)
    return single.select(*_RECORD, "firm", derived_from=ibis.literal(SWITCHBOARD))


def _described(found: ir.Table, records: ir.Table) -> ir.Table:
    facts = records.select(*_RECORD, "party_kind", written=_written(records))
    joined = found.left_join(facts, _RECORD).drop("source_right", "record_id_right")
    named = joined.filter(joined.written.notnull())
    uses = named.group_by("firm", "written").aggregate(n=named.count())
    best = ibis.row_number().over(group_by="firm", order_by=[ibis.desc("n"), "written"])
    names = uses.mutate(place=best).filter(ibis._.place == 0).select("firm", firm_name="written")
    role = (joined.party_kind == "organisation").ifelse("organisation", "employee")
    told = joined.mutate(role=role).left_join(names, "firm")
    return told.select(*FIRMS.names).order_by(*_RECORD)
