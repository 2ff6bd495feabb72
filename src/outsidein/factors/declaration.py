"""What a project declares about its factors: scales, beliefs, and what is to be done."""

from datetime import date
from hashlib import sha256
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from outsidein.project.declarations import Declaration
from outsidein.stats.factors.classes import CLASSES, FactorClass
from outsidein.stats.factors.ratings import Cuts

Words = Annotated[str, Field(min_length=1)]
Period = Literal["year", "quarter", "month"]
Answer = Literal["communication", "product", "channel"]
Work = Literal["remove", "restore", "build"]

WORK: dict[Work, str] = {
    "remove": "remove this turn-off",
    "restore": "restore this hygiene factor",
    "build": "build this enhancer",
}

WORK_OF: dict[FactorClass, Work] = {
    FactorClass.DESTROYER: "remove",
    FactorClass.HYGIENE: "restore",
    FactorClass.PERFORMANCE: "restore",
    FactorClass.ENHANCER: "build",
}
"""The kind of work that each class asks for."""


class Factor(Declaration):
    """`[factor.NAME]` of `factors.toml`."""

    description: str = ""
    answer: Answer | None = None
    """What a turn-off needs: communication, product or channel."""
    terms: dict[str, tuple[Words, ...]] = Field(default_factory=dict)
    """Seed terms by language, by which texts are coded."""


class FactorSettings(Declaration):
    """`factors.toml`."""

    overall: Words = "overall"
    """The factor whose score says how satisfied somebody is."""
    period: Period = "year"
    low_to: float = Field(default=0.25, ge=0, lt=1)
    high_from: float = Field(default=0.9, gt=0, le=1)
    factor: dict[str, Factor] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _in_order(self) -> "FactorSettings":
        if self.low_to >= self.high_from:
            raise ValueError(f"low_to ({self.low_to}) must lie below high_from ({self.high_from})")
        if self.overall in self.factor:
            raise ValueError(f"{self.overall} is the overall score; it cannot be a factor as well")
        return self

    @property
    def cuts(self) -> Cuts:
        """What is low and what is high."""
        return Cuts(self.low_to, self.high_from)

    @property
    def terms(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """Seed terms by factor and language."""
        return {name: dict(factor.terms) for name, factor in self.factor.items()}


class Belief(Declaration):
    """`[[belief]]` of `beliefs.toml`: what one factor is believed to be."""

    factor: Words
    believed: FactorClass = Field(alias="class")

    @field_validator("believed")
    @classmethod
    def _is_a_class(cls, believed: FactorClass) -> FactorClass:
        if believed not in CLASSES:
            raise ValueError(f"a belief is one of {', '.join(CLASSES)}")
        return believed


class Beliefs(Declaration):
    """`beliefs.toml`: the factors in the order in which managers believe they matter."""

    author: Words
    sealed_on: date
    belief: tuple[Belief, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_once(self) -> "Beliefs":
        names = [belief.factor for belief in self.belief]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"{twice[0]} is ranked twice")
        return self

    @property
    def ranking(self) -> tuple[str, ...]:
        """The factors, the one believed to matter most first."""
        return tuple(belief.factor for belief in self.belief)

    @property
    def seal(self) -> str:
        """SHA-256 of author, date, ranking and classes: another belief has another seal."""
        lines = [self.author, self.sealed_on.isoformat()]
        lines += [f"{belief.factor}\t{belief.believed}" for belief in self.belief]
        return sha256("\n".join(lines).encode()).hexdigest()


class Initiative(Declaration):
    """`[[initiative]]` of `initiatives.toml`: work on one factor."""

    name: Words
    factor: Words
    work: Work
    """Remove this turn-off, restore this hygiene factor, or build this enhancer."""
    answer: Answer
    owner: Words
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
    def _begins_first(self) -> "Initiative":
        if self.begins_on and self.done_on and self.done_on < self.begins_on:
            raise ValueError("done_on lies before begins_on")
        return self


class InitiativesFile(Declaration):
    """`initiatives.toml`."""

    initiative: tuple[Initiative, ...] = ()

    @model_validator(mode="after")
    def _named_once(self) -> "InitiativesFile":
        names = [initiative.name for initiative in self.initiative]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two initiatives are named {twice[0]}")
        return self
