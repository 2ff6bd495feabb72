"""Addresses of databases, and errors that never contain a password."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError

from outsidein.errors import SourceError

_VARIABLE = re.compile(r"\$\{(\w+)\}")
_HIDDEN = "***"
_READ_ONLY = dict.fromkeys(("mysql", "mariadb"), "SET SESSION TRANSACTION READ ONLY")
_READ_ONLY_OPTIONS = {"postgresql": {"postgresql_readonly": True}}


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
            address = f"file:{quote(self._file(root))}"
            options = {**self._url.query, "mode": "ro", "uri": "true"}
            self._url = self._url.set(database=address, query=options)

    def engine(self) -> sa.Engine:
        """Return an engine for the address, which only reads where the database can see to it."""
        try:
            engine = sa.create_engine(self._url, connect_args=self._connect_arguments())
        except (NoSuchModuleError, ModuleNotFoundError) as error:
            missing = getattr(error, "name", None) or self._url.drivername
            raise SourceError(
                self._source, f"reading {self.shown} needs the driver {missing!r}; install it"
            ) from None
        if statement := _READ_ONLY.get(engine.dialect.name):
            sa.event.listen(engine, "connect", lambda opened, _: _execute(opened, statement))
        return engine.execution_options(**_READ_ONLY_OPTIONS.get(engine.dialect.name, {}))

    def _connect_arguments(self) -> dict[str, bool]:
        is_duckdb = self._url.get_backend_name() == "duckdb"
        return {"read_only": True} if is_duckdb else {}

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


def _execute(connection: Any, statement: str) -> None:  # noqa: ANN401  any driver's
    """Run a statement on a new connection of a driver."""
    cursor = connection.cursor()
    cursor.execute(statement)
    cursor.close()


def _url_without_secrets(url: sa.URL) -> str:
    port = f":{url.port}" if url.port else ""
    return f"{url.get_backend_name()}://{url.host or ''}{port}/{url.database or ''}"
