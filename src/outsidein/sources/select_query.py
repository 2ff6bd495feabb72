"""The query of an SQL source: exactly one SELECT, made sure of before a database sees it."""

import sqlglot
from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

_DIALECTS = {"postgresql": "postgres", "mariadb": "mysql", "mssql": "tsql"}
_BEGINNINGS = {TokenType.SELECT, TokenType.WITH, TokenType.FROM}
_EFFECTS = (exp.DML, exp.DDL, exp.Into, exp.Lock, exp.Command, exp.Drop)
_ACTING_FUNCTIONS = frozenset(
    {
        *("set_config", "nextval", "setval", "dblink", "dblink_exec", "load_extension"),
        *("lo_import", "lo_export", "lo_create", "lo_unlink", "lo_put", "lo_from_bytea"),
        *("pg_terminate_backend", "pg_cancel_backend", "pg_reload_conf", "pg_rotate_logfile"),
        *("pg_read_file", "pg_read_binary_file", "pg_ls_dir", "pg_advisory_lock", "load_file"),
    }
)
"""Functions that act on a server, or read its files, even where the transaction is read-only."""

ONE_SELECT = "give exactly one SELECT, which changes nothing"


def query_problem(sql: str, *, url: str) -> str | None:
    """Say why a query is not exactly one SELECT without any effect; None if it is.

    Args:
        sql: The query.
        url: Address of its database, which names the dialect.

    Example:
        >>> query_problem("SELECT id FROM orders", url="sqlite:///shop.db")
        >>> query_problem("DROP TABLE orders", url="sqlite:///shop.db")
        'give exactly one SELECT, which changes nothing'
    """
    dialect = _dialect(url)
    try:
        if not _begins_a_query(sqlglot.tokenize(sql, dialect=dialect)) or "/*!" in sql:
            return ONE_SELECT
        statements = [each for each in sqlglot.parse(sql, dialect=dialect) if each is not None]
    except sqlglot.errors.SqlglotError as error:
        reason = str(error).splitlines()[0]
        return f"it cannot be read ({reason}); make it a view, and name that in `table`"
    except RecursionError:
        return "it nests too deep; make it a view, and name that in `table`"
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        return ONE_SELECT
    return ONE_SELECT if any(map(_has_an_effect, statements[0].walk())) else None


def _dialect(url: str) -> str | None:
    """Return sqlglot's name of the dialect of a database."""
    name = url.partition(":")[0].partition("+")[0].lower()
    name = _DIALECTS.get(name, name)
    return name if sqlglot.Dialect.get(name) else None


def _begins_a_query(tokens: list[Token]) -> bool:
    """Whether the first word begins a query; it may stand in brackets."""
    first = next((token for token in tokens if token.token_type is not TokenType.L_PAREN), None)
    return first is not None and first.token_type in _BEGINNINGS


def _has_an_effect(node: exp.Expr) -> bool:
    return isinstance(node, _EFFECTS) or (
        isinstance(node, exp.Func) and node.name.lower() in _ACTING_FUNCTIONS
    )
