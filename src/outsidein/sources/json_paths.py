"""Names of values inside JSON records: the keys on the way to them, with points between."""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import product

MOST_KEYS = 200
"""An object with more keys is data, such as amounts by customer, and gives one column."""


def key_pointer(key: str) -> str:
    """Return the part of a JSON pointer that leads to a key.

    Example:
        >>> key_pointer("a/b")
        '/a~1b'
    """
    return "/" + key.replace("~", "~0").replace("/", "~1")


def column_paths(name: str) -> list[str]:
    """Return the pointers that a column's name may mean: a key may itself hold a point.

    Example:
        >>> column_paths("customer.email")
        ['/customer.email', '/customer/email']
    """
    first, *others = name.split(".")
    return [
        "".join(map(key_pointer, _joined(first, others, marks)))
        for marks in product((False, True), repeat=len(others))
    ]


def names_within(structure: str) -> Iterator[str]:
    """Yield the names of all values of a record, given what DuckDB's `json_structure` says.

    Example:
        >>> list(names_within('{"id": "UBIGINT", "to": {"town": "VARCHAR"}, "tags": ["VARCHAR"]}'))
        ['id', 'to', 'to.town', 'tags']
    """
    yield from _names(json.loads(structure), "")


def lists_within(structure: str) -> Iterator[str]:
    """Yield the names of all lists of a document, given what `json_structure` says.

    Example:
        >>> list(lists_within('{"page": "UBIGINT", "data": {"orders": [{"id": "UBIGINT"}]}}'))
        ['data.orders']
    """
    document = json.loads(structure)
    for name in _names(document, ""):
        if isinstance(_at(document, name), list):
            yield name


def without_parents(names: Iterable[str], wanted: Collection[str]) -> tuple[str, ...]:
    """Drop objects whose values are columns of their own, unless they are wanted whole.

    Example:
        >>> without_parents(["id", "to", "to.town"], ["id"])
        ('id', 'to.town')
    """
    every = list(names)
    parents = {name[:place] for name in every for place, mark in enumerate(name) if mark == "."}
    return tuple(name for name in every if name in wanted or name not in parents)


def _names(structure: object, prefix: str) -> Iterator[str]:
    if not isinstance(structure, dict):
        return
    for key, inner in structure.items():
        yield f"{prefix}{key}"
        if isinstance(inner, dict) and len(inner) <= MOST_KEYS:
            yield from _names(inner, f"{prefix}{key}.")


def _at(document: object, name: str) -> object:
    for key in name.split("."):
        document = document.get(key) if isinstance(document, dict) else None
    return document


def _joined(first: str, others: Sequence[str], marks: Sequence[bool]) -> list[str]:
    keys = [first]
    for part, is_inside in zip(others, marks, strict=True):
        if is_inside:
            keys.append(part)
        else:
            keys[-1] += f".{part}"
    return keys
