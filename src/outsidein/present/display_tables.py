"""Tables of estimates, in words."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from outsidein.figures.figure import Estimate, Figure
from outsidein.present.wording import Wording, label, size

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
    """A captioned table; numbers stand to the right, and `note` is said once, beneath."""

    caption: str
    columns: tuple[TableCell, ...]
    rows: tuple[tuple[TableCell, ...], ...]
    note: str = ""

    @property
    def is_wide(self) -> bool:
        """Whether it has more columns than go on paper at full size."""
        return len(self.columns) > MOST_ON_PAPER

    def first(self, rows: int) -> "DisplayTable":
        """Return the table with its first rows only; its note counts those left out."""
        left_out = len(self.rows) - rows
        if left_out <= 0:
            return self
        more = f"{left_out:,} more row{'s' * (left_out > 1)} in the appendix."
        return replace(self, rows=self.rows[:rows], note=f"{self.note} {more}".strip())

    def narrowed(self, columns: int) -> "DisplayTable":
        """Return the table with its first columns only."""
        rows = tuple(row[:columns] for row in self.rows)
        return replace(self, columns=self.columns[:columns], rows=rows)


def long_table(
    figure: Figure, words: Wording, *, keep: Callable[[Estimate], bool] = lambda _: True
) -> DisplayTable:
    """One row per estimate: its groups, measure, number, interval and n."""
    estimates = [e for e in figure.estimates if keep(e)]
    groups = [g for g in figure.groups if any(e.group.get(g) is not None for e in estimates)]
    reason = _shared_reason(estimates, words)
    has_intervals = any(_has_interval(e) for e in estimates) or not reason
    heads = [*(TableCell(label(g)) for g in groups), TableCell("Measure")]
    names = ("Value", *(("95 % interval, or why none",) if has_intervals else ()), "n")
    numbers = [TableCell(name, is_number=True) for name in names]
    rows = tuple(
        (*_keys(e, groups), *_numbers(e, words, reason, has_intervals=has_intervals))
        for e in estimates
    )
    return DisplayTable(figure.title, (*heads, *numbers), rows, _once(reason))


def _has_interval(e: Estimate) -> bool:
    return e.low is not None or e.high is not None


def _shared_reason(estimates: Iterable[Estimate], words: Wording) -> str:
    """Return the most frequent reason for which numbers have no interval."""
    reasons = Counter(
        words.interval(e) for e in estimates if e.value is not None and not _has_interval(e)
    )
    return reasons.most_common(1)[0][0] if reasons else ""


def _once(reason: str) -> str:
    return f"Numbers without an interval: {reason.removeprefix('no interval: ')}." if reason else ""


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


def _numbers(
    e: Estimate, words: Wording, reason: str, *, has_intervals: bool
) -> Iterable[TableCell]:
    if e.value is None:
        yield TableCell(words.value(e), is_reason=True, span=3 if has_intervals else 2)
        return
    yield TableCell(words.value(e), is_number=True)
    if has_intervals:
        interval = words.interval(e)
        yield TableCell("" if interval == reason else interval, is_number=True)
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
    """Set estimates out by row and column, each with its interval beneath.

    An n that a whole row has in common stands once, in the last column.

    Args:
        caption: Of the table.
        estimates: One per row and column; their order is kept.
        words: How numbers are written.
        rows: Name of the first column, and which row an estimate stands in.
        columns: Which column an estimate stands in.
    """
    head, row_of = rows
    across = list(dict.fromkeys(columns(e) for e in estimates))
    by_row: dict[str, dict[str, Estimate]] = {}
    for e in estimates:
        by_row.setdefault(row_of(e), {})[columns(e)] = e
    reason = _shared_reason(estimates, words)
    counts = {name: _n_of(row.values()) for name, row in by_row.items()}
    has_counts = all(n is not None for n in counts.values())
    heads = (*across, "n") if has_counts else across
    return DisplayTable(
        caption,
        (TableCell(head), *(TableCell(name, is_number=True) for name in heads)),
        tuple(
            (
                TableCell(name, is_head=True),
                *(_crossing(row.get(c), words, reason, has_n=not has_counts) for c in across),
                *([TableCell(counts[name] or "", is_number=True)] if has_counts else []),
            )
            for name, row in by_row.items()
        ),
        _once(reason),
    )


def _n_of(row: Iterable[Estimate]) -> str | None:
    """Write the n that the numbers of a row have in common; None where they differ."""
    counts = {e.n for e in row if e.value is not None}
    if len(counts) > 1:
        return None
    n = next(iter(counts), None)
    return "" if n is None else f"{n:,}"


def _crossing(e: Estimate | None, words: Wording, reason: str, *, has_n: bool) -> TableCell:
    if e is None:
        return TableCell("")
    if e.value is None:
        return TableCell(words.value(e), is_reason=True)
    interval = words.interval(e)
    parts = ["" if interval == reason else interval]
    parts += [size(e.measure, e.n)] if has_n and e.n is not None else []
    return TableCell(words.value(e), "; ".join(part for part in parts if part), is_number=True)


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
