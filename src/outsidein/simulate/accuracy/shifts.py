"""Shifts that a build lists, beside those that were declared."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from outsidein.figures.figure import Estimate
from outsidein.shifts.figures import CHANGE, DELAY, EXPECTED_DELAY, SHIFTS, SHIFTS_WATCHED
from outsidein.simulate.accuracy.comparison import Figures, Truth
from outsidein.simulate.changes import Change, changes
from outsidein.simulate.expected_shifts import JUDGED, Stream, moving, touched, within

Listed = Mapping[str, Estimate]
"""What is published of one shift, by measure."""


class ShiftBeside(NamedTuple):
    """A declared change in one stream, and what a build lists of it; or a shift listed for none.

    Attributes:
        change: As declared; None where nothing was.
        kind: Of stream.
        stream: Its name.
        found_on: First day of the period since when it is listed; None where it is not.
        is_dated: Whether the interval of that day holds the declared one; None where there is none.
        size: The listed change of the share.
        delay: Periods from the step until it was found; None where it was only among others.
        stated: Periods in which such a change is found four times in five; None if hardly.
        is_false: Whether nothing that is declared touches the stream; None where that is open.
    """

    change: Change | None
    kind: str
    stream: str
    found_on: date | None
    is_dated: bool | None
    size: float | None
    delay: float | None
    stated: float | None
    is_false: bool | None


def shifts_beside(figures: Figures, truth: Truth) -> list[ShiftBeside]:
    """Set the listed shifts beside the declared changes, and tell which are false.

    A change stands once per stream that it changes at once. What is listed for no change is false
    in streams that stand still; in streams that move by themselves, or that a change touches
    later on, it is left open.
    """
    if SHIFTS.name not in figures:
        return []
    listed = _listed(figures)
    declared = [*_declared(truth, figures, listed)]
    seen = {(one.kind, one.stream) for one in declared}
    others = (_undeclared(truth, stream, estimates) for stream, estimates in listed.items())
    return [*declared, *(one for one in others if (one.kind, one.stream) not in seen)]


def _listed(figures: Figures) -> dict[Stream, Listed]:
    by_stream: dict[Stream, dict[str, Estimate]] = {}
    for e in figures[SHIFTS.name].estimates:
        by_stream.setdefault((str(e.group["kind"]), str(e.group["stream"])), {})[e.measure] = e
    return dict(by_stream)


def _declared(
    truth: Truth, figures: Figures, listed: Mapping[Stream, Listed]
) -> Iterator[ShiftBeside]:
    watched = {str(e.group["kind"]) for e in figures[SHIFTS_WATCHED.name].estimates}
    for change in changes(truth.firm):
        for kind, name in touched(truth.firm, change).at_once:
            of = [stream for stream in listed if within(stream, ((kind, name),))]
            if kind in watched and not of:
                nothing = (None, None, None, None, None, None)
                yield ShiftBeside(change, kind, name or "any", *nothing)
            for stream in of:
                yield _beside(change, stream, listed[stream], is_false=None)


def _undeclared(truth: Truth, stream: Stream, estimates: Listed) -> ShiftBeside:
    later = [s for change in changes(truth.firm) for s in touched(truth.firm, change).later]
    moves = within(stream, (*later, *moving(truth.firm))) or stream[0] not in JUDGED
    return _beside(None, stream, estimates, is_false=None if moves else True)


def _beside(
    change: Change | None, stream: Stream, estimates: Listed, *, is_false: bool | None
) -> ShiftBeside:
    one = estimates[CHANGE.name]
    since, earliest, latest = (
        date.fromisoformat(str(one.group[name])) for name in ("since", "earliest", "latest")
    )
    # A change amid a period shows in it or from the next one on.
    is_dated = change and earliest <= _next_month(change.on) and change.on <= _end_of_month(latest)
    return ShiftBeside(
        change, *stream, since, None if change is None else bool(is_dated), one.value,
        estimates[DELAY.name].value, estimates[EXPECTED_DELAY.name].value, is_false,
    )  # fmt: skip


def _end_of_month(day: date) -> date:
    return _next_month(day) - timedelta(days=1)


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
