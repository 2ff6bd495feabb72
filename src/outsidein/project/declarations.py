"""Typed declarations out of TOML files, with errors that name file and key."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from outsidein.errors import ProjectError, nearest

D = TypeVar("D", bound=BaseModel)


class Declaration(BaseModel):
    """Something a project file declares: unknown keys are refused, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def read_toml(path: Path) -> dict[str, Any]:
    """Read one TOML file of a project.

    Raises:
        ProjectError: The file is missing, not UTF-8 or not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ProjectError(path, "", "the file is missing; `outsidein init` writes one") from error
    except UnicodeDecodeError as error:
        raise ProjectError(path, "", f"is not UTF-8 at byte {error.start}") from error
    except tomllib.TOMLDecodeError as error:
        raise ProjectError(path, "", f"is not valid TOML: {error}") from error


def declare(kind: type[D], table: Mapping[str, Any], *, file: Path | str) -> D:
    """Turn a TOML table into its declaration.

    Raises:
        ProjectError: The first thing that is wrong, by file and key.
    """
    try:
        return kind.model_validate(table)
    except ValidationError as error:
        raise next(problems(kind, error, file=file)) from error


def problems(
    kind: type[BaseModel], error: ValidationError, *, file: Path | str
) -> Iterator[ProjectError]:
    """Word each thing that is wrong with a declaration."""
    for detail in error.errors():
        key = ".".join(str(part) for part in detail["loc"])
        yield ProjectError(file, key, _wording(kind, detail))


def _wording(kind: type[BaseModel], detail: ErrorDetails) -> str:
    if detail["type"] == "extra_forbidden":
        known = _fields_at(kind, detail["loc"][:-1])
        return f"is not known here. {nearest(str(detail['loc'][-1]), known)}"
    if detail["type"] == "missing":
        return "is missing"
    reason = detail["msg"].removeprefix("Value error, ")
    given = detail["input"]
    if isinstance(given, str | int | float | bool):
        return f"{given!r} will not do: {reason[:1].lower()}{reason[1:]}"
    return reason


def _fields_at(kind: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """Names that the declaration at `location` knows, following fields, lists and tables."""
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
