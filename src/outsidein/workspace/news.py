"""What changed since a moment: for who comes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow.parquet as pq
from sqlalchemy.orm import Session

from outsidein.cases.queue import CaseCounts, count_changes
from outsidein.edits.file_history import FileChange, file_changes
from outsidein.lake.publications import PublishedBuild, current_number, published_since
from outsidein.lake.snapshots import Snapshot
from outsidein.workspace.workspace import Workspace

MOST_CHANGES = 10
"""Changes of files that are listed."""


@dataclass(frozen=True, slots=True)
class News:
    """What changed in a project since a moment.

    Attributes:
        since: The moment.
        builds: Builds that became current, latest first.
        new_sentences: What the current build says in short, and the one before did not.
        former_sentences: What the one before said, and the current one does not.
        decisions: Files that people changed on pages, latest first.
        cases: How many cases were opened and closed.
    """

    since: datetime
    builds: Sequence[PublishedBuild]
    new_sentences: Sequence[str]
    former_sentences: Sequence[str]
    decisions: Sequence[FileChange]
    cases: CaseCounts

    def __bool__(self) -> bool:
        return bool(self.builds or self.decisions or any(self.cases))


def news(work: Workspace, since: datetime) -> News:
    """Return what changed since a moment (aware)."""
    with Session(work.store) as session:
        builds = published_since(session, since)
        before = current_number(session, at=since)
        decisions = [c for c in file_changes(session, rows=MOST_CHANGES) if c.at > since]
        cases = count_changes(session, since)
    now, then = _sentences(work, builds[0].number if builds else None), _sentences(work, before)
    if now is None or then is None:
        now = then = {}  # nothing to compare with
    return News(
        since=since,
        builds=builds,
        new_sentences=[text for name, text in now.items() if name not in then],
        former_sentences=[text for name, text in then.items() if name not in now],
        decisions=decisions,
        cases=cases,
    )


def _sentences(work: Workspace, number: int | None) -> Mapping[str, str] | None:
    """Return what a build says in short, by name; None where its tables are gone."""
    kept: Mapping[int, Snapshot] = {s.number: s for s in work.snapshots.all() if not s.is_pruned}
    if number is None or number not in kept or "statements" not in kept[number].tables():
        return None
    rows = pq.read_table(kept[number].table("statements")).sort_by("rank").to_pylist()
    return {row["name"]: row["text"] for row in rows if row["is_shown"]}
