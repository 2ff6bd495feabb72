"""Shifts: what has lastingly changed, since when, and how sure that is."""

from collections.abc import Iterator
from datetime import date
from functools import partial

from outsidein.figures.figure import Estimate, Figure
from outsidein.present.blocks import Block, Section, absent, figure_block
from outsidein.present.charts.curves import PERCENT_FORMAT, Axes, Point, Series, curves_chart
from outsidein.present.tables import crossed, key_words
from outsidein.present.wording import label
from outsidein.report.evidence import Evidence, number_of

FIGURES = {
    "shifts": "what has lastingly changed",
    "shift_streams": "the streams that shifted",
    "shifts_watched": "what was watched for shifts",
}
MOST_DRAWN = 6


def shifts_section(evidence: Evidence) -> Section:
    """Show the dated list of shifts, and the streams they are in."""
    return Section(
        "lasting-shifts",
        "What has shifted",
        "Lasting changes in what customers say, where they stand and when they leave.",
        (*_list(evidence), *_streams(evidence), *_watched(evidence)),
        absent(FIGURES, list(evidence.figures)),
    )


def _list(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("shifts")
    if not figure:
        return
    changes = [e for e in figure.estimates if e.measure == "change"]
    if not changes:
        yield Block("shifts", "No lasting change was found", figure=figure.name)
        return
    newest = changes[0]
    yield figure_block(
        figure,
        finding=f"The latest: {_what(newest)} went {newest.group['direction']} "
        f"from {newest.group['since']} on",
        tables=[
            crossed(
                figure.title,
                figure.estimates,
                evidence.words,
                rows=("Since (between)", _dated),
                columns=lambda e: label(e.measure),
            )
        ],
    )


def _what(e: Estimate) -> str:
    return f"{key_words(e.group['kind'])}, {key_words(e.group['stream'])},"


def _dated(e: Estimate) -> str:
    group = e.group
    between = f"{group['earliest']} to {group['latest']}"
    return f"{group['since']} ({between}): {_what(e)} {group['direction']}"


def _streams(evidence: Evidence) -> Iterator[Block]:
    figure, shifts = evidence.figure("shift_streams"), evidence.figure("shifts")
    if not figure or not shifts:
        return
    found = [e for e in shifts.estimates if e.measure == "change"][:MOST_DRAWN]
    for place, shift in enumerate(found):
        kind, stream = shift.group["kind"], shift.group["stream"]
        own = tuple(
            e for e in figure.estimates if (e.group["kind"], e.group["stream"]) == (kind, stream)
        )
        yield _stream(evidence, figure, shift, own, place)


def _stream(
    evidence: Evidence, figure: Figure, shift: Estimate, own: tuple[Estimate, ...], place: int
) -> Block:
    title = f"{label(key_words(shift.group['kind']))}: {key_words(shift.group['stream'])}"
    points = tuple(
        Point(_year(str(e.group["period"])), number_of(e), e.low, e.high)
        for e in own
        if e.value is not None
    )
    axes = Axes("Year", "Share of customers", x_format="format(datum.value, '.2~f')",
                y_format=PERCENT_FORMAT)  # fmt: skip
    return figure_block(
        Figure(figure.name, title, figure.method, figure.groups, own),
        name=f"shift_stream_{place}",
        finding=f"{title} went {shift.group['direction']} from {shift.group['since']} on, by "
        f"{evidence.words.said(shift)}",
        tables=[
            crossed(
                title, own, evidence.words,
                rows=("Period", lambda e: key_words(e.group["period"])),
                columns=lambda e: label(e.measure),
            )
        ],
        chart=partial(curves_chart, [Series(title, points)], axes) if points else None,
        reading="Dots: share in each period; band: 95 % interval.",
    )  # fmt: skip


def _year(day: str) -> float:
    at = date.fromisoformat(day)
    return at.year + (at.timetuple().tm_yday - 1) / 365


def _watched(evidence: Evidence) -> Iterator[Block]:
    figure = evidence.figure("shifts_watched")
    if figure and figure.estimates:
        yield figure_block(
            figure,
            finding="What was watched, and how small a change would have been found",
            tables=[
                crossed(
                    figure.title,
                    figure.estimates,
                    evidence.words,
                    rows=("Kind", lambda e: label(key_words(e.group["kind"]))),
                    columns=lambda e: label(e.measure),
                )
            ],
        )
