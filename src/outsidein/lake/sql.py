"""Names and texts written into SQL, quoted so that they can be nothing else."""

from collections.abc import Iterable
from pathlib import Path


def quoted(identifier: str) -> str:
    """Quote a name.

    Example:
        >>> quoted('the "best" price')
        '"the ""best"" price"'
    """
    return '"' + identifier.replace('"', '""') + '"'


def literal(text: object) -> str:
    """Quote a text.

    Example:
        >>> print(literal("O'Neill"))
        'O''Neill'
    """
    return "'" + str(text).replace("'", "''") + "'"


def file_list(paths: Iterable[Path]) -> str:
    """Name exactly these files, even those with glob characters in their names.

    Example:
        >>> file_list([Path("a[1].parquet"), Path("b.parquet")])
        "['a[[]1].parquet', 'b.parquet']"
    """
    return "[" + ", ".join(literal(_without_glob(str(path))) for path in paths) + "]"


def _without_glob(path: str) -> str:
    return "".join(f"[{letter}]" if letter in "[*?" else letter for letter in path)
