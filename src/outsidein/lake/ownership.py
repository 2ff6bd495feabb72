"""Which store a lake belongs to: both hold one id, so that no build touches another's snapshots."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from outsidein.errors import WrongLake
from outsidein.lake.manifest import file_hash
from outsidein.lake.model import Build, Lake
from outsidein.project.private_files import private_folder

MARK = "lake.json"
"""File in a lake that holds its id."""


@dataclass(frozen=True, slots=True)
class Ids:
    """The id that the store has of its lake, and the one that a lake has; None where none has."""

    of_store: str | None
    of_lake: str | None

    @property
    def agree(self) -> bool:
        """Whether the lake is the store's."""
        return self.of_store is not None and self.of_store == self.of_lake

    @property
    def differ(self) -> bool:
        """Whether the lake is another store's."""
        return None not in (self.of_store, self.of_lake) and self.of_store != self.of_lake


def read_ids(session: Session, folder: Path) -> Ids:
    """Return the ids that a store and a lake have."""
    lake = _lake_of_store(session)
    return Ids(lake.mark if lake else None, _id_of_lake(folder))


def wrong_lake(session: Session, folder: Path) -> WrongLake:
    """Return the error that says whose lake a folder is not, and where the store's own lies."""
    lake = _lake_of_store(session)
    if _id_of_lake(folder) is not None or _folders(folder):
        return WrongLake.of_another_store(folder)
    return WrongLake.elsewhere(folder, where=f"{lake.path} on {lake.host}" if lake else "")


def claim_lake(
    session: Session, folder: Path, *, host: str, now: datetime, afresh: bool = False
) -> str | None:
    """Tie a lake to the store before the first build into it.

    Args:
        session: A transaction on the store.
        folder: The lake.
        host: Name of this machine.
        now: The moment.
        afresh: Whether to begin a new lake where the store's own is not here.

    Returns:
        What was done to a lake that builds were made into before; None where it is the store's
        already, or new.

    Raises:
        WrongLake: The lake is another store's, or the store has another one.
    """
    ids = read_ids(session, folder)
    if ids.agree:
        return None
    kept = session.scalars(select(Build).where(Build.is_pruned.is_(False))).all()
    if ids.differ or not _belongs(folder, kept):
        if ids.of_lake is not None or _folders(folder) or not afresh:
            raise wrong_lake(session, folder)
        for build in kept:
            build.is_pruned = True
        _tie(session, folder, uuid4().hex, host=host, now=now)
        return f"A new lake begins in {folder}; {len(kept)} builds of this store are not in it."
    _tie(session, folder, ids.of_store or ids.of_lake or uuid4().hex, host=host, now=now)
    return f"The snapshots in {folder} are tied to this store from now on." if kept else None


def _belongs(folder: Path, kept: Sequence[Build]) -> bool:
    """Whether a lake without an id holds what the store lists, by its newest build's manifest."""
    if not kept:
        return not _folders(folder)
    newest = max(kept, key=lambda build: build.number)
    manifest = place(folder, newest.number) / "manifest.json"
    return manifest.is_file() and file_hash(manifest) == newest.manifest


def _tie(session: Session, folder: Path, mark: str, *, host: str, now: datetime) -> None:
    session.add(Lake(mark=mark, path=str(folder.resolve()), host=host, claimed_at=now))
    session.flush()
    private_folder(folder)
    (folder / MARK).write_text(json.dumps({"id": mark}), encoding="utf-8")


def _lake_of_store(session: Session) -> Lake | None:
    return session.scalars(select(Lake).order_by(Lake.id.desc()).limit(1)).first()


def _id_of_lake(folder: Path) -> str | None:
    if not (folder / MARK).is_file():
        return None
    return str(json.loads((folder / MARK).read_text("utf-8"))["id"])


def _folders(folder: Path) -> list[Path]:
    return sorted((folder / "builds").glob("*"))


def place(folder: Path, number: int) -> Path:
    """Return where a lake holds the snapshot of a build."""
    return folder / "builds" / f"{number:06d}"
