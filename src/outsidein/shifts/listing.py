"""The dated list of shifts, the streams behind it, and what was watched."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from statistics import fmean

import ibis.expr.types as ir
import numpy as np

from outsidein.figures.figure import Estimate, Figure
from outsidein.figures.spec import Measure
from outsidein.shifts.declaration import ShiftSettings
from outsidein.shifts.figures import (
    CHANGE,
    CHANGE_FOUND_WITHIN,
    DELAY,
    EXPECTED_DELAY,
    Q_VALUE,
    REVENUE,
    SHARE,
    SHARE_BEFORE,
    SHARE_SINCE,
    SHIFT_STREAMS,
    SHIFTS,
    SHIFTS_FOUND,
    SHIFTS_NOT_SHOWN,
    SHIFTS_WATCHED,
    SHIFTS_WITHHELD,
    STREAMS,
    STREAMS_WATCHED,
)
from outsidein.shifts.streams import ORDERING, united
from outsidein.shifts.watch import FOUND_WITHIN, Stream, Watched, read_streams, watch
from outsidein.shifts.withholding import Recording, withheld_reasons
from outsidein.stats.proportion import proportion

NOTHING_CHANGED = Recording()

PERIODS_A_YEAR = {"week": 52, "month": 12, "quarter": 4}

TOGETHER = "alone it would not be listed; it is together with the others"
UNLIKELY = "so small a change is hardly found by itself"


def shifts_figures(
    streams: Sequence[ir.Table],
    settings: ShiftSettings,
    *,
    as_of: date,
    recording: Recording = NOTHING_CHANGED,
    spent_by_buyer: float | None = None,
) -> Iterator[Figure]:
    """Yield every figure about shifts; none where there is no stream.

    Args:
        streams: Tables as made by `shifts.streams`.
        settings: As declared.
        as_of: First day that does not count.
        recording: How the data behind the streams are recorded.
        spent_by_buyer: Mean revenue of a customer who orders in a period (minor units).
    """
    if not streams:
        return
    read = read_streams(united(list(streams)), as_of=as_of, period=settings.period)
    watched = watch(read, settings)
    reasons = withheld_reasons(watched, recording, settings)
    every = [one for one in watched if one.is_shift]
    shown = [one for one in every if one.stream not in reasons]
    yield shifts_figure(shown, settings, spent_by_buyer)
    yield withheld_figure(every, reasons)
    yield evidence_figure(every, settings)
    yield watched_figure(read, watched, reasons)


def shifts_figure(
    shifts: Sequence[Watched], settings: ShiftSettings, spent_by_buyer: float | None = None
) -> Figure:
    """List the shifts, the latest first."""
    latest = sorted(shifts, key=lambda one: one.q_value)
    latest = sorted(latest, key=_since, reverse=True)
    a_year = (spent_by_buyer or 0.0) * PERIODS_A_YEAR[settings.period]
    return SHIFTS.figure(
        (e for one in latest for e in _shift(one, a_year)),
        period=settings.period,
        share=settings.false_share,
        smallest=settings.smallest,
    )


def withheld_figure(shifts: Sequence[Watched], reasons: Mapping[Stream, str]) -> Figure:
    """List the changes that are not shown as shifts, the latest first, with the reason."""
    withheld = [one for one in shifts if one.stream in reasons]
    latest = sorted(withheld, key=lambda one: one.q_value)
    latest = sorted(latest, key=_since, reverse=True)
    return SHIFTS_WITHHELD.figure(_withheld(one, reasons[one.stream]) for one in latest)


def _withheld(one: Watched, reason: str) -> Estimate:
    stream, step = one.stream, one.step
    group = {
        "kind": stream.kind,
        "stream": stream.name,
        "since": _since(one),
        "direction": _direction(one),
        "reason": reason,
    }
    n = max(stream.among)
    return CHANGE.estimate(n, step.change, step.change_low, step.change_high, group=group)


def _direction(one: Watched) -> str:
    return "up" if one.step.change > 0 else "down"


def _since(one: Watched) -> str:
    return str(one.stream.periods[one.step.place])


def _shift(one: Watched, spent_a_year: float) -> Iterator[Estimate]:
    stream, step = one.stream, one.step
    n = max(stream.among)
    group = {
        "kind": stream.kind,
        "stream": stream.name,
        "since": _since(one),
        "earliest": str(stream.periods[step.low]),
        "latest": str(stream.periods[step.high]),
        "direction": _direction(one),
    }
    sides = {SHARE_BEFORE: slice(0, step.place), SHARE_SINCE: slice(step.place, None)}
    for measure, side in sides.items():
        holding, among = sum(stream.customers[side]), sum(stream.among[side])
        low, high = _limits(holding, among, step.dispersion)
        yield measure.estimate(n, holding / among, low, high, group=group)
    yield CHANGE.estimate(n, step.change, step.change_low, step.change_high, group=group)
    if stream.kind == ORDERING and spent_a_year > 0:
        expected = fmean(stream.among[step.place :]) * spent_a_year
        changes = (step.change, step.change_low, step.change_high)
        yield REVENUE.estimate(n, *(change * expected for change in changes), group=group)
    yield Q_VALUE.estimate(n, one.q_value, why="a rate of false discoveries", group=group)
    yield _delay(EXPECTED_DELAY, one.expected_delay, UNLIKELY, n, group)
    yield _delay(DELAY, one.delay, TOGETHER, n, group)


def _delay(
    measure: Measure, periods: int | None, why: str, n: int, group: Mapping[str, str]
) -> Estimate:
    if periods is None:
        return measure.unanswered(why, group=group)
    return measure.counted(periods, n=n, group=group)


def _limits(holding: int, among: int, dispersion: float) -> tuple[float, float]:
    """Wilson's interval, over what remains when dispersion is taken out."""
    size = max(round(among / dispersion), 1)
    answer = proportion(min(round(holding / dispersion), size), size)
    return min(answer.low, holding / among), max(answer.high, holding / among)


