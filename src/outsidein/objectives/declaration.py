"""What a project declares about its objectives."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from outsidein.project.declarations import Declaration

Words = Annotated[str, Field(min_length=1)]


class Metric(Declaration):
    """`[objective.metric]`: the published number that an objective is measured by.

    Attributes:
        figure: Name of the figure.
        measure: Name of the measure, as the figure shows it.
        group: Columns of the figure and their values, so many that one number is left; an empty
            text where the column is empty.
        description: What the number says, in words.
        better: Which way is good, where the figure does not say so itself.
    """

    figure: Words
    measure: Words
    group: dict[str, str | int | float] = Field(default_factory=dict)
    description: str = ""
    better: Literal["more", "less"] | None = None


class Objective(Declaration):
    """`[[objective]]` of `objectives.toml`: what is to be reached, why, and at what cost.

    Attributes:
        name: Short name.
        objective: What is to be reached, in a sentence.
        business_case: Why it pays.
        stakeholders: Who has a part in it.
        metric: The published number that tells whether it is reached; or a description of one
            that no figure holds.
        baseline: What the metric was at first.
        baseline_on: The day from which on it is to change.
        target: What it is to be.
        due_on: The day by which.
        cost: In whole units of the project's currency.
        hours: Of work.
    """

    name: Words
    objective: Words
    business_case: Words
    stakeholders: Annotated[tuple[Words, ...], Field(min_length=1)]
    metric: Words | Metric
    baseline: float | None = None
    baseline_on: date | None = None
    target: float | None = None
    due_on: date | None = None
    cost: Annotated[float, Field(ge=0)] | None = None
    hours: Annotated[float, Field(ge=0)] | None = None

    @property
    def measured_by(self) -> str:
        """The metric in words."""
        if isinstance(self.metric, str):
            return self.metric
        return self.metric.description or f"{self.metric.measure} ({self.metric.figure})"

    @model_validator(mode="after")
    def _begins_before_it_is_due(self) -> Self:
        if self.baseline_on and self.due_on and self.baseline_on >= self.due_on:
            raise ValueError("due_on must come after baseline_on")
        return self


class ObjectivesFile(Declaration):
    """`objectives.toml`."""

    objective: tuple[Objective, ...] = ()
