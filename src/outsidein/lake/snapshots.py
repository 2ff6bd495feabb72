"""Snapshots: written aside, published by one row, immutable, pruned later."""

import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from outsidein.errors import (
    BuildRunning,
    DamagedSnapshot,
    InputError,
    NothingBuilt,
    UnknownName,
)
from outsidein.lake.integrity import damages, write_contents
from outsidein.lake.manifest import Manifest, read_manifest
from outsidein.lake.model import Build, Publication
from outsidein.lake.ownership import claim_lake, place, read_ids, wrong_lake
from outsidein.lake.publications import (
    PublicationRecord,
    current_number,
    publication,
    publications_of,
)
from outsidein.project.private_files import FILE_MODE, make_private, private_folder


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a build is published, and which limits it exceeds.

    Attributes:
        exceeds: A sentence for each limit.
        anyway: Why it is published though it exceeds limits; None if it is not.
    """

    exceeds: tuple[str, ...] = ()
    anyway: str | None = None

    @property
    def is_published(self) -> bool:
        """Whether it becomes current."""
        return not self.exceeds or self.anyway is not None


@dataclass(frozen=True, slots=True)
class PublishedBy:
    """The open transaction of a publication, and who publishes."""

    session: Session
    by: str


Publishing = Callable[[int, Verdict], AbstractContextManager[PublishedBy]]
"""Opens the transaction in which the build of a number is published or withheld."""

FEWEST_KEPT = 2
"""The current snapshot and the one before are never pruned: readers may still use them."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The immutable result of one build.

    Attributes:
        number: Of the build.
        folder: Where its tables lie.
        finished_at: When it was finished.
        is_current: Whether it is the one to read.
        is_pruned: Whether its tables were deleted.
        was_published: Whether it is or was current; otherwise it was withheld.
        exceeds: Limits of `[publish]` that it exceeds, a sentence each.
        contents: sha256 of its list of files; empty for a build of an older version.
    """

    number: int
    folder: Path
    finished_at: datetime
    is_current: bool
    is_pruned: bool
    was_published: bool
    exceeds: tuple[str, ...]
    contents: str

    def damages(self, *, is_thorough: bool = False) -> list[str]:
        """Return which files are missing or were changed.

        Args:
            is_thorough: Whether to read every file; otherwise those of an unchanged size and time
                are taken for whole.
        """
        contents, finished_at = self.contents, self.finished_at
        return list(
            damages(
                self.folder, contents=contents, finished_at=finished_at, is_thorough=is_thorough
            )
        )

    @property
    def as_of(self) -> date:
        """The first day that it does not know."""
        return date.fromisoformat(read_manifest(self.folder)["as_of"])

    def table(self, name: str) -> Path:
        """Return the path of a table.

        Raises:
            UnknownName: The snapshot has no such table.
        """
        path = self.folder / f"{name}.parquet"
        if not path.exists():
            raise UnknownName("table", name, self.tables())
        return path

    def tables(self) -> list[str]:
        """Return the names of its tables, sorted."""
        return sorted(path.stem for path in self.folder.glob("*.parquet"))

    def figures(self) -> list[Path]:
        """Return the paths of its figures, sorted by name."""
        return sorted((self.folder / "figures").glob("*.parquet"))


class Snapshots:
    """All builds of one project: a folder each, and the rows that say which is current.

    Whoever builds says in which transaction the build is published, so that it can hold more:
    the audit's entry, and what the build prunes.
    """

    def __init__(
        self, folder: Path, store: Engine, *, publishing: Publishing | None = None
    ) -> None:
        self._folder = folder
        self._store = store
        self._publishing = publishing

    def built_by(self, publishing: Publishing) -> "Snapshots":
        """Return the same builds, the next of which is published in a transaction of its own."""
        return Snapshots(self._folder, self._store, publishing=publishing)

    def current(self) -> Snapshot:
        """Return the published snapshot.

        Raises:
            NothingBuilt: There is no snapshot, or each was withheld.
            WrongLake: The lake is not the store's.
            DamagedSnapshot: Some of its files are missing or were changed.
        """
        with Session(self._store) as session:
            number = current_number(session)
            if number is not None:
                build = session.get_one(Build, number)
                snapshot = self._snapshot(build, is_current=True, was_published=True)
                return self._intact(session, snapshot)
            newest = session.scalar(select(func.max(Build.number)))
        raise NothingBuilt(withheld=newest)

    def get(self, number: int) -> Snapshot:
        """Return a snapshot that is still kept.

        Raises:
            UnknownName: There is no build of that number, or it was pruned.
            WrongLake: The lake is not the store's.
            DamagedSnapshot: Some of its files are missing or were changed.
        """
        with Session(self._store) as session:
            kept = {s.number: s for s in self._all(session) if not s.is_pruned}
            if number not in kept:
                raise UnknownName("kept build", str(number), map(str, kept))
            return self._intact(session, kept[number])

    def _intact(self, session: Session, snapshot: Snapshot) -> Snapshot:
        """Return a snapshot that is where it should be and as it was written."""
        ids = read_ids(session, self._folder)
        if ids.differ or not (ids.agree or snapshot.folder.is_dir()):
            raise wrong_lake(session, self._folder)
        if damage := snapshot.damages():
            raise DamagedSnapshot(snapshot.number, snapshot.folder, damage[0])
        return snapshot

    def all(self) -> list[Snapshot]:
        """Return every build, newest first."""
        with Session(self._store) as session:
            return self._all(session)

    def _all(self, session: Session) -> list[Snapshot]:
        current = current_number(session)
        published = set(session.scalars(select(Publication.build_number)))
        builds = session.scalars(select(Build).order_by(Build.number.desc()))
        return [
            self._snapshot(
                build,
                is_current=build.number == current,
                was_published=build.number in published,
            )
            for build in builds
        ]

    def _snapshot(self, build: Build, *, is_current: bool, was_published: bool) -> Snapshot:
        return Snapshot(
            build.number,
            self._place(build.number),
            build.finished_at,
            is_current,
            build.is_pruned,
            was_published,
            tuple(json.loads(build.exceeds)),
            build.contents,
        )

    @contextmanager
    def begin(self) -> Iterator["Attempt"]:
        """Begin a build, one at a time, in a private folder.

        Raises:
            BuildRunning: Another process is building this project.
            WrongLake: The lake is not the store's; `claim` makes a new one so.
        """
        with Session(self._store) as session:
            if read_ids(session, self._folder).differ:
                raise wrong_lake(session, self._folder)
        private_folder(self._folder)
        lock = FileLock(self._folder / "build.lock", timeout=0, mode=FILE_MODE)
        try:
            lock.acquire()
        except Timeout as error:
            raise BuildRunning(Path(lock.lock_file)) from error
        try:
            self._sweep()
            attempt = Attempt(self, self._next_number(), self._folder / "building")
            attempt.folder.mkdir(parents=True)
            (attempt.folder / "figures").mkdir()
            yield attempt
        finally:
            shutil.rmtree(self._folder / "building", ignore_errors=True)
            lock.release()

    def claim(
        self, session: Session, *, host: str, now: datetime, afresh: bool = False
    ) -> str | None:
        """Tie the lake to the store before a build; return what was done to an older lake.

        Raises:
            WrongLake: The lake is another store's, or the store has another one.
        """
        return claim_lake(session, self._folder, host=host, now=now, afresh=afresh)

    def rollback(self, session: Session, number: int, *, by: str, now: datetime) -> Snapshot:
        """Make an earlier snapshot current.

        Raises:
            UnknownName: There is no build of that number, or it was pruned.
            InputError: It was withheld.
        """
        snapshot = self.get(number)
        if not snapshot.was_published:
            raise InputError(
                f"Build {number} was withheld. `outsidein builds publish {number} --why REASON` "
                "publishes it."
            )
        session.add(publication(number, "rollback", by=by, now=now))
        return snapshot

    def publish_withheld(
        self, session: Session, number: int, *, by: str, why: str, now: datetime
    ) -> Snapshot:
        """Make a snapshot current that was withheld.

        Raises:
            UnknownName: There is no build of that number, or it was pruned.
            InputError: It was published before.
        """
        snapshot = self.get(number)
        if snapshot.was_published:
            raise InputError(
                f"Build {number} was not withheld. `outsidein builds rollback {number}` makes an "
                "earlier build current."
            )
        session.add(publication(number, "published anyway", by=by, why=why, now=now))
        return snapshot

    def publications(self, number: int) -> list[PublicationRecord]:
        """Return when a build became current, and who published it, oldest first."""
        with Session(self._store) as session:
            return publications_of(session, number)

    def prune(self, session: Session, *, keep: int) -> list[Snapshot]:
        """Mark snapshots as pruned: all but the newest `keep`, published and withheld each.

        The current one stays. Their rows stay in the store. `delete` deletes their tables once
        the transaction is committed; the next build deletes what a crash in between left.
        """
        kept = [s for s in self._all(session) if not s.is_pruned]
        published = [s for s in kept if s.was_published]
        withheld = [s for s in kept if not s.was_published]
        newest = max(keep, FEWEST_KEPT)
        oldest = [*published[newest:], *withheld[newest:]]
        pruned = [s for s in oldest if not s.is_current]
        for snapshot in pruned:
            session.get_one(Build, snapshot.number).is_pruned = True
        return pruned

    def delete(self, pruned: Sequence[Snapshot]) -> None:
        """Delete the tables of pruned snapshots."""
        for snapshot in pruned:
            shutil.rmtree(snapshot.folder, ignore_errors=True)

    def publish(
        self,
        attempt: "Attempt",
        manifest: Manifest,
        *,
        started: datetime,
        now: datetime,
        verdict: Verdict = Verdict(),
    ) -> None:
        """Move a finished attempt into place; make it current unless it is withheld."""
        assert self._publishing is not None  # noqa: S101  only readers have none
        (attempt.folder / "manifest.json").write_text(manifest.text(), encoding="utf-8")
        contents = write_contents(attempt.folder, finished_at=now)
        make_private(attempt.folder)
        _flush_all(attempt.folder)
        self._moving.write_text(str(attempt.number), encoding="utf-8")
        folder = self._place(attempt.number)
        folder.parent.mkdir(exist_ok=True)
        attempt.folder.rename(folder)
        _flush(folder.parent)
        with self._publishing(attempt.number, verdict) as publishing:
            publishing.session.add(
                Build(
                    number=attempt.number,
                    manifest=manifest.sha256,
                    started_at=started,
                    finished_at=now,
                    contents=contents,
                    exceeds=json.dumps(verdict.exceeds, ensure_ascii=False),
                )
            )
            publishing.session.flush()  # the publication refers to the build
            if verdict.is_published:
                reason, why = (
                    ("published anyway", verdict.anyway) if verdict.exceeds else ("build", "")
                )
                publishing.session.add(
                    publication(attempt.number, reason, by=publishing.by, why=why or "", now=now)
                )
        self._moving.unlink()

    @property
    def _moving(self) -> Path:
        """Holds the number of a build while it is moved into place and entered in the store."""
        return self._folder / "moving"

    def _place(self, number: int) -> Path:
        return place(self._folder, number)

    def _next_number(self) -> int:
        """Return a number above all in the store, and above all folders, whoever left them."""
        folders = (path.name for path in (self._folder / "builds").glob("*"))
        used = [*(s.number for s in self.all()), *(int(name) for name in folders if name.isdigit())]
        return max(used, default=0) + 1

    def _sweep(self) -> None:
        """Remove the remains of this store's own builds: one that crashed, and pruned ones."""
        shutil.rmtree(self._folder / "building", ignore_errors=True)
        snapshots = self.all()
        if self._moving.is_file():
            number = int(self._moving.read_text("utf-8"))
            if number not in {snapshot.number for snapshot in snapshots}:
                shutil.rmtree(self._place(number), ignore_errors=True)
            self._moving.unlink()
        self.delete([snapshot for snapshot in snapshots if snapshot.is_pruned])


@dataclass(frozen=True, slots=True)
class Attempt:
    """A build in progress."""

    snapshots: Snapshots
    number: int
    room: Path

    @property
    def folder(self) -> Path:
        """Where its tables are written: the future snapshot."""
        return self.room / "snapshot"

    @property
    def spool(self) -> Path:
        """Where it keeps intermediate tables."""
        return self.room / "spool"


def _flush_all(folder: Path) -> None:
    """Flush every file below a folder, and the folder itself, to disk."""
    for path in [*folder.rglob("*"), folder]:
        _flush(path)


def _flush(path: Path) -> None:
    """Flush a file, or the names in a folder, to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
