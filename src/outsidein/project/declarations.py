"""Typed declarations from TOML files, with errors that name file and key."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails

from outsidein.errors import ProjectError, nearest

D = TypeVar("D", bound=BaseModel)
T = TypeVar("T")

PROJECT_FILE = "outsidein.toml"
"""The file that makes a folder a project."""


LARGEST = 10**15
"""Largest number in a project's files: sums and products of it still fit the engine's types."""

MOST_DAYS = 36_525
"""Longest time in a project's files (days): a hundred years."""

FIRST_DAY, LAST_DAY = date(1800, 1, 1), date(2199, 12, 31)
"""Days in a project's files; a hundred years before and after them are days too."""


LONGEST_SHOWN = 200
"""Characters of a wrong value that an error repeats."""


class Declaration(BaseModel):
    """Something a project file declares: unknown keys are refused, values never change.

    Numbers and days that no firm means are refused here, for whoever computes with them would
    overflow: numbers beyond `LARGEST`, keys in days or hours beyond `MOST_DAYS`, days out of
    `FIRST_DAY` to `LAST_DAY`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*")
    @classmethod
    def _is_within_bounds(cls, value: T, info: ValidationInfo) -> T:
        for each in _leaves(value):
            if isinstance(each, date) and not FIRST_DAY <= _day(each) <= LAST_DAY:
                raise ValueError(f"use a day from {FIRST_DAY} to {LAST_DAY}")
            if isinstance(each, int | float) and not abs(each) <= _most(info.field_name or ""):
                raise ValueError(f"use a number up to {_most(info.field_name or ''):,}")
        return value


def _most(key: str) -> int:
    if key.endswith("_days"):
        return MOST_DAYS
    return MOST_DAYS * 24 if key.endswith("_hours") else LARGEST


def _leaves(value: object) -> Iterator[object]:
    """Yield a value, or what a list or table of values has."""
    if isinstance(value, Mapping):
        value = tuple(value.values())
    if isinstance(value, tuple | list):
        for each in value:
            yield from _leaves(each)
    else:
        yield value


def _day(moment: date) -> date:
    """Return the day of a day or a time."""
    return moment.date() if isinstance(moment, datetime) else moment


def read_toml(path: Path) -> dict[str, Any]:
    """Read one TOML file of a project.

    Raises:
        ProjectError: The file is missing, not UTF-8 or not TOML.
    """
    try:
        return parse_toml(path.read_bytes(), file=path)
    except FileNotFoundError as error:
        raise ProjectError(path, "", "the file is missing; `outsidein init` writes one") from error


def parse_toml(content: bytes, *, file: Path | str) -> dict[str, Any]:
    """Parse the content of a TOML file.

    Raises:
        ProjectError: It is not UTF-8 or not TOML.
    """
    try:
        return tomllib.loads(content.decode().replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        raise ProjectError(file, "", f"is not UTF-8 at byte {error.start}") from error
    except RecursionError as error:
        raise ProjectError(file, "", "nests too deep") from error
    except tomllib.TOMLDecodeError as error:
        raise ProjectError(file, "", f"is not valid TOML: {error}") from error
    except ValueError as error:  # Python's own limit on digits
        raise ProjectError(file, "", "holds a number of too many digits") from error


def declare(kind: type[D], table: Mapping[str, Any], *, file: Path | str) -> D:
    """Turn a TOML table into its declaration.

    Raises:
        ProjectError: The first error, by file and key.
    """
    try:
        return kind.model_validate(table)
    except ValidationError as error:
        raise next(declaration_errors(kind, error, file=file)) from error


def declaration_errors(
    kind: type[BaseModel], error: ValidationError, *, file: Path | str
) -> Iterator[ProjectError]:
    """Yield each error in a declaration."""
    for detail in error.errors():
        key = ".".join(str(part) for part in detail["loc"])
        yield ProjectError(file, key, _problem_text(kind, detail))


def _problem_text(kind: type[BaseModel], detail: ErrorDetails) -> str:
    if detail["type"] == "extra_forbidden":
        allowed = _fields_at(kind, detail["loc"][:-1])
        return f"is unknown here. {nearest(str(detail['loc'][-1]), allowed)}"
    if detail["type"] == "missing":
        return "is missing"
    reason = detail["msg"].removeprefix("Value error, ")
    value = detail["input"]
    if isinstance(value, str | int | float | bool):
        return f"{_shown(value)} is invalid: {reason[:1].lower()}{reason[1:]}"
    return reason


def _shown(value: str | float) -> str:
    """Return a value as one writes it, cut where it is long; Python prints no huge number."""
    if isinstance(value, int) and abs(value) > LARGEST**2:
        return f"the number of {value.bit_length()} bits"
    text = repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}..."


def _fields_at(kind: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """Keys allowed at `location`, following fields, lists and tables."""
    here: list[type[BaseModel]] = [kind]
    for part in location:
        below = [
            child
            for model in here
            for name, field in model.model_fields.items()
            if part in (name, field.alias)
            for child in _models_in(field.annotation)
        ]
        here = below or here
    return [field.alias or name for model in here for name, field in model.model_fields.items()]


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401  any type expression
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)
