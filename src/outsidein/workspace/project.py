"""An opened project, with the verbs of the command line."""

import os
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from copy import copy
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from outsidein import workspace
from outsidein.cases.notices import Outlets
from outsidein.cases.outlets import outlets as default_outlets
from outsidein.errors import InputError, UnknownName
from outsidein.export.choices import DEFAULT_TABLES, FileFormat, PersonalColumns
from outsidein.lake.publications import PublicationRecord
from outsidein.lake.snapshots import Snapshot
from outsidein.report.documents import Document
from outsidein.settings import read_settings
from outsidein.store.declaration import address_of
from outsidein.store.store_engine import open_store
from outsidein.workspace.act import Acts, Transaction
from outsidein.workspace.declaration import read_project_file
from outsidein.workspace.declarations import Declarations
from outsidein.workspace.operations import Operations
from outsidein.workspace.private import keep_private
from outsidein.workspace.workspace import HOME, Workspace

if TYPE_CHECKING:  # each is loaded by the verb that needs it: together they take seconds
    import pyarrow as pa

    from outsidein.figures.figure import Figure
    from outsidein.lake.snapshot_comparison import TableChange
    from outsidein.lake.snapshot_reading import Reading
    from outsidein.pipeline.build import Built
    from outsidein.pipeline.declared import Declared
    from outsidein.pipeline.project_binding import Binding
    from outsidein.pipeline.usage import StepUsage
    from outsidein.sources.progress import Progress
    from outsidein.workspace.alerts import Alerts
    from outsidein.workspace.cases import Cases
    from outsidein.workspace.customers import CustomerAccess
    from outsidein.workspace.data_use import DataUse
    from outsidein.workspace.file_changes import FileChanges
    from outsidein.workspace.identity import Identity
    from outsidein.workspace.news import News
    from outsidein.workspace.page_builds import PageBuilds
    from outsidein.workspace.people import PeopleAccess
    from outsidein.workspace.presenting import Presented
    from outsidein.workspace.segments import Segments
    from outsidein.workspace.shown_figure import ShownFigure
    from outsidein.workspace.sources import SourceColumn
    from outsidein.workspace.surveys import Surveys
    from outsidein.workspace.table_rows import TableRows
    from outsidein.workspace.texts import Texts


def _now() -> datetime:
    return datetime.now(UTC)


