"""What a simulated firm is like: `simulation.toml`, each parameter with its unit."""

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from outsidein.project.declarations import Declaration, declare, read_toml
from outsidein.simulate.offering import (
    Category,
    Channel,
    ContractTruth,
    FactorTruth,
    Failure,
    Name,
    Patience,
    Purchases,
    SegmentEffect,
    SegmentTruth,
    ServiceUnit,
)
from outsidein.simulate.programme import (
    Campaign,
    Experiment,
    IdentityTruth,
    PlaybookTruth,
    SurveyTruth,
)

MONTH = 30
"""Days of a month of tenure, as churn is counted."""


RESERVED = frozenset(
    {
        *("number", "who", "at", "inclusion", "encounter", "response_probability", "answers"),
        *("answered_at", "mean", "satisfaction", "overall", "recommend", "comment", "language"),
        *("invitation_number", "respondent_number", "encounter_number"),
    }
)
"""Columns beside the factors in what a survey gives."""


class Firm(Declaration):
    """`simulation.toml`: the whole firm."""

    name: str
    as_of: date
    months: Annotated[int, Field(ge=6, le=120)]
    """Months of 30 days before `as_of` in which customers come."""
    segment: Annotated[dict[Name, SegmentTruth], Field(min_length=1)]
    channel: Annotated[dict[Name, Channel], Field(min_length=1)]
    unit: dict[Name, ServiceUnit]
    failure: dict[Literal["late_delivery", "long_wait", "unresolved_call"], Failure]
    patience: Patience | None = None
    """Of callers; without it they wait until they are answered."""
    factor: Annotated[dict[Name, FactorTruth], Field(min_length=1)]
    survey: SurveyTruth
    purchases: Purchases = Purchases()
    category: Annotated[dict[Name, Category], Field(min_length=1)]
    contract: ContractTruth
    campaign: dict[Name, Campaign] = Field(default_factory=dict)
    experiment: dict[Name, Experiment] = Field(default_factory=dict)
    playbook: dict[Name, PlaybookTruth] = Field(default_factory=dict)
    identity: IdentityTruth = IdentityTruth()
    cost: dict[str, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    """What an encounter costs, by kind (minor units)."""

    @field_validator("unit")
    @classmethod
    def _every_kind_has_units(cls, units: dict[str, ServiceUnit]) -> dict[str, ServiceUnit]:
        for kind in ("delivery", "visit", "call"):
            if not any(unit.kind == kind for unit in units.values()):
                raise ValueError(f"there is no unit of kind {kind!r}; add one")
        return units

    @field_validator("factor")
    @classmethod
    def _no_other_column_is_called_so(
        cls, factors: dict[str, FactorTruth]
    ) -> dict[str, FactorTruth]:
        if taken := sorted(RESERVED & set(factors)):
            raise ValueError(f"{taken[0]!r} is a column of the survey's; name the factor otherwise")
        return factors

    @model_validator(mode="after")
    def _names_what_there_is(self) -> Self:
        for kind, failure in self.failure.items():
            if failure.factor not in self.factor:
                raise ValueError(
                    f"failure {kind!r} makes {failure.factor!r} low, which is no factor"
                )
        effects = {name: factor.segment for name, factor in self.factor.items()}
        arms = {
            f"{name}.{arm}": declared.segment
            for name, experiment in self.experiment.items()
            for arm, declared in experiment.arm.items()
        }
        for name, segments in (effects | arms).items():
            if unknown := sorted(set(segments) - set(self.segment)):
                raise ValueError(f"{name!r} names the segment {unknown[0]!r}, which there is not")
        return self

    @property
    def first_on(self) -> date:
        """The first day on which customers come."""
        return self.as_of - timedelta(days=MONTH * self.months)

    def effect(self, factor: str, segment: str, year: int) -> tuple[float, float]:
        """Return the true penalty and reward of a factor in a segment and calendar year.

        Returns:
            Penalty (at most 0) and reward (at least 0), as shares of satisfaction's scale.
        """
        overall, own = (
            self.factor[factor],
            self.factor[factor].segment.get(segment, SegmentEffect()),
        )
        years = year - self.first_on.year
        penalty, reward, penalty_drift, reward_drift = (
            getattr(overall, name) if getattr(own, name) is None else getattr(own, name)
            for name in ("penalty", "reward", "penalty_drift", "reward_drift")
        )
        return min(penalty + years * penalty_drift, 0.0), max(reward + years * reward_drift, 0.0)


def read_firm(path: Path | None = None) -> Firm:
    """Read `simulation.toml`; what it leaves out is as in the firm that comes along.

    Tables such as `[survey]` are completed key by key; of tables with names of your own, such as
    `[segment.NAME]`, the file's replace all that come along.

    Raises:
        ProjectError: Something in it is wrong, by file and key.

    Example:
        >>> firm = read_firm()
        >>> firm.effect("delivery", "families", 2025)[0] < -0.1
        True
    """
    table = default_table()
    if path is None:
        return declare(Firm, table, file="simulation.toml")
    return declare(Firm, with_replacements(table, read_toml(path)), file=path)


def default_text() -> str:
    """The text of the `simulation.toml` that comes along."""
    return files("outsidein.simulate").joinpath("simulation.toml").read_text("utf-8")


def default_table() -> dict[str, Any]:
    """The firm that comes along, as a table."""
    return tomllib.loads(default_text())


SETTINGS = ("survey", "purchases", "contract", "identity")
"""Tables with keys of ours, completed key by key."""


def with_replacements(table: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Replace tables and settings of the firm that comes along."""
    laid = {
        key: table[key] | value if key in SETTINGS and key in table else value
        for key, value in changes.items()
    }
    return {**table, **laid}
