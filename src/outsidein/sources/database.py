"""Spools tables and queries of SQL databases, in batches."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Self

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.types import JSON, LargeBinary

from outsidein.errors import SourceError, nearest
from outsidein.sources.connection import Address
from outsidein.sources.declaration import Source
from outsidein.sources.files import DataFile, Fingerprint
from outsidein.sources.progress import Advance
from outsidein.sources.schema_types import schema_type
from outsidein.sources.spool import PartWriter, SpooledPart
from outsidein.sources.type_inference import TypeInference

BATCH_ROWS = 10_000
_VIEW = "outsidein_query"


class SqlPart(NamedTuple):
    """A spooled table or query: its text, the type of each column, and its fingerprint."""

    part: SpooledPart
    types: tuple[str, ...]
    fingerprint: Fingerprint


class Database:
    """One SQL source, open for reading; a context manager.

    Raises:
        SourceError: The database, driver or table is missing or refuses. No message
            contains the password.
    """

    def __init__(
        self, name: str, source: Source, *, root: Path, environment: Mapping[str, str]
    ) -> None:
        self._source = source
        self._address = Address(name, source.url or "", root=root, environment=environment)
        self._name = name
        with self._worded():
            self._engine = self._address.engine()
            self._connection = self._engine.connect()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self._engine.dispose()

    def columns(self) -> tuple[str, ...]:
        """Names of the columns of the table or query."""
        with self._worded():
            if self._source.query is not None:
                with self._run(self._source.query) as result:
                    return tuple(result.keys())
            return tuple(column["name"] for column in self._table_columns())

    def schema_types(self) -> dict[str, str]:
        """Return the types of the columns that the schema fixes, by name."""
        with self._worded():
            kinds = {
                column["name"]: schema_type(column["type"], dialect=self._engine.dialect.name)
                for column in self._described_columns()
            }
        return {name: kind for name, kind in kinds.items() if kind is not None}

    def _described_columns(self) -> list[Any]:
        """Describe the columns; those of a query only on SQLite, whose values have any type.

        Elsewhere all values of a query's column are of one kind.
        """
        if self._source.query is None:
            return self._table_columns()
        if self._engine.dialect.name != "sqlite":
            return []
        query = self._source.query.strip().rstrip(";")
        self._connection.exec_driver_sql(f"CREATE TEMP VIEW {_VIEW} AS {query}")
        columns = list(sa.inspect(self._connection).get_columns(_VIEW, "temp"))
        self._connection.rollback()
        return columns

    def spool(self, *, columns: Sequence[str], path: Path, advance: Advance) -> SqlPart:
        """Spool columns as text, in the order of the query, or of the table's primary key.

        A table without a primary key is ordered by the columns kept.
        """
        file = DataFile(self._name, path, self._shown())
        kinds = [TypeInference() for _ in columns]
        digest = hashlib.sha256(repr(tuple(columns)).encode())
        with self._worded(), PartWriter(file, path, width=len(columns)) as writer:
            first = 1
            for rows in self._batches(columns):
                texts = [
                    [kind.text(value) for value in values]
                    for kind, values in zip(kinds, zip(*rows, strict=True), strict=True)
                ]
                for row in zip(*texts, strict=True):
                    digest.update(repr(row).encode())
                lines = pa.array(range(first, first + len(rows)), pa.int64())
                writer.write([pa.array(column, pa.string()) for column in texts], lines)
                first += len(rows)
                advance(len(rows))
        types = tuple(kind.type() for kind in kinds)
        digest.update(repr(types).encode())
        size = path.stat().st_size
        return SqlPart(writer.part(), types, Fingerprint(file.shown, size, digest.hexdigest()))

    def _shown(self) -> str:
        return f"{self._address.shown} {self._source.table or 'query'}"

    def _batches(self, columns: Sequence[str]) -> Iterator[Sequence[tuple[Any, ...]]]:
        if self._source.query is None:
            with self._run(self._select(columns)) as result:
                yield from (list(map(tuple, rows)) for rows in result.partitions(BATCH_ROWS))
            return
        with self._run(self._source.query) as result:
            names = list(result.keys())
            keep = [names.index(name) for name in columns]
            for rows in result.partitions(BATCH_ROWS):
                yield [tuple(row[place] for place in keep) for row in rows]

    @contextmanager
    def _run(self, statement: "str | sa.Select[Any]") -> Iterator[sa.CursorResult[Any]]:
        options = {"stream_results": True, "max_row_buffer": BATCH_ROWS}
        if isinstance(statement, str):
            result = self._connection.exec_driver_sql(statement, execution_options=options)
        else:
            result = self._connection.execute(statement, execution_options=options)
        with result:
            if not result.returns_rows:
                raise SourceError(self._name, "its query returns no rows; give a SELECT")
            yield result
        self._connection.rollback()

    def _select(self, columns: Sequence[str]) -> "sa.Select[Any]":
        """Select untyped columns, so that values are converted once."""
        schema, table = self._table_name()
        inspector = sa.inspect(self._engine)
        order = inspector.get_pk_constraint(table, schema)["constrained_columns"] or [
            column["name"]
            for column in self._table_columns()
            if column["name"] in columns and not isinstance(column["type"], JSON | LargeBinary)
        ]
        wanted: list[sa.ColumnClause[Any]] = [sa.column(name) for name in columns]
        return (
            sa.select(*wanted)
            .select_from(sa.table(table, schema=schema))
            .order_by(*(sa.column(name) for name in order))
        )

    def _table_columns(self) -> list[Any]:
        schema, table = self._table_name()
        inspector = sa.inspect(self._engine)
        names = [*inspector.get_table_names(schema), *inspector.get_view_names(schema)]
        if table not in names:
            raise SourceError(
                self._name,
                f"{self._address.shown} has no table {self._source.table!r}. "
                f"{nearest(table, names)}",
            )
        return list(inspector.get_columns(table, schema))

    def _table_name(self) -> tuple[str | None, str]:
        schema, _, table = (self._source.table or "").rpartition(".")
        return schema or None, table

    @contextmanager
    def _worded(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise self._address.refusal(error) from None
