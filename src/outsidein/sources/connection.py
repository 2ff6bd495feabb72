"""Addresses of databases, and errors that never contain a password."""

import re
from collections.abc import Mapping
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError

from outsidein.errors import SourceError

_VARIABLE = re.compile(r"\$\{(\w+)\}")
_HIDDEN = "***"


class Address:
    """The address of a database, with `${NAME}` replaced from an environment.

    `shown` names it without user, password or options. A relative SQLite path is
    relative to the project's folder.

    Raises:
        SourceError: A variable is not set, or the address cannot be read.
    """

    def __init__(
        self, source: str, url: str, *, root: Path, environment: Mapping[str, str]
    ) -> None:
        self._source = source
        names = _VARIABLE.findall(url)
        unset = next((name for name in names if name not in environment), None)
        if unset is not None:
            raise SourceError(
                source, f"its url needs the environment variable {unset}, which is not set"
            )
        self._secrets = [environment[name] for name in names if environment[name]]
        self._url = self._parsed(_VARIABLE.sub(lambda match: environment[match[1]], url))
        self._secrets += [str(self._url.password)] if self._url.password else []
        self._secrets += [str(value) for value in self._url.query.values()]
        self.shown = _url_without_secrets(self._url)
        if self._url.get_backend_name() == "sqlite":
            self._url = self._url.set(database=self._file(root))

    def engine(self) -> sa.Engine:
        """Return an engine for the address."""
        try:
            return sa.create_engine(self._url)
        except (NoSuchModuleError, ModuleNotFoundError) as error:
            missing = getattr(error, "name", None) or self._url.drivername
            raise SourceError(
                self._source, f"reading {self.shown} needs the driver {missing!r}; install it"
            ) from None

    def refusal(self, error: SQLAlchemyError) -> SourceError:
        """Word a database error in one line, without secrets."""
        reason = str(error.orig) if isinstance(error, DBAPIError) else str(error)
        line = " ".join(reason.split())
        for secret in sorted(self._secrets, key=len, reverse=True):
            line = line.replace(secret, _HIDDEN)
        return SourceError(self._source, f"{self.shown} refused: {line}")

    def _parsed(self, url: str) -> sa.URL:
        try:
            return sa.make_url(url)
        except (SQLAlchemyError, ValueError):
            raise SourceError(
                self._source,
                "its url cannot be read; write dialect://user:${PASSWORD}@host/database",
            ) from None

    def _file(self, root: Path) -> str:
        path = root / (self._url.database or "")
        if not path.is_file():
            raise SourceError(self._source, f"{self.shown}: there is no such file")
        return str(path)


def _url_without_secrets(url: sa.URL) -> str:
    port = f":{url.port}" if url.port else ""
    return f"{url.get_backend_name()}://{url.host or ''}{port}/{url.database or ''}"
