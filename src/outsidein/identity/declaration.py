"""What a project declares about identifiers."""

from typing import Annotated

from pydantic import Field

from outsidein.identity.firewall_declaration import FirewallSettings
from outsidein.project.declarations import Declaration

PLACEHOLDERS = frozenset(
    {
        *("0", "00", "000", "0000", "00000", "-", "--", "?", ".", "x", "xx", "xxx", "n/a", "na"),
        *("null", "none", "nil", "nan", "undefined", "unknown", "anonymous", "anonymus", "guest"),
        *("test", "tests", "testing", "dummy", "demo", "example", "default", "void", "missing"),
        *("noemail", "no email", "no-email", "nomail", "noreply", "not provided", "not available"),
        *("123", "1234", "12345", "123456", "123456789", "1234567890", "999", "9999", "99999"),
    }
)
"""Values that many systems write where they know none; they identify nobody."""

PLACEHOLDER_MAILBOXES = frozenset(
    {"test", "noreply", "no-reply", "none", "null", "noemail", "na", "unknown", "anonymous"}
)
"""Mailboxes that identify nobody, whatever their domain."""


class IdentitySettings(Declaration):
    """`[identity]` of `outsidein.toml`."""

    max_records: Annotated[int, Field(ge=2)] = 50
    """An identifier on more records than this is shared by strangers and links nobody."""

    ignore: tuple[str, ...] = ("device",)
    """Kinds of identifier that link nobody: a device is used by a family."""

    placeholders: tuple[str, ...] = ()
    """Further values that identify nobody."""

    model: str | None = None
    """The model that builds apply, such as "model-0001"; the newest when not said."""

    firewall: FirewallSettings = FirewallSettings()
