"""Writing the documents of a snapshot."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from shutil import copyfile

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from outsidein.figures.figure import Figure, write_figure
from outsidein.present.blocks import Section
from outsidein.present.charts.kept_drawings import NONE_KEPT, KeptDrawings
from outsidein.present.style import style_sheet
from outsidein.present.visible_text import visible_value
from outsidein.report.contents import ReportContents
from outsidein.report.documents import Document
from outsidein.report.doubted_figures import doubted_figures
from outsidein.report.evidence import Evidence, gather
from outsidein.report.outline import outlines, undeclared
from outsidein.report.pack import pack_pages
from outsidein.report.section_order import sections
from outsidein.report.sections.methods import further_section, methods
from outsidein.report.sections.segments import segment_table, sheets
from outsidein.report.sections.sources import aims, sources_section
from outsidein.report.shown_statements import ShownStatement, statements, withheld

FIGURES = "figures"


def write_report(
    contents: ReportContents,
    folder: Path,
    document: Document = Document.REPORT,
    *,
    kept: KeptDrawings = NONE_KEPT,
) -> Path:
    """Write a document as one HTML file, and beside it the appendix and the tables of its figures.

    The files need neither script nor network. The same contents give the same bytes. Figures
    over fewer than 10 customers are hidden, whoever made them.

    Args:
        contents: What the document is made from.
        folder: Where the files and `figures/` are written; made if it is not there.
        document: Which one; its numbers lead to their place in the appendix.
        kept: Drawings of earlier documents.

    Returns:
        The path of the HTML file.
    """
    evidence = gather(contents)
    tables = folder / FIGURES
    tables.mkdir(parents=True, exist_ok=True)
    for figure in evidence.figures.values():
        _write_figure(figure, contents, tables)
    material = Material(evidence, kept)
    for each in {document, Document.APPENDIX}:
        page = folder / each.file
        page.write_text(render(material, each), encoding="utf-8", newline="\n")
    return folder / document.file


def _write_figure(figure: Figure, contents: ReportContents, folder: Path) -> None:
    """Write the tables of a protected figure, or copy them where it was written so."""
    path = contents.figure_files.get(figure.name)
    if path is None or figure != contents.figures[figure.name]:
        write_figure(figure, folder)
        return
    for written in (path, path.with_suffix(".csv")):
        copyfile(written, folder / written.name)


@dataclass(frozen=True)
class Material:
    """What the documents of a snapshot have in common, made once."""

    evidence: Evidence
    kept: KeptDrawings = NONE_KEPT

    @cached_property
    def sections(self) -> list[Section]:
        """The sections with all their blocks."""
        return [section.drawn_with(self.kept) for section in sections(self.evidence)]

    @cached_property
    def statements(self) -> tuple[ShownStatement, ...]:
        """The statements in short."""
        return statements(self.evidence)

    @cached_property
    def places(self) -> Mapping[str, str]:
        """Where in the appendix each figure stands first; empty for one without a place."""
        blocks = [block for section in self.sections for block in section.blocks]
        first = {block.figure: block.name for block in reversed(blocks)}
        return defaultdict(str, first)


def render(material: Material, document: Document) -> str:
    """Return the page of a document."""
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(f"outsidein.{name}") for name in ("report", "present")]),
        autoescape=True,
        finalize=visible_value,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    evidence = material.evidence
    style = style_sheet("outsidein.report", document.style_sheets)
    return environment.get_template(document.file).render(
        contents=evidence.contents,
        style=Markup(style),  # noqa: S704  our own files
        appendix=Document.APPENDIX.file,
        statements=material.statements,
        places=material.places,
        withheld=withheld(evidence),
        aims=aims(evidence),
        data=sources_section(evidence),
        **_PARTS[document](material),
    )


def _report(material: Material) -> dict[str, object]:
    evidence = material.evidence
    return {
        "outlines": outlines(evidence, material.sections),
        "segments": segment_table(evidence, doubted_figures(evidence, material.sections)),
        "undeclared": undeclared(evidence),
    }


def _pack(material: Material) -> dict[str, object]:
    return {"pages": pack_pages(material.evidence, material.sections)}


def _appendix(material: Material) -> dict[str, object]:
    evidence = material.evidence
    return {
        "sections": material.sections,
        "sheets": sheets(evidence),
        "further": further_section(evidence),
        "methods": methods(evidence),
    }


_PARTS = {Document.REPORT: _report, Document.PACK: _pack, Document.APPENDIX: _appendix}
