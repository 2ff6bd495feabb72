"""Guesses how columns write numbers and days, by trying each way on their values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import NamedTuple

from ibis.backends import BaseBackend

from outsidein.drafts.countries import currency_of_mark
from outsidein.lake.sql import quoted
from outsidein.sources.date_forms import date_type
from outsidein.sources.typing import fit

LEAST_FIT = 0.95
"""Share of a column's values that a way of writing must fit."""
ROWS_LOOKED_AT = 20_000
MOST_UNITS = 20
"""Different texts beside the numbers of a column that are looked at (count)."""
_MARKS: tuple[tuple[str, str | None], ...] = (
    (".", None),
    (",", None),
    (",", "."),
    (".", ","),
    (",", " "),
    (",", "\u00a0"),
    (",", "\u202f"),
    (".", "'"),
    (".", "\u2019"),
)
_NUMBERS = ("BIGINT", "DECIMAL(18,2)", "DECIMAL(18,4)", "DECIMAL(18,8)", "DOUBLE")
_ISO = ("DATE", "TIMESTAMP", "TIMESTAMPTZ")
_DAYS = {
    "day first": ("%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%y", "%d/%m/%y"),
    "month first": ("%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y"),
    "": ("%Y/%m/%d", "%d %b %Y", "%b %d, %Y", "%d %B %Y", "%B %d, %Y", "%Y-%m-%d"),
}
_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", " %H:%M:%S %z", ", %H:%M")
_OTHERS = ("%a %b %d %H:%M:%S %z %Y", "%Y-%m-%d %H:%M:%S UTC", "excel")


class DateGuess(NamedTuple):
    """How a column writes days: an ISO type, or a form; `is_unsure` where another fits as well."""

    type: str
    form: str | None = None
    is_unsure: bool = False


@dataclass(frozen=True, slots=True)
class NumberGuess:
    """How a source writes numbers, and the type of each column that holds them."""

    decimal: str
    thousands: str | None
    types: dict[str, str]
    units: tuple[str, ...] = ()

    @property
    def currency(self) -> str | None:
        """The currency of the marks beside the numbers."""
        return next(filter(None, map(currency_of_mark, self.units)), None)


@dataclass(frozen=True, slots=True)
class _Way:
    type: str
    form: str | None
    order: str


def date_guess(backend: BaseBackend, relation: str, column: str) -> DateGuess | None:
    """Guess how a column of text writes days; None where no way fits nearly all values.

    Args:
        backend: Holds the relation.
        relation: Name of the table or view.
        column: One of its columns.
    """
    iso = [_Way(kind, None, "") for kind in _ISO]
    return _best_guess(backend, relation, column, iso) or _best_guess(
        backend, relation, column, list(_ways())
    )


def _best_guess(
    backend: BaseBackend, relation: str, column: str, ways: Sequence[_Way]
) -> DateGuess | None:
    fits = [fit(quoted(column), way.type, form=way.form).misfit for way in ways]
    shares = _fitting_shares(backend, relation, column, fits)
    best = max(shares, default=0.0)
    if best < LEAST_FIT:
        return None
    fitting = [way for way, share in zip(ways, shares, strict=True) if share == best]
    orders = {way.order for way in fitting} & {"day first", "month first"}
    return DateGuess(fitting[0].type, fitting[0].form, len(orders) > 1)


def number_guess(backend: BaseBackend, relation: str, columns: Sequence[str]) -> NumberGuess:
    """Guess the marks, units and types of columns that should hold numbers.

    Columns that no way fits are left as text; so are amounts in several currencies.
    """
    units = _units(backend, relation, columns)
    best = NumberGuess(".", None, {}, units)
    for decimal, thousands in _MARKS:
        way = NumberGuess(decimal, thousands, {}, units)
        types = {
            column: kind
            for column in columns
            if (kind := _number_type(backend, relation, column, way))
        }
        if len(types) > len(best.types):
            best = replace(way, types=types)
        if len(types) == len(columns):
            break
    return best


def _units(backend: BaseBackend, relation: str, columns: Sequence[str]) -> tuple[str, ...]:
    """Return the marks of a currency that stand beside numbers; none if there are several."""
    texts = {text for column in columns for text in _texts(backend, relation, column)}
    marks = {text: currency for text in texts if (currency := currency_of_mark(text))}
    return tuple(sorted(marks)) if len(set(marks.values())) == 1 else ()


def _texts(backend: BaseBackend, relation: str, column: str) -> list[str]:
    """Return the different texts beside the numbers of a column."""
    text = (
        f"trim(regexp_replace({quoted(column)}, '[\\d\\s\\x{{00a0}}\\x{{202f}}+''\u2019-]"
        "|[.,](\\d|[.,]|$)', '', 'g'))"
    )
    rows = backend.raw_sql(
        f"SELECT DISTINCT {text} FROM (SELECT {quoted(column)} FROM {quoted(relation)} "
        f"WHERE regexp_matches({quoted(column)}, '\\d') LIMIT {ROWS_LOOKED_AT}) "
        f"WHERE {text} <> '' LIMIT {MOST_UNITS}"
    ).fetchall()
    return [str(row[0]) for row in rows]


def _number_type(backend: BaseBackend, relation: str, column: str, way: NumberGuess) -> str | None:
    fits = [
        fit(
            quoted(column),
            kind,
            decimal=way.decimal,
            thousands=way.thousands,
            units=way.units,
        ).misfit
        for kind in _NUMBERS
    ]
    shares = _fitting_shares(backend, relation, column, fits)
    if max(shares, default=0.0) < LEAST_FIT:
        return None
    return _NUMBERS[shares.index(max(shares))]


def _fitting_shares(
    backend: BaseBackend, relation: str, column: str, misfits: Iterable[str]
) -> list[float]:
    counts = ", ".join(f"count(*) FILTER ({misfit})" for misfit in misfits)
    name = quoted(column)
    row = backend.raw_sql(
        f"SELECT count(*), {counts} FROM (SELECT {name} FROM {quoted(relation)} "
        f"WHERE nullif(trim({name}), '') IS NOT NULL LIMIT {ROWS_LOOKED_AT})"
    ).fetchone()
    every, *wrong = row
    return [1 - count / every for count in wrong] if every else []


def _ways() -> Iterable[_Way]:
    for order, days in _DAYS.items():
        for day, clock in product(days, _CLOCKS):
            if day != "%Y-%m-%d" or clock.endswith(("%p", "%z")):
                yield _Way(date_type(day + clock), day + clock, order)
    for form in _OTHERS:
        yield _Way(date_type(form), form, "")
