"""How data are recorded, period by period: what a shift of customers must not be confused with."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby
from typing import Any

import ibis.expr.types as ir

RAREST = 0.01
"""Share of all records from which a source, instrument or language is looked at."""


class Aspect(StrEnum):
    """What of the recording a series counts."""

    RECORDS = "records"
    SHARE = "share"
    LENGTH = "length"


@dataclass(frozen=True, slots=True)
class RecordingSeries:
    """One aspect of how data are recorded, the oldest month first, without a gap.

    Attributes:
        data: Name of the source or canonical table.
        what: What is counted, in words.
        aspect: Records of a month, a share of them, or the mean length of a text.
        periods: First days of months.
        events: Records counted, or characters.
        records: Of how many records, or texts.
    """

    data: str
    what: str
    aspect: Aspect
    periods: tuple[date, ...]
    events: tuple[int, ...]
    records: tuple[int, ...]


SIGNAL_ASPECTS = ("source", "instrument", "language")


def source_series(rows: Sequence[Mapping[str, Any]]) -> Iterator[RecordingSeries]:
    """Yield what is compared of each source.

    Args:
        rows: One per column of a source and month, in this order, as in `SOURCE_RECORDING`.
    """
    for source, columns in groupby(rows, key=lambda row: str(row["source"])):
        by_column = [list(of) for _, of in groupby(columns, key=lambda row: str(row["column"]))]
        first = by_column[0]
        yield _records(source, {row["period_on"]: row["records"] for row in first})
        for of in by_column:
            name = str(of[0]["column"])
            counts = {row["period_on"]: (row["filled"], row["records"]) for row in of}
            yield _series(source, f"rows in which “{name}” is filled", Aspect.SHARE, counts)
            if any(row["characters"] is not None for row in of):
                counts = {row["period_on"]: (row["characters"] or 0, row["filled"]) for row in of}
                yield _series(source, f"characters of {name}", Aspect.LENGTH, counts)


def table_series(table: ir.Table, name: str, day: str) -> Iterator[RecordingSeries]:
    """Yield the records of a canonical table by month, and the share of each of its sources."""
    dated = _dated(table, day)
    totals = _counts(dated)
    if totals:
        yield _records(name, totals)
        yield from _shares(dated, name, "source", totals)


def signal_series(signals: ir.Table) -> Iterator[RecordingSeries]:
    """Yield what is compared of signals: instruments, languages, wording versions and texts."""
    dated = _dated(signals, "signalled_on")
    totals = _counts(dated)
    if not totals:
        return
    yield _records("signals", totals)
    for column in SIGNAL_ASPECTS:
        of = dated.filter(dated.text.notnull()) if column == "language" else dated
        yield from _shares(of, "signals", column, _counts(of))
    yield from _wordings(dated)
    yield from _texts(dated)


def _wordings(dated: ir.Table) -> Iterator[RecordingSeries]:
    """Yield the share of each wording version among the records of its instrument."""
    versions = dated.filter(dated.wording_version.notnull())
    for instrument in sorted(_distinct(versions, "instrument")):
        of = dated.filter(dated.instrument == instrument)
        yield from _shares(of, f"signals of {instrument}", "wording_version", _counts(of))


def _texts(dated: ir.Table) -> Iterator[RecordingSeries]:
    direct = dated.filter(dated.kind != "inferred")
    written = direct.filter(direct.text.notnull())
    rows = written.group_by("period_on").aggregate(
        records=written.count(), characters=written.text.length().cast("int64").sum()
    )
    by_period = {row["period_on"]: row for row in rows.to_pyarrow().to_pylist()}
    totals = _counts(direct)
    if by_period:
        shares = {p: (by_period[p]["records"] if p in by_period else 0, totals[p]) for p in totals}
        yield _series("signals", "rows with a text", Aspect.SHARE, shares)
        lengths = {p: (row["characters"], row["records"]) for p, row in by_period.items()}
        yield _series("signals", "characters of a text", Aspect.LENGTH, lengths)


def _shares(
    dated: ir.Table, data: str, column: str, totals: Mapping[date, int]
) -> Iterator[RecordingSeries]:
    rows = dated.group_by(dated[column].cast("string").name("value"), "period_on").aggregate(
        records=dated.count()
    )
    counts: dict[str, dict[date, int]] = {}
    for row in rows.to_pyarrow().to_pylist():
        if row["value"] is not None:
            counts.setdefault(row["value"], {})[row["period_on"]] = row["records"]
    every = sum(totals.values())
    for value, by_period in sorted(counts.items()):
        if sum(by_period.values()) >= RAREST * every:
            shares = {p: (by_period.get(p, 0), total) for p, total in totals.items()}
            what = f"records of {column.replace('_', ' ')} {value}"
            yield _series(data, what, Aspect.SHARE, shares)


def _dated(table: ir.Table, day: str) -> ir.Table:
    dated = table.mutate(period_on=table[day].truncate("M").cast("date"))
    return dated.filter(dated.period_on.notnull())


def _counts(dated: ir.Table) -> dict[date, int]:
    rows = dated.group_by("period_on").aggregate(records=dated.count()).order_by("period_on")
    return {row["period_on"]: row["records"] for row in rows.to_pyarrow().to_pylist()}


def _distinct(table: ir.Table, column: str) -> set[str]:
    values = table.select(column).distinct().to_pyarrow()[column].to_pylist()
    return {str(value) for value in values if value is not None}


def _records(data: str, counts: Mapping[date, int]) -> RecordingSeries:
    return _series(data, "records", Aspect.RECORDS, {p: (n, 1) for p, n in counts.items()})


def _series(
    data: str, what: str, aspect: Aspect, counts: Mapping[date, tuple[int, int]]
) -> RecordingSeries:
    periods = tuple(_months(counts))
    nothing = (0, int(aspect is Aspect.RECORDS))  # a month without records is a month
    events = tuple(counts.get(period, nothing)[0] for period in periods)
    records = tuple(counts.get(period, nothing)[1] for period in periods)
    return RecordingSeries(data, what, aspect, periods, events, records)


def _months(periods: Iterable[date]) -> Iterator[date]:
    """Yield every month from the first to the last."""
    numbers = [12 * period.year + period.month - 1 for period in periods]
    for number in range(min(numbers), max(numbers) + 1) if numbers else ():
        yield date(number // 12, number % 12 + 1, 1)
