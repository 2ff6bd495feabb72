"""The SQL models of a project: which queries make which canonical table."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from outsidein.canonical.query import Query, read_query
from outsidein.canonical.tables import CANONICAL
from outsidein.errors import ProjectError, nearest
from outsidein.lake.queries import SyntaxTree, sql_parser

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

    def sources_of(self, table: str) -> frozenset[str]:
        """Return the names of the sources that a canonical table is made of."""
        staging = {query.name: query.relations for query in self.staging}
        relations = [q.relations for q in self.by_table.get(table, ())]
        sources: set[str] = set()
        while relations:
            for name in relations.pop():
                if name in staging:
                    relations.append(staging[name])
                else:
                    sources.add(name)
        return frozenset(sources)


def read_models(folder: Path, *, sources: Collection[str]) -> Models:
    """Read a project's `tables/` folder.

    Raises:
        ProjectError: A folder is no canonical table, or a query is refused or reads a relation
            that is neither a source nor a staging query.
    """
    with sql_parser() as parse:
        by_table = {
            subfolder.name: _read_subfolder(subfolder, parse)
            for subfolder in sorted(path for path in folder.glob("*") if path.is_dir())
        }
    staging = by_table.pop(STAGING, ())
    _check_relations(staging, by_table, sources)
    return Models(_in_order(staging), by_table)


def _read_subfolder(folder: Path, parse: Callable[[str], SyntaxTree]) -> tuple[Query, ...]:
    if folder.name not in (*CANONICAL, STAGING):
        hint = nearest(folder.name, (*CANONICAL, STAGING))
        raise ProjectError(folder, "", f"is no canonical table. {hint}")
    return tuple(read_query(path, parse=parse) for path in sorted(folder.glob("*.sql")))


def _check_relations(
    staging: tuple[Query, ...],
    by_table: Mapping[str, tuple[Query, ...]],
    sources: Collection[str],
) -> None:
    readable = {*sources, *(query.name for query in staging)}
    for query in [*staging, *(q for models in by_table.values() for q in models)]:
        for relation in sorted(query.relations - readable):
            problem = f"is neither a source nor a staging query. {nearest(relation, readable)}"
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
