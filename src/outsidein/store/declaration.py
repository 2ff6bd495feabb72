"""Address of a project's store: `[store]` of outsidein.toml."""

import re
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from outsidein.errors import ProjectError
from outsidein.project.declarations import PROJECT_FILE, Declaration

_VARIABLE = re.compile(r"\$\{(\w+)\}")


class StorePlace(Declaration):
    """`[store]`; by default a file in the project."""

    url: str | None = None


def address_of(
    place: StorePlace, *, folder: Path, default: Path, environment: Mapping[str, str]
) -> URL:
    """Return the address of a project's store.

    Args:
        place: The project's declaration; `${NAME}` stands for a value of `environment`.
        folder: Folder of the project; a relative SQLite path starts there.
        default: Path of the store if none is declared.
        environment: Values for `${NAME}`, which keep passwords out of files.

    Raises:
        ProjectError: A variable is not set, or the address cannot be read.

    Example:
        >>> place = StorePlace(url="postgresql://shop:${SECRET}@db/shop")
        >>> here = Path("shop")
        >>> at = address_of(place, folder=here, default=here, environment={"SECRET": "x"})
        >>> at.host, at.password
        ('db', 'x')
    """
    if place.url is None:
        return URL.create("sqlite", database=str(default))
    address = with_variables(place.url, key="store.url", environment=environment)
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        problem = "cannot be read; write postgresql://login:${PASSWORD}@host/name"
        raise ProjectError(PROJECT_FILE, "store.url", problem) from None
    if url.get_backend_name() == "sqlite":
        return url.set(database=str(folder / (url.database or "")))
    return url


def with_variables(text: str, *, key: str, environment: Mapping[str, str]) -> str:
    """Return a text of the project file with the values of its `${NAME}`.

    Args:
        text: The text.
        key: Where it stands in the project file.
        environment: Values by name.

    Raises:
        ProjectError: A variable is not set.
    """
    for name in _VARIABLE.findall(text):
        if not environment.get(name):
            problem = f"needs the environment variable {name}, which is not set"
            raise ProjectError(PROJECT_FILE, key, problem)
    return _VARIABLE.sub(lambda match: environment[match[1]], text)
