"""What a project declares about texts: `coding.toml`."""

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
    """Column that counts the people who gave the code; one each where there is none."""

    rating: Words | None = None
    """Column of what the writer rated beside the text."""

    rating_low: float = 1
    rating_high: float = 5
    factors: dict[Words, Words]
    """The factor that each code speaks of; codes left out speak of none."""

    @model_validator(mode="after")
    def _is_a_scale(self) -> Self:
        if self.rating_low >= self.rating_high:
            raise ValueError("rating_low is not below rating_high")
        return self


class Coding(Declaration):
    """`coding.toml`."""

    languages: Annotated[tuple[Language, ...], Field(min_length=1)] = ("en",)
    """Languages to be told apart, the usual one first: it is taken where none is sure."""

    themes: Annotated[int, Field(ge=2, le=50)] = 12
    new_within_days: Annotated[int, Field(ge=7)] = 90
    """A theme is new if its share rose in so many days before the build's day."""

    shows_verbatims: bool = False
    """Whether the report quotes customers, masked."""

    model: Words | None = None
    """Which model codes texts as people would; the newest where none is named."""

    sample: dict[Words, SampleSource] = Field(default_factory=dict)


def read_coding(path: Path) -> Coding:
    """Read `coding.toml`; without the file, texts are taken to be English and nothing is quoted.

    Raises:
        ProjectError: The first thing that is wrong, by key.
    """
    return declare(Coding, read_toml(path), file=path.name) if path.exists() else Coding()
