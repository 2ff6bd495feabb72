"""One build, from the project's files to a published snapshot."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from outsidein.canonical.model_errors import ModelError
from outsidein.canonical.tables import ADMISSIONS
from outsidein.errors import NothingBuilt
from outsidein.identity.review.decisions import decisions_hash
from outsidein.lake.engine import close, connect
from outsidein.lake.manifest import Manifest, file_hash, package_versions
from outsidein.lake.snapshots import Attempt, Snapshot, Snapshots, Verdict
from outsidein.pipeline.approvals import with_approval
from outsidein.pipeline.declared import Declared
from outsidein.pipeline.order import STEPS
from outsidein.pipeline.publish_account import account_of_build, account_of_snapshot
from outsidein.pipeline.publish_checks import exceeded_limits
from outsidein.pipeline.step_declarations import by_type
from outsidein.pipeline.usage import StepUsage, measured
from outsidein.sources.progress import Progress
from outsidein.sources.tables import COLUMNS, SOURCE_FILES, SOURCES
from outsidein.steps.run import FIGURES, Build, name_of
from outsidein.steps.step import Step
from outsidein.tables.snapshot_rows import existing_path

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Built:
    """A finished build: its snapshot, whether it was published, and what was admitted.

    Attributes:
        snapshot: The snapshot.
        verdict: Whether it was published, and which limits of `[publish]` it exceeds.
        sources: Rows of the table `sources`.
        admissions: Rows of the table `admissions`.
    """

    snapshot: Snapshot
    verdict: Verdict
    sources: Sequence[Mapping[str, Any]]
    admissions: Sequence[Mapping[str, Any]]

    @property
    def rejected(self) -> int:
        """Rows that sources and canonical tables rejected."""
        return sum(row["rejected"] for row in (*self.sources, *self.admissions))


def run_build(
    declared: Declared,
    snapshots: Snapshots,
    *,
    clock: Clock,
    environment: Mapping[str, str],
    progress: Progress,
    step: Callable[[StepUsage], None],
    threads: int | None = None,
    publish_anyway: str | None = None,
    afresh: bool = False,
) -> Built:
    """Build a project's snapshot, and publish it if it is within the project's limits.

    Args:
        declared: The project.
        snapshots: Where the snapshot will stand.
        clock: Tells when the build began and ended, for the store's record of it only.
        environment: Values for `${NAME}` in database addresses.
        progress: Shows the reading of sources.
        step: Receives what each step took, once it is over.
        threads: How many threads; the tables are the same for any number.
        publish_anyway: Why it is published beyond its limits; None to withhold it.
        afresh: Whether to carry nothing over from the current snapshot, which may be damaged.

    Raises:
        BuildRunning: Another build of the project is at work.
        InputError: The project or its data are wrong; the snapshot in use stays.
    """
    started = clock()
    with snapshots.begin() as attempt:
        backend = connect(timezone=declared.timezone, threads=threads, spill=attempt.room / "spill")
        build = Build(
            backend=backend,
            declarations=by_type(declared, environment=environment, progress=progress),
            as_of=declared.as_of,
            number=attempt.number,
            folder=attempt.folder,
            spool=attempt.spool,
            before=None if afresh else current_folder(snapshots),
        )
        for each in STEPS:
            with measured(each.name, step):
                _run(build, each, declared)
        with measured("Publish", step):
            sources, admissions, files = (
                build.tables[table.name].to_pyarrow().to_pylist()
                for table in (SOURCES, ADMISSIONS, SOURCE_FILES)
            )
            manifest = _manifest(declared, attempt, files, build.before)
            verdict = Verdict(_exceeded_limits(declared, build), publish_anyway)
            build.tables.clear()
            close(backend)
            snapshots.publish(attempt, manifest, started=started, now=clock(), verdict=verdict)
        return Built(snapshots.get(attempt.number), verdict, sources, admissions)


def _run(build: Build, step: Step, declared: Declared) -> None:
    """Run a step; the error of a model names the approval that is missing if that is why."""
    try:
        build.run(step)
    except ModelError as error:
        states = build.tables[COLUMNS.name].to_pyarrow().to_pylist()
        raise with_approval(error, states, declared.models) from error


def _exceeded_limits(declared: Declared, build: Build) -> tuple[str, ...]:
    backend, as_of = build.backend, build.as_of
    account = account_of_build(backend, build.tables, declared.models, as_of=as_of)
    before = account_of_snapshot(backend, build.before) if build.before else None
    return tuple(exceeded_limits(account, before, declared.publish, as_of=as_of))


def current_folder(snapshots: Snapshots) -> Path | None:
    """Return the folder of the snapshot in use, if there is one."""
    try:
        return snapshots.current().folder
    except NothingBuilt:
        return None


def _manifest(
    declared: Declared,
    attempt: Attempt,
    files: Sequence[Mapping[str, str]],
    before: Path | None,
) -> Manifest:
    return Manifest(
        number=attempt.number,
        as_of=declared.as_of,
        project=declared.files,
        sources=_hashes(files),
        before=_inputs_before(before, STEPS) if before else {},
        decisions=decisions_hash(declared.decisions),
        packages=package_versions(),
    )


def _hashes(files: Sequence[Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Return the sha256 of every file that was read, by source and path."""
    hashes: dict[str, dict[str, str]] = {}
    for file in files:
        hashes.setdefault(file["source"], {})[file["path"]] = file["sha256"]
    return hashes


def _inputs_before(before: Path, steps: Sequence[Step]) -> dict[str, str]:
    """Return the sha256 of all that steps read of the snapshot before, by name."""
    paths = {table.name: existing_path(table, before) for s in steps for table in s.reads_before}
    for spec in (spec for s in steps for spec in s.reads_figures_before):
        path = before / FIGURES / f"{name_of(spec)}.parquet"
        paths[f"{FIGURES}/{name_of(spec)}"] = path if path.exists() else None
    return {name: file_hash(path) for name, path in paths.items() if path}
