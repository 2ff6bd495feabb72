"""`surveys/*.toml`: items, sources of the answers, and who may be asked."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from outsidein.errors import InputError, ProjectError, nearest
from outsidein.feedback.item import Item, Name
from outsidein.project.declarations import Declaration, declare, read_toml
from outsidein.rules.parsing import condition_columns

FOLDER = "surveys"
"""Folder of a project's surveys, one file each."""


class Responses(Declaration):
    """`[responses]`: a source with one row per response.

    `record` is the system whose records the respondents are, and the column with the record's
    id; without it the survey is anonymous. All other keys name columns; `where` is a condition over
    the source's columns that a response must meet.
    """

    source: str
    record: tuple[str, str] | None = None
    response_id: str
    answered_at: str
    invitation_id: str | None = None
    encounter_id: str | None = None
    language: str | None = None
    market: str | None = None
    where: str | None = None


class Answers(Declaration):
    """`[answers]`: a source with one row per answer, for exports in long form."""

    source: str
    response_id: str
    question: str
    sub_question: str | None = None
    value: str
    text: str | None = None


class Invited(Declaration):
    """`[invitations]`: a source with one row per person asked, answered or not.

    `inclusion_probability` is that with which the person was drawn: a column, or one number
    for all. `statuses` maps the source's words to sent, delivered, opened, answered, declined and
    bounced.
    """

    source: str
    record: tuple[str, str]
    invitation_id: str
    invited_at: str
    inclusion_probability: str | float | None = None
    channel: str | None = None
    encounter_id: str | None = None
    status: str | None = None
    statuses: dict[str, str] = Field(default_factory=dict)
    where: str | None = None


class Asking(Declaration):
    """`[asking]`: who may be asked, and how often.

    Attributes:
        quiet_days: Days before a customer is asked again, by any survey.
        per_year: Most invitations to a customer within 365 days.
        spare_days: Days without invitations after a dissatisfied answer.
        purposes: Refusing any of these purposes refuses surveys.
    """

    quiet_days: Annotated[int, Field(ge=0)] = 90
    per_year: Annotated[int, Field(ge=1)] = 4
    spare_days: Annotated[int, Field(ge=0)] = 180
    purposes: tuple[str, ...] = ("feedback", "research")


class Survey(Declaration):
    """One file of `surveys/`."""

    name: Name
    version: str
    languages: tuple[str, ...] = ("en",)
    responses: Responses
    answers: Answers | None = None
    invitations: Invited | None = None
    asking: Asking = Asking()
    item: Annotated[tuple[Item, ...], Field(min_length=1)]

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources it reads."""
        parts = (self.responses, self.answers, self.invitations)
        return tuple(part.source for part in parts if part)

    @property
    def wording_version(self) -> str:
        """Wording version that its answers are stored with."""
        return f"{self.name} {self.version}"

    @field_validator("item")
    @classmethod
    def _item_names_are_unique(cls, items: tuple[Item, ...]) -> tuple[Item, ...]:
        names = [item.name for item in items]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two items are named {name!r}")
        return items

    @model_validator(mode="after")
    def _items_match_the_export(self) -> Self:
        for item in self.item:
            if (item.question is not None) != (self.answers is not None):
                needed = "`question`, for [answers] is declared" if self.answers else "`column`"
                raise ValueError(f"item {item.name!r} needs {needed}")
            if self.answers and item.instrument in ("kano", "ladder"):
                raise ValueError(f"item {item.name!r}: {item.instrument} needs a wide export")
        return self

    @model_validator(mode="after")
    def _wordings_use_declared_languages(self) -> Self:
        for item in self.item:
            for language in item.wording:
                if language not in self.languages:
                    raise ValueError(
                        f"item {item.name!r} is worded in {language!r}, which is not in `languages`"
                    )
        return self

    @model_validator(mode="after")
    def _conditions_name_earlier_items(self) -> Self:
        earlier: list[str] = []
        for item in self.item:
            for named in sorted(_named(item)):
                if named not in earlier:
                    hint = nearest(named, earlier)
                    raise ValueError(
                        f"item {item.name!r}: ask_if names {named!r}, which no earlier item asks. "
                        f"{hint}"
                    )
            earlier.append(item.name)
        return self


def _named(item: Item) -> set[str]:
    if item.ask_if is None:
        return set()
    try:
        return condition_columns(item.ask_if)
    except InputError as error:
        raise ValueError(str(error)) from error


def read_surveys(folder: Path, *, sources: Collection[str]) -> dict[str, Survey]:
    """Read the surveys of a project, by name.

    Args:
        folder: `surveys/` of the project; optional.
        sources: Names of the declared sources.

    Raises:
        ProjectError: A survey is invalid; names file and key.
    """
    surveys: dict[str, Survey] = {}
    for path in sorted(folder.glob("*.toml")):
        survey = declare(Survey, read_toml(path), file=f"{FOLDER}/{path.name}")
        _check(survey, path, sources, surveys)
        surveys[survey.name] = survey
    return surveys


def _check(
    survey: Survey, path: Path, sources: Collection[str], others: Mapping[str, Survey]
) -> None:
    file = f"{FOLDER}/{path.name}"
    if survey.name != path.stem:
        raise ProjectError(file, "name", f"{survey.name!r} differs from the name of its file")
    for source in survey.sources:
        if source not in sources:
            raise ProjectError(file, source, f"is not a source. {nearest(source, sources)}")
    asked = {item.name: (item, other) for other in others.values() for item in other.item}
    for item in survey.item:
        if item.name not in asked:
            continue
        same, other = asked[item.name]
        if (item.instrument, item.ends) != (same.instrument, same.ends):
            problem = f"has another instrument or scale in {other.name}; rename one of them"
            raise ProjectError(file, f"item.{item.name}", problem)
