"""What a project declares about identifiers, and about links that look wrong."""

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import Field, model_validator

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


class FirewallSettings(Declaration):
    """`[identity.firewall]` of `outsidein.toml`: which groups of records go to review."""

    identifier_weight: Annotated[float, Field(gt=0)] = 20.0
    """Weight of a shared identifier (log2 of the Bayes factor), where `weights` says no other."""

    weights: Mapping[str, Annotated[float, Field(gt=0)]] = {"phone": 12.0, "device": 8.0}
    """Weight by kind of identifier."""

    most_names: Annotated[int, Field(ge=1)] = 2
    """An identifier on records of more family names than this is a desk's, not a person's. Names
    are told apart by their first letter, so that misspellings do not count."""

    household_kinds: tuple[str, ...] = ("phone",)
    """Kinds of identifier that people who live together share: alone, they tie no two records of
    different first names."""

    fewest_large: Annotated[int, Field(ge=2)] = 50
    """A customer of so many records or fewer is never too large."""

    largest_share: Annotated[float, Field(gt=0, lt=1)] = 0.999
    """Customers of more records than this share of all that have two or more are too large."""

    longest_chain: Annotated[int, Field(ge=1)] = 8
    """Any two records of a customer are at most so many links apart."""

    sure_gender: Annotated[float, Field(gt=0.5, le=1)] = 0.98
    """A first name is of a gender if so large a share of those who have one and bear it are."""

    largest_household: Annotated[int, Field(ge=2)] = 10
    """More customers of one name at one address are an institution, not a family."""

    review_cap: Annotated[int, Field(ge=0)] = 500
    """So many pairs a reviewer is shown; the rest is counted."""

    review_lower: Annotated[float, Field(ge=0, le=1)] = 0.5
    """Pairs less probable than this are not looked at."""

    review_upper: Annotated[float, Field(ge=0, le=1)] = 0.95
    """Pairs as probable as this or more are links and need no look."""

    @model_validator(mode="after")
    def _thresholds_in_order(self) -> Self:
        if self.review_lower > self.review_upper:
            raise ValueError("review_lower is above review_upper")
        return self


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

    least_probability: Annotated[float, Field(ge=0.5, lt=1)] = 0.5
    """Least probability of a pair that a model's proposal merges; less probable ones stay apart."""

    firewall: FirewallSettings = FirewallSettings()
