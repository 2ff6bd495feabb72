"""Which streams have shifted, since when, and how sure that is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import ibis.expr.types as ir
import numpy as np

from outsidein.figures.figure import FEWEST
from outsidein.shifts.declaration import ShiftSettings
from outsidein.stats.charts.chart import FEWEST_PERIODS
from outsidein.stats.charts.false_discovery import q_values
from outsidein.stats.charts.season import FEWEST_EACH_SIDE
from outsidein.stats.charts.step import (
    StepChange,
    change_found_within,
    periods_until_found,
    step,
)

LONGEST = 60
"""Periods looked back at, at most."""

RAREST = 20
"""Customers for whom it held, and for whom it did not, over all periods: fewer are not watched."""

FOUND_WITHIN = 3
"""Periods within which the change that is stated is found."""


@dataclass(frozen=True, slots=True)
class Stream:
    """One stream, the oldest period first.

    Attributes:
        kind: What sort of thing it is.
        name: What it is.
        periods: First days.
        customers: For whom it held (count).
        among: Of how many (count).
    """

    kind: str
    name: str
    periods: tuple[date, ...]
    customers: tuple[int, ...]
    among: tuple[int, ...]

    @property
    def is_watched(self) -> bool:
        """Whether there is enough to tell a shift from chance."""
        holding = sum(self.customers)
        rarest = min(holding, sum(self.among) - holding)
        return len(self.periods) >= FEWEST_PERIODS and rarest >= RAREST


@dataclass(frozen=True, slots=True)
class Watched:
    """A stream and the likeliest step in it.

    Attributes:
        stream: What was watched.
        step: The likeliest step.
        q_value: Rate of false discoveries at which it is listed.
        is_shift: Whether it is listed.
        found_within: Change of the share that is found three periods after it came.
        expected_delay: Periods since a step of this size after which it is found four times in
            five; None where it is not listed, or so small a step would hardly be found.
        delay: Periods since the step after which a build would have listed it, had nothing else
            shifted; None where it is not listed, or only because others are too.
    """

    stream: Stream
    step: StepChange
    q_value: float
    is_shift: bool
    found_within: float
    expected_delay: int | None
    delay: int | None


def read_streams(streams: ir.Table, *, as_of: date, period: str) -> list[Stream]:
    """Read counts by period: complete periods in which ten customers or more can be told of.

    The first period of each kind is left out, for it may be only partly covered.
    """
    table = streams.order_by("kind", "stream", "period_on").to_pyarrow().to_pylist()
    last = _current(as_of, period)
    firsts: dict[str, date] = {}
    for row in table:
        firsts[row["kind"]] = min(firsts.get(row["kind"], last), row["period_on"])
    kept = [
        row
        for row in table
        if firsts[row["kind"]] < row["period_on"] < last and row["among"] >= FEWEST
    ]
    parts = groupby(kept, key=lambda row: (row["kind"], row["stream"]))
    return [_stream(kind, name, list(rows)[-LONGEST:]) for (kind, name), rows in parts]


def watch(streams: Sequence[Stream], settings: ShiftSettings) -> list[Watched]:
    """Look for a step in every stream, with the rate of false ones over all of them controlled.

    Args:
        streams: From `read_streams`; those with too little are passed over.
        settings: Share of false shifts that is accepted, and the smallest change.

    Returns:
        One per stream that could be watched, the surest first.
    """
    watched = [stream for stream in streams if stream.is_watched]
    steps = [
        step(stream.customers, stream.among, seasons=_seasons(stream, settings))
        for stream in watched
    ]
    p_values = [each.p_value if abs(each.change) >= settings.smallest else 1.0 for each in steps]
    tested = zip(watched, steps, q_values(p_values), strict=True)
    bar = _bar(len(watched), settings)
    answers = [_watched(*one, bar=bar, settings=settings) for one in tested]
    return sorted(answers, key=lambda one: (one.q_value, one.stream.kind, one.stream.name))


def _watched(
    stream: Stream, likeliest: StepChange, q: float, *, bar: float, settings: ShiftSettings
) -> Watched:
    within = change_found_within(likeliest, stream.among, periods=FOUND_WITHIN, p_value=bar)
    if q > settings.false_share:
        return Watched(stream, likeliest, float(q), False, within, None, None)  # noqa: FBT003
    return Watched(
        stream,
        likeliest,
        float(q),
        True,  # noqa: FBT003  it is a shift
        within,
        periods_until_found(likeliest, stream.among, p_value=bar),
        _delay(stream, likeliest, bar=bar, settings=settings),
    )


def _delay(
    stream: Stream, likeliest: StepChange, *, bar: float, settings: ShiftSettings
) -> int | None:
    """Look at the stream as it stood at the end of each period since the step."""
    first = max(likeliest.place + FEWEST_EACH_SIDE, FEWEST_PERIODS)
    seasons = _seasons(stream, settings)
    for end in range(first, len(stream.periods) + 1):
        seasons_then = seasons[:end] if seasons else None
        then = step(stream.customers[:end], stream.among[:end], seasons=seasons_then)
        is_same = (then.change > 0) == (likeliest.change > 0)
        if is_same and then.p_value <= bar and abs(then.change) >= settings.smallest:
            return end - likeliest.place
    return None


def _seasons(stream: Stream, settings: ShiftSettings) -> list[int] | None:
    """The month or quarter of the year of each period; of weeks there are too few years."""
    if settings.period == "week":
        return None
    of = 3 if settings.period == "quarter" else 1
    return [(period.month - 1) // of for period in stream.periods]


def _bar(streams: int, settings: ShiftSettings) -> float:
    """The p-value at which a single shift among quiet streams is listed."""
    ranks = np.arange(1, max(streams, 1) + 1)
    return float(settings.false_share / (len(ranks) * (1 / ranks).sum()))


def _stream(kind: str, name: str, rows: Sequence[Mapping[str, object]]) -> Stream:
    columns: Iterator[tuple[object, ...]] = (
        tuple(row[column] for row in rows) for column in ("period_on", "customers", "among")
    )
    return Stream(kind, name, *columns)  # type: ignore[arg-type]


def _current(as_of: date, period: str) -> date:
    """First day of the period that `as_of` lies in: it is not complete."""
    if period == "week":
        return date.fromordinal(as_of.toordinal() - as_of.weekday())
    month = as_of.month - (as_of.month - 1) % 3 if period == "quarter" else as_of.month
    return date(as_of.year, month, 1)
