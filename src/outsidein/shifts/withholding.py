"""Why a change in a stream is not shown as a shift of customers."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from outsidein.shifts.declaration import KnownChange, ShiftSettings
from outsidein.shifts.recording_changes import RecordingChange
from outsidein.shifts.streams import ORDERING
from outsidein.shifts.watch import Stream, Watched

RESTS_ON: Mapping[str, tuple[str, ...]] = {
    "factor named": ("signals",),
    "theme": ("signals",),
    "low scores": ("signals",),
    "disasters": ("encounters", "signals"),
    "stage reached": ("encounters", "messages", "transactions", "contracts", "signals"),
    "churn": ("transactions", "contracts"),
    ORDERING: ("transactions",),
    "spending of a tier": ("transactions",),
}
"""The canonical tables that streams are counted from, by kind of stream."""

REMEMBERS = ("stage reached", "churn")
"""Kinds of streams that count what customers did before, so that they begin without a past."""

START_UP = timedelta(days=365)
"""How long after the first record the streams of those kinds are not comparable."""

MOST_EVIDENCE = 3
SEVERAL = 3
SEVERAL_SHARE = 0.2
"""Streams of a kind, and their share of all of that kind, that do not shift at one date by
themselves."""

LASTING_PART = 0.5
"""Part of the change that has to be there without the period that deviates most."""


@dataclass(frozen=True, slots=True)
class Recording:
    """How data are recorded.

    Attributes:
        changes: When that changed.
        sources: The sources that each canonical table is made of.
    """

    changes: tuple[RecordingChange, ...] = ()
    sources: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def concerning(self, kind: str) -> list[RecordingChange]:
        """Return the changes in the data that streams of a kind are counted from."""
        tables = RESTS_ON.get(kind, ())
        names = {*tables, *(name for t in tables for name in self.sources.get(t, ()))}
        return [c for c in self.changes if c.series.data.partition(" of ")[0] in names]


def withheld_reasons(
    watched: Sequence[Watched], recording: Recording, settings: ShiftSettings
) -> dict[Stream, str]:
    """Return why shifts are not shown, by stream; those that are shown are left out."""
    together = _together(watched)
    reasons = {}
    for one in watched:
        if one.is_shift and (reason := _reason(one, recording, settings, together)):
            reasons[one.stream] = reason
    return reasons


def _reason(
    one: Watched,
    recording: Recording,
    settings: ShiftSettings,
    together: Mapping[tuple[str, date], tuple[int, int]],
) -> str | None:
    known_changes = [change for change in settings.known_change if _is_known(one, change)]
    if any(change.cause == "event" for change in known_changes):
        return None
    if known_changes:
        first = known_changes[0]
        return f"declared as a change in recording: {first.description} ({first.on})"
    return (
        _changed_recording(one, recording)
        or _start_of_data(one, recording)
        or _single_period(one)
        or _one_of_several(one, together)
    )


def _is_known(one: Watched, change: KnownChange) -> bool:
    concerns = not change.kinds or one.stream.kind in change.kinds
    return concerns and _is_at_that_time(one, change.on)


def _is_at_that_time(one: Watched, day: date) -> bool:
    """Whether a day lies within the time that a step may have come in, one period around it."""
    periods = one.stream.periods
    first = periods[max(one.step.low - 1, 0)]
    after = one.step.high + 2
    return first <= day and (after >= len(periods) or day < periods[after])


def _changed_recording(one: Watched, recording: Recording) -> str | None:
    changes = [c for c in recording.concerning(one.stream.kind) if _is_at_that_time(one, c.on)]
    if not changes:
        return None
    evidence = "; ".join(change.text for change in _clearest(changes))
    on = Counter(change.on for change in changes).most_common(1)[0][0]
    return f"something changed in how data are recorded on {on}, look there: {evidence}"


def _clearest(changes: Sequence[RecordingChange]) -> list[RecordingChange]:
    return sorted(changes, key=lambda c: -abs(c.since - (c.before or 0.0)))[:MOST_EVIDENCE]


def _start_of_data(one: Watched, recording: Recording) -> str | None:
    if one.stream.kind not in REMEMBERS:
        return None
    tables = RESTS_ON[one.stream.kind]
    firsts = [c for c in recording.changes if c.before is None and c.series.data in tables]
    since = one.stream.periods[one.step.place]
    for change in sorted(firsts, key=lambda c: c.on):
        if change.on <= since < change.on + START_UP:
            return (
                f"the data begin on {change.on} ({change.series.data}): for a year after it "
                "customers have too short a past to be compared"
            )
    return None


def _single_period(one: Watched) -> str | None:
    """Whether what changed is a single period, which is no lasting change."""
    stream, place = one.stream, one.step.place
    sides = (range(place), range(place, len(stream.periods)))
    if all(_lasts(one, side) for side in sides):
        return None
    return "it rests on a single period"


def _lasts(one: Watched, side: Sequence[int]) -> bool:
    """Whether one side still differs by half the change without the period that deviates most."""
    stream, step = one.stream, one.step
    other = step.before if side[0] >= step.place else step.after
    change = abs(step.after - step.before)
    furthest = max(side, key=lambda p: abs(stream.customers[p] / stream.among[p] - other))
    rest = [place for place in side if place != furthest]
    share = sum(stream.customers[p] for p in rest) / sum(stream.among[p] for p in rest)
    return abs(share - other) >= LASTING_PART * change


def _together(watched: Sequence[Watched]) -> dict[tuple[str, date], tuple[int, int]]:
    """Count the shifts of each kind and date, beside all streams of the kind."""
    shifts = Counter((one.stream.kind, _since(one)) for one in watched if one.is_shift)
    streams = Counter(one.stream.kind for one in watched)
    return {(kind, on): (n, streams[kind]) for (kind, on), n in shifts.items()}


def _one_of_several(
    one: Watched, together: Mapping[tuple[str, date], tuple[int, int]]
) -> str | None:
    shifts, streams = together[one.stream.kind, _since(one)]
    if shifts < SEVERAL or shifts < SEVERAL_SHARE * streams:
        return None
    return (
        f"something changed in how data are recorded on {_since(one)}, look there: {shifts} of "
        f"{streams} streams of this kind change at once"
    )


def _since(one: Watched) -> date:
    return one.stream.periods[one.step.place]
