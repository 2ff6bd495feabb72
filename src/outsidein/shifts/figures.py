"""Figures: the dated list of shifts, their evidence, and what was watched."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby

import ibis.expr.types as ir
import numpy as np

from outsidein.figures.figure import Estimate, Figure, Unit, counted, unanswered
from outsidein.shifts.declaration import ShiftSettings
from outsidein.shifts.streams import united
from outsidein.shifts.watch import FOUND_WITHIN, Stream, Watched, read_streams, watch
from outsidein.stats.proportion import proportion

METHOD = (
    "Shares of customers by {period}. In each stream the likeliest lasting step is sought (least "
    "squares of arcsine shares; variation beyond chance and likeness of neighbouring periods are "
    "taken into account; the p-value adds up over all possible dates). Listed are steps whose "
    "q-value (Benjamini-Yekutieli, whatever the streams have to do with each other) is "
    "{share:.0%} or less, and that change the share by {smallest:.1%} or more: in a build, at most "
    "{share:.0%} of the shifts listed are expected to be false. Dates: 95 % of the posterior "
    "probability. Periods until it was found: since the step, up to the first build that would "
    "have listed it, had nothing else shifted; such a change takes: so many, four times in five. "
    "Where two years of months or quarters show a season, like is compared with like, and the "
    "change is that between like seasons. One step a stream; a slow trend reads as a step in its "
    "middle, and a season as a shift where less than two years are looked at. A shift says that "
    "something changed, not why. n = customers of the largest period."
)


DELAY = "periods until it was found"
STATED_DELAY = "periods such a change takes"
TOGETHER = "alone it would not be listed; it is together with the others"
UNLIKELY = "so small a change is hardly found by itself"


def shifts_figures(
    streams: Sequence[ir.Table], settings: ShiftSettings, *, as_of: date
) -> Iterator[Figure]:
    """Yield every figure about shifts; none where there is no stream.

    Args:
        streams: Tables as made by `shifts.streams`.
        settings: As declared.
        as_of: First day that does not count.
    """
    if not streams:
        return
    read = read_streams(united(list(streams)), as_of=as_of, period=settings.period)
    watched = watch(read, settings)
    found = [one for one in watched if one.is_shift]
    yield shifts_figure(found, settings)
    yield evidence_figure(found, settings)
    yield watched_figure(read, watched)


def shifts_figure(found: Sequence[Watched], settings: ShiftSettings) -> Figure:
    """List the shifts, the latest first."""
    latest = sorted(found, key=lambda one: one.q_value)
    latest = sorted(latest, key=_since, reverse=True)
    return Figure(
        "shifts",
        "What has shifted",
        METHOD.format(
            period=settings.period, share=settings.false_share, smallest=settings.smallest
        ),
        ("kind", "stream", "since", "earliest", "latest", "direction"),
        tuple(e for one in latest for e in _shift(one)),
    )


def _since(one: Watched) -> str:
    return str(one.stream.periods[one.step.place])


def _shift(one: Watched) -> Iterator[Estimate]:
    stream, found = one.stream, one.step
    n = max(stream.among)
    group = {
        "kind": stream.kind,
        "stream": stream.name,
        "since": _since(one),
        "earliest": str(stream.periods[found.low]),
        "latest": str(stream.periods[found.high]),
        "direction": "up" if found.change > 0 else "down",
    }
    sides = {"share before": slice(0, found.place), "share since": slice(found.place, None)}
    for name, side in sides.items():
        held, among = sum(stream.customers[side]), sum(stream.among[side])
        low, high = _limits(held, among, found.dispersion)
        yield Estimate(name, Unit.SHARE, n, held / among, low, high, group=group)
    yield Estimate(
        "change", Unit.SHARE, n, found.change, found.change_low, found.change_high, group=group
    )
    yield Estimate(
        "q-value", Unit.NUMBER, n, one.q_value, why="a rate of false discoveries", group=group
    )
    yield _periods_told(STATED_DELAY, one.expected_delay, UNLIKELY, n, group)
    yield _periods_told(DELAY, one.delay, TOGETHER, n, group)


def _periods_told(
    measure: str, periods: int | None, why: str, n: int, group: Mapping[str, str]
) -> Estimate:
    if periods is None:
        return unanswered(measure, Unit.NUMBER, why, group=group)
    return counted(measure, Unit.NUMBER, periods, n=n, group=group)


def _limits(held: int, among: int, dispersion: float) -> tuple[float, float]:
    """Wilson's interval, over what remains when dispersion is taken out."""
    size = max(round(among / dispersion), 1)
    answer = proportion(min(round(held / dispersion), size), size)
    return min(answer.low, held / among), max(answer.high, held / among)


def evidence_figure(found: Sequence[Watched], settings: ShiftSettings) -> Figure:
    """Show the periods of every stream that shifted."""
    return Figure(
        "shift_streams",
        "The streams that shifted",
        f"Share of customers in each {settings.period}, for the streams in which a shift was "
        "found. Intervals: Wilson.",
        ("kind", "stream", "period"),
        tuple(e for one in found for e in _periods(one.stream)),
    )


def _periods(stream: Stream) -> Iterator[Estimate]:
    counts = zip(stream.periods, stream.customers, stream.among, strict=True)
    for period, held, among in counts:
        answer = proportion(held, among)
        group = {"kind": stream.kind, "stream": stream.name, "period": str(period)}
        yield Estimate(
            "share", Unit.SHARE, among, answer.share, answer.low, answer.high, group=group
        )


def watched_figure(read: Sequence[Stream], watched: Sequence[Watched]) -> Figure:
    """Say what was watched, and how small a shift would have been found."""
    return Figure(
        "shifts_watched",
        "What was watched for shifts",
        "Streams by kind, and how many had enough to be watched: 8 periods of 10 customers or "
        "more, and 20 customers on either side. The last column says how soon: a change of that "
        f"size, in the middle stream, is found within {FOUND_WITHIN} periods four times in five.",
        ("kind",),
        tuple(_kinds(read, watched)),
    )


def _kinds(read: Sequence[Stream], watched: Sequence[Watched]) -> Iterator[Estimate]:
    for kind, streams in groupby(sorted(read, key=lambda s: s.kind), key=lambda s: s.kind):
        every = list(streams)
        of_kind = [one for one in watched if one.stream.kind == kind]
        n = max(max(stream.among) for stream in every)
        group = {"kind": kind}
        yield counted("streams", Unit.NUMBER, len(every), n=n, group=group)
        yield counted("streams watched", Unit.NUMBER, len(of_kind), n=n, group=group)
        shifted = sum(one.is_shift for one in of_kind)
        yield counted("shifts found", Unit.NUMBER, shifted, n=n, group=group)
        if of_kind:
            middle = float(np.median([one.found_within for one in of_kind]))
            yield Estimate(
                f"change found within {FOUND_WITHIN} periods", Unit.SHARE, n, middle,
                why="the middle of the streams watched", group=group,
            )  # fmt: skip
