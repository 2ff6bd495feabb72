"""One build, from the project's files to a published snapshot."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from outsidein.errors import InputError
from outsidein.figures.figure import write_figure
from outsidein.identity.review.decisions import decisions_hash
from outsidein.lake.engine import close, connect
from outsidein.lake.manifest import Manifest, file_hash, package_versions
from outsidein.lake.snapshots import Attempt, Snapshot, Snapshots
from outsidein.pipeline.declared import Declared
from outsidein.pipeline.factors import MEASURED, SEALS
from outsidein.pipeline.identify import Before, Room
from outsidein.pipeline.know import know
from outsidein.pipeline.listen import Heard, listen
from outsidein.pipeline.understand import History, understand
from outsidein.sources.progress import Progress

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Built:
    """A finished build: the snapshot now in use, and what listening gave."""

    snapshot: Snapshot
    heard: Heard


def run_build(
    declared: Declared,
    snapshots: Snapshots,
    *,
    clock: Clock,
    environment: Mapping[str, str],
    progress: Progress,
    step: Callable[[str], None],
    threads: int | None = None,
) -> Built:
    """Build a project's snapshot and publish it.

    Args:
        declared: The project.
        snapshots: Where the snapshot will stand.
        clock: Tells when the build began and ended, for the store's record of it only.
        environment: Values for `${NAME}` in database addresses.
        progress: Shows the reading of sources.
        step: Told the name of each step as it begins.
        threads: How many threads; the tables are the same for any number.

    Raises:
        BuildRunning: Another build of the project is at work.
        InputError: The project or its data are wrong; the snapshot in use stays.
    """
    started = clock()
    with snapshots.begin() as attempt:
        before = in_use(snapshots)
        backend = connect(timezone=declared.timezone, threads=threads, spill=attempt.room / "spill")
        step("Listen: sources to canonical tables")
        heard = listen(
            backend,
            declared,
            folder=attempt.folder,
            spool=attempt.spool,
            environment=environment,
            progress=progress,
        )
        room = Room(attempt.folder, attempt.spool)
        step("Know: records to customers")
        known = know(
            backend,
            declared,
            heard.canonical,
            before=before,
            build=attempt.number,
            room=room,
        )
        history = History(before, attempt.number)
        for figure in understand(backend, declared, known, history=history, room=room, step=step):
            write_figure(figure, attempt.folder / "figures")
        step("Publish")
        close(backend)
        manifest = _manifest(declared, heard, attempt, before)
        snapshots.publish(attempt, manifest, started=started, now=clock())
        return Built(snapshots.current(), heard)


def in_use(snapshots: Snapshots) -> Before:
    """Return the snapshot in use, if there is one."""
    try:
        return Before(snapshots.current().folder)
    except InputError:
        return Before()


def _manifest(declared: Declared, heard: Heard, attempt: Attempt, before: Before) -> Manifest:
    return Manifest(
        number=attempt.number,
        as_of=declared.as_of,
        project=declared.files,
        sources=heard.hashes,
        before={
            name: file_hash(path)
            for name in ("memberships", "evidence", SEALS, MEASURED)
            if (path := before.path(name))
        },
        decisions=decisions_hash(declared.decisions),
        packages=package_versions(),
    )
