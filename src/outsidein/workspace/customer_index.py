"""The search index of the current build: written when it is first needed, gone with its build."""

from pathlib import Path

from filelock import FileLock

from outsidein.lake.snapshots import Snapshot
from outsidein.project.private_files import private_folder
from outsidein.search.index_file import write_index
from outsidein.search.index_rows import IndexTables
from outsidein.workspace.workspace import HOME, Workspace

FOLDER = "search"
"""In the project's own folder, beside store and lake."""


def index_path(work: Workspace, snapshot: Snapshot) -> Path:
    """Return where the index of a build lies, whether it is written or not."""
    return work.folder / HOME / FOLDER / f"{snapshot.number}-{snapshot.contents[:16] or 'old'}.db"


def current_index(work: Workspace) -> Path:
    """Return the index of the current build; whoever needs it first writes it.

    Raises:
        NothingBuilt: Nothing was built or published yet.
    """
    snapshot = work.snapshot()
    path = index_path(work, snapshot)
    if path.exists():
        return path
    private_folder(path.parent)
    with FileLock(path.parent / "index.lock"):
        if not path.exists():
            with work.own_reading(snapshot) as reading:
                tables = IndexTables.of_snapshot(reading, work.file.country)
                write_index(reading.backend, tables, path)
            drop_outdated(work)
    return path


def drop_outdated(work: Workspace) -> None:
    """Delete the indexes of builds that are not the one to read."""
    kept = {index_path(work, s) for s in work.snapshots.all() if s.is_current}
    for path in (work.folder / HOME / FOLDER).glob("*.db"):
        if path not in kept:
            path.unlink(missing_ok=True)
