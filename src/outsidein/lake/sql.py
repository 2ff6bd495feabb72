"""Names and texts written into SQL, quoted so that they can be nothing else."""


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
