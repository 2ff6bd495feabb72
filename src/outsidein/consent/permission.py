"""Whether one message may be sent, and why, by its customer's current consent."""

from datetime import datetime
from typing import NamedTuple

from outsidein.consent.declaration import Purpose


class CurrentConsent(NamedTuple):
    """A customer's current consent; times are aware, null for never."""

    refused_at: datetime | None = None
    refusal: str | None = None
    refused_source: str | None = None
    refused_record_id: str | None = None
    given_at: datetime | None = None


NO_CONSENT_RECORDED = CurrentConsent()


class Permission(NamedTuple):
    """Whether a message may be sent: purpose, channel, legal basis and reason."""

    is_given: bool
    purpose: str
    channel: str
    legal_basis: str
    because: str

    @property
    def ground(self) -> dict[str, str]:
        """The facts recorded with a message; no personal data beyond a record's key."""
        return {
            "purpose": self.purpose,
            "channel": self.channel,
            "legal_basis": self.legal_basis,
            "because": self.because,
        }

    @property
    def refusal(self) -> str:
        """Why it may not be sent, for lists."""
        return f"no consent for {self.purpose} by {self.channel}: {self.because}"


def permission(name: str, purpose: Purpose, *, channel: str, current: CurrentConsent) -> Permission:
    """Decide whether a message for a purpose may be sent over a channel.

    A refusal or withdrawal in force stops it on any legal basis. On the basis of consent it goes
    only to customers who gave consent.

    Args:
        name: Name of the purpose.
        purpose: The declared purpose.
        channel: Channel of the message.
        current: The customer's current consent.

    Example:
        >>> order = Purpose(legal_basis="contract", reason="about an order")
        >>> permission("service", order, channel="email", current=NO_CONSENT_RECORDED).is_given
        True
        >>> withdrawn = CurrentConsent(datetime(2020, 1, 2), "withdrawn", "shop", "r7")
        >>> permission("service", order, channel="email", current=withdrawn).refusal
        'no consent for service by email: withdrawn on 2020-01-02 (shop/r7)'
    """
    if current.refused_at is not None:
        where = f"{current.refused_source}/{current.refused_record_id}"
        because = f"{current.refusal} on {current.refused_at:%Y-%m-%d} ({where})"
        return Permission(False, name, channel, purpose.legal_basis, because)  # noqa: FBT003
    if purpose.legal_basis != "consent":
        return Permission(True, name, channel, purpose.legal_basis, purpose.reason)  # noqa: FBT003
    if current.given_at is None:
        because = "never given, or expired"
        return Permission(False, name, channel, purpose.legal_basis, because)  # noqa: FBT003
    because = f"given on {current.given_at:%Y-%m-%d}; {purpose.reason}"
    return Permission(True, name, channel, purpose.legal_basis, because)  # noqa: FBT003
