"""The one form of a recipient: stored, checked for consent, shown, and put into the envelope."""

import re
from urllib.parse import urlsplit, urlunsplit

import idna
from email_validator import EmailNotValidError, validate_email

from outsidein.errors import InputError

LONGEST = 2_000
"""Characters of a web address at most."""

_PRIVATE = re.compile(
    r"(?i)(?P<local>.+)@(?P<domain>(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*"
    r"(?:local|localhost|internal|test))"
)
"""Of a company's own network. The validator refuses them, for nobody outside can reach them."""


def mailbox(text: str) -> str:
    """Return the address of one plain mailbox: in lower case, its domain in ASCII.

    Raises:
        InputError: The text is anything else: several addresses, one with a name, a comment,
            quotes, a route, invisible or control characters, or a domain that cannot exist.

    Example:
        >>> mailbox("Info@Bücher.example")
        'info@xn--bcher-kva.example'
    """
    private = _PRIVATE.fullmatch(text)
    domain = private["domain"].lower() if private else None
    try:
        valid = validate_email(
            f"{private['local']}@intranet.example" if private else text,
            check_deliverability=False,
            globally_deliverable=False,
            strict=True,
        )
    except EmailNotValidError as error:
        raise InputError(_refusal(text, "one plain mail address", _reason(error))) from error
    return f"{valid.local_part.lower()}@{domain or valid.ascii_domain}"


def web_address(text: str) -> str:
    """Return a web address with its host in ASCII.

    Raises:
        InputError: It is none, or has a host that cannot exist.

    Example:
        >>> web_address("https://Bücher.example/hook")
        'https://xn--bcher-kva.example/hook'
    """
    if not text.startswith(("http://", "https://")):
        raise InputError(_refusal(text, "a web address", "it must begin with https://"))
    if len(text) > LONGEST or not text.isprintable() or " " in text:
        raise InputError(_refusal(text, "a web address", "it is too long or has spaces in it"))
    try:
        parts = urlsplit(text)
        host, port = _ascii_host(parts.hostname or ""), parts.port
    except (ValueError, UnicodeError) as error:
        raise InputError(_refusal(text, "a web address", _reason(error))) from error
    login, at, _ = parts.netloc.rpartition("@")
    place = f"{login}{at}{host}" + (f":{port}" if port else "")
    return urlunsplit(parts._replace(netloc=place))


def _ascii_host(host: str) -> str:
    if not host:
        raise ValueError("It has no host.")
    if ":" in host:
        return f"[{host}]"
    return idna.encode(host, uts46=True).decode() if not _is_plain(host) else host


def _is_plain(host: str) -> bool:
    """Whether a host is ASCII, of labels that need no further look, such as an IP address."""
    labels = host.split(".")
    return all(re.fullmatch(r"(?!xn--)[a-z0-9_-]{1,63}", label) for label in labels)


def _refusal(text: str, kind: str, reason: str) -> str:
    return f"{text[:100]!r} is not {kind}: {reason}"


def _reason(error: Exception) -> str:
    """Return the reason without what it quotes of the address."""
    reason = str(error).partition(" (")[0].rstrip(".")
    return f"{reason[:1].lower()}{reason[1:]}."
