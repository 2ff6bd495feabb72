"""Known changes stand as lines on the charts of their days."""

from datetime import date
from functools import partial
from xml.etree import ElementTree as ET

import pytest

from outsidein.present.blocks import ContentBlock
from outsidein.present.charts.control_chart import Limits, Mark, limits_chart, line_at_day
from outsidein.present.charts.svg import Drawing
from outsidein.shifts.declaration import KnownChange
from outsidein.workspace.annotations import annotated

FIRST = date(2019, 1, 1).toordinal()
LIMITS = Limits("Day", "Share", 0.5, "datum.value", is_dated=True)
MARKS = [Mark(FIRST + day, 0.4 + 0.01 * day, 0.2, 0.8, "", "") for day in range(0, 70, 7)]
MAY = KnownChange(on=date(2019, 2, 5), description="Prices <rose>.", cause="event")
LATER = KnownChange(on=date(2021, 1, 1), description="Beyond the chart")


@pytest.fixture
def block():
    drawing = Drawing(
        "chart",
        "a chart",
        partial(limits_chart, MARKS, LIMITS),
        at_day=partial(line_at_day, MARKS, LIMITS),
    )
    return ContentBlock("chart", "a finding", drawing=drawing)


def lines(drawing):
    """Lines laid over a chart, with their words."""
    root = ET.fromstring(drawing)  # noqa: S314  our own drawing
    return [e for e in root if e.tag == "line"]


@pytest.mark.parametrize("size", ["wide", "narrow"])
def test_a_line_stands_where_its_day_is_and_says_what_changed(block, size):
    [line] = lines(getattr(annotated(block, (MAY, LATER)).drawing, size))
    assert line[0].text == "2019-02-05: Prices <rose>"
    inner = {"wide": (64, 480 - 92), "narrow": (46, 328 - 66)}[size]
    halfway = (inner[0] + inner[1]) / 2
    assert abs(float(line.get("x1")) - halfway) < 0.15 * halfway  # day 35 of 63
    assert line.get("x1") == line.get("x2")


def test_each_line_is_told_in_words_too(block):
    assert annotated(block, (MAY, LATER)).notes == ("Line at 2019-02-05: Prices <rose>.",)


def test_charts_without_days_and_days_beyond_the_chart_stay_as_they_are(block):
    assert annotated(block, (LATER,)) is block
    plain = ContentBlock("x", "y")
    assert annotated(plain, (MAY,)) is plain
