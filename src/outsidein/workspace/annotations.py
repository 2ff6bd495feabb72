"""Known changes on the charts of their days."""

from collections.abc import Sequence
from dataclasses import replace

from outsidein.present.blocks import ContentBlock
from outsidein.present.charts.canvas import WIDE, ChartLine, Size
from outsidein.shifts.declaration import KnownChange


def annotated(block: ContentBlock, known_changes: Sequence[KnownChange]) -> ContentBlock:
    """Return a block with a line at each known change that lies on its chart, and what it was.

    Args:
        block: Any; one whose chart has no days stays as it is.
        known_changes: As declared.
    """
    drawing = block.drawing
    at_day = drawing.at_day if drawing else None
    if drawing is None or at_day is None:
        return block
    shown = [change for change in known_changes if at_day(change.on, WIDE)]
    if not shown:
        return block

    def lines(size: Size) -> list[ChartLine]:
        placed = ((at_day(change.on, size), in_words(change)) for change in shown)
        return [replace(line, text=text) for line, text in placed if line]

    notes = (f"Line at {in_words(change)}." for change in shown)
    return replace(block, drawing=replace(drawing, lines=lines), notes=(*block.notes, *notes))


def in_words(change: KnownChange) -> str:
    """Word a known change: its day, and what changed."""
    return f"{change.on.isoformat()}: {change.description.rstrip('.')}"
