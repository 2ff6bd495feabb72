"""Queries of surveys, which feed canonical tables beside the project's SQL models."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import ibis
import ibis.expr.types as ir
from ibis.backends import BaseBackend

from outsidein.canonical.query import Query
from outsidein.errors import ProjectError
from outsidein.feedback.declaration import FOLDER, Survey
from outsidein.feedback.invitations import invitations, ladder_links
from outsidein.feedback.responses import signals


def survey_queries(backend: BaseBackend, surveys: Iterable[Survey]) -> dict[str, tuple[Query, ...]]:
    """Return the queries that read the surveys' raw sources.

    They pass the same checks as a project's SQL models; rows that fail are rejected under the name
    of the survey's file.

    Args:
        backend: The engine, in which the sources are loaded under their names.
        surveys: As declared.

    Returns:
        Queries by the canonical table they belong to.

    Raises:
        ProjectError: A survey names a column that is not loaded.
    """
    queries: dict[str, tuple[Query, ...]] = {}
    for survey in surveys:
        for table, query in _queries(backend, survey):
            queries[table] = (*queries.get(table, ()), query)
    return queries


def _queries(backend: BaseBackend, survey: Survey) -> Iterator[tuple[str, Query]]:
    raw = {source: _raw_table(backend, survey, source) for source in survey.sources}
    tables = {
        "invitations": invitations(survey, raw),
        "signals": signals(survey, raw),
        "ladder_links": ladder_links(survey, raw),
    }
    for name, table in tables.items():
        if table is not None:
            yield name, query_of(table, Path(FOLDER) / f"{survey.name}.toml", survey.sources)


def _raw_table(backend: BaseBackend, survey: Survey, source: str) -> ir.Table:
    if source not in backend.list_tables():
        problem = f"no column of source {source!r} has an approved need; see data_needs.toml"
        raise ProjectError(f"{FOLDER}/{survey.name}.toml", "source", problem)
    return backend.table(source)


def query_of(table: ir.Table, path: Path, reads: Iterable[str]) -> Query:
    """Return a relation as the query of a file."""
    return Query(path, str(ibis.to_sql(table, dialect="duckdb")), frozenset(reads))
