"""Generational suffixes: what distinguishes two people of one name, such as `Jr.` and `Sr.`.

A suffix follows a name and is never all of it: `Neto`, `Senior` and `Sen` are family names, too.
"""

import ibis
import ibis.expr.types as ir

from outsidein.lake.expressions import evaluate_once

WORDS = {
    "junior": (
        *("jr", "jnr", "junior", "júnior", "jun", "filho", "filha", "hijo", "hija", "fils"),
        *("dj", "derjüngere", "diejüngere", "theyounger"),
    ),
    "senior": (
        *("sr", "snr", "senior", "sênior", "sen", "padre", "père"),
        *("dä", "derältere", "dieältere", "theelder"),
    ),
    "II": ("ii", "2nd"),
    "III": ("iii", "3rd"),
    "IV": ("iv", "4th"),
    "grandchild": ("neto", "neta", "nieto", "nieta"),
    "nephew": ("sobrinho", "sobrinha"),
}
"""How each suffix is written, in lower case without dots and spaces."""

SUFFIXES = ("", *WORDS)
"""All suffixes by number; a name without one is 0."""

_ANY_CASE = (
    r"jr|jnr|j[uú]nior|sr|snr|s[eê]nior|iv|i{2,3}|2nd|3rd|4th|filh[oa]|net[oa]|hij[oa]|niet[oa]"
    r"|sobrinh[oa]|padre|d\. ?[jä]|(?:der|die) (?:jüngere|ältere)|the (?:younger|elder)"
    r"|(?:jun|sen)\."
)
_LOWER_CASE = "jun|sen|fils|père"
_DEGREES = r"(?:[\s,]+(?i:ph\.?d|m\.?d|esq)\.?)*"
_SUFFIX = (
    rf"([^\s,])(?:\s*,\s*|\s+)\(?((?i:{_ANY_CASE})|{_LOWER_CASE})[.)]*"
    rf"({_DEGREES}\s*(?:,.*)?)$"
)
"""A suffix after a word, at the end of a name or before a comma."""


def suffix_of(records: ir.Table) -> ir.StringValue:
    """Return the generational suffix of each person.

    Args:
        records: Canonical `records`.

    Returns:
        One of `SUFFIXES`, empty where the name has none; null for organisations and where the
        name is unknown.
    """
    parts = (records.family_name, records.given_name)
    suffix = ibis.coalesce(*(_suffix(part) for part in parts), _suffix(_after_first(records.name)))
    is_named = ibis.coalesce(*(_unless_blank(part) for part in (*parts, records.name))).notnull()
    is_person = records.party_kind == "person"
    return (is_person & is_named).ifelse(suffix.fill_null(""), ibis.null())


def without_suffix(part: ir.StringValue) -> ir.StringValue:
    """Return a given or family name without its suffix."""
    return part.re_search(r"[\s,]").ifelse(part.re_replace(_SUFFIX, r"\1\3"), part)


def whole_without_suffix(name: ir.StringValue) -> ir.StringValue:
    """Return a whole name without its suffix; two words of a name hold none."""
    has_suffix = _after_first(name).re_search(_SUFFIX)
    return has_suffix.ifelse(name.re_replace(_SUFFIX, r"\1\3"), name)


def _suffix(text: ir.StringValue) -> ir.StringValue:
    written = text.re_search(r"[\s,]").ifelse(text.re_extract(_SUFFIX, 2), "")
    return evaluate_once(
        written, lambda word: (word != "").ifelse(_named(word.lower()), ibis.null())
    )


def _named(written: ir.StringValue) -> ir.StringValue:
    word = written.re_replace(r"[.\s]+", "")
    names = {spelling: name for name, spellings in WORDS.items() for spelling in spellings}
    return word.substitute(names)


def _after_first(name: ir.StringValue) -> ir.StringValue:
    """Leave out the first word where it is a given name: no comma follows the family name."""
    return name.contains(",").ifelse(name, name.re_replace(r"^\s*\S+\s+", ""))


def _unless_blank(text: ir.StringValue) -> ir.StringValue:
    return text.strip().nullif("")
