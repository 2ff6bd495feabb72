"""Shifts: what has lastingly changed, since when, and how sure that is."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from outsidein.figures.figure import Estimate
from outsidein.headlines.heading import heading
from outsidein.headlines.statement import Statement
from outsidein.present.blocks import ContentBlock, figure_block
from outsidein.present.charts.curves import PERCENT_FORMAT, Axes, Point, Series
from outsidein.present.charts.figure_chart import line_chart
from outsidein.present.display_tables import group_text
from outsidein.present.figure_view import CrossTable, FigureView, by
from outsidein.present.wording import label
from outsidein.report.evidence import Evidence, number_of
from outsidein.report.exhibits import Exhibit, SectionSpec, no_chart
from outsidein.shifts.figures import (
    BEFORE,
    CHANGE,
    RECORDING,
    RECORDING_CHANGES,
    SHARE,
    SHIFT_STREAMS,
    SHIFTS,
    SHIFTS_WATCHED,
    SHIFTS_WITHHELD,
)

MOST_DRAWN = 6


def _latest(evidence: Evidence) -> Statement | str:
    changes = evidence.select(SHIFTS, CHANGE)
    if not changes:
        withheld = len(evidence.select(SHIFTS_WITHHELD, CHANGE))
        return _none_shown(withheld)
    newest = changes[0]
    direction, since = newest.group["direction"], newest.group["since"]
    return heading(
        SHIFTS,
        f"The latest: {_stream(newest)} went {direction} from {since} on (share of the customers "
        "of a period)",
        newest,
        base="of the customers of a period",
        no_effect=0.0,
    )


def _none_shown(withheld: int) -> str:
    if not withheld:
        return "No lasting change was found"
    return f"No lasting change is shown: recording may explain {withheld} that were found"


def _withheld(evidence: Evidence) -> str:
    withheld = evidence.select(SHIFTS_WITHHELD, CHANGE)
    if not withheld:
        return "Nothing was withheld"
    days = Counter(str(e.group["since"]) for e in withheld)
    day, changes = days.most_common(1)[0]
    return f"{changes} of {len(withheld)} changes that are not shown begin on {day}"


def _why_withheld(e: Estimate) -> str:
    group = e.group
    return f"{group['since']}: {_stream(e)} {group['direction']}; {group['reason']}"


def _recorded(e: Estimate) -> str:
    return f"{e.group['on']}: {e.group['data']}, {e.group['what']}"


def _month(e: Estimate) -> str:
    return f"{e.group['data']}, {e.group['what']}: {e.group['period']}"


def _latest_recording(evidence: Evidence) -> str | None:
    changes = evidence.numbers(RECORDING_CHANGES, BEFORE)
    return f"The latest change: {_recorded(changes[0])}" if changes else None


def _stream(e: Estimate) -> str:
    return f"{group_text(e.group['kind'])}, {group_text(e.group['stream'])},"


def _dated(e: Estimate) -> str:
    group = e.group
    between = f"{group['earliest']} to {group['latest']}"
    return f"{group['since']} ({between}): {_stream(e)} {group['direction']}"


def _streams(evidence: Evidence) -> Iterator[ContentBlock]:
    """Show the stream of each of the latest shifts."""
    view = evidence.view(SHIFT_STREAMS)
    for place, shift in enumerate(evidence.select(SHIFTS, CHANGE)[:MOST_DRAWN]):
        kind, stream = shift.group["kind"], shift.group["stream"]
        estimates = tuple(view.select(SHARE, kind=kind, stream=stream))
        title = f"{label(group_text(kind))}: {group_text(stream)}"
        figure = replace(view.figure, title=title, estimates=estimates)
        yield _stream_block(replace(view, figure=figure), shift, place)


def _stream_block(view: FigureView, shift: Estimate, place: int) -> ContentBlock:
    title = view.figure.title
    points = tuple(
        Point(_year(str(e.group["period"])), number_of(e), e.low, e.high)
        for e in view.figure.estimates
        if e.value is not None
    )
    axes = Axes(
        "Year",
        "Share of customers",
        x_format="format(datum.value, '.2~f')",
        y_format=PERCENT_FORMAT,
    )
    return figure_block(
        view.figure,
        name=f"shift_stream_{place}",
        finding=f"{title} went {shift.group['direction']} from {shift.group['since']} on, by "
        f"{view.words.in_sentence(shift)}",
        tables=CrossTable("Period", lambda e: group_text(e.group["period"]))(view),
        chart=line_chart([Series(title, points)], axes),
        reading="Dots: share in each period; band: 95 % interval.",
    )


def _year(day: str) -> float:
    at = date.fromisoformat(day)
    return at.year + (at.timetuple().tm_yday - 1) / 365


LASTING_SHIFTS = SectionSpec(
    name="lasting-shifts",
    heading="What has shifted",
    intro="Lasting changes in what customers say, where they stand and when they leave.",
    exhibits=(
        Exhibit(
            spec=SHIFTS,
            about="what has lastingly changed",
            finding=_latest,
            chart=no_chart,
            tables=CrossTable("Since (between)", _dated),
            if_empty="No lasting change was found",
        ),
        Exhibit(spec=SHIFT_STREAMS, about="the streams that shifted", blocks=_streams),
        Exhibit(
            spec=SHIFTS_WITHHELD,
            about="changes that are not shown, and why",
            finding=_withheld,
            chart=no_chart,
            tables=CrossTable("Since, and why it is not shown", _why_withheld),
        ),
        Exhibit(
            spec=RECORDING_CHANGES,
            about="when the recording of data changed",
            finding=_latest_recording,
            chart=no_chart,
            tables=CrossTable("From", _recorded),
        ),
        Exhibit(
            spec=RECORDING,
            about="how data are recorded",
            finding=lambda _: "Records by month, and what changed in them",
            chart=no_chart,
            tables=CrossTable("Data and month", _month),
        ),
        Exhibit(
            spec=SHIFTS_WATCHED,
            about="what was watched for shifts",
            finding=lambda _: "What was watched, and how small a change would have been found",
            chart=no_chart,
            tables=CrossTable("Kind", by("kind")),
        ),
    ),
)
