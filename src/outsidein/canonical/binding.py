"""Queries of a project, bound where nothing but its sources is within reach."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ibis.backends import BaseBackend

from outsidein.canonical.model_errors import model_error
from outsidein.canonical.query import Query
from outsidein.errors import QueryError
from outsidein.lake.engine import close, connect
from outsidein.lake.queries import (
    column_types,
    create_empty_table,
    create_temp_view,
    forbid_other_files,
)
from outsidein.lake.sql import quoted


def refuse_other_relations(
    backend: BaseBackend, staging: Sequence[Query], queries: Sequence[Query]
) -> None:
    """Bind queries in an engine that has the sources' columns, no rows, and no access to files.

    What a query is bound to there is a source, whatever its text pretends.

    Args:
        backend: Holds the sources.
        staging: Queries that others read, in the order in which they need each other.
        queries: The other queries.

    Raises:
        ProjectError: A query reads anything else, or does not fit its sources.
    """
    with _engine_of_empty_sources(backend, staging, queries) as engine:
        for query in staging:
            with _refusal_of(engine, query):
                create_temp_view(engine, query.name, query.sql)
        for query in queries:
            with _refusal_of(engine, query):
                column_types(engine, query.sql)


@contextmanager
def _refusal_of(engine: BaseBackend, query: Query) -> Iterator[None]:
    try:
        yield
    except QueryError as error:
        raise model_error(engine, query, error) from error


@contextmanager
def _engine_of_empty_sources(
    backend: BaseBackend, staging: Sequence[Query], queries: Sequence[Query]
) -> Iterator[BaseBackend]:
    relations = {name for query in (*staging, *queries) for name in query.relations}
    engine = connect(threads=1)
    try:
        for name in sorted(relations - {query.name for query in staging}):
            try:
                columns = column_types(backend, f"SELECT * FROM {quoted(name)}")
            except QueryError:  # no column is approved: the query that reads it is refused
                continue
            create_empty_table(engine, name, columns)
        forbid_other_files(engine, [])
        yield engine
    finally:
        close(engine)
