"""`outsidein.toml`, put together from what each noun declares."""

import warnings
from datetime import date, time
from functools import cache
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import Field, field_validator

from outsidein.canonical.declaration import ObservationSettings, Sample
from outsidein.churn.declaration import ChurnRule
from outsidein.errors import FormerNameWarning, ProjectError, nearest
from outsidein.identity.declaration import IdentitySettings
from outsidein.ladder.declaration import DEFAULT_LADDER, Ladder
from outsidein.lake.declaration import LakePlace
from outsidein.objectives.declaration import Objective, ObjectivesFile
from outsidein.pipeline.declaration import PublishLimits
from outsidein.profiles.declaration import DEFAULT_PROFILE, ProfileSettings
from outsidein.project.declarations import PROJECT_FILE, Declaration, declare, read_toml
from outsidein.segments.declaration import Segment
from outsidein.shifts.declaration import ShiftSettings
from outsidein.store.declaration import StorePlace
from outsidein.value.declaration import DEFAULT_TIERS, Activity, Tiers, ValueSettings

FORMER_KEYS = {"breakoff": "churn"}
"""Former name of a key of the project file, and its present one."""


class Schedule(Declaration):
    """What a worker does when; times of the day are in the project's time zone."""

    build: time | None = None
    blank_after_days: Annotated[int, Field(ge=1)] = 30
    """Days for which recipient and words of a delivery are kept once it is settled."""

    @field_validator("build")
    @classmethod
    def _has_no_zone(cls, at: time | None) -> time | None:
        if at is not None and at.tzinfo is not None:
            raise ValueError('write it without a zone, as "02:30"; the project\'s zone applies')
        return at


class ProjectFile(Declaration):
    """`outsidein.toml`."""

    name: Annotated[str, Field(min_length=1)]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    timezone: str = "UTC"
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")] | None = None
    as_of: date | None = None
    keep_builds: Annotated[int, Field(ge=2)] = 10
    store: StorePlace = StorePlace()
    lake: LakePlace = LakePlace()
    schedule: Schedule = Schedule()
    identity: IdentitySettings = IdentitySettings()
    observation: ObservationSettings = ObservationSettings()
    sample: dict[str, Sample] = Field(default_factory=dict)
    profile: ProfileSettings = DEFAULT_PROFILE
    ladder: Ladder = DEFAULT_LADDER
    churn: ChurnRule = ChurnRule(rule="silence", habit=0.95)
    value: ValueSettings = ValueSettings()
    activity: dict[str, Activity] = Field(default_factory=dict)
    tier: Tiers = DEFAULT_TIERS
    shifts: ShiftSettings = ShiftSettings()
    publish: PublishLimits = PublishLimits()

    @field_validator("timezone")
    @classmethod
    def _is_known(cls, zone: str) -> str:
        if zone not in _zones():
            raise ValueError(f"there is no such zone. {nearest(zone, _zones())}")
        return zone


@cache
def _zones() -> frozenset[str]:
    """Return the names of all zones; to list them takes as long as to read a small project."""
    return frozenset(available_timezones())


class SegmentsFile(Declaration):
    """`segments.toml`."""

    segment: dict[str, Segment] = Field(default_factory=dict)


def read_project_file(folder: Path) -> ProjectFile:
    """Read `outsidein.toml`.

    Raises:
        ProjectError: The folder holds no project, or the file says what cannot be.
    """
    if not (folder / PROJECT_FILE).exists():
        problem = f"holds no project ({PROJECT_FILE} is missing); `outsidein init` writes one"
        raise ProjectError(folder, "", problem)
    table = _with_present_names(read_toml(folder / PROJECT_FILE))
    return declare(ProjectFile, table, file=PROJECT_FILE)


def _with_present_names(table: dict[str, Any]) -> dict[str, Any]:
    """Give keys that were renamed their present names, with a warning.

    Raises:
        ProjectError: The file has a key under both names.
    """
    for former in FORMER_KEYS.keys() & table.keys():
        present = FORMER_KEYS[former]
        if present in table:
            problem = f"is the former name of [{present}], which is there too; remove one of them"
            raise ProjectError(PROJECT_FILE, former, problem)
        message = f"{PROJECT_FILE}: [{former}] is called [{present}] now. Rename it."
        warnings.warn(message, FormerNameWarning, stacklevel=2)
        table[present] = table.pop(former)
    return table


def read_objectives(folder: Path) -> tuple[Objective, ...]:
    """Read `objectives.toml`.

    Raises:
        ProjectError: The file is missing, or says what cannot be.
    """
    file = "objectives.toml"
    return declare(ObjectivesFile, read_toml(folder / file), file=file).objective


def read_segments(folder: Path) -> dict[str, Segment]:
    """Read `segments.toml`.

    Raises:
        ProjectError: The file is missing, or says what cannot be.
    """
    file = "segments.toml"
    return declare(SegmentsFile, read_toml(folder / file), file=file).segment
