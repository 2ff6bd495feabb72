"""Data or customers: what speaks for either behind each change, and what people decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import tomlkit
from tomlkit import TOMLDocument

from outsidein.edits.file_history import FileChange
from outsidein.figures.figure import Estimate
from outsidein.present.figure_set import FigureSet
from outsidein.present.wording import Wording
from outsidein.shifts.declaration import KnownChange
from outsidein.shifts.figures import (
    BEFORE,
    CHANGE,
    NUMBER_BEFORE,
    RECORDING_CHANGES,
    SHIFTS,
    SHIFTS_WITHHELD,
    SINCE,
)

NEAR = timedelta(days=46)
"""How far from a shift a change of the data still speaks for the data: a month and a half."""

CAUSES = {"data": "recording", "customers": "event"}
"""What a person decides, and the cause that the project's file knows it by."""


@dataclass(frozen=True, slots=True)
class ShiftCause:
    """A lasting change, and what may be behind it.

    Attributes:
        kind: Kind of its stream.
        stream: Its stream.
        since: First day of the change.
        change: How much the share changed.
        direction: Up or down.
        withheld: Why it is not shown as a shift; empty where it is.
        for_data: What speaks for a change of the data.
        decided: What is declared as known about that time.
    """

    kind: str
    stream: str
    since: date
    change: Estimate
    direction: str
    withheld: str
    for_data: tuple[str, ...]
    decided: tuple[KnownChange, ...]


def shift_causes(
    figures: FigureSet, known_changes: Sequence[KnownChange], edits: Sequence[FileChange]
) -> list[ShiftCause]:
    """Return lasting changes that were found, shown and withheld, the latest first.

    Args:
        figures: Of the build.
        known_changes: Changes that the project declares as known.
        edits: Changes of the file of data needs, made on pages.
    """
    changes = [*figures.select(SHIFTS, CHANGE), *figures.select(SHIFTS_WITHHELD, CHANGE)]
    causes = [_cause(figures, each, known_changes, edits) for each in changes]
    return sorted(causes, key=lambda each: (each.since, each.kind, each.stream), reverse=True)


def _cause(
    figures: FigureSet,
    change: Estimate,
    known_changes: Sequence[KnownChange],
    edits: Sequence[FileChange],
) -> ShiftCause:
    group = change.group
    kind, since = str(group["kind"]), date.fromisoformat(str(group["since"]))
    needs = (
        f"data needs changed on {edit.at.date().isoformat()}: {edit.reason}"
        for edit in edits
        if abs(edit.at.date() - since) <= NEAR
    )
    return ShiftCause(
        kind=kind,
        stream=str(group["stream"]),
        since=since,
        change=change,
        direction=str(group["direction"]),
        withheld=str(group.get("reason") or ""),
        for_data=(*_recording_near(figures, since), *needs),
        decided=tuple(
            each
            for each in known_changes
            if abs(each.on - since) <= NEAR and (not each.kinds or kind in each.kinds)
        ),
    )


def _recording_near(figures: FigureSet, day: date) -> list[str]:
    """Say how the recording of data changed about a day."""
    starts = figures.select(RECORDING_CHANGES, BEFORE, NUMBER_BEFORE)
    near = [e for e in starts if abs(date.fromisoformat(str(e.group["on"])) - day) <= NEAR]
    return list(dict.fromkeys(_in_words(figures, e) for e in near))


def _in_words(figures: FigureSet, before: Estimate) -> str:
    words: Wording = figures.words
    group = before.group
    since = figures.one(RECORDING_CHANGES, SINCE, **group)
    numbers = f", {words.value(before)} before, {words.value(since)} since" if since else ""
    return f"{group['data']}, {group['what']}: changed on {group['on']}{numbers}"


def add_known_change(document: TOMLDocument, change: KnownChange) -> None:
    """Write a known change into the project's file; other keys stay."""
    shifts: Any = document.setdefault("shifts", tomlkit.table())
    written = tomlkit.item(
        {
            "on": change.on,
            "description": change.description,
            "cause": change.cause,
            **({"kinds": list(change.kinds)} if change.kinds else {}),
        }
    )
    shifts.setdefault("known_change", tomlkit.aot()).append(written)
