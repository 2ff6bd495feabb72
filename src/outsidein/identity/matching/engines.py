"""The matcher of each engine."""

from collections.abc import Callable, Mapping

from ibis.backends import BaseBackend

from outsidein.errors import InputError
from outsidein.identity.matching.duckdb.duckdb_matcher import duckdb_matcher
from outsidein.identity.matching.matcher import Matcher

MATCHERS: Mapping[str, Callable[[BaseBackend], Matcher]] = {"duckdb": duckdb_matcher}


def matcher_on(backend: BaseBackend) -> Matcher:
    """Return the matcher of a backend's engine.

    Raises:
        InputError: There is none.

    Example:
        >>> import ibis
        >>> type(matcher_on(ibis.duckdb.connect())).__name__
        'DuckDBMatcher'
    """
    if backend.name not in MATCHERS:
        engines = ", ".join(sorted(MATCHERS))
        raise InputError(f"Records cannot be matched on {backend.name}; use {engines}.")
    return MATCHERS[backend.name](backend)