def evidence_figure(shifts: Sequence[Watched], settings: ShiftSettings) -> Figure:
    """Show the periods of every stream that shifted."""
    return SHIFT_STREAMS.figure(
        (e for one in shifts for e in _periods(one.stream)), period=settings.period
    )


def _periods(stream: Stream) -> Iterator[Estimate]:
    counts = zip(stream.periods, stream.customers, stream.among, strict=True)
    for period, holding, among in counts:
        answer = proportion(holding, among)
        group = {"kind": stream.kind, "stream": stream.name, "period": str(period)}
        yield SHARE.estimate(among, answer.share, answer.low, answer.high, group=group)


def watched_figure(
    read: Sequence[Stream], watched: Sequence[Watched], reasons: Mapping[Stream, str]
) -> Figure:
    """Return what was watched, and how small a shift would have been found."""
    return SHIFTS_WATCHED.figure(_kinds(read, watched, reasons), periods=FOUND_WITHIN)


def _kinds(
    read: Sequence[Stream], watched: Sequence[Watched], reasons: Mapping[Stream, str]
) -> Iterator[Estimate]:
    for kind, streams in groupby(sorted(read, key=lambda s: s.kind), key=lambda s: s.kind):
        every = list(streams)
        of_kind = [one for one in watched if one.stream.kind == kind]
        n = max(max(stream.among) for stream in every)
        group = {"kind": kind}
        yield STREAMS.counted(len(every), n=n, group=group)
        yield STREAMS_WATCHED.counted(len(of_kind), n=n, group=group)
        shifted = sum(one.is_shift for one in of_kind)
        yield SHIFTS_FOUND.counted(shifted, n=n, group=group)
        not_shown = sum(one.stream in reasons for one in of_kind)
        yield SHIFTS_NOT_SHOWN.counted(not_shown, n=n, group=group)
        if of_kind:
            middle = float(np.median([one.found_within for one in of_kind]))
            yield CHANGE_FOUND_WITHIN.named(periods=FOUND_WITHIN).estimate(
                n, middle, why="the middle of the streams watched", group=group
            )
