"""A project's declaration of text analysis: `coding.toml`."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from outsidein.project.declarations import Declaration, declare, read_toml

Words = Annotated[str, Field(min_length=1)]
Language = Annotated[str, Field(pattern="^[a-z]{2}$")]


class SampleSource(Declaration):
    """`[sample.NAME]`: texts that people coded, one row per text and code they gave it."""

    source: Words
    """A source of `sources.toml` or a query of `tables/staging`."""

    language: Language
    text_id: Words = "text_id"
    text: Words = "text"
    code: Words = "code"
    votes: Words | None = None
    """Column with the number of people who gave the code; by default one each."""

    rating: Words | None = None
    """Column of the writer's rating."""

    rating_low: float = 1
    rating_high: float = 5
    factors: dict[Words, Words]
    """The factor of each code; codes left out have none."""

    @model_validator(mode="after")
    def _is_a_scale(self) -> Self:
        if self.rating_low >= self.rating_high:
            raise ValueError("rating_low is not below rating_high")
        return self


class Coding(Declaration):
    """`coding.toml`."""

    languages: Annotated[tuple[Language, ...], Field(min_length=1)] = ("en",)
    """Languages to identify, the usual one first: it is the default where none is certain."""

    themes: Annotated[int, Field(ge=2, le=50)] = 12
    new_within_days: Annotated[int, Field(ge=7)] = 90
    """A theme is new if its share rose in so many days before the build's day."""

    shows_verbatims: bool = False
    """Whether the report quotes customers, masked."""

    model: Words | None = None
    """Name of the coder model; by default the newest."""

    sample: dict[Words, SampleSource] = Field(default_factory=dict)


def read_coding(path: Path) -> Coding:
    """Read `coding.toml`; without the file, texts count as English and nothing is quoted.

    Raises:
        ProjectError: The first error, by key.
    """
    return declare(Coding, read_toml(path), file=path.name) if path.exists() else Coding()
