"""`behaviour.toml`: what customers do that says how it went, though nobody asked."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from outsidein.feedback.item import Name
from outsidein.project.declarations import Declaration, declare, read_toml

FILE = "behaviour.toml"

Sign = Literal["abandoned", "repeated", "hang_up", "late", "silence"]

NEEDS = {
    "abandoned": ("followed_by", "within_days"),
    "repeated": ("times", "within_days"),
    "hang_up": ("outcomes",),
    "late": (),
    "silence": ("times",),
}
"""Options that a sign cannot do without."""


class BehaviourRule(Declaration):
    """One `[[rule]]`: a sign, the encounters it is read from, and what it speaks of.

    Attributes:
        name: Of the rule; the signals' item.
        sign: "abandoned": an encounter that nothing of `followed_by` follows `within_days`.
            "repeated": the `times`-th within `within_days` by one record. "hang_up": one whose
            outcome is of `outcomes`. "late": `actual_at` on a later day than `promised_at`, or
            never. "silence": no order for `times` the record's own mean gap between order days.
        kinds: Kinds of encounters looked at; all if none is named.
        channels: Channels looked at; all if none is named.
        outcomes: Outcomes that are the sign.
        followed_by: Kinds of encounters that make it good; "transaction" is an order.
        times: How often, or how many times the usual gap.
        within_days: Within how many days.
        at_least: Order days from which a habit is known ("silence").
        worst_after_days: Days late at which the score is 0 ("late").
        score: How good the sign is, from 0 to 1; without it the signal has no score.
        factor: What the sign speaks of.
    """

    name: Name
    sign: Sign
    kinds: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    followed_by: tuple[str, ...] = ()
    times: Annotated[int, Field(ge=2)] | None = None
    within_days: Annotated[int, Field(ge=1)] | None = None
    at_least: Annotated[int, Field(ge=3)] = 4
    worst_after_days: Annotated[int, Field(ge=1)] = 7
    score: Annotated[float, Field(ge=0, le=1)] | None = None
    factor: str | None = None

    @model_validator(mode="after")
    def _has_what_its_sign_needs(self) -> Self:
        for option in NEEDS[self.sign]:
            if not getattr(self, option):
                raise ValueError(f"sign {self.sign!r} needs `{option}`")
        return self


class _BehaviourFile(Declaration):
    rule: tuple[BehaviourRule, ...] = ()


def read_behaviour(path: Path) -> tuple[BehaviourRule, ...]:
    """Read the rules of a project; there need be none.

    Raises:
        ProjectError: The first thing that is wrong, by file and key.
    """
    return declare(_BehaviourFile, read_toml(path), file=FILE).rule if path.exists() else ()