class Project:
    """A folder of project files, opened.

    Every verb that changes something takes `by`, who acts: the login name if not given. It
    leaves one entry in the audit, committed together with the change.

    Attributes:
        workspace: What its verbs share: files, store, snapshots, settings and clock.

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
        outlets: Outlets | None = None,
    ) -> None:
        """Open a project.

        Args:
            folder: Of the project.
            clock: Tells the time (aware).
            environment: Values of settings and of `${NAME}` in database addresses.
            outlets: Where notices of cases go; into the outbox if not given.
        """
        file = read_project_file(folder)
        keep_private(folder / HOME)
        store = open_store(
            address_of(
                file.store,
                folder=folder,
                default=folder / HOME / "store.db",
                environment=environment,
            )
        )
        self.workspace = Workspace(
            folder=folder,
            file=file,
            store=store,
            clock=clock,
            environment=environment,
            outlets=outlets or default_outlets(lambda: read_settings(environment)),
            declarations=Declarations(folder),
            acts=Acts(store, clock),
        )

    def __enter__(self) -> Self:
        return self

    def __repr__(self) -> str:
        current = next((s for s in self.snapshots() if s.is_current), None)
        built = "nothing built yet"
        if current:
            day = current.finished_at.astimezone(self.workspace.zone).date()
            built = f"build {current.number} of {day}"
        return f"<Project {self.workspace.file.name!r} in {self.folder}: {built}>"

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the store's connections; whatever is asked for next opens new ones."""
        if self.workspace.shared:
            self.workspace.shared.close()
        self.workspace.store.dispose()

    @property
    def folder(self) -> Path:
        """Folder of the project."""
        return self.workspace.folder

    @property
    def currency(self) -> str:
        """ISO 4217 code of the currency that the project's amounts are in."""
        return self.workspace.file.currency

    @property
    def today(self) -> date:
        """The day, in the project's time zone."""
        return self.workspace.clock().astimezone(self.workspace.zone).date()

    @property
    def identity(self) -> "Identity":
        """Which records are one customer: training, review, decisions."""
        return workspace.identity.Identity(self.workspace)

    @property
    def surveys(self) -> "Surveys":
        """What is asked, who answered, and whom to ask next."""
        return workspace.surveys.Surveys(self.workspace)

    @property
    def texts(self) -> "Texts":
        """What customers write: coders learn from what people coded."""
        return workspace.texts.Texts(self.workspace)

    @property
    def alerts(self) -> "Alerts":
        """Rules that fire on encounters and signals: tried on history, run on what is new."""
        return workspace.alerts.Alerts(self.workspace)

    @property
    def cases(self) -> "Cases":
        """Work about single customers: listed, accepted, worked on, and what came of it."""
        return workspace.cases.Cases(self.workspace)

    @property
    def segments(self) -> "Segments":
        """Rules of segments, tried on the customers of the current build."""
        return workspace.segments.Segments(self.workspace)

    @property
    def rows(self) -> "TableRows":
        """Rows of the current build's tables, a page at a time."""
        return workspace.table_rows.TableRows(self.workspace)

    @property
    def customers(self) -> "CustomerAccess":
        """Customers of the current build: searched, listed, shown one by one."""
        return workspace.customers.CustomerAccess(self.workspace)

    @property
    def people(self) -> "PeopleAccess":
        """Who may use the pages, with which role; keys of machines."""
        return workspace.people.PeopleAccess(self.workspace)

    @property
    def files(self) -> "FileChanges":
        """The project's files as pages change them, with their history."""
        return workspace.file_changes.FileChanges(self.workspace)

    @property
    def data(self) -> "DataUse":
        """Sources, columns and their use, needs, rejected rows."""
        return workspace.data_use.DataUse(self.workspace)

    @property
    def page_builds(self) -> "PageBuilds":
        """Builds that are started from a page, one at a time."""
        return workspace.page_builds.PageBuilds(self.workspace)

    @property
    def operations(self) -> Operations:
        """The store, what goes out of it, and what runs by itself."""
        return Operations(self.workspace)

    def check(self) -> "Declared":
        """Return everything that the project's files declare, read and checked.

        Files that did not change since the last time are not parsed again.

        Raises:
            ProjectError: The first thing that is wrong, by file and key.
        """
        return self.workspace.check()

    def bind(self) -> "Binding":
        """Bind needs, models and rules to the columns that the sources have; nothing is written.

        Returns:
            What is wrong: `errors`, all of them, and `warnings`.

        Raises:
            ProjectError: A file is wrong by itself, by file and key.
        """
        return workspace.binding.bind(self.workspace)

    def source_columns(self, name: str) -> "list[SourceColumn]":
        """Return the columns of a source, with values of those that a data need approves.

        Raises:
            UnknownName: There is no such source.
            InputError: It cannot be read as declared.
        """
        return workspace.sources.source_columns(self.workspace, name)

    def act(
        self,
        did: str,
        about: str,
        *,
        by: str | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> AbstractContextManager[Transaction]:
        """Open the transaction of one act, with its entry in the audit.

        What is written through its session and the entry are committed together when the block
        ends, or neither is where it raises.

        Args:
            did: What was done, such as `case.accepted`.
            about: What it was done to, such as `case:17`.
            by: Who acts; the login name if not given.
            details: What else the audit is to know.
        """
        return self.workspace.acts.act(did, about, by=by, details=details)

    def reading(self, number: int | None = None) -> "AbstractContextManager[Reading]":
        """Open an engine over a snapshot, the current one if no number is given.

        It closes when the block ends, also after an error.

        Raises:
            InputError: Nothing was built yet, or there is no such build.
        """
        return self.workspace.reading(number)

    def build(
        self,
        *,
        threads: int | None = None,
        environment: Mapping[str, str] | None = None,
        progress: "Progress | None" = None,
        step: "Callable[[StepUsage], None]" = lambda _: None,
        by: str | None = None,
        publish_anyway: str | None = None,
        afresh: bool = False,
    ) -> "Built":
        """Build a snapshot from the raw sources and make it current.

        A snapshot beyond the limits of `[publish]` is kept and not published: its `verdict`
        says so.

        Args:
            threads: How many; all cores if not given.
            environment: Values for `${NAME}` in database addresses; the project's own if not given.
            progress: Shows the reading of sources.
            step: Receives what each step took, once it is over.
            by: Who builds; the login name if not given.
            publish_anyway: Why it is published even if it exceeds limits of `[publish]`.
            afresh: Whether to carry no customer ids over from the current snapshot, and to begin
                a new lake if the store's own is not here.

        Raises:
            InputError: Project or data are wrong, or another build is running; the current
                snapshot stays current.
        """
        return workspace.building.build(
            self.workspace,
            threads=threads,
            environment=self.workspace.environment if environment is None else environment,
            progress=progress,
            step=step,
            by=by,
            publish_anyway=publish_anyway,
            afresh=afresh,
        )

    def snapshot(self, number: int | None = None) -> Snapshot:
        """Return a kept snapshot, the current one if no number is given.

        Raises:
            InputError: Nothing was built yet, or there is no such build.
        """
        return self.workspace.snapshot(number)

    def snapshots(self) -> list[Snapshot]:
        """Return all builds, newest first."""
        return self.workspace.snapshots.all()

    def table(self, name: str, *, number: int | None = None) -> "pa.Table":
        """Return a table of a snapshot, the current one if no number is given.

        Raises:
            UnknownName: There is no such table.
        """
        return workspace.tables.arrow_table(self.snapshot(number), name)

    def sql(self, sql: str) -> "pa.Table":
        """Return the rows of one SELECT over the tables of the current snapshot.

        The query can neither change a table nor read any other file.

        Args:
            sql: One SELECT in DuckDB's dialect.

        Raises:
            UnknownName: The snapshot has no such table.
            InputError: It is not one SELECT, or the engine refuses it.
        """
        timezone = self.workspace.file.timezone
        return workspace.sql_rows.sql_rows(self.snapshot(), sql, timezone=timezone)

    def figures(self) -> "dict[str, Figure]":
        """Return the figures of the current snapshot, by name."""
        return workspace.reporting.figures(self.snapshot())

    def figure(self, name: str) -> "ShownFigure":
        """Return a figure of the current snapshot; a notebook shows its chart and its table.

        Raises:
            UnknownName: There is no such figure.
        """
        return workspace.shown_figure.shown_figure(self.snapshot(), name, currency=self.currency)

    def news(self, since: datetime) -> "News":
        """Return what changed since a moment (aware): builds, sentences, decisions, cases."""
        return workspace.news.news(self.workspace, since)

    def presented(self) -> "Presented":
        """Return the current build as pages show it: sections, charts, sentences.

        Raises:
            NothingBuilt: Nothing was built or published yet.
        """
        return workspace.presenting.presented(self.workspace)

    def report(self, folder: Path | None = None, *, document: Document = Document.REPORT) -> Path:
        """Write a document of the current snapshot, and beside it its appendix and its figures.

        Args:
            folder: Where it is written; `report` in the project unless given.
            document: The report, the board pack or the appendix.

        Returns:
            The HTML file: `report.html`, `pack.html` or `appendix.html`.
        """
        return workspace.reporting.report(self.workspace, folder, document)

    def export(
        self,
        folder: Path | str,
        *,
        file_format: FileFormat | str = FileFormat.CSV,
        tables: Collection[str] | None = DEFAULT_TABLES,
        personal: PersonalColumns | str = PersonalColumns.NONE,
        purpose: str | None = None,
        by: str | None = None,
    ) -> tuple[str, ...]:
        """Export tables and all figures of the current snapshot into a folder.

        The folder is replaced whole: after an error it is what it was.

        Args:
            folder: Does not exist yet, is empty, or holds an older export.
            file_format: `csv`, `parquet` or `duckdb`.
            tables: Which; all of the snapshot if None.
            personal: `none` leaves direct personal columns out and replaces keys by keys of this
                export alone; `keys` has keys as they are; `all` has all columns.
            purpose: Of `consent.toml`; customers who refuse it are left out. Needed where
                `personal` is not `none`.
            by: Who exports; the login name if not given.

        Returns:
            Names of the exported tables.

        Raises:
            UnknownName: There is no such table or purpose.
            InputError: A purpose is missing, or the folder holds files that no export wrote.
        """
        order = workspace.exporting.ExportOrder(tables, PersonalColumns(personal), purpose)
        return workspace.exporting.export(
            self.workspace, Path(folder), order, file_format=FileFormat(file_format), by=by
        )

    def compare(self, before: int, after: int) -> "list[TableChange]":
        """Return table by table what changed from one build to another."""
        return workspace.building.compare(self.snapshot(before), self.snapshot(after))

    def rollback(self, number: int, *, by: str | None = None) -> Snapshot:
        """Make an earlier snapshot current.

        Raises:
            UnknownName: There is none of that number, or it was pruned.
        """
        details = {"to": number}
        with self.workspace.acts.act("build.rolled_back", "build", by=by, details=details) as act:
            self.workspace.snapshots.rollback(act.session, number, by=act.by, now=act.now)
        return self.snapshot(number)

    def publish(self, number: int, *, why: str, by: str | None = None) -> Snapshot:
        """Make a snapshot current that was withheld for its limits.

        Args:
            number: Of the build.
            why: Why it is right though it exceeds limits of `[publish]`.
            by: Who publishes; the login name if not given.

        Raises:
            InputError: No withheld build of that number is kept, or no reason is given.
        """
        if not why.strip():
            raise InputError(f"Say why build {number} is right though it exceeds its limits.")
        details = {"build": number, "anyway": why}
        with self.workspace.acts.act("build.published", "build", by=by, details=details) as act:
            snapshots = self.workspace.snapshots
            snapshots.publish_withheld(act.session, number, by=act.by, why=why, now=act.now)
        return self.snapshot(number)

    def damages(self, number: int) -> list[str]:
        """Return which files of a build are missing or were changed; every file is read.

        Raises:
            UnknownName: There is no build of that number, or it was pruned.
        """
        kept = {s.number: s for s in self.snapshots() if not s.is_pruned}
        if number not in kept:
            raise UnknownName("kept build", str(number), map(str, kept))
        return kept[number].damages(is_thorough=True)

    def publications(self, number: int) -> list[PublicationRecord]:
        """Return when a build became current, who made it so and why, oldest first.

        Raises:
            UnknownName: There is no build of that number, or it was pruned.
        """
        return self.workspace.snapshots.publications(self.snapshot(number).number)

    def prune(self, *, keep: int, by: str | None = None) -> list[int]:
        """Delete the oldest snapshots but the newest `keep` and the current one.

        Returns:
            Numbers of the builds whose tables are gone; their rows in the list of builds stay.
        """
        snapshots = self.workspace.snapshots
        with self.workspace.acts.act("build.pruned", "build", by=by) as act:
            pruned = snapshots.prune(act.session, keep=keep)
            numbers = [snapshot.number for snapshot in pruned]
            act.details["gone"] = ", ".join(map(str, numbers))
        snapshots.delete(pruned)
        return numbers


def reopened(project: Project) -> Project:
    """Return the same project as its files say now; its store stays open."""
    work = project.workspace
    again = copy(project)
    again.workspace = replace(
        work, file=read_project_file(work.folder), declarations=Declarations(work.folder)
    )
    return again


def served(project: Project) -> Project:
    """Return the same project for a server: its readings of the current build share an engine."""
    from outsidein.lake.shared_readings import SharedReadings  # noqa: PLC0415  loads the engine

    again = copy(project)
    again.workspace = replace(project.workspace, shared=SharedReadings())
    return again


def open_project(path: Path | str) -> Project:
    """Open the project in a folder.

    Raises:
        ProjectError: The folder holds no project, or `outsidein.toml` is invalid.
    """
    return Project(Path(path))
