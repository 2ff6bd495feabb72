"""When the recording of data changed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from math import inf, log

from outsidein.shifts.recording import Aspect, RecordingSeries
from outsidein.stats.charts.chart import FEWEST_PERIODS
from outsidein.stats.charts.step import step

SHARE_MATTERS = 0.1
"""Change of a share of records from which their recording counts as changed."""

FEW_BEFORE = 0.01
"""Share of records up to which a field counts as not recorded."""

P_VALUE = 0.001
PERIODS_POOLED = 3
FEWEST_RECORDS = 50
LENGTH_RATIO = 1.3
VOLUME_RATIO = 3.0


@dataclass(frozen=True, slots=True)
class RecordingChange:
    """A change in how data are recorded.

    Attributes:
        series: What changed.
        on: First day of the first month recorded the new way.
        before: Share, mean length or records a month before; None where there were no records.
        since: The same since then.
        records_before: Records that `before` rests on (count).
        records_since: Records that `since` rests on (count).
    """

    series: RecordingSeries
    on: date
    before: float | None
    since: float
    records_before: int
    records_since: int

    @property
    def text(self) -> str:
        """The change in words, with its evidence."""
        if self.before is None:
            return f"{self.series.data} are recorded from {self.on:%Y-%m} on"
        return f"{self.series.data}, {self.series.what}: {self._numbers}"

    @property
    def _numbers(self) -> str:
        if self.series.aspect is Aspect.SHARE:
            return f"{self.before:.0%} before {self.on}, {self.since:.0%} since"
        unit = " a month" if self.series.aspect is Aspect.RECORDS else ""
        return f"{self.before:,.0f}{unit} before {self.on}, {self.since:,.0f} since"


def recording_changes(series: Iterable[RecordingSeries]) -> list[RecordingChange]:
    """Return the changes in how data are recorded, the latest first."""
    changes = [change for one in series for change in _changes(one)]
    return sorted(changes, key=lambda c: (-c.on.toordinal(), c.series.data, c.series.what))


def _changes(series: RecordingSeries) -> Iterator[RecordingChange]:
    if series.aspect is Aspect.SHARE:
        yield from _share_changes(series)
    elif series.aspect is Aspect.LENGTH:
        yield from _ratio_changes(series, LENGTH_RATIO)
    else:
        first = series.periods[0]
        monthly = sum(series.events) / len(series.events)
        yield RecordingChange(series, first, None, monthly, 0, sum(series.events))
        yield from _ratio_changes(series, VOLUME_RATIO)


def _share_changes(series: RecordingSeries) -> Iterator[RecordingChange]:
    """Split at the clearest step, and both parts again, as long as a step matters."""
    used = [place for place, records in enumerate(series.records) if records]
    series = _part(series, used)
    if len(used) < FEWEST_PERIODS:
        return
    clearest = step(series.events, series.records)
    if clearest.p_value > P_VALUE or abs(clearest.change) < SHARE_MATTERS:
        return
    places = range(len(used))
    before, since = (
        _part(series, places[: clearest.place]),
        _part(series, places[clearest.place :]),
    )
    yield _between(series, before, since)
    yield from _share_changes(before)
    yield from _share_changes(since)


def _part(series: RecordingSeries, places: Iterable[int]) -> RecordingSeries:
    kept = list(places)
    return replace(
        series,
        periods=tuple(series.periods[place] for place in kept),
        events=tuple(series.events[place] for place in kept),
        records=tuple(series.records[place] for place in kept),
    )


def _between(
    series: RecordingSeries, before: RecordingSeries, since: RecordingSeries
) -> RecordingChange:
    return RecordingChange(
        series,
        since.periods[0],
        _mean(before),
        _mean(since),
        _records(before),
        _records(since),
    )


def _mean(part: RecordingSeries) -> float:
    return sum(part.events) / max(sum(part.records), 1)


def _records(part: RecordingSeries) -> int:
    return sum(part.events if part.aspect is Aspect.RECORDS else part.records)


def _ratio_changes(series: RecordingSeries, ratio: float) -> Iterator[RecordingChange]:
    """Yield where three months differ from the three before by a factor, one change at a time."""
    places = range(PERIODS_POOLED, len(series.periods) - PERIODS_POOLED + 1)
    jumps = sorted(((_jump(series, place), place) for place in places), reverse=True)
    taken: list[int] = []
    for size, place in jumps:
        if size < log(ratio) or any(abs(place - other) < PERIODS_POOLED for other in taken):
            continue
        taken.append(place)
        yield _between(series, *_sides(series, place))


def _jump(series: RecordingSeries, place: int) -> float:
    before, since = _sides(series, place)
    if max(_records(before), _records(since)) < FEWEST_RECORDS:
        return 0.0
    if series.aspect is Aspect.LENGTH and min(_records(before), _records(since)) < FEWEST_RECORDS:
        return 0.0
    low, high = sorted((_mean(before), _mean(since)))
    return log(high / low) if low else inf


def _sides(series: RecordingSeries, place: int) -> tuple[RecordingSeries, RecordingSeries]:
    return (
        _part(series, range(place - PERIODS_POOLED, place)),
        _part(series, range(place, place + PERIODS_POOLED)),
    )
