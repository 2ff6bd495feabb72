"""From a chart to SVG that can stand in a page: no script, no address, no clashing id."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from xml.etree import ElementTree as ET

import vl_convert
from markupsafe import Markup

from outsidein.present.charts.canvas import (
    INK,
    NARROW,
    ON_PAPER,
    PAPER,
    TIP,
    WIDE,
    ChartLine,
    Size,
    VegaLite,
)
from outsidein.present.charts.kept_drawings import NONE_KEPT, KeptDrawings
from outsidein.present.visible_text import visible

PNG_SCALE = 2.0

DROPPED = ("role", "class", "font-family", "pointer-events")
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}(?:e-?\d+)?")
_SVG = "http://www.w3.org/2000/svg"
_REFERENCE = re.compile(r"url\(#([^)]+)\)")


@dataclass(frozen=True)
class Drawing:
    """A chart as SVG in each size, drawn when it is asked for.

    Attributes:
        name: Unlike any other of the page; ids begin with it.
        label: What is seen, in a sentence, for those who do not see it.
        chart: Returns the chart for a size.
        kept: Draws, unless it has drawn the same chart before.
        lines: Returns lines to lay over the chart, which is drawn only once for all their places.
        at_day: Returns the line at a day, where the chart has days; None for a day beyond it.
    """

    name: str
    label: str
    chart: Callable[[Size], VegaLite]
    kept: KeptDrawings = NONE_KEPT
    lines: Callable[[Size], Sequence[ChartLine]] | None = None
    at_day: Callable[[date, Size], ChartLine | None] | None = None

    @cached_property
    def wide(self) -> Markup:
        """For a screen."""
        return self._drawn(WIDE)

    @cached_property
    def narrow(self) -> Markup:
        """For a phone."""
        return self._drawn(NARROW)

    @cached_property
    def paper(self) -> Markup:
        """For half the width of a printed page."""
        return self._drawn(ON_PAPER)

    @property
    def file(self) -> str:
        """As a file of its own, on white, with the sentence that says what is seen."""
        drawn = self.kept.svg(f"{self.name}-{WIDE.name}", self.chart(WIDE))
        root = ET.fromstring(drawn)  # noqa: S314  our own drawing
        title = ET.Element(f"{{{_SVG}}}title")
        title.text = visible(self.label)
        white = {"width": "100%", "height": "100%", "fill": PAPER}
        root[0:0] = [title, ET.Element(f"{{{_SVG}}}rect", white)]
        ET.register_namespace("", _SVG)
        return ET.tostring(root, encoding="unicode")

    @property
    def png(self) -> bytes:
        """As a picture for slides, at twice the size of the screen's."""
        picture: bytes = vl_convert.svg_to_png(self.file, scale=PNG_SCALE)
        return picture

    def _drawn(self, size: Size) -> Markup:
        name = f"{self.name}-{size.name}"
        lines = self.lines(size) if self.lines else ()
        return _svg(name, self.label, self.kept.svg(name, self.chart(size)), lines)


def _svg(name: str, label: str, drawn: str, lines: Sequence[ChartLine]) -> Markup:
    root = ET.fromstring(drawn)  # noqa: S314  our own drawing
    for element in list(root.iter()):
        _clean(element, name)
    _describe(root, name, label)
    root.extend(_drawn_line(line) for line in lines)
    return Markup(ET.tostring(root, encoding="unicode"))  # noqa: S704  escaped by ElementTree


def _drawn_line(line: ChartLine) -> ET.Element:
    ends = {"x1": line.x, "x2": line.x, "y1": line.top, "y2": line.bottom}
    placed = {name: f"{place:g}" for name, place in ends.items()}
    element = ET.Element("line", {**placed, "stroke": INK, "stroke-width": "2"})
    if line.text:
        ET.SubElement(element, "title").text = visible(line.text)
    return element


def _clean(element: ET.Element, name: str) -> None:
    element.tag = _local(element.tag)
    kept = {_local(key): value for key, value in element.attrib.items()}
    element.attrib.clear()
    if (tip := kept.get("aria-label", "")).startswith(TIP) and tip != TIP:
        title = ET.SubElement(element, "title")
        title.text = tip.removeprefix(TIP)
    for key, value in kept.items():
        if key not in DROPPED and not key.startswith("aria-"):
            element.set(key, _renamed(_LONG_NUMBER.sub(_short, value), key, name))


def _renamed(value: str, key: str, name: str) -> str:
    if key == "id":
        return f"{name}-{value}"
    return _REFERENCE.sub(rf"url(#{name}-\1)", value)


def _short(number: re.Match[str]) -> str:
    return f"{round(float(number[0]), 2) + 0.0:g}"


def _describe(root: ET.Element, name: str, label: str) -> None:
    title = ET.Element("title", {"id": f"{name}-title"})
    title.text = visible(label)
    root.insert(0, title)
    root.attrib.pop("version", None)
    root.set("role", "img")
    root.set("preserveAspectRatio", "xMinYMin meet")
    root.set("aria-labelledby", f"{name}-title")


def _local(qualified: str) -> str:
    return qualified.rpartition("}")[2]
