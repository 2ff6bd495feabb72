"""An opened project, with the verbs of the command line."""

import os
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from outsidein.lake.manifest import read_manifest
from outsidein.lake.snapshots import Snapshot, Snapshots
from outsidein.settings import read_settings
from outsidein.store.declaration import address_of
from outsidein.store.engine import open_store
from outsidein.workspace.declaration import read_project_file
from outsidein.workspace.operations import Operations

if TYPE_CHECKING:  # each is loaded by the verb that needs it: together they take seconds
    import pyarrow as pa

    from outsidein.cases.notices import Outlets
    from outsidein.figures.figure import Figure
    from outsidein.lake.comparison import TableChange
    from outsidein.pipeline.declared import Declared
    from outsidein.pipeline.run import Built
    from outsidein.pipeline.usage import StepUsage
    from outsidein.sources.progress import Progress
    from outsidein.workspace.alerts import Alerts
    from outsidein.workspace.cases import Cases
    from outsidein.workspace.identity import Identity
    from outsidein.workspace.surveys import Surveys
    from outsidein.workspace.texts import Texts

REPORT = "report"
"""Folder of a project into which its report is written."""

HOME = ".outsidein"
"""Folder of a project in which store and lake lie."""


def _now() -> datetime:
    return datetime.now(UTC)


