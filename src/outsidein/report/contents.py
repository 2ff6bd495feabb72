"""What a report is made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from outsidein.figures.figure import Figure
from outsidein.objectives.declaration import Objective
from outsidein.segments.declaration import Segment
from outsidein.value.declaration import Tier

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class ReportContents:
    """What a report shows of one snapshot.

    Attributes:
        project: Its name.
        currency: ISO 4217 code of the project's currency.
        as_of: First day that does not count.
        build: Number of the build.
        objectives: As declared.
        tiers: As declared, the best first, with their policies.
        figures: By name; any may be missing.
        figure_files: Parquet files of figures that are written already, by name; beside each lies
            its CSV.
        sources: One row per source: `source`, `rows`, `rejected`, `expired` and
            `columns approved`, `columns vetoed`, `columns proposed`, `columns without a need`.
        columns: One row per source and column: `source`, `column`, `state`.
        admissions: One row per canonical table: `table`, `models`, `admitted`, `rejected`.
        reject_reasons: One row per origin and reason: `origin`, `reason`, `rows`.
        segments: As declared, by name; their descriptions head the strategy sheets.
        verbatims: One row per quote, masked: `factor`, `is_praise`, `text`.
        statements: One row per sentence that the build could have said: `text`, `action`,
            `is_shown`, `withheld_because` and more, in their order.
    """

    project: str
    currency: str
    as_of: date
    build: int
    objectives: tuple[Objective, ...] = ()
    tiers: tuple[Tier, ...] = ()
    figures: Mapping[str, Figure] = field(default_factory=dict)
    figure_files: Mapping[str, Path] = field(default_factory=dict)
    sources: Rows = ()
    columns: Rows = ()
    admissions: Rows = ()
    reject_reasons: Rows = ()
    segments: Mapping[str, Segment] = field(default_factory=dict)
    verbatims: Rows = ()
    statements: Rows = ()
