"""Everything a project declares, read and checked, as the build needs it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from outsidein.canonical.declaration import ObservationSettings, Sample
from outsidein.canonical.sql_models import Models
from outsidein.churn.declaration import ChurnRule
from outsidein.factors.reading import FactorFiles
from outsidein.feedback.behaviour import BehaviourRule
from outsidein.feedback.declaration import Survey
from outsidein.identity.declaration import IdentitySettings
from outsidein.identity.matching.match_models import StoredModel
from outsidein.identity.review.decisions import Decision
from outsidein.ladder.declaration import Ladder
from outsidein.objectives.declaration import Objective
from outsidein.pipeline.declaration import PublishLimits
from outsidein.profiles.declaration import ProfileSettings
from outsidein.segments.declaration import Segment
from outsidein.shifts.declaration import ShiftSettings
from outsidein.sources.declaration import Source
from outsidein.sources.needs import Need
from outsidein.standards.declaration import Standard
from outsidein.text.declaration import Coding
from outsidein.value.declaration import Activity, Tier, ValueSettings

if TYPE_CHECKING:  # it loads the reading of texts, which takes as long as a short command
    from outsidein.text.coder_files import StoredCoders


@dataclass(frozen=True, slots=True)
class Declared:
    """One project's declarations, by noun."""

    folder: Path
    files: Mapping[str, str]
    """The project's own files: path to sha256."""
    name: str
    currency: str
    timezone: str
    country: str | None
    as_of: date
    objectives: tuple[Objective, ...]
    sources: Mapping[str, Source]
    needs: tuple[Need, ...]
    models: Models
    surveys: Mapping[str, Survey]
    behaviour: tuple[BehaviourRule, ...]
    identity: IdentitySettings
    model: StoredModel | None
    """The model that matches records; None where none was trained."""
    decisions: tuple[Decision, ...]
    """The verdicts on identity that are in force."""
    observation: ObservationSettings
    samples: Mapping[str, Sample]
    profile: ProfileSettings
    ladder: Ladder
    churn: ChurnRule
    value: ValueSettings
    activities: Mapping[str, Activity]
    tiers: tuple[Tier, ...]
    segments: Mapping[str, Segment]
    factors: FactorFiles
    coding: Coding
    coders: "StoredCoders | None"
    """The model that codes texts as people would; None where none was trained."""
    standards: Mapping[str, Standard]
    shifts: ShiftSettings
    publish: PublishLimits
