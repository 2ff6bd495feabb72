"""Which texts a query writes into a column, where the query itself says so."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

UNIONS = ("UNION", "UNION_BY_NAME")


def literals(tree: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """Find the columns into which a query writes nothing but texts of its own.

    Args:
        tree: The query's node, as DuckDB's parser gives it.

    Returns:
        Those columns, with every text that any part of a union writes into them. A column that
        takes values out of the data is not among them.
    """
    selects = list(_selects(tree))
    if not selects or any(node is None for node in selects):
        return {}
    lists = [node["select_list"] for node in selects if node]
    names = {_name(item): place for place, item in enumerate(lists[0])}
    texts_by_column = {
        name: [_text(_item(items, name, place)) for items in lists] for name, place in names.items()
    }
    return {
        name: frozenset(text for text in texts if text is not None)
        for name, texts in texts_by_column.items()
        if name and None not in texts
    }


def together(
    queries: Collection[Mapping[str, frozenset[str]]], column: str
) -> frozenset[str] | None:
    """Return every text that queries write into a column; None where the data may bring others.

    Args:
        queries: What each query writes, from `literals`.
        column: The column.
    """
    if any(column not in written for written in queries):
        return None
    return frozenset[str]().union(*(written[column] for written in queries))


def _selects(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any] | None]:
    """Parts of a union, from left to right; None for what is neither part nor union."""
    if node.get("type") == "SELECT_NODE":
        yield node
    elif node.get("setop_type") in UNIONS and "left" in node:
        yield from _selects(node["left"])
        yield from _selects(node["right"])
    else:
        yield None


def _item(items: list[Any], name: str, place: int) -> Mapping[str, Any]:
    """The column of that name, else the one at its place, for a union goes by place."""
    if any(item["class"] == "STAR" for item in items):
        return {}
    named = [item for item in items if _name(item) == name]
    at_place: list[Any] = items[place : place + 1]
    candidates = named or at_place or [{}]
    first: Mapping[str, Any] = candidates[0]
    return first


def _name(item: Mapping[str, Any]) -> str:
    return str(item.get("alias") or (item.get("column_names") or [""])[-1]).lower()


def _text(item: Mapping[str, Any]) -> str | None:
    is_text = item.get("class") == "CONSTANT" and item["value"]["type"]["id"] == "VARCHAR"
    return str(item["value"]["value"]) if is_text and not item["value"]["is_null"] else None
