"""Names and mail domains on business contacts, and which of them belong to one firm."""

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from outsidein.identity.declaration import FirewallSettings
from outsidein.identity.records.connected_components import component_labels
from outsidein.identity.relations.firm_names import (
    company_domain,
    domain_label,
    letters_only,
    name_key,
    similar_names,
)

MOST_DOMAINS = 2
"""A firm's name with more domains than this is a name of several firms."""

LEAST_SHARE = 3
"""A name and a domain that are unlike are one firm's if every third record of either has both."""

_RECORD = ["source", "record_id"]

_KEY_SEPARATOR = "\x1f"


def firm_contacts(records: ir.Table, compared: ir.Table, settings: FirewallSettings) -> ir.Table:
    """Say of each record what firm's name and domain it has.

    A name that organisations in several towns bear is told with the town. A domain beside names
    of many first letters is a mail provider's, and a name with many domains is one of several
    firms; neither is kept.

    Args:
        records: Canonical `records`.
        compared: One row per identifier of a record, from `normalised`.
        settings: Over how many first letters names may spread.

    Returns:
        One row per record and company domain: `name`, `domain` (each null where there is none),
        `elsewhere` (whether the name is on records without the domain) and `is_tie` (whether name
        and domain are one firm's).
    """
    named = _in_towns(
        records.mutate(name=name_key(firm_name(records)), town=name_key(records.city))
    )
    emails = compared.filter(compared.kind.lower() == "email")
    domains = emails.select(*_RECORD, domain=company_domain(emails.normalised)).distinct()
    domains = domains.filter(domains.domain.notnull())
    labels = domains.group_by(_RECORD).aggregate(labels=domain_label(domains.domain).nunique())
    contacts = named.left_join(domains, _RECORD).select(*_RECORD, "name", "domain")
    contacts = contacts.left_join(labels, _RECORD).select(
        *contacts.columns, is_sole=labels.labels == 1
    )
    contacts = contacts.filter(contacts.name.notnull() | contacts.domain.notnull())
    return _without_common(_tied(_without_providers(contacts, settings)))


def domains_spelt_like_names(contacts: ir.Table) -> ir.Table:
    """Find the names of domains beside which no record tells a name: they are spelt the same.

    Args:
        contacts: From `firm_contacts`.

    Returns:
        One row per `name` and `domain`; none where several names are spelt so, or one is borne in
        several towns.
    """
    nameless = contacts.group_by("domain").aggregate(names=contacts.name.count())
    nameless = nameless.filter((nameless.names == 0) & nameless.domain.notnull())
    domains = nameless.select("domain", letters=letters_only(domain_label(nameless.domain)))
    names = contacts.filter(contacts.name.notnull()).select("name").distinct()
    names = names.mutate(letters=letters_only(names.name))
    single = names.group_by("letters").aggregate(name=names.name.min(), n=names.count())
    single = single.filter((single.n == 1) & ~single.name.contains(","))
    return domains.inner_join(single, "letters").select("name", "domain")


def firm_name(records: ir.Table) -> ir.StringValue:
    """Return the name of the firm as a record writes it."""
    own = ibis.coalesce(records.organisation_name, records.name)
    return (records.party_kind == "organisation").ifelse(own, records.organisation_name)


def assign_firms(ties: pa.Table) -> pa.Table:
    """Assign each name and domain to a firm, through any chain.

    Args:
        ties: One row per `name` and `domain` of one firm; either may be null. A domain has a dot
            and a name has none.

    Returns:
        One row per `key`: `firm`, the first of its names and domains by letter.
    """
    names, domains = (ties.column(name).to_pylist() for name in ("name", "domain"))
    keys = sorted({key for key in (*names, *domains) if key})
    code = {key: place for place, key in enumerate(keys)}
    pairs = [(code[n], code[d]) for n, d in zip(names, domains, strict=True) if n and d]
    left, right = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    labels = component_labels(len(keys), left, right)
    return pa.table(
        {
            "key": pa.array(keys, pa.string()),
            "firm": pa.array([keys[label] for label in labels], pa.string()),
        }
    )


