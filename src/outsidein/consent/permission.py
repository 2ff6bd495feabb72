"""Whether one message may go out, and why: decided from what its customer last said."""

from datetime import datetime
from typing import NamedTuple

from outsidein.consent.declaration import Purpose


class Standing(NamedTuple):
    """What a customer last said of being written to; moments are aware, null where never."""

    refused_at: datetime | None = None
    refusal: str | None = None
    refused_source: str | None = None
    refused_record_id: str | None = None
    given_at: datetime | None = None


NOTHING_SAID = Standing()


class Permission(NamedTuple):
    """Whether a message may go out, for what, by which channel, on what ground, and why."""

    is_given: bool
    purpose: str
    channel: str
    legal_basis: str
    because: str

    @property
    def ground(self) -> dict[str, str]:
        """What is recorded with a message: no personal data beyond the key of a record."""
        return {
            "purpose": self.purpose,
            "channel": self.channel,
            "legal_basis": self.legal_basis,
            "because": self.because,
        }

    @property
    def refusal(self) -> str:
        """Why it may not go out, in words for lists."""
        return f"no consent for {self.purpose} by {self.channel}: {self.because}"


def permission(name: str, purpose: Purpose, *, channel: str, said: Standing) -> Permission:
    """Decide whether a message for a purpose may go out over a channel.

    A refusal or withdrawal that stands stops it whatever it rests on. What rests on consent goes
    only to who gave it.

    Args:
        name: Of the purpose.
        purpose: As declared.
        channel: How the message would go out.
        said: What the customer last said of it.

    Example:
        >>> order = Purpose(legal_basis="contract", reason="about an order")
        >>> permission("service", order, channel="email", said=NOTHING_SAID).is_given
        True
        >>> gone = Standing(datetime(2020, 1, 2), "withdrawn", "shop", "r7")
        >>> permission("service", order, channel="email", said=gone).refusal
        'no consent for service by email: withdrawn on 2020-01-02 (shop/r7)'
    """
    if said.refused_at is not None:
        where = f"{said.refused_source}/{said.refused_record_id}"
        because = f"{said.refusal} on {said.refused_at:%Y-%m-%d} ({where})"
        return Permission(False, name, channel, purpose.legal_basis, because)  # noqa: FBT003
    if purpose.legal_basis != "consent":
        return Permission(True, name, channel, purpose.legal_basis, purpose.reason)  # noqa: FBT003
    if said.given_at is None:
        because = "never given, or it has ended"
        return Permission(False, name, channel, purpose.legal_basis, because)  # noqa: FBT003
    because = f"given on {said.given_at:%Y-%m-%d}; {purpose.reason}"
    return Permission(True, name, channel, purpose.legal_basis, because)  # noqa: FBT003
