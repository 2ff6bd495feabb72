"""The normal form of an e-mail address."""

import re
import unicodedata
from urllib.parse import unquote

from email_validator import EmailNotValidError, validate_email

from outsidein.contact.characters import fold_characters

_SCHEME = re.compile(r"(?i)mailto:")
_NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]+)>")
_COMMENT = re.compile(r"\([^()]*\)")
_DOMAIN = re.compile(r".+\.[a-z][a-z0-9-]*[a-z0-9]")
_ACCEPTED_ENDING = ".test"
"""Appended while the syntax is checked: the library refuses `.local`, which firms use inside."""
_LONGEST_TEXT = 1_000


def normalise_email(text: str) -> str | None:
    """Return the address that mail goes to: lower case, the domain in ASCII.

    Invisible characters, a display name, comments and `mailto:` go. Dots and tags of the mailbox
    stay, since most providers tell them apart.

    Returns:
        The address, or None if the text is not exactly one address.

    Example:
        >>> normalise_email("Bea Roth <Bea@BÜCHER.de>")
        'bea@xn--bcher-kva.de'
    """
    if len(text) > _LONGEST_TEXT:
        return None
    written = unicodedata.normalize("NFC", fold_characters(text)).strip()
    address = _COMMENT.sub("", _without_name(_without_scheme(written)) or "").strip()
    try:
        valid = validate_email(
            address + _ACCEPTED_ENDING,
            check_deliverability=False,
            test_environment=True,
            allow_quoted_local=True,
            allow_smtputf8=True,
        )
    except EmailNotValidError:
        return None
    domain = valid.ascii_domain.removesuffix(_ACCEPTED_ENDING)
    if '"' in valid.local_part or not _DOMAIN.fullmatch(domain):
        return None
    return f"{valid.local_part.lower()}@{domain}"


def _without_scheme(text: str) -> str:
    scheme = _SCHEME.match(text)
    if scheme is None:
        return text
    return unquote(text[scheme.end() :].partition("?")[0])


def _without_name(text: str) -> str | None:
    """The address in angle brackets; None if its display name is another address."""
    named = _NAMED.fullmatch(text)
    if named is None:
        return text
    name, address = named["name"].strip(" \"'"), named["address"].strip()
    return None if "@" in name and name.lower() != address.lower() else address
