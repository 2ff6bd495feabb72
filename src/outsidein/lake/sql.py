"""Quoting of identifiers and literals in SQL."""

from collections.abc import Iterable
from pathlib import Path


def quoted(identifier: str) -> str:
    """Quote an identifier.

    Example:
        >>> quoted('the "best" price')
        '"the ""best"" price"'
    """
    return '"' + identifier.replace('"', '""') + '"'


def literal(text: object) -> str:
    """Quote a text literal.

    Example:
        >>> print(literal("O'Neill"))
        'O''Neill'
    """
    return "'" + str(text).replace("'", "''") + "'"


def file_list(paths: Iterable[Path]) -> str:
    """Return an SQL list of exactly these files, escaping glob characters.

    Example:
        >>> file_list([Path("a[1].parquet"), Path("b.parquet")])
        "['a[[]1].parquet', 'b.parquet']"
    """
    return "[" + ", ".join(literal(_without_glob(str(path))) for path in paths) + "]"


def _without_glob(path: str) -> str:
    return "".join(f"[{letter}]" if letter in "[*?" else letter for letter in path)
