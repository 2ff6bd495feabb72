"""Declarations about factors: scales, beliefs and initiatives."""

from datetime import date
from hashlib import sha256
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from outsidein.project.declarations import Declaration
from outsidein.stats.factors.classes import CLASSES, FactorClass
from outsidein.stats.factors.ratings import Cuts

NonEmptyText = Annotated[str, Field(min_length=1)]
Period = Literal["year", "quarter", "month"]
Answer = Literal["communication", "product", "channel"]
Work = Literal["remove", "restore", "build"]

WORK: dict[Work, str] = {
    "remove": "remove this turn-off",
    "restore": "restore this hygiene factor",
    "build": "build this enhancer",
}

WORK_BY_CLASS: dict[FactorClass, Work] = {
    FactorClass.DESTROYER: "remove",
    FactorClass.HYGIENE: "restore",
    FactorClass.PERFORMANCE: "restore",
    FactorClass.ENHANCER: "build",
}
"""Kind of work by class."""


class Factor(Declaration):
    """`[factor.NAME]` of `factors.toml`."""

    description: str = ""
    answer: Answer | None = None
    """Kind of response that a low score needs."""
    is_decisive: bool = False
    """Whether its lowest score alone is a disaster, and its highest a delight."""
    terms: dict[str, tuple[NonEmptyText, ...]] = Field(default_factory=dict)
    """Seed terms by language, by which texts are coded."""


class FactorSettings(Declaration):
    """`factors.toml`."""

    overall: NonEmptyText = "overall"
    """The factor whose score is overall satisfaction."""
    period: Period = "year"
    low_to: float = Field(default=0.25, ge=0, lt=1)
    high_from: float = Field(default=0.9, gt=0, le=1)
    factor: dict[str, Factor] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _cuts_are_in_order(self) -> "FactorSettings":
        if self.low_to >= self.high_from:
            raise ValueError(f"low_to ({self.low_to}) must lie below high_from ({self.high_from})")
        if self.overall in self.factor:
            raise ValueError(f"{self.overall} is the overall score; it cannot be a factor as well")
        return self

    @property
    def cuts(self) -> Cuts:
        """Cut-offs of low and high answers."""
        return Cuts(self.low_to, self.high_from)

    @property
    def decisive(self) -> tuple[str, ...]:
        """Factors by whose score alone an encounter is a disaster or a delight."""
        named = (name for name, factor in self.factor.items() if factor.is_decisive)
        return (self.overall, *named)

    @property
    def terms(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """Seed terms by factor and language."""
        return {name: dict(factor.terms) for name, factor in self.factor.items()}


class Belief(Declaration):
    """`[[belief]]` of `beliefs.toml`: the class that managers believe a factor has."""

    factor: NonEmptyText
    believed_class: FactorClass = Field(alias="class")

    @field_validator("believed_class")
    @classmethod
    def _class_can_be_believed(cls, believed_class: FactorClass) -> FactorClass:
        if believed_class not in CLASSES:
            raise ValueError(f"a belief is one of {', '.join(CLASSES)}")
        return believed_class


class Beliefs(Declaration):
    """`beliefs.toml`: factors in the order of importance that managers believe in."""

    author: NonEmptyText
    sealed_on: date
    belief: tuple[Belief, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _factors_are_ranked_once(self) -> "Beliefs":
        names = [belief.factor for belief in self.belief]
        duplicates = sorted({name for name in names if names.count(name) > 1})
        if duplicates:
            raise ValueError(f"{duplicates[0]} is ranked twice")
        return self

    @property
    def ranking(self) -> tuple[str, ...]:
        """Factors, the one believed to matter most first."""
        return tuple(belief.factor for belief in self.belief)

    @property
    def seal(self) -> str:
        """SHA-256 of author, date, ranking and classes: another belief has another seal."""
        lines = [self.author, self.sealed_on.isoformat()]
        lines += [f"{belief.factor}\t{belief.believed_class}" for belief in self.belief]
        return sha256("\n".join(lines).encode()).hexdigest()


class Initiative(Declaration):
    """`[[initiative]]` of `initiatives.toml`: work on one factor."""

    name: NonEmptyText
    factor: NonEmptyText
    work: Work
    """Remove this turn-off, restore this hygiene factor, or build this enhancer."""
    answer: Answer
    owner: NonEmptyText
    cost: Annotated[int, Field(ge=0)] | None = None
    """In minor units of the project's currency, as the cost of an activity."""
    hours: Annotated[float, Field(ge=0)] | None = None
    improves: Annotated[float, Field(gt=0, le=1)] | None = None
    """By how much the share of low answers is to fall or, of an enhancer, that of high ones to
    rise (0 to 1)."""
    begins_on: date | None = None
    done_on: date | None = None
    """First day on which customers meet the result."""

    @model_validator(mode="after")
    def _begins_before_it_is_done(self) -> "Initiative":
        if self.begins_on and self.done_on and self.done_on < self.begins_on:
            raise ValueError("done_on lies before begins_on")
        return self


class InitiativesFile(Declaration):
    """`initiatives.toml`."""

    initiative: tuple[Initiative, ...] = ()

    @model_validator(mode="after")
    def _names_are_unique(self) -> "InitiativesFile":
        names = [initiative.name for initiative in self.initiative]
        duplicates = sorted({name for name in names if names.count(name) > 1})
        if duplicates:
            raise ValueError(f"two initiatives are named {duplicates[0]}")
        return self
