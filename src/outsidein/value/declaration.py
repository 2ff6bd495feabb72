"""What a project declares about value: margin and horizon, activities, tiers and their policies."""

from datetime import date
from itertools import pairwise
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field, field_validator, model_validator

from outsidein.project.declarations import Declaration

SHARE_STEPS = 10_000
"""A margin is declared to the hundredth of a per cent, so that costs stay whole numbers."""

MOST_ACTIVITY_COST = 10**10
"""Minor units of one encounter: a hundred million of most currencies."""


class ValueSettings(Declaration):
    """The table `[value]`: horizon, discount rate and the gross margin to assume."""

    horizon_days: int = Field(default=365, ge=1)
    discount_rate: float = Field(default=0.10, ge=0)
    gross_margin: float | None = Field(default=None, ge=0, le=1)

    @field_validator("gross_margin")
    @classmethod
    def _has_four_decimals(cls, margin: float | None) -> float | None:
        if margin is not None and abs(margin * SHARE_STEPS - round(margin * SHARE_STEPS)) > 1e-6:  # noqa: PLR2004 - a float's own noise
            raise ValueError("it may have four decimals at most")
        return margin


class Activity(Declaration):
    """A table `[activity.KIND]`: what an encounter of that kind costs (minor units).

    `minutes` is how long it takes, where the data do not say how long encounters took.

    With `is_failure` a mistake of the company caused such encounters. With `is_leaving` they are
    part of leaving, as a call to cancel is, and no reason for it.
    """

    cost: int = Field(default=0, ge=0, le=MOST_ACTIVITY_COST)
    minutes: float | None = Field(default=None, ge=0)
    is_failure: bool = False
    is_leaving: bool = False

    @model_validator(mode="after")
    def _is_one_of_both(self) -> "Activity":
        if self.is_failure and self.is_leaving:
            raise ValueError("is_failure and is_leaving exclude each other; declare one")
        return self


Decision = Literal["invest", "keep", "repair", "stop"]

DECISIONS: tuple[str, ...] = get_args(Decision)
"""What can be decided about a tier."""


class Policy(Declaration):
    """What a named person decided about a tier, when and why."""

    decision: Decision
    by: str = Field(min_length=1)
    on: date
    reason: str = Field(min_length=1)

    @property
    def sentence(self) -> str:
        """The decision as a manager reads it."""
        return f"{self.decision}, decided by {self.by} on {self.on.isoformat()}: {self.reason}"


class Tier(Declaration):
    """A table `[[tier]]`.

    One of: the customers who are among the `top_share` by profit (0 to 1, counted from the most
    profitable, so that 0.15 after 0.05 holds the next tenth), those on whom money is lost
    (`losses`), or, with neither, the rest.
    """

    name: str = Field(min_length=1)
    top_share: float | None = Field(default=None, gt=0, le=1)
    losses: bool = False
    policy: Policy | None = None

    @model_validator(mode="after")
    def _has_one_kind(self) -> "Tier":
        if self.losses and self.top_share is not None:
            raise ValueError("losses and top_share exclude each other; declare one")
        return self

    @property
    def is_rest(self) -> bool:
        """Whether it holds the customers of no other tier."""
        return not self.losses and self.top_share is None


def _check_tiers(tiers: tuple[Tier, ...]) -> tuple[Tier, ...]:
    names = [tier.name for tier in tiers]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"the tier {repeated[0]!r} is declared twice")
    shares = [tier.top_share for tier in tiers if tier.top_share is not None]
    if any(later <= earlier for earlier, later in pairwise(shares)):
        raise ValueError("each top_share must be above the one before: 0.05, then 0.15, and so on")
    _require_exactly_one(
        "for customers on whom money is lost (losses = true)", [t.losses for t in tiers]
    )
    _require_exactly_one("for the rest (neither top_share nor losses)", [t.is_rest for t in tiers])
    return tiers


def _require_exactly_one(purpose: str, claims: list[bool]) -> None:
    if sum(claims) != 1:
        raise ValueError(f"exactly one tier must be {purpose}; there are {sum(claims)}")


Tiers = Annotated[tuple[Tier, ...], AfterValidator(_check_tiers)]
"""Tiers that divide all customers: top shares ascending, one for losses, one for the rest."""

DEFAULT_TIERS: tuple[Tier, ...] = (
    Tier(name="platinum", top_share=0.05),
    Tier(name="gold", top_share=0.20),
    Tier(name="iron"),
    Tier(name="lead", losses=True),
)
"""The tiers of a project that declares none."""
