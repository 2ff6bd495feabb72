"""A project's SQL: parsed by DuckDB's own parser to exactly one query with nothing hidden in it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from outsidein.canonical.literals import literals
from outsidein.errors import ProjectError
from outsidein.lake.queries import SyntaxTree

ROW_FUNCTIONS = frozenset({"unnest", "range", "generate_series"})
"""Table functions a query may call: those that read no file, table or setting."""

UNREPEATABLE = frozenset(
    {
        *("now", "today", "current_date", "current_time", "current_timestamp", "localtimestamp"),
        *("get_current_timestamp", "transaction_timestamp", "localtime", "get_current_time"),
        *("random", "uuid", "gen_random_uuid", "uuidv4", "uuidv7", "setseed", "nextval"),
        *("getenv", "current_setting", "version", "pg_backend_pid", "txid_current", "hash"),
    }
)
"""Functions whose answer is not a function of the build's manifest."""

CLOCKS = frozenset(
    {"current_date", "current_time", "current_timestamp", "localtime", "localtimestamp"}
)
"""Those of them that SQL lets be called without brackets, so that they look like columns."""


@dataclass(frozen=True, slots=True)
class Query:
    """One SELECT of a project: where it stands, its text, and the relations it reads.

    `literals` has the columns that it fills with texts of its own, and those texts.
    """

    path: Path
    sql: str
    relations: frozenset[str]
    literals: Mapping[str, frozenset[str]] = field(default_factory=dict, compare=False)

    @property
    def name(self) -> str:
        """Name of the file, without its ending."""
        return self.path.stem


def read_query(path: Path, *, parse: Callable[[str], SyntaxTree]) -> Query:
    """Read one SQL file.

    Args:
        path: Of the file.
        parse: From `outsidein.lake.queries.sql_parser`.

    Raises:
        ProjectError: It is not exactly one SELECT, or it reads files or the clock.
    """
    sql = path.read_text(encoding="utf-8").strip().rstrip(";")
    tree = _syntax_tree(path, sql, parse)
    nodes = list(_nodes(tree))
    _refuse_hidden_input(path, nodes)
    named = {_relation(node) for node in nodes if node.get("type") == "BASE_TABLE"}
    relations = frozenset(named - _common_tables(nodes))
    return Query(path, sql, relations, literals(tree["statements"][0]["node"]))


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


def _refuse_hidden_input(path: Path, nodes: list[dict[str, Any]]) -> None:
    for node in nodes:
        name = str(node.get("function_name", "")).lower()
        column = node.get("column_names") or [""]
        if node.get("type") == "TABLE_FUNCTION":
            called = node["function"]["function_name"].lower()
            if called not in ROW_FUNCTIONS:
                raise ProjectError(
                    path, called, "a model reads sources only; declare the file in sources.toml"
                )
        elif name in UNREPEATABLE or str(column[-1]).lower() in CLOCKS:
            raise ProjectError(
                path,
                name or column[-1],
                "may not be used: a build must give the same tables whenever it runs",
            )


def _relation(node: dict[str, Any]) -> str:
    parts = (node.get("catalog_name"), node.get("schema_name"), node["table_name"])
    return ".".join(part for part in parts if part)


def _common_tables(nodes: list[dict[str, Any]]) -> set[str]:
    return {entry["key"] for node in nodes if "cte_map" in node for entry in node["cte_map"]["map"]}
