"""A project's SQL: parsed by DuckDB's own parser to exactly one query with nothing hidden in it."""

import codecs
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from outsidein.canonical.assumed_costs import assumed_costs
from outsidein.canonical.literals import literals
from outsidein.errors import ProjectError
from outsidein.lake.queries import CLOCKS, SyntaxTree, changing_functions

ROW_FUNCTIONS = frozenset({"unnest", "range", "generate_series"})
"""Table functions a query may call: those that read no file, table or setting."""

UNREPEATABLE = frozenset(
    {
        *("current_localtime", "current_localtimestamp", "getenv", "getvariable"),
        *("current_setting", "version", "pg_backend_pid", "hash"),
        *("approx_quantile", "approx_top_k", "reservoir_quantile"),
    }
)
"""Functions that the engine calls consistent, though a build's manifest does not fix their answer:
of the clock, the environment, the settings and the version, or of the order of threads."""

NOW = frozenset({"now", "today", "tomorrow", "yesterday"})
"""Texts that mean a time of the clock where they are cast to one."""

NO_LOCATION = 2**64 - 1

READS_ONLY_SOURCES = "a model reads sources only; declare the file in sources.toml"
UNREPEATABLE_REASON = "may not be used: a build must give the same tables whenever it runs"


@dataclass(frozen=True, slots=True)
class Query:
    """One SELECT of a project: where it stands, its text, and the relations it reads.

    `literals` has the columns that it fills with texts of its own, and those texts;
    `assumed_costs` those of costs that it makes up as a part of another number, and the part.
    """

    path: Path
    sql: str
    relations: frozenset[str]
    literals: Mapping[str, frozenset[str]] = field(default_factory=dict, compare=False)
    assumed_costs: Mapping[str, float] = field(default_factory=dict, compare=False)

    @property
    def name(self) -> str:
        """Name of the file, without its ending."""
        return self.path.stem

    @property
    def origin(self) -> str:
        """Path within the project, such as `tables/records/people.sql`."""
        return "/".join(self.path.parts[-3:])


def read_query(path: Path, *, parse: Callable[[str], SyntaxTree]) -> Query:
    """Read one SQL file.

    Args:
        path: Of the file.
        parse: From `outsidein.lake.queries.sql_parser`.

    Raises:
        ProjectError: It is not exactly one SELECT, or it reads files or the clock.
    """
    sql = _text(path).strip().rstrip(";")
    try:
        tree = _syntax_tree(path, sql, parse)
        nodes = list(_nodes(tree))
        _refuse_hidden_input(path, sql, nodes)
        relations = frozenset(_relations(tree, frozenset()))
        texts = literals(tree["statements"][0]["node"])
        parts = assumed_costs(nodes)
    except RecursionError as error:
        raise ProjectError(path, "", "nests too deep; split it into staging queries") from error
    is_open_comment = "--" in sql.rpartition("\n")[2]
    return Query(path, f"{sql}\n" if is_open_comment else sql, relations, texts, parts)


