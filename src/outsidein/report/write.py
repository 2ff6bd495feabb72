"""Writing the report."""

from pathlib import Path

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from outsidein.figures.figure import write_figure
from outsidein.report.contents import ReportContents
from outsidein.report.evidence import Evidence, gather
from outsidein.report.section_order import sections
from outsidein.report.sections.methods import further_section, methods
from outsidein.report.sections.segments import sheets
from outsidein.report.sections.sources import aims, sources_section
from outsidein.report.summary import in_short

FILE = "report.html"
FIGURES = "figures"


def write_report(contents: ReportContents, folder: Path) -> Path:
    """Write the report as one HTML file, and the tables of its figures beside it.

    The file needs neither script nor network. The same contents give the same bytes. Figures
    over fewer than 10 customers are hidden, whoever made them.

    Args:
        contents: What the report is made from.
        folder: Where `report.html` and `figures/` are written; made if it is not there.

    Returns:
        The path of the HTML file.
    """
    evidence = gather(contents)
    tables = folder / FIGURES
    tables.mkdir(parents=True, exist_ok=True)
    for figure in evidence.figures.values():
        write_figure(figure, tables)
    page = folder / FILE
    page.write_text(render(evidence), encoding="utf-8", newline="\n")
    return page


def render(evidence: Evidence) -> str:
    """Return the page."""
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(f"outsidein.{name}") for name in ("report", "present")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    loader = environment.loader
    style = loader.get_source(environment, "report.css")[0] if loader else ""
    return environment.get_template("report.html").render(
        contents=evidence.contents,
        style=Markup(style),  # noqa: S704  our own file
        in_short=in_short(evidence),
        aims=aims(evidence),
        data=sources_section(evidence),
        sections=sections(evidence),
        sheets=sheets(evidence),
        further=further_section(evidence),
        methods=methods(evidence),
    )
