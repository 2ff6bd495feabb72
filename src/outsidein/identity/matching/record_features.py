"""What of a record is compared: names, birth date, address, identifiers, in one standardisation."""

from collections.abc import Callable, Collection
from typing import Any

import ibis
import ibis.expr.types as ir

from outsidein.canonical.tables import TRAIT
from outsidein.identity.matching import standardisation
from outsidein.identity.records.suffixes import whole_without_suffix, without_suffix
from outsidein.lake.expressions import evaluate_once, map_distinct_values

KIND_SEPARATOR = ":"
"""Stands between kind and value in the column `others`."""

_PLACE = (
    *("organisation", "gender", "born_on", "street", "house", "building", "postcode", "city"),
    "region",
)


def record_features(
    records: ir.Table, identifiers: ir.Table, *, ignore: Collection[str] = ()
) -> ir.Table:
    """Prepare records for comparison.

    Accents and other scripts become plain Latin letters; titles, suffixes, particles of names and
    legal forms are dropped; a whole name stands in where given and family name are not known apart.
    E-mails lose their tags: they are compared here, not linked by.

    Args:
        records: Canonical `records`.
        identifiers: One row per identifier of a record, from `normalised`.
        ignore: Kinds of identifier that are not compared.

    Returns:
        One row per record: `source`, `record_id`, `party_kind`, the texts `given`, `family`,
        `more_names` (what else the name holds, words in order), `organisation`, `gender`,
        `street`, `house`, `building`, `postcode`, `city`, `region`, the date `born_on`, lists
        `emails`, `phones` and `others` (`kind:value`), and a text for each trait of text.
    """
    read = _read(records)
    spelt = map_distinct_values(read, _spellings(read))
    kept = spelt.select(
        *("source", "record_id", "party_kind"),
        **_names(spelt),
        **{name: spelt[name] for name in _PLACE},
        **{name: spelt[name] for name in spelt.columns if name.startswith(TRAIT)},
    )
    identifier_lists = _identifier_lists(identifiers, ignore=ignore)
    joined = kept.left_join(identifier_lists, ["source", "record_id"])
    lists = {name: joined[name] for name in ("emails", "phones", "others")}
    return joined.select("source", "record_id", *kept.columns[2:], **lists)


def _read(records: ir.Table) -> ir.Table:
    """Records as their texts are written, the parts of names and addresses taken apart."""
    line = standardisation.fold(standardisation.first_line(records.street))
    with_line = records.mutate(line=line).view()  # reckoned once, not wherever it is read
    whole = whole_without_suffix(with_line.name)
    is_backwards = whole.contains(",") & ~whole.re_search(r",\s*(?i:jr|sr|phd|md|esq)")
    turned = whole.re_replace(r"^([^,]*),\s*(.*)$", r"\2 \1")
    has_parts = with_line.given_name.notnull() | with_line.family_name.notnull()
    before_comma = is_backwards.ifelse(whole.re_extract(r"^([^,]*),", 1), ibis.null())
    return with_line.select(
        *("source", "record_id", "party_kind", "born_on", "gender", "postcode", "city", "region"),
        *_text_traits(with_line),
        has_parts=has_parts,
        whole=(is_backwards & ~has_parts).ifelse(turned, whole),
        given=without_suffix(with_line.given_name),
        family=has_parts.ifelse(without_suffix(with_line.family_name), before_comma),
        organisation=with_line.organisation_name,
        street=standardisation.street(with_line.line),
        house=standardisation.house(with_line.line),
        building=standardisation.building(with_line.street),
    )


def _text_traits(records: ir.Table) -> list[str]:
    kinds = records.schema().items()
    return [name for name, kind in kinds if name.startswith(TRAIT) and kind.is_string()]


def _spellings(read: ir.Table) -> dict[str, Callable[[Any], ir.Value]]:
    """How each text is spelt, one value at a time; whole names and addresses are too various."""
    places = dict.fromkeys(("gender", "city", "region"), standardisation.fold)
    traits = {name: standardisation.fold for name in read.columns if name.startswith(TRAIT)}
    return {
        "given": standardisation.person_name,
        "family": standardisation.family_name,
        "organisation": standardisation.organisation_name,
        "postcode": standardisation.postcode,
        **places,
        **traits,
    }


def _names(read: ir.Table) -> dict[str, ir.StringValue]:
    """Take given and family name as they are, else from the whole name."""
    straight = standardisation.person_name(read.whole)
    first = straight.re_extract(r"^(.+?) [^ ]+$", 1).nullif("")
    last = read.family.fill_null(standardisation.family_name(straight.re_extract("([^ ]+)$", 1)))
    given_name = read.has_parts.ifelse(read.given, first)
    family = read.has_parts.ifelse(read.family, last)
    words = ibis.array([given_name, straight]).join(" ")
    further = evaluate_once(
        ibis.array([words, family.fill_null("")]),
        lambda words_and_family: (
            words_and_family[0]
            .contains(" ")
            .ifelse(_further(words_and_family[0], words_and_family[1]), ibis.null())
        ),
    )
    is_one_word = read.whole.isnull() & ~read.given.contains(" ")
    return {
        "given": evaluate_once(given_name, lambda names: names.split(" ")[0]),
        "family": family,
        "more_names": is_one_word.ifelse(ibis.null(), further),
    }


def _further(names: ir.StringValue, family: ir.StringValue) -> ir.StringValue:
    """All words but the first given name, the family name, particles and titles, in order."""
    noise = ["", *standardisation.PARTICLES, *standardisation.TITLES, *standardisation.GENERATIONS]

    def is_further(word: ir.StringValue) -> ir.BooleanValue:
        return (word != names.split(" ")[0]) & (word != family) & ~word.isin(noise)

    return names.split(" ").filter(is_further).unique().sort().join(" ").nullif("")


def _identifier_lists(identifiers: ir.Table, *, ignore: Collection[str]) -> ir.Table:
    """One row per record: its e-mails, phones and other identifiers, each a sorted list."""
    compared = identifiers.filter(identifiers.normalised.notnull())
    compared = compared.filter(~compared.kind.lower().isin([kind.lower() for kind in ignore]))
    kind = compared.kind.lower()
    is_mail, is_phone = kind == "email", kind == "phone"
    other = kind + KIND_SEPARATOR + compared.normalised
    return compared.group_by("source", "record_id").aggregate(
        emails=_listed(standardisation.email_address(compared.normalised), is_mail),
        phones=_listed(compared.normalised, is_phone),
        others=_listed(other, ~is_mail & ~is_phone),
    )


def _listed(value: ir.StringValue, where: ir.BooleanValue) -> ir.ArrayValue:
    several = value.collect(where=where & value.notnull())
    return evaluate_once(
        several, lambda values: (values.length() > 1).ifelse(values.unique().sort(), values)
    )
