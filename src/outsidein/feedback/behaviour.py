"""`behaviour.toml`: rules that infer signals from behaviour."""

from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from outsidein.errors import ProjectError, nearest
from outsidein.feedback.item import Name
from outsidein.project.declarations import Declaration, declare, read_toml

FILE = "behaviour.toml"

Sign = Literal["abandoned", "repeated", "hang_up", "late", "silence"]

MOST_TIMES = 1_000

NEEDS = {
    "abandoned": ("followed_by", "within_days"),
    "repeated": ("times", "within_days"),
    "hang_up": ("outcomes",),
    "late": (),
    "silence": ("times",),
}
"""Required options of each sign."""


class BehaviourRule(Declaration):
    """One `[[rule]]`: a sign, the encounters it is inferred from, and its factor.

    Attributes:
        name: Of the rule; the signals' item.
        sign: "abandoned": an encounter that nothing of `followed_by` follows `within_days`.
            "repeated": the `times`-th within `within_days` by one record. "hang_up": one whose
            outcome is of `outcomes`. "late": `actual_at` on a later day than `promised_at`, or
            never. "silence": no order for `times` the record's own mean gap between order days.
        kinds: Kinds of encounters examined; all if empty.
        channels: Channels examined; all if empty.
        outcomes: Outcomes that are the sign.
        followed_by: Kinds of encounters that resolve it; "transaction" is an order.
        times: Repetitions, or multiples of the usual gap.
        within_days: Days within which the sign counts.
        at_least: Fewest order days for a usual gap ("silence").
        worst_after_days: Days late at which the score is 0 ("late").
        score: How good the sign is, from 0 to 1; without it the signal has no score.
        factor: Factor that the sign is about.
    """

    name: Name
    sign: Sign
    kinds: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    followed_by: tuple[str, ...] = ()
    times: Annotated[int, Field(ge=2, le=MOST_TIMES)] | None = None
    within_days: Annotated[int, Field(ge=1)] | None = None
    at_least: Annotated[int, Field(ge=3)] = 4
    worst_after_days: Annotated[int, Field(ge=1)] = 7
    score: Annotated[float, Field(ge=0, le=1)] | None = None
    factor: str | None = None

    @model_validator(mode="after")
    def _has_required_options(self) -> Self:
        for option in NEEDS[self.sign]:
            if not getattr(self, option):
                raise ValueError(f"sign {self.sign!r} needs `{option}`")
        return self


class _BehaviourFile(Declaration):
    rule: tuple[BehaviourRule, ...] = ()

    @field_validator("rule")
    @classmethod
    def _names_are_unique(cls, rules: tuple[BehaviourRule, ...]) -> tuple[BehaviourRule, ...]:
        names = [rule.name for rule in rules]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two rules are named {name!r}")
        return rules


def read_behaviour(path: Path, *, factors: Collection[str] = ()) -> tuple[BehaviourRule, ...]:
    """Read the rules of a project; the file is optional.

    Args:
        path: Of the file.
        factors: The factors that the project declares; where it declares any, rules may name these
            only.

    Raises:
        ProjectError: A rule is invalid; names file and key.
    """
    if not path.exists():
        return ()
    rules = declare(_BehaviourFile, read_toml(path), file=FILE).rule
    for place, rule in enumerate(rules):
        if factors and rule.factor is not None and rule.factor not in factors:
            problem = f"{rule.factor!r} is not a declared factor. {nearest(rule.factor, factors)}"
            raise ProjectError(FILE, f"rule.{place}.factor", problem)
    return rules
