"""What a project declares about its objectives."""

from datetime import date
from typing import Annotated

from pydantic import Field

from outsidein.project.declarations import Declaration

Words = Annotated[str, Field(min_length=1)]


class Objective(Declaration):
    """`[[objective]]` of `objectives.toml`: what is to be reached, why, and at what cost."""

    name: Words
    objective: Words
    business_case: Words
    stakeholders: Annotated[tuple[Words, ...], Field(min_length=1)]
    metric: Words
    baseline: float | None = None
    target: float | None = None
    due_on: date | None = None
    cost: Annotated[float, Field(ge=0)] | None = None
    """In whole units of the project's currency."""
    hours: Annotated[float, Field(ge=0)] | None = None


class ObjectivesFile(Declaration):
    """`objectives.toml`."""

    objective: tuple[Objective, ...] = ()