def _text(path: Path) -> str:
    """Read a file that must be UTF-8 without NUL characters."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ProjectError(path, "", f"cannot be read: {error.strerror}") from error
    try:
        text = content.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        line = _line_of(content.decode(errors="replace"), str(error.start))
        raise ProjectError(path, line, "is not UTF-8; save it in that encoding") from error
    if "\0" in text:
        line = _line_of(text, str(text.index("\0")))
        raise ProjectError(path, line, "holds a NUL character; remove it")
    return text


def _syntax_tree(path: Path, sql: str, parse: Callable[[str], SyntaxTree]) -> SyntaxTree:
    """Parse a text, and refuse all but a single SELECT."""
    tree = parse(sql)
    if tree.get("error"):
        where = _line_of(sql, tree.get("position"))
        problem = tree["error_message"]
        if tree["error_type"] == "not implemented":
            problem = "a model is one SELECT and nothing else"
        raise ProjectError(path, where, problem)
    if len(tree["statements"]) != 1:
        raise ProjectError(path, "", f"holds {len(tree['statements'])} queries; a model is one")
    return tree


def _line_of(sql: str, position: str | None) -> str:
    return f"line {sql[: int(position)].count(chr(10)) + 1}" if position is not None else ""


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401  any JSON
    if isinstance(tree, dict):
        yield tree
        for value in tree.values():
            yield from _nodes(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _nodes(value)


def _refuse_hidden_input(path: Path, sql: str, nodes: list[dict[str, Any]]) -> None:
    for node in nodes:
        if problem := _hidden_input(node):
            what, why = problem
            raise ProjectError(path, ": ".join(filter(None, (_line_of_node(sql, node), what))), why)


def _hidden_input(node: dict[str, Any]) -> tuple[str, str] | None:
    """Name what makes the answer of a node depend on more than the sources, and say why."""
    if table := _other_table(node):
        return table, READS_ONLY_SOURCES
    if changing := _changing_part(node):
        return changing, UNREPEATABLE_REASON
    return None


def _other_table(node: dict[str, Any]) -> str | None:
    """Name the table function, or the description of a table, that a node reads."""
    if node.get("type") == "TABLE_FUNCTION":
        called = str(node["function"].get("function_name", "an operator")).lower()
        return None if called in ROW_FUNCTIONS else called
    return "describe, show or summarize" if node.get("type") == "SHOW_REF" else None


def _changing_part(node: dict[str, Any]) -> str | None:
    """Name what a node calls whose answer may change between two builds."""
    if node.get("sample"):
        return "a sample"
    name = str(node.get("function_name", "")).lower()
    if name in UNREPEATABLE or name in changing_functions():
        return name
    if name == "age" and len(node["children"]) == 1:
        return "age of one argument"
    if node.get("type") == "COLUMN_REF" and len(node["column_names"]) == 1:
        column = str(node["column_names"][0])
        return column if column.lower() in CLOCKS else None
    return _clock_text(node) if node.get("type") == "OPERATOR_CAST" else None


def _clock_text(node: dict[str, Any]) -> str | None:
    """Name the text of the clock that is cast to a time, through whatever other casts."""
    inner = node["child"]
    while inner.get("type") == "OPERATOR_CAST":
        inner = inner["child"]
    text = str(inner.get("value", {}).get("value", "")).strip().lower()
    is_time = node["cast_type"]["id"].startswith(("DATE", "TIME"))
    return repr(text) if is_time and text in NOW else None


def _line_of_node(sql: str, node: dict[str, Any]) -> str:
    location = node.get("query_location", NO_LOCATION)
    return "" if location == NO_LOCATION else _line_of(sql, str(location))


def _relations(tree: Any, scope: frozenset[str]) -> Iterator[str]:  # noqa: ANN401  any JSON
    """Yield the relations that are not common tables where they stand.

    A common table is one in the query that declares it, and in the common tables after it; in its
    own only if it is recursive.
    """
    if isinstance(tree, list):
        for value in tree:
            yield from _relations(value, scope)
    if not isinstance(tree, dict):
        return
    for entry in tree.get("cte_map", {}).get("map", []):
        name, query = entry["key"].lower(), entry["value"]
        is_recursive = query["query"]["node"]["type"] == "RECURSIVE_CTE_NODE"
        yield from _relations(query, scope | {name} if is_recursive else scope)
        scope |= {name}
    if tree.get("type") == "BASE_TABLE" and (relation := _relation(tree)).lower() not in scope:
        yield relation
    for key, value in tree.items():
        if key != "cte_map":
            yield from _relations(value, scope)


def _relation(node: dict[str, Any]) -> str:
    parts = (node.get("catalog_name"), node.get("schema_name"), node["table_name"])
    return ".".join(part for part in parts if part)
