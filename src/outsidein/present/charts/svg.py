"""From a chart to SVG that can stand in a page: no script, no address, no clashing id."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from xml.etree import ElementTree as ET

import vl_convert
from markupsafe import Markup

from outsidein.present.charts.canvas import SIZES, Size, VegaLite

VEGA_LITE = "6.1"
DROPPED = ("role", "class", "font-family", "pointer-events")
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}(?:e-?\d+)?")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart as SVG, once wide and once narrow, with what it says for those who do not see it."""

    wide: Markup
    narrow: Markup


def draw(name: str, label: str, chart: Callable[[Size], VegaLite]) -> Drawing:
    """Draw a chart in each size.

    Args:
        name: Unlike any other of the page; ids begin with it.
        label: What is seen, in a sentence.
        chart: Returns the chart for a size.
    """
    return Drawing(*(_svg(f"{name}-{size.name}", label, chart(size)) for size in SIZES))


def _svg(name: str, label: str, chart: VegaLite) -> Markup:
    drawn = vl_convert.vegalite_to_svg(dict(chart), vl_version=VEGA_LITE)
    root = ET.fromstring(drawn)  # noqa: S314  our own drawing, made one line above
    for element in root.iter():
        _clean(element, name)
    _describe(root, name, label)
    return Markup(ET.tostring(root, encoding="unicode"))  # noqa: S704  escaped by ElementTree


def _clean(element: ET.Element, name: str) -> None:
    element.tag = _local(element.tag)
    kept = {_local(key): value for key, value in element.attrib.items()}
    element.attrib.clear()
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
    title.text = label
    root.insert(0, title)
    root.attrib.pop("version", None)
    root.set("role", "img")
    root.set("aria-labelledby", f"{name}-title")


def _local(qualified: str) -> str:
    return qualified.rpartition("}")[2]
