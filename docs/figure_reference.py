"""Writes docs/guide/figures.md from the figures' declarations; a test checks that it is current."""

from collections.abc import Iterator
from pathlib import Path

from outsidein.figures.spec import FigureSpec, Measure
from outsidein.pipeline.published import FIGURES

PAGE = Path(__file__).parent / "guide" / "figures.md"

INTRODUCTION = """# Figures

Every figure of a build, made from its declaration. Show one with `outsidein figures show NAME`, or
read it in Python with `outsidein.open(folder).figures()["NAME"]`. Each estimate has a measure, a
unit, its n, and an interval or the reason why there is none. Words in braces are filled in when
the figure is published. *Better* says which way is good.
"""


def page() -> str:
    """Return the page."""
    return "\n".join([INTRODUCTION, *(line for spec in FIGURES.values() for line in _lines(spec))])


def _lines(spec: FigureSpec) -> Iterator[str]:
    yield f"## {spec.name}\n"
    yield f"{spec.title}. {' '.join(spec.method.split())}\n"
    yield f"Groups: {', '.join(spec.groups) or 'nothing; it is about all customers'}.\n"
    yield "| measure | unit | better |"
    yield "|---|---|---|"
    yield from (_row(measure) for measure in spec.measures)
    yield ""


def _row(measure: Measure) -> str:
    return f"| {measure.name} | {measure.unit.value} | {measure.better or ''} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
