"""What pages show of a build: the same sections, charts and sentences as its report."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from threading import Lock

from outsidein import workspace
from outsidein.present.blocks import ContentBlock, Section
from outsidein.present.charts.kept_drawings import KeptDrawings
from outsidein.present.display_tables import DisplayTable
from outsidein.present.wording import Wording
from outsidein.report.evidence import gather
from outsidein.report.pack import PackPage, pack_pages
from outsidein.report.sections.segments import SegmentSheet, segment_table, sheets
from outsidein.report.sections.sources import aims
from outsidein.report.shown_statements import ShownStatement, WithheldStatement, withheld
from outsidein.report.write import Material
from outsidein.workspace.workspace import HOME, Workspace


@dataclass(frozen=True)
class Presented:
    """A build as pages show it."""

    number: int
    material: Material

    @property
    def words(self) -> Wording:
        """Puts numbers into words, amounts in the project's currency."""
        return self.material.evidence.words

    @property
    def statements(self) -> tuple[ShownStatement, ...]:
        """What the build says in short, in its order."""
        return self.material.statements

    @cached_property
    def withheld(self) -> tuple[WithheldStatement, ...]:
        """What it does not say, and why."""
        return withheld(self.material.evidence)

    @cached_property
    def aims(self) -> object:
        """Where objectives stand."""
        return aims(self.material.evidence)

    @cached_property
    def sections(self) -> Mapping[str, Section]:
        """The sections by name, each with all its blocks."""
        return {section.name: section for section in self.material.sections}

    @cached_property
    def pages(self) -> Mapping[str, PackPage]:
        """The pages of the board pack by name: the first look at each subject."""
        pages = pack_pages(self.material.evidence, self.material.sections)
        return {page.name: page for page in pages}

    @cached_property
    def blocks(self) -> Mapping[str, tuple[ContentBlock, ...]]:
        """Every block that shows a figure, by the name of the figure."""
        by_figure: dict[str, tuple[ContentBlock, ...]] = {}
        for section in self.material.sections:
            for block in section.blocks:
                by_figure[block.figure] = (*by_figure.get(block.figure, ()), block)
        return by_figure

    @cached_property
    def whole_blocks(self) -> Mapping[str, ContentBlock]:
        """Every block by its name, with its table; those of the board pack have none."""
        return {block.name: block for part in self.material.sections for block in part.blocks}

    @cached_property
    def sheets(self) -> Mapping[str, SegmentSheet]:
        """The strategy sheets of segments, by name."""
        return {sheet.segment: sheet for sheet in sheets(self.material.evidence)}

    @cached_property
    def segments_side_by_side(self) -> DisplayTable | None:
        """The segments in one table; None where there is nothing to compare."""
        return segment_table(self.material.evidence)


def presented(work: Workspace) -> Presented:
    """Return the current build as pages show it; made once for each build.

    Raises:
        NothingBuilt: Nothing was built or published yet.
    """
    snapshot = work.snapshot()
    with _MAKING.setdefault(work.folder.resolve(), Lock()):
        return _presented(_Key(work, snapshot.number, snapshot.folder))


_MAKING: dict[Path, Lock] = {}
"""By project, held while a build is made ready: whoever asks meanwhile waits for the same."""


@dataclass(frozen=True)
class _Key:
    """A build of a project; equal for equal builds, whoever opened the project."""

    work: Workspace
    number: int
    folder: Path

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and hash(self) == hash(other)

    def __hash__(self) -> int:
        return hash((self.folder.resolve(), self.number, self.work.file.model_dump_json()))


@lru_cache(maxsize=8)
def _presented(key: _Key) -> Presented:
    contents = workspace.reporting.contents_of(key.work, key.work.snapshot(key.number))
    kept = KeptDrawings(key.work.folder / HOME / workspace.reporting.DRAWINGS)
    return Presented(key.number, Material(gather(contents), kept))
