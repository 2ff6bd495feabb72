"""Costs that a query makes up as a constant part of something else."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import add, mul, sub
from typing import Any

COLUMNS = frozenset({"cost", "margin", "profit"})
"""Columns that should say what was recorded."""

SMALLEST, LARGEST = 0.02, 0.98
"""Factors between which a number is a part, and no change of unit."""

Node = Mapping[str, Any]

_OPERATIONS: Mapping[str, Callable[[float, float], float]] = {"+": add, "-": sub, "*": mul}


def assumed_costs(nodes: Iterable[Node]) -> dict[str, float]:
    """Find columns of costs that are a constant part of another number.

    Args:
        nodes: Every node of a query, as DuckDB's parser gives it.

    Returns:
        By name of the column, the part.

    Example:
        `round(revenue * (1 - 0.4)) as cost` gives 0.6.
    """
    items = (item for node in nodes for item in node.get("select_list") or ())
    named = ((str(item.get("alias") or "").lower(), item) for item in items)
    parts = ((name, next(_parts(item), None)) for name, item in named if name in COLUMNS)
    return {name: part for name, part in parts if part is not None}


def _parts(node: Any) -> Iterator[float]:  # noqa: ANN401  any JSON
    if isinstance(node, Mapping):
        if node.get("function_name") in ("*", "multiply"):
            yield from filter(_is_part, map(_constant, node["children"]))
        for value in node.values():
            yield from _parts(value)
    elif isinstance(node, list):
        for value in node:
            yield from _parts(value)


def _is_part(factor: float | None) -> bool:
    return factor is not None and SMALLEST <= factor <= LARGEST


def _constant(node: Node) -> float | None:
    """Work out an expression that holds nothing but numbers."""
    if node.get("class") == "CONSTANT":
        return _number(node["value"])
    if node.get("type") == "OPERATOR_CAST":
        return _constant(node["child"])
    operation = _OPERATIONS.get(str(node.get("function_name")))
    if operation is None or len(node["children"]) != len(("left", "right")):
        return None
    left, right = (_constant(child) for child in node["children"])
    return None if left is None or right is None else operation(left, right)


def _number(value: Node) -> float | None:
    digits = value["value"] if not value["is_null"] else None
    if not isinstance(digits, int | float):
        return None
    scale = int((value["type"].get("type_info") or {}).get("scale", 0))
    return float(digits) / float(10**scale)
