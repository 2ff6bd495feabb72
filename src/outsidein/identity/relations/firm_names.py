"""Normalised names and mail domains of firms."""

import ibis
import ibis.expr.types as ir

LEGAL_FORMS = (
    *("gmbh", "mbh", "ag", "kg", "kgaa", "ohg", "ug", "gbr", "eg", "ev", "se", "ltd", "limited"),
    *("haftungsbeschränkt", "haftungsbeschrankt", "haftungsbeschraenkt", "ggmbh", "ek", "partg"),
    *("plc", "llp", "llc", "lp", "inc", "incorporated", "corp", "corporation", "company", "co"),
    *("sa", "sas", "sarl", "sprl", "bv", "nv", "srl", "spa", "sl", "ltda", "eireli", "lda", "me"),
    *("oy", "oyj", "ab", "as", "asa", "aps", "kft", "zrt", "sp z oo", "doo", "pty", "pte"),
)
"""What says only of which kind a firm is."""

FILLERS = ("the", "firma", "and", "und", "et", "y", "e", "group", "holding")

FREE_MAIL = (
    *("gmail", "googlemail", "yahoo", "ymail", "hotmail", "outlook", "live", "msn", "gmx", "web"),
    *("icloud", "me", "mac", "aol", "proton", "protonmail", "mail", "yandex", "qq", "163", "126"),
    *("t-online", "freenet", "posteo", "mailbox", "zoho", "uol", "bol", "terra", "ig", "orange"),
    *("wanadoo", "free", "laposte", "sfr", "libero", "virgilio", "btinternet", "comcast"),
    *("verizon", "att", "sbcglobal", "naver", "rediffmail", "seznam", "wp", "onet", "interia"),
)
"""Domains, but for their ending, where anybody has an address."""


def name_key(name: ir.StringValue) -> ir.StringValue:
    """Reduce a firm's name to what tells it from others; null where nothing is left.

    Case, accents, punctuation, legal forms and small words go: `Müller & Co. GmbH` and
    `MUELLER` have one key.
    """
    lower = _strip_accents(name.lower().replace("ß", "ss"))
    letters = lower.re_replace(r"[.'`\x{2019}]", "").re_replace(r"[^\p{L}\p{N}]+", " ")
    words = "|".join(sorted((*LEGAL_FORMS, *FILLERS), key=len, reverse=True))
    distinctive = letters.re_replace(rf"\b({words})\b", " ")
    plain = distinctive.re_replace(r"([aou])e", r"\1").re_replace(r"\s+", " ").strip()
    return plain.nullif("")


ALIKE = 0.88
"""Least likeness of two spellings of one name (Jaro and Winkler's, 0 to 1)."""


def similar_names(name: ir.StringValue, other: ir.StringValue) -> ir.BooleanValue:
    """Say whether two names, or a name and the label of a domain, are spelt alike.

    Args:
        name: From `name_key`; a town behind a comma does not matter.
        other: Another, or from `domain_label`.
    """
    one, two = (letters_only(text.re_replace(r", .*$", "")) for text in (name, other))
    return _jaro_winkler(one, two) >= ALIKE


def letters_only(text: ir.StringValue) -> ir.StringValue:
    """Return the letters and digits of a name, umlauts as in `name_key`."""
    return text.re_replace(r"([aou])e", r"\1").re_replace(r"[^\p{L}\p{N}]", "")


def company_domain(email: ir.StringValue) -> ir.StringValue:
    """Return the domain a firm would have registered; null for free mail and what is no address.

    Args:
        email: Address in lower case.
    """
    domain = email.re_extract(r"@(.+)$", 1)
    registered = domain.re_extract(
        r"((?:[^.]+\.(?:co|com|org|net|ac|gov|edu)\.[a-z]{2})|(?:[^.]+\.[^.]+))$", 1
    )
    is_free = domain_label(registered).isin(FREE_MAIL)
    return is_free.ifelse(ibis.null(), registered.nullif(""))


def domain_label(domain: ir.StringValue) -> ir.StringValue:
    """Return a registered domain without its ending: `acme` of `acme.co.uk`."""
    return domain.re_extract(r"^([^.]+)", 1)


@ibis.udf.scalar.builtin(name="strip_accents")  # type: ignore[untyped-decorator]
def _strip_accents(text: str) -> str:  # type: ignore[empty-body]
    """DuckDB's own: letters without their accents."""


@ibis.udf.scalar.builtin(name="jaro_winkler_similarity")  # type: ignore[untyped-decorator]
def _jaro_winkler(one: str, two: str) -> float:  # type: ignore[empty-body]
    """DuckDB's own: likeness from 0 to 1, more where the beginnings are equal."""
