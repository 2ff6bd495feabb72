"""Drawings of earlier documents, used again while their charts are the same."""

import json
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import vl_convert

from outsidein.present.charts.canvas import VegaLite
from outsidein.present.visible_text import visible_value

VEGA_LITE = "6.1"


@dataclass(frozen=True, slots=True)
class KeptDrawings:
    """Draws charts, and keeps the last drawing under each name.

    Attributes:
        folder: Where drawings lie; None to keep none.
    """

    folder: Path | None = None

    def svg(self, name: str, chart: VegaLite) -> str:
        """Return a chart as SVG, as it was kept if neither chart nor software has changed."""
        if self.folder is None:
            return _draw(chart)
        path, key = self.folder / f"{name}.svg", _key(chart)
        kept_for, _, svg = (
            path.read_text("utf-8").partition("\n") if path.exists() else ("", "", "")
        )
        if kept_for == key:
            return svg
        svg = _draw(chart)
        _replace(path, f"{key}\n{svg}")
        return svg


NONE_KEPT = KeptDrawings()
"""Draws every chart anew."""


def _read(path: Path) -> str:
    return path.read_text("utf-8") if path.exists() else ""


def _draw(chart: VegaLite) -> str:
    drawable = visible_value(chart)  # the program ends where a text is none in XML
    svg: str = vl_convert.vegalite_to_svg(drawable, vl_version=VEGA_LITE)
    return svg


def _key(chart: VegaLite) -> str:
    drawn_by = [VEGA_LITE, version("vl-convert-python")]
    return sha256(json.dumps([drawn_by, chart]).encode()).hexdigest()


def _replace(path: Path, text: str) -> None:
    """Write a file at once, for another report may read it now."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{sha256(text.encode()).hexdigest()[:12]}")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
