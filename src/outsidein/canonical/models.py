"""The SQL models of a project: which queries make which canonical table."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import duckdb

from outsidein.canonical.query import Query, read_query
from outsidein.canonical.tables import CANONICAL
from outsidein.errors import ProjectError, nearest

STAGING = "staging"


@dataclass(frozen=True, slots=True)
class Models:
    """`tables/staging/*.sql`, in the order in which they need each other, and `tables/*/*.sql`."""

    staging: tuple[Query, ...] = ()
    by_table: Mapping[str, tuple[Query, ...]] = field(default_factory=dict)

    @property
    def files(self) -> list[Path]:
        """Every SQL file, in order of path."""
        queries = [*self.staging, *(q for models in self.by_table.values() for q in models)]
        return sorted(query.path for query in queries)


def read_models(
    folder: Path, *, sources: Collection[str], connection: duckdb.DuckDBPyConnection
) -> Models:
    """Read a project's `tables/` folder.

    Raises:
        ProjectError: A folder is no canonical table, or a query is refused or reads a relation
            that is neither a source nor a staging query.
    """
    found: dict[str, tuple[Query, ...]] = {}
    for below in sorted(path for path in folder.glob("*") if path.is_dir()):
        if below.name not in (*CANONICAL, STAGING):
            hint = nearest(below.name, (*CANONICAL, STAGING))
            raise ProjectError(below, "", f"is no canonical table. {hint}")
        queries = (read_query(path, connection=connection) for path in sorted(below.glob("*.sql")))
        found[below.name] = tuple(queries)
    staging = found.pop(STAGING, ())
    _check_relations(staging, found, sources)
    return Models(_in_order(staging), found)


def _check_relations(
    staging: tuple[Query, ...],
    by_table: Mapping[str, tuple[Query, ...]],
    sources: Collection[str],
) -> None:
    known = {*sources, *(query.name for query in staging)}
    for query in [*staging, *(q for models in by_table.values() for q in models)]:
        for relation in sorted(query.relations - known):
            problem = f"is neither a source nor a staging query. {nearest(relation, known)}"
            raise ProjectError(query.path, relation, problem)
    for query in staging:
        if query.name in sources:
            raise ProjectError(query.path, "", "has the name of a source; give it another")


def _in_order(staging: tuple[Query, ...]) -> tuple[Query, ...]:
    by_name = {query.name: query for query in staging}
    graph = {query.name: query.relations & by_name.keys() for query in staging}
    try:
        return tuple(by_name[name] for name in TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle = " -> ".join(error.args[1])
        raise ProjectError(staging[0].path.parent, "", f"reads itself: {circle}") from error
