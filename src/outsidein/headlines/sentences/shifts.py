"""What has lastingly changed, and where the recording of data changed instead."""

from collections import Counter
from collections.abc import Iterator

from outsidein.figures.figure import Estimate
from outsidein.figures.spec import FigureSpec, Measure
from outsidein.headlines.basis import Basis
from outsidein.headlines.statement import KINDS_OF_EFFECTS, Ground, Kind, Statement
from outsidein.present.display_tables import group_text
from outsidein.present.figure_set import number_of
from outsidein.present.wording import negated, share
from outsidein.shifts.figures import (
    BEFORE,
    CHANGE,
    Q_VALUE,
    RECORDING_CHANGES,
    REVENUE,
    SHIFTS,
    SHIFTS_WITHHELD,
    SINCE,
)

BASE = "of the customers of a period"
FALSE_SHARE = 0.05 / KINDS_OF_EFFECTS
"""Share of shifts, among those as sure, that may be false where one makes a headline."""

SEVERAL = 2
"""Changes at one time that ask for a look at how data are recorded."""


def shifts(basis: Basis) -> Iterator[Statement]:
    """Say of each lasting change since when it is there, and how large it is."""
    for e in basis.numbers(SHIFTS, CHANGE):
        yield _shift(basis, SHIFTS, e, *_doubts_of_many(basis, e))
    for e in basis.numbers(SHIFTS_WITHHELD, CHANGE):
        yield _shift(basis, SHIFTS_WITHHELD, e, str(e.group["reason"]))


def _shift(basis: Basis, spec: FigureSpec, e: Estimate, *doubts: str) -> Statement:
    stream, kind, since = group_text(e.group["stream"]), e.group["kind"], e.group["since"]
    revenue = _revenue(basis, e) if spec is SHIFTS else None
    return Statement(
        name=f"shift {kind} {stream} {since}",
        kind=Kind.CHANGED,
        text=f"{stream[:1].upper()}{stream[1:]} ({group_text(kind)}) went {e.group['direction']} "
        f"from about {since} on, by {basis.words.in_sentence(_size(e))} {BASE}"
        f"{_money(basis, revenue)}.",
        base=BASE,
        grounds=(Ground(spec=spec, estimate=e, no_effect=0.0),),
        action="Find out what else changed at that time.",
        worth=abs(revenue.value) if revenue and revenue.value is not None else None,
        worth_of="revenue of a year that went with it" if revenue else "",
        is_effect=revenue is not None,
        doubts=doubts,
    )


def _doubts_of_many(basis: Basis, change: Estimate) -> tuple[str, ...]:
    """Object to a shift that may be one of the false ones among those listed."""
    q_value = _of_shift(basis, Q_VALUE, change)
    if not q_value or number_of(q_value) <= FALSE_SHARE:
        return ()
    listed = share(number_of(q_value))
    return (
        f"{listed} of shifts as sure as it may be false: a headline allows {share(FALSE_SHARE)}",
    )


def _revenue(basis: Basis, change: Estimate) -> Estimate | None:
    return _of_shift(basis, REVENUE, change)


def _of_shift(basis: Basis, measure: Measure, change: Estimate) -> Estimate | None:
    group = {name: change.group[name] for name in ("kind", "stream")}
    return basis.one(SHIFTS, measure, **group)


def _money(basis: Basis, revenue: Estimate | None) -> str:
    if not revenue:
        return ""
    size = _size(revenue)
    amount, interval = basis.words.value(size), basis.words.interval(size)
    return f": {amount} ({interval}) of revenue a year went with it"


def _size(change: Estimate) -> Estimate:
    return negated(change) if number_of(change) < 0 else change


def recording_changes(basis: Basis) -> Iterator[Statement]:
    """Say where data came to be recorded otherwise when several streams seemed to change."""
    withheld = Counter(str(e.group["since"]) for e in basis.numbers(SHIFTS_WITHHELD, CHANGE))
    for on, changes in sorted(withheld.items()):
        after = _clearest(basis, on)
        before = after and basis.one(RECORDING_CHANGES, BEFORE, **_same(after))
        if after and before and changes >= SEVERAL:
            yield _recording_change(basis, before, after, changes)


def _clearest(basis: Basis, on: str) -> Estimate | None:
    changes = basis.numbers(RECORDING_CHANGES, SINCE, on=on)
    return max(changes, key=lambda e: e.n or 0, default=None)


def _same(e: Estimate) -> dict[str, str | float | None]:
    return {name: e.group[name] for name in ("on", "data", "what")}


def _recording_change(basis: Basis, before: Estimate, after: Estimate, changes: int) -> Statement:
    on, data, what = (after.group[name] for name in ("on", "data", "what"))
    words = basis.words
    return Statement(
        name=f"recording {on} {data} {what}",
        kind=Kind.CHANGED,
        text=f"Data came to be recorded otherwise from {on} on: {what} in {data} went from "
        f"{words.value(before)} to {words.value(after)}. {changes} changes at that time in what "
        "customers say or do are not shown for it.",
        base=str(what),
        grounds=(Ground(spec=RECORDING_CHANGES, estimate=after),),
        action=f"Ask who runs {data} what changed, and declare it as a known change.",
    )
