"""What the verbs of one opened project share."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from outsidein import workspace
from outsidein.alerts.loop import LoopFiles
from outsidein.cases.notices import Outlets
from outsidein.lake.declaration import lake_folder
from outsidein.lake.snapshots import Snapshot, Snapshots
from outsidein.settings import Settings, read_settings
from outsidein.workspace.act import Acts
from outsidein.workspace.declaration import ProjectFile
from outsidein.workspace.declarations import Declarations

if TYPE_CHECKING:
    from outsidein.lake.shared_readings import SharedReadings
    from outsidein.lake.snapshot_reading import Reading
    from outsidein.pipeline.declared import Declared

HOME = ".outsidein"
"""Folder of a project in which store and lake lie."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """One opened project: its files, its store, its snapshots.

    Attributes:
        folder: Of the project.
        file: `outsidein.toml` as it was when the project was opened.
        store: Its operational records.
        clock: Tells the time (aware).
        environment: Values of settings and of `${NAME}` in database addresses.
        outlets: Where notices go.
        declarations: Its files, parsed.
        acts: Opens its transactions.
        shared: Keeps the engine over the current snapshot open between readings, in a server.
    """

    folder: Path
    file: ProjectFile
    store: Engine
    clock: Callable[[], datetime]
    environment: Mapping[str, str]
    outlets: Outlets
    declarations: Declarations
    acts: Acts
    shared: "SharedReadings | None" = None

    @property
    def settings(self) -> Settings:
        """Settings of the installation."""
        return read_settings(self.environment)

    @property
    def zone(self) -> ZoneInfo:
        """Time zone of the project."""
        return ZoneInfo(self.file.timezone)

    @property
    def snapshots(self) -> Snapshots:
        """Its builds."""
        folder = lake_folder(
            self.file.lake,
            folder=self.folder,
            default=self.folder / HOME / "lake",
            environment=self.environment,
        )
        return Snapshots(folder, self.store)

    def snapshot(self, number: int | None = None) -> Snapshot:
        """Return a kept snapshot, the current one if no number is given.

        Raises:
            InputError: Nothing was built yet, or there is no such build.
        """
        return self.snapshots.get(number) if number else self.snapshots.current()

    def loop(self) -> LoopFiles:
        """Return alert rules, teams, playbooks and purposes; unreadable playbooks are set aside.

        Raises:
            ProjectError: The first other thing that is wrong, by file and key.
        """
        return self.declarations.loop()

    def check(self) -> "Declared":
        """Return everything a build needs to know, read and checked.

        Raises:
            ProjectError: The first thing that is wrong, by file and key.
        """
        decisions = workspace.project_files.read_decisions(self.store)
        return self.declarations.project(today=self.clock().date(), decisions=decisions)

    def reading(self, number: int | None = None) -> "AbstractContextManager[Reading]":
        """Open an engine over a snapshot, the current one if no number is given.

        It closes when the block ends, also after an error; that of a server over the current
        snapshot stays open, and the block has a connection to it.

        Raises:
            InputError: Nothing was built yet, or there is no such build.
        """
        snapshot, timezone = self.snapshot(number), self.file.timezone
        if self.shared and snapshot.is_current:
            return workspace.reading.shared_reading(snapshot, timezone=timezone, shared=self.shared)
        return workspace.reading.open_snapshot(snapshot, timezone=timezone)

    def own_reading(self, snapshot: Snapshot) -> "AbstractContextManager[Reading]":
        """Open an engine over a snapshot for long work, which nobody shares."""
        return workspace.reading.open_snapshot(snapshot, timezone=self.file.timezone)