class Project:
    """A folder of project files, opened.

    Example:
        ```
        project = outsidein.open("examples/grocery")
        project.build()
        project.table("profiles")        # a pyarrow Table
        project.figure("ladder_steps")   # estimates with n, interval and method
        ```
    """

    def __init__(
        self,
        folder: Path,
        *,
        clock: Callable[[], datetime] = _now,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self.folder = folder
        self._clock = clock
        self._environment = environment
        self._file = read_project_file(folder)
        self._store = open_store(
            address_of(
                self._file.store,
                folder=folder,
                default=folder / HOME / "store.db",
                environment=environment,
            )
        )
        self._snapshots = Snapshots(folder / HOME / "lake", self._store)

    @property
    def identity(self) -> "Identity":
        """Which records are one customer: training, review, decisions."""
        from outsidein.workspace.identity import Identity  # noqa: PLC0415  loaded by who asks for it

        return Identity(
            self.folder, self._store, self._clock, self.snapshot, self.snapshots, self.check
        )

    @property
    def surveys(self) -> "Surveys":
        """What is asked, who answered, and whom to ask next."""
        from outsidein.workspace.surveys import Surveys  # noqa: PLC0415  loaded by who asks for it

        return Surveys(self.check, self.snapshot)

    @property
    def texts(self) -> "Texts":
        """What customers write: coders learn from what people coded."""
        from outsidein.workspace.texts import Texts  # noqa: PLC0415  loaded by who asks for it

        return Texts(self.folder, self.check)

    def close(self) -> None:
        """Let go of the store's connections; whatever is asked for next opens new ones."""
        self._store.dispose()

    @property
    def alerts(self) -> "Alerts":
        """Rules that fire on encounters and signals: tried on history, run on what is new."""
        from outsidein.workspace.alerts import Alerts  # noqa: PLC0415  loaded by who asks for it

        return Alerts(
            self.folder, self._store, self._clock, self.snapshot, self.check, self._outlets
        )

    @property
    def cases(self) -> "Cases":
        """Work about single customers: listed, taken, moved on, and what came of it."""
        from outsidein.workspace.cases import Cases  # noqa: PLC0415  loaded by who asks for it

        return Cases(
            self.folder, self._store, self._clock, self.snapshot, self.check, self._outlets
        )

    @property
    def _outlets(self) -> "Outlets":
        from outsidein.workspace.outlets import outlets  # noqa: PLC0415  loaded by who asks for it

        return outlets(read_settings(self._environment))

    @property
    def operations(self) -> Operations:
        """The store, what goes out of it, and what runs by itself."""
        return Operations(
            store=self._store,
            clock=self._clock,
            settings=read_settings(self._environment),
            schedule=self._file.schedule,
            zone=ZoneInfo(self._file.timezone),
        )

    def check(self) -> "Declared":
        """Read and check every file of the project.

        Raises:
            ProjectError: The first thing that is wrong, by file and key.
        """
        from outsidein.identity.review.decisions import decisions_in_force, list_decisions  # noqa: PLC0415  loaded by who asks for it
        from outsidein.workspace.reading import read_project  # noqa: PLC0415  loaded by who asks for it

        with Session(self._store) as session:
            decisions = tuple(decisions_in_force(list_decisions(session)))
        return read_project(self.folder, today=self._clock().date(), decisions=decisions)

    def build(
        self,
        *,
        threads: int | None = None,
        environment: Mapping[str, str] = os.environ,
        progress: "Progress | None" = None,
        step: "Callable[[StepUsage], None]" = lambda _: None,
    ) -> "Built":
        """Build a snapshot from the raw sources and make it the one to read.

        Raises:
            InputError: Project or data are wrong, or another build is at work; the snapshot in
                use stays in use.
        """
        from outsidein.pipeline.run import run_build  # noqa: PLC0415  loaded by who asks for it
        from outsidein.sources.progress import SilentProgress  # noqa: PLC0415  loaded by who asks for it

        built = run_build(
            self.check(),
            self._snapshots,
            clock=self._clock,
            environment=environment,
            progress=progress or SilentProgress(),
            step=step,
            threads=threads,
        )
        self._snapshots.prune(keep=self._file.keep_builds)
        return built

    def snapshot(self, number: int | None = None) -> Snapshot:
        """Return a kept snapshot, the one in use when no number is given.

        Raises:
            InputError: Nothing was built yet, or there is no such build.
        """
        return self._snapshots.get(number) if number else self._snapshots.current()

    def snapshots(self) -> list[Snapshot]:
        """Return all builds, the newest first."""
        return self._snapshots.all()

    def table(self, name: str) -> "pa.Table":
        """Return a table of the snapshot in use.

        Raises:
            UnknownName: There is no such table.
        """
        from outsidein.pipeline.catalogue import CATALOGUE  # noqa: PLC0415  lazy import
        from outsidein.tables.snapshot_files import read_declared_rows  # noqa: PLC0415  lazy import

        return read_declared_rows(CATALOGUE[name], self.snapshot().folder)

    def figures(self) -> "dict[str, Figure]":
        """Return the figures of the snapshot in use, by name."""
        from outsidein.figures.figure import read_figure  # noqa: PLC0415  loaded by who asks for it

        return {path.stem: read_figure(path) for path in self.snapshot().figures()}

    def report(self, folder: Path | None = None) -> Path:
        """Write the report of the snapshot in use, and its figures as CSV and Parquet beside it.

        Returns:
            Where the HTML file lies: `report/report.html` in the project unless `folder` is given.
        """
        from outsidein.report.contents import ReportContents  # noqa: PLC0415  loaded by who asks for it
        from outsidein.report.write import write_report  # noqa: PLC0415  it draws: a second to load

        declared, snapshot = self.check(), self.snapshot()
        rejects = Counter((r["origin"], r["reason"]) for r in self.table("rejects").to_pylist())
        contents = ReportContents(
            project=declared.name,
            currency=declared.currency,
            as_of=date.fromisoformat(read_manifest(snapshot.folder)["as_of"]),
            build=snapshot.number,
            objectives=declared.objectives,
            tiers=declared.tiers,
            figures={**self.figures(), **self._loop_figures()},
            sources=self.table("sources").to_pylist(),
            columns=self.table("columns").to_pylist(),
            admissions=self.table("admissions").to_pylist(),
            reject_reasons=[
                {"origin": origin, "reason": reason, "rows": rows}
                for (origin, reason), rows in rejects.most_common()
            ],
            segments=declared.segments,
            verbatims=self.table("verbatims").to_pylist()
            if "verbatims" in snapshot.tables()
            else (),
        )
        return write_report(contents, folder or self.folder / REPORT)

    def _loop_figures(self) -> "dict[str, Figure]":
        """Figures of the operational loop as the store has it now, where teams are declared."""
        from outsidein.workspace.loop import read_loop  # noqa: PLC0415  loaded by who asks for it

        files = read_loop(self.folder)
        found = self.cases.figures() if files.teams else ()
        return {figure.name: figure for figure in found}

    def compare(self, before: int, after: int) -> "list[TableChange]":
        """Tell table by table what changed from one build to another."""
        from outsidein.lake.comparison import compare  # noqa: PLC0415  loaded by who asks for it

        return compare(self.snapshot(before), self.snapshot(after))

    def rollback(self, number: int) -> Snapshot:
        """Make an earlier snapshot the one to read."""
        return self._snapshots.rollback(number, now=self._clock())

    def prune(self, *, keep: int) -> list[int]:
        """Delete the oldest snapshots but the newest `keep` and the one in use."""
        return self._snapshots.prune(keep=keep)


def open_project(path: Path | str) -> Project:
    """Open the project in a folder.

    Raises:
        ProjectError: The folder holds no project, or `outsidein.toml` says what cannot be.
    """
    return Project(Path(path))
