"""Temporary tables and views, dropped on exit."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Literal

import ibis.expr.types as ir
from ibis.backends import BaseBackend

from outsidein.lake.engine import hold_table
from outsidein.lake.sql import quoted

_NUMBERS = count(1)


class Scratch:
    """Temporary tables and views of one backend, under names that nothing else uses.

    Attributes:
        backend: Where they are held.
    """

    def __init__(self, backend: BaseBackend) -> None:
        self.backend = backend
        self._names: list[tuple[Literal["TABLE", "VIEW"], str]] = []

    def hold(self, table: ir.Table, stem: str = "scratch") -> ir.Table:
        """Compute a table and hold its rows until exit.

        Args:
            table: Any expression of the backend.
            stem: Start of the table's name, to recognise it by.
        """
        return hold_table(self.backend, table, self.table_name(stem))

    def table_name(self, stem: str) -> str:
        """Return a new name for a temporary table that the caller creates."""
        return self._name("TABLE", stem)

    def view_name(self, stem: str) -> str:
        """Return a new name for a view that the caller creates."""
        return self._name("VIEW", stem)

    def drop(self) -> None:
        """Drop every table and view, latest first."""
        while self._names:
            kind, name = self._names.pop()
            self.backend.raw_sql(f"DROP {kind} IF EXISTS {quoted(name)}")

    def _name(self, kind: Literal["TABLE", "VIEW"], stem: str) -> str:
        name = f"{stem}_{next(_NUMBERS)}"
        self._names.append((kind, name))
        return name


@contextmanager
def scratch(backend: BaseBackend) -> Iterator[Scratch]:
    """Open a scratch, and drop all it holds on exit, whatever happened.

    Example:
        >>> import ibis
        >>> from outsidein.lake.engine import connect
        >>> backend = connect()
        >>> with scratch(backend) as temporary:
        ...     numbers = temporary.hold(ibis.range(3).unnest().name("n").as_table(), "numbers")
        ...     numbers.n.sum().to_pyarrow().as_py()
        3
        >>> backend.list_tables()
        []
    """
    temporary = Scratch(backend)
    try:
        yield temporary
    finally:
        temporary.drop()