def _in_towns(named: ir.Table) -> ir.Table:
    """Tell names with the town where organisations of several towns bear them.

    Of a person whose town none of them is in, it is not known which is meant.
    """
    own = named.filter((named.party_kind == "organisation") & named.town.notnull())
    homes = own.select("name", "town").distinct()
    several = homes.group_by("name").aggregate(towns=homes.count())
    several = several.filter(several.towns > 1)
    with_towns = named.left_join(several, "name").select(*named.columns, "towns")
    with_towns = with_towns.left_join(homes.mutate(is_home=True), ["name", "town"])
    in_town = (with_towns.is_home & with_towns.towns.notnull()).fill_null(False)  # noqa: FBT003
    name = ibis.cases(
        (with_towns.towns.isnull(), with_towns.name),
        (in_town, with_towns.name + ", " + with_towns.town),
    )
    return with_towns.select(*_RECORD, name=name)


def _without_providers(contacts: ir.Table, settings: FirewallSettings) -> ir.Table:
    """Take out domains beside names of many first letters, unless most are spelt like them."""
    with_names = contacts.filter(contacts.is_sole & contacts.name.notnull())
    spread = with_names.group_by("domain").aggregate(
        letters=with_names.name.substr(0, 1).nunique(),
        names=with_names.count(),
        spelt=similar_names(with_names.name, domain_label(with_names.domain)).sum(),
    )
    is_provider = (spread.letters > settings.most_names) & (2 * spread.spelt < spread.names)
    providers = spread.filter(is_provider).select("domain", is_provider=True)
    marked = contacts.left_join(providers, "domain").select(*contacts.columns, "is_provider")
    domain = marked.is_provider.notnull().ifelse(ibis.null(), marked.domain)
    return marked.mutate(domain=domain).drop("is_provider").distinct()


def _tied(contacts: ir.Table) -> ir.Table:
    """Say of each name beside a domain whether they are one firm's.

    They are where the domain is spelt like the name, or many records of either have both: one
    person who writes from a client's domain does not make two firms one. A record with several
    domains tells nothing but of those that are spelt like its name.
    """
    named = contacts.filter(contacts.name.notnull())
    key = named.source + _KEY_SEPARATOR + named.record_id
    of_name = named.group_by("name").aggregate(with_name=key.nunique())
    named = named.filter(named.domain.notnull())
    of_domain = named.group_by("domain").aggregate(with_domain=named.count())
    pairs = named.group_by("name", "domain").aggregate(with_both=named.is_sole.sum().fill_null(0))
    counts = pairs.inner_join(of_name, "name").inner_join(of_domain, "domain")
    many = LEAST_SHARE * counts.with_both
    is_usual = (many >= counts.with_name) & (many >= counts.with_domain)
    links = counts.select(
        "name",
        "domain",
        "with_both",
        elsewhere=counts.with_name > counts.with_both,
        is_tie=similar_names(counts.name, domain_label(counts.domain)) | is_usual,
    )
    joined = contacts.left_join(links, ["name", "domain"])
    return joined.select(
        *_RECORD,
        "name",
        "domain",
        with_both=joined.with_both.fill_null(0),
        elsewhere=joined.elsewhere.fill_null(True),  # noqa: FBT003
        is_tie=joined.is_tie.fill_null(False),  # noqa: FBT003
    )


def _without_common(tied: ir.Table) -> ir.Table:
    """Take out names that many domains have, each at least half as often as any other."""
    beside = tied.filter((tied.with_both > 0) & tied.name.notnull())
    most = beside.with_both.max().over(group_by="name")
    usual = beside.mutate(most=most).filter(lambda row: 2 * row.with_both >= row.most)
    labels = usual.group_by("name").aggregate(domains=domain_label(usual.domain).nunique())
    common = labels.filter(labels.domains > MOST_DOMAINS).select("name", is_common=True)
    marked = tied.left_join(common, "name").select(*tied.columns, "is_common")
    return marked.select(
        *_RECORD,
        "domain",
        "elsewhere",
        name=marked.is_common.notnull().ifelse(ibis.null(), marked.name),
        is_tie=marked.is_tie & marked.is_common.isnull(),
    )
