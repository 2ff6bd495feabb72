"""One build, from the project's files to a published snapshot."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from outsidein.build.declared import Declared
from outsidein.build.know import know
from outsidein.build.listen import Heard, listen
from outsidein.build.understand import understand
from outsidein.errors import InputError
from outsidein.figures.figure import write_figure
from outsidein.lake.engine import connect
from outsidein.lake.manifest import Manifest, file_hash, package_versions
from outsidein.lake.snapshots import Attempt, Snapshot, Snapshots
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
        before = memberships_in_use(snapshots)
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
        step("Know: records to customers")
        known = know(
            backend,
            declared,
            heard.canonical,
            before=before,
            build=attempt.number,
            folder=attempt.folder,
            spool=attempt.spool,
        )
        for figure in understand(backend, declared, known, folder=attempt.folder, step=step):
            write_figure(figure, attempt.folder / "figures")
        step("Publish")
        backend.disconnect()
        manifest = _manifest(declared, heard, attempt, before)
        snapshots.publish(attempt, manifest, started=started, now=clock())
        return Built(snapshots.current(), heard)


def memberships_in_use(snapshots: Snapshots) -> Path | None:
    """Return the memberships of the snapshot in use, if there is one."""
    try:
        return snapshots.current().table("memberships")
    except InputError:
        return None


def _manifest(declared: Declared, heard: Heard, attempt: Attempt, before: Path | None) -> Manifest:
    return Manifest(
        number=attempt.number,
        as_of=declared.as_of,
        project=declared.files,
        sources=heard.hashes,
        memberships_before=file_hash(before) if before else None,
        packages=package_versions(),
    )
