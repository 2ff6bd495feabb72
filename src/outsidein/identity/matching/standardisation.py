"""Names, places and addresses brought to one spelling, so that they can be compared.

Most texts are spelt plainly already: what must be looked at closely is told apart first, and a
value that is read more than once goes through `evaluate_once`.
"""

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc
from anyascii import anyascii

from outsidein.lake.expressions import evaluate_once

TITLES = (
    *("mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "dame", "lord", "lady"),
    *("rev", "hon", "herr", "frau", "mme", "mlle", "monsieur", "madame", "sr", "sra", "srta"),
    *("dott", "ing", "phd", "md", "esq"),
)
"""What stands before or after a name and tells nobody apart."""

GENERATIONS = ("jr", "jnr", "snr", "ii", "iii", "iv")
"""Suffixes within a name: not compared here; the firewall compares those that end a name."""

PARTICLES = (
    *("de", "da", "do", "dos", "das", "del", "della", "di", "du", "des", "la", "las", "los"),
    *("van", "von", "vom", "der", "den", "ter", "ten", "te", "zu", "zum", "zur", "af", "av"),
    *("al", "el", "bin", "ibn", "bint", "ben", "abu", "y", "e", "of", "the", "and"),
)
"""Small words of a family name that one system writes and another leaves out."""

LEGAL_FORMS = (
    *("ltd", "limited", "plc", "llp", "llc", "lp", "inc", "incorporated", "corp", "corporation"),
    *("co", "company", "gmbh", "mbh", "ag", "kg", "kgaa", "ohg", "ug", "ev", "eg", "se", "cokg"),
    *("sa", "sas", "sarl", "sl", "slu", "srl", "spa", "snc", "ltda", "eireli", "me", "epp"),
    *("bv", "nv", "vof", "ab", "oy", "oyj", "as", "asa", "aps", "pty", "pte", "sdn", "bhd"),
    *("kk", "ooo", "oao", "zao", "pjsc", "sro", "doo", "zoo", "kft", "nyrt", "zrt", "the", "and"),
)
"""What says how a firm is constituted, not which one it is. Dots are gone: S.A. is `sa`."""

STREET_WORDS = (
    *("street", "st", "avenue", "ave", "av", "road", "rd", "drive", "dr", "place", "pl", "court"),
    *("ct", "crescent", "cres", "lane", "ln", "boulevard", "blvd", "highway", "hwy", "square"),
    *("sq", "terrace", "tce", "close", "cl", "circuit", "cct", "avenida", "rua", "calle", "rue"),
    *("via", "strasse", "str", "weg", "platz", "straat", "laan", "de", "da", "do", "la", "the"),
)
"""What kind of way an address lies on: written out, abbreviated or left out as one likes."""


@ibis.udf.scalar.pyarrow(name="to_ascii")  # type: ignore[untyped-decorator]
def _to_ascii(text: str) -> str:
    """Write every script in Latin letters without accents."""
    if pc.all(pc.string_is_ascii(text)).as_py() is not False:
        return text
    latin = [None if value is None else anyascii(value) for value in text.to_pylist()]  # type: ignore[attr-defined]
    return pa.array(latin, pa.string())  # type: ignore[no-any-return]


def fold(text: ir.StringValue) -> ir.StringValue:
    """Write a text in lower-case Latin letters, digits and single spaces.

    Accents go, other scripts are transliterated, apostrophes and dots join what they part, and
    any other sign becomes a space.

    Returns:
        The text, null where nothing is left.
    """
    return evaluate_once(text.lower(), lambda lower: _is_plain(lower).ifelse(lower, _latin(lower)))


def _is_plain(text: ir.StringValue) -> ir.BooleanValue:
    return text.re_search(r"^[a-z0-9]+(?: [a-z0-9]+)*$")


def _latin(text: ir.StringValue) -> ir.StringValue:
    has_other = text.re_search(r"[^\x00-\x7f]")
    ascii_text = has_other.ifelse(_to_ascii(text).lower(), text)
    joined = ascii_text.re_replace(r"['.`]", "").re_replace(r"[^a-z0-9]+", " ")
    return evaluate_once(joined.strip(), _unless_empty)


def _unless_empty(text: ir.StringValue) -> ir.StringValue:
    return text.nullif("")


def drop_words(text: ir.StringValue, words: tuple[str, ...]) -> ir.StringValue:
    """Drop words from a folded text, but never its last."""
    listed = "|".join(words)

    def rest(several: ir.StringValue) -> ir.StringValue:
        first = several.re_replace(rf"\b(?:(?:{listed}) )+", "")
        return first.re_replace(rf"( (?:{listed}))+$", "")

    return evaluate_once(
        text,
        lambda words_of_text: words_of_text.contains(" ").ifelse(
            rest(words_of_text), words_of_text
        ),
    )


def person_name(text: ir.StringValue) -> ir.StringValue:
    """Fold a name of a person and drop titles and suffixes."""
    return drop_words(fold(text), (*TITLES, *GENERATIONS))


def family_name(text: ir.StringValue) -> ir.StringValue:
    """Fold a family name; `von`, `de la`, `van der` and their like are dropped."""
    return drop_words(person_name(text), PARTICLES)


def organisation_name(text: ir.StringValue) -> ir.StringValue:
    """Fold the name of an organisation and drop its legal form."""
    return drop_words(fold(text), LEGAL_FORMS)


def postcode(text: ir.StringValue) -> ir.StringValue:
    """Write a postcode without blanks and signs; of a ZIP+4 only the ZIP."""
    zip_code = text.re_replace(r"^\s*([0-9]{5})-[0-9]{4}\s*$", r"\1")
    is_long = text.contains("-")
    return fold(is_long.ifelse(zip_code, text)).replace(" ", "")


def house(line: ir.StringValue) -> ir.StringValue:
    """Give the house number of an address: the first of its folded first line, with its letter."""
    return line.re_extract(r"\b([0-9]+ ?[a-z]?)\b", 1).replace(" ", "").nullif("")


def street(line: ir.StringValue) -> ir.StringValue:
    """Give the street of a folded first line, without its numbers and the kind of way."""
    unnumbered = line.re_replace(r"\b[0-9]+ ?[a-z]?\b", " ").strip()
    single = evaluate_once(unnumbered, _with_single_spaces)
    kept = drop_words(single, STREET_WORDS)
    return evaluate_once(kept, lambda name: _without_compound(name).nullif(""))


def _without_compound(street: ir.StringValue) -> ir.StringValue:
    is_compound = street.endswith("str") | street.endswith("strasse")
    return is_compound.ifelse(street.re_replace("(str|strasse)$", ""), street)


def _with_single_spaces(text: ir.StringValue) -> ir.StringValue:
    return text.contains("  ").ifelse(text.re_replace(" +", " "), text)


def first_line(text: ir.StringValue) -> ir.StringValue:
    """Give the first line of an address, which names street and house."""
    has_more = text.contains(",") | text.contains("\n")
    return has_more.ifelse(text.re_extract(r"^\s*([^,\n]*)", 1), text)


def building(text: ir.StringValue) -> ir.StringValue:
    """Give what follows the first line of an address: a building, a floor, a property."""
    has_more = text.contains(",") | text.contains("\n")
    rest = text.re_extract(r"^[^,\n]*[,\n]\s*([\s\S]+)$", 1)
    return has_more.ifelse(fold(rest), ibis.null().cast("string"))


def email_address(address: ir.StringValue) -> ir.StringValue:
    """Write an e-mail address without what its owner may add at will.

    A tag (`anna+shop@`) is dropped, and the dots of a gmail mailbox. For comparison only: it
    does not link records by itself.
    """
    untagged = address.re_replace(r"^([^@+]+)\+[^@]*@", r"\1@")
    return evaluate_once(address.contains("+").ifelse(untagged, address), _without_dots)


def _without_dots(address: ir.StringValue) -> ir.StringValue:
    mailbox = address.re_extract(r"^([^@]*)@", 1)
    is_gmail = address.endswith("@gmail.com") | address.endswith("@googlemail.com")
    return is_gmail.ifelse(mailbox.replace(".", "") + "@gmail.com", address)
