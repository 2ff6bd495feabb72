"""Tables of estimates, in words."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from outsidein.figures.figure import Estimate, Figure
from outsidein.present.wording import Wording, label

ALL = "all"
MOST_ON_PAPER = 7
LONG = 40
"""Characters from which words may be broken anywhere."""


@dataclass(frozen=True, slots=True)
class TableCell:
    """What stands in a cell: words, and in smaller print what they rest on."""

    text: str
    note: str = ""
    is_number: bool = False
    is_head: bool = False
    is_reason: bool = False
    span: int = 1

    @property
    def is_long(self) -> bool:
        """Whether its words may be broken anywhere."""
        return len(self.text) > LONG


@dataclass(frozen=True, slots=True)
class DisplayTable:
    """A captioned table; numbers stand to the right."""

    caption: str
    columns: tuple[TableCell, ...]
    rows: tuple[tuple[TableCell, ...], ...]

    @property
    def is_wide(self) -> bool:
        """Whether it has more columns than go on paper at full size."""
        return len(self.columns) > MOST_ON_PAPER


def long_table(
    figure: Figure, words: Wording, *, keep: Callable[[Estimate], bool] = lambda _: True
) -> DisplayTable:
    """One row per estimate: its groups, measure, number, interval and n."""
    estimates = [e for e in figure.estimates if keep(e)]
    groups = [g for g in figure.groups if any(e.group.get(g) is not None for e in estimates)]
    heads = [*(TableCell(label(g)) for g in groups), TableCell("Measure")]
    numbers = [
        TableCell(name, is_number=True) for name in ("Value", "95 % interval, or why none", "n")
    ]
    rows = tuple((*_keys(e, groups), *_numbers(e, words)) for e in estimates)
    return DisplayTable(figure.title, (*heads, *numbers), rows)


def reasons_table(figure: Figure) -> DisplayTable:
    """One row per estimate of a figure without any number: its groups, measure and reason."""
    groups = [g for g in figure.groups if any(e.group.get(g) is not None for e in figure.estimates)]
    heads = (
        *(TableCell(label(g)) for g in groups),
        TableCell("Measure"),
        TableCell("Why there is no number"),
    )
    rows = tuple(
        (*_keys(e, groups), TableCell(e.why or "not observed", is_reason=True))
        for e in figure.estimates
    )
    return DisplayTable(figure.title, heads, rows)


def _keys(e: Estimate, groups: Sequence[str]) -> Iterable[TableCell]:
    for place, group in enumerate(groups):
        yield TableCell(group_text(e.group.get(group)), is_head=place == 0)
    yield TableCell(label(e.measure), is_head=not groups)


def _numbers(e: Estimate, words: Wording) -> Iterable[TableCell]:
    if e.value is None:
        yield TableCell(words.value(e), is_reason=True, span=3)
        return
    yield TableCell(words.value(e), is_number=True)
    yield TableCell(words.interval(e), is_number=True)
    yield TableCell("not of customers" if e.n is None else f"{e.n:,}", is_number=True)


def group_text(key: str | float | None) -> str:
    """Write the value of a group.

    Example:
        >>> group_text(None), group_text(0.05), group_text(12), group_text("gold")
        ('all', '0.05', '12', 'gold')
    """
    if key is None:
        return ALL
    return f"{key:.4g}" if isinstance(key, float) else str(key)


def cross_table(
    caption: str,
    estimates: Sequence[Estimate],
    words: Wording,
    *,
    rows: tuple[str, Callable[[Estimate], str]],
    columns: Callable[[Estimate], str],
) -> DisplayTable:
    """Set estimates out by row and column, each with its interval and n beneath.

    Args:
        caption: Of the table.
        estimates: One per row and column; their order is kept.
        words: How numbers are written.
        rows: Name of the first column, and which row an estimate stands in.
        columns: Which column an estimate stands in.
    """
    head, row_of = rows
    across = list(dict.fromkeys(columns(e) for e in estimates))
    down = list(dict.fromkeys(row_of(e) for e in estimates))
    by_place = {(row_of(e), columns(e)): e for e in estimates}
    return DisplayTable(
        caption,
        (TableCell(head), *(TableCell(name, is_number=True) for name in across)),
        tuple(
            (
                TableCell(name, is_head=True),
                *(_crossing(by_place.get((name, column)), words) for column in across),
            )
            for name in down
        ),
    )


def _crossing(estimate: Estimate | None, words: Wording) -> TableCell:
    if estimate is None:
        return TableCell("")
    is_number = estimate.value is not None
    return TableCell(
        words.value(estimate),
        words.evidence(estimate),
        is_number=is_number,
        is_reason=not is_number,
    )


def plain_table(
    caption: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> DisplayTable:
    """Write rows as they are; whole numbers get thousands separators and stand to the right."""
    written = [tuple(_plain(x, place) for place, x in enumerate(row)) for row in rows]
    numeric = {i for row in written for i, cell in enumerate(row) if cell.is_number}
    heads = tuple(TableCell(name, is_number=i in numeric) for i, name in enumerate(columns))
    return DisplayTable(caption, heads, tuple(written))


def _plain(value: object, place: int) -> TableCell:
    if isinstance(value, int):
        return TableCell(f"{value:,}", is_number=True)
    return TableCell("" if value is None else str(value), is_head=place == 0)
