"""Guesses at the currency and the country of an export, each with its reason."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ibis.backends import BaseBackend

from outsidein.drafts.countries import Country, country_of_name, currency_of_mark
from outsidein.lake.sql import quoted

_PART_OF_NAME = re.compile(r"[A-Za-z]+|[€$£¥₹]")
_GERMAN = re.compile(
    r"kunden?|bestell|rechnung|umsatz|artikel|datum|betrag|menge|stra(ß|ss)e|plz|vorname|anrufe?",
    re.IGNORECASE,
)


class Guess(NamedTuple):
    """A code, of a currency or a country, and why it is likely."""

    value: str
    reason: str


def currency_guess(
    backend: BaseBackend,
    relation: str,
    parts: Mapping[str, str],
    *,
    amounts: Iterable[str],
    mark: str | None,
) -> Guess | None:
    """Guess the currency from its column, the marks beside amounts, or the amounts' names.

    Args:
        backend: Holds the relation.
        relation: The source's rows.
        parts: The column of each role.
        amounts: Roles that are numbers.
        mark: The currency of the marks beside numbers, if there are any.
    """
    code = _only_value(backend, relation, parts.get("currency"))
    if code:
        return Guess(code, f"column {parts['currency']!r} of {relation} holds no other")
    if mark:
        return Guess(mark, f"amounts of {relation} are marked so")
    names = [parts[role] for role in amounts if role in parts]
    by_name = {
        currency: name
        for name in names
        for word in _PART_OF_NAME.findall(name)
        if (currency := currency_of_mark(word))
    }
    if len(by_name) != 1:
        return None
    ((currency, name),) = by_name.items()
    return Guess(currency, f"column {name!r} of {relation} is named so")


def country_guess(
    backend: BaseBackend, relation: str, column: str | None, columns: Sequence[str]
) -> Guess | None:
    """Guess the country from a column of countries, or from the language of the columns' names.

    Args:
        backend: Holds the relation.
        relation: The source's rows.
        column: The column of countries, if there is one.
        columns: All columns.
    """
    country = _most_frequent_country(backend, relation, column)
    if country:
        return Guess(country.code, f"most rows of {relation} name it in {column!r}")
    german = next(filter(_GERMAN.search, columns), None)
    return Guess("DE", f"{german!r} of {relation} is German") if german else None


def _only_value(backend: BaseBackend, source: str, column: str | None) -> str | None:
    """Return the one text, in capitals, that a column holds; None where there are others."""
    if column is None:
        return None
    rows = backend.raw_sql(
        f"SELECT DISTINCT upper(trim({quoted(column)})) FROM {quoted(source)} "
        f"WHERE nullif(trim({quoted(column)}), '') IS NOT NULL LIMIT 2"
    ).fetchall()
    return str(rows[0][0]) if len(rows) == 1 else None


def _most_frequent_country(backend: BaseBackend, source: str, column: str | None) -> Country | None:
    if column is None:
        return None
    name = f"CAST({quoted(column)} AS VARCHAR)"
    row = backend.raw_sql(
        f"SELECT {name}, count(*) AS rows FROM {quoted(source)} "
        f"WHERE nullif(trim({name}), '') IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1"
    ).fetchone()
    return country_of_name(row[0]) if row else None
