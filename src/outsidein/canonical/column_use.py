"""Which models read which columns of the sources, by the names that stand in their SQL."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from outsidein.canonical.query import Query
from outsidein.canonical.sql_models import Models
from outsidein.lake.queries import sql_parser

STAR = "STAR"
"""Type of a node that stands for all columns."""


@dataclass(frozen=True, slots=True)
class NamedColumns:
    """The names of columns that stand in one query.

    Attributes:
        query: The query.
        names: In lower case.
        has_star: Whether it takes all columns of a relation.
    """

    query: Query
    names: frozenset[str]
    has_star: bool


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """Tells which models use a column of a source.

    A model uses a column if it names it, or takes all columns, of the source or of a staging query
    over it. Two sources that one model reads may share a name: then both count as used.
    """

    by_relation: Mapping[str, tuple[NamedColumns, ...]]
    staging: frozenset[str]
    tables: Mapping[str, str]
    """Canonical table of each model, by its path within the project."""

    def models(self, source: str, column: str) -> tuple[str, ...]:
        """Return the paths of the models and staging queries that use a column, sorted."""
        return tuple(sorted(set(self._models(source, column.lower()))))

    def tables_of(self, models: tuple[str, ...]) -> tuple[str, ...]:
        """Return the canonical tables that models write, those of staging queries too."""
        names = {self.tables[model] for model in models if model in self.tables}
        for model in models:
            if model not in self.tables:
                readers = self.by_relation.get(_stem(model), ())
                names.update(self.tables_of(tuple(r.query.origin for r in readers)))
        return tuple(sorted(names))

    def _models(self, relation: str, column: str) -> Iterator[str]:
        for reader in self.by_relation.get(relation, ()):
            if column in reader.names:
                yield reader.query.origin
            elif reader.has_star and reader.query.name in self.staging:
                yield from self._models(reader.query.name, column)
            elif reader.has_star:
                yield reader.query.origin


def column_use(models: Models) -> ColumnUse:
    """Return which models use which columns."""
    pairs = [(table, query) for table, queries in models.by_table.items() for query in queries]
    by_relation: dict[str, tuple[NamedColumns, ...]] = {}
    with sql_parser() as parse:
        for query in [*models.staging, *(query for _, query in pairs)]:
            columns = _named(query, parse(query.sql))
            for relation in query.relations:
                by_relation[relation] = (*by_relation.get(relation, ()), columns)
    return ColumnUse(
        by_relation,
        frozenset(query.name for query in models.staging),
        {query.origin: table for table, query in pairs},
    )


def names_column(declaration: object, column: str) -> bool:
    """Return whether a text anywhere in a declaration names a column.

    Example:
        >>> names_column({"rule": "city = 'Kiel'"}, "city"), names_column(["capacity"], "city")
        (True, False)
    """
    if isinstance(declaration, str):
        pattern = rf"(?<!\w){re.escape(column)}(?!\w)"
        return re.search(pattern, declaration, re.IGNORECASE) is not None
    if isinstance(declaration, Mapping):
        return any(names_column(value, column) for value in declaration.values())
    if isinstance(declaration, list | tuple | set | frozenset):
        return any(names_column(value, column) for value in declaration)
    return False


def _named(query: Query, tree: Any) -> NamedColumns:  # noqa: ANN401  any JSON
    nodes = list(_nodes(tree))
    names = (n["column_names"][-1] for n in nodes if n.get("type") == "COLUMN_REF")
    joined = (name for n in nodes for name in n.get("using_columns") or ())
    common = {e["key"].lower() for n in nodes for e in (n.get("cte_map") or {}).get("map", ())}
    has_star = any(_takes_all(n, common) for n in nodes if n.get("type") == "SELECT_NODE")
    named = frozenset(name.lower() for name in (*names, *joined, *_turned(nodes)))
    return NamedColumns(query, named, has_star or _takes_rows(nodes) or bool(named & _rows(nodes)))


def _turned(nodes: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the columns that UNPIVOT turns into rows, which stand there as values."""
    for entry in _turns(nodes):
        for value in entry["values"]:
            yield str(value.get("value"))


def _takes_rows(nodes: list[dict[str, Any]]) -> bool:
    """Whether a query takes columns that it does not name: by pattern, or to join on."""
    by_pattern = any(entry.get("star_expr") for entry in _turns(nodes))
    return by_pattern or any(node.get("ref_type") == "NATURAL" for node in nodes)


def _rows(nodes: list[dict[str, Any]]) -> frozenset[str]:
    """Return the names under which a query could take whole rows, such as `to_json(orders)`."""
    tables = [node for node in nodes if node.get("type") == "BASE_TABLE"]
    return frozenset((table["alias"] or table["table_name"]).lower() for table in tables)


def _turns(nodes: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for node in nodes:
        for turn in node.get("pivots") or ():
            yield from turn["entries"]


def _takes_all(select: dict[str, Any], common: set[str]) -> bool:
    """Whether a SELECT takes all columns of anything but common tables."""
    if not any(node.get("type") == STAR for node in _nodes(select["select_list"])):
        return False
    tables = (n for n in _nodes(select["from_table"]) if n.get("type") == "BASE_TABLE")
    return any(table["table_name"].lower() not in common for table in tables)


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401  any JSON
    if isinstance(tree, dict):
        yield tree
    parts = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    for part in parts:
        yield from _nodes(part)


def _stem(origin: str) -> str:
    return origin.rpartition("/")[2].removesuffix(".sql")
