"""The report of a project's current snapshot."""

from collections import Counter
from pathlib import Path

from outsidein import workspace
from outsidein.figures.figure import Figure, read_figure
from outsidein.lake.snapshots import Snapshot
from outsidein.present.charts.kept_drawings import KeptDrawings
from outsidein.project.private_files import make_private
from outsidein.report.contents import ReportContents
from outsidein.report.documents import Document
from outsidein.report.write import write_report
from outsidein.workspace.declaration import read_objectives, read_segments
from outsidein.workspace.private import keep_private
from outsidein.workspace.tables import arrow_table
from outsidein.workspace.workspace import HOME, Workspace

REPORT = "report"
"""Folder of a project into which its report is written."""

DRAWINGS = "drawings"
"""Folder beside the lake with the drawings of the last report."""


def report(work: Workspace, folder: Path | None, document: Document) -> Path:
    """Write a document, and its figures as CSV and Parquet beside it; return its HTML file."""
    contents = contents_of(work, work.snapshot())
    kept = KeptDrawings(work.folder / HOME / DRAWINGS)
    if folder is not None:
        return write_report(contents, folder, document, kept=kept)
    own = work.folder / REPORT
    keep_private(own)
    written = write_report(contents, own, document, kept=kept)
    make_private(own)
    return written


def contents_of(work: Workspace, snapshot: Snapshot) -> ReportContents:
    """Return what a report of a snapshot is made from."""
    loop_figures = _loop_figures(work)
    return ReportContents(
        project=work.file.name,
        currency=work.file.currency,
        as_of=snapshot.as_of,
        build=snapshot.number,
        objectives=read_objectives(work.folder),
        tiers=work.file.tier,
        figures={**figures(snapshot), **loop_figures},
        figure_files={p.stem: p for p in snapshot.figures() if p.stem not in loop_figures},
        sources=arrow_table(snapshot, "sources").to_pylist(),
        columns=arrow_table(snapshot, "columns").to_pylist(),
        admissions=arrow_table(snapshot, "admissions").to_pylist(),
        reject_reasons=_reject_reasons(snapshot),
        segments=read_segments(work.folder),
        verbatims=_rows_if_there(snapshot, "verbatims"),
        statements=_rows_if_there(snapshot, "statements"),
    )


def _rows_if_there(snapshot: Snapshot, table: str) -> list[dict[str, object]]:
    """Return the rows of a table that a build may lack, or one of an older version."""
    return arrow_table(snapshot, table).to_pylist() if table in snapshot.tables() else []


def figures(snapshot: Snapshot) -> dict[str, Figure]:
    """Return the figures of a snapshot, by name."""
    return {path.stem: read_figure(path) for path in snapshot.figures()}


def _loop_figures(work: Workspace) -> dict[str, Figure]:
    """Figures of the operational loop as the store has it now, where teams are declared."""
    if not work.loop().teams:
        return {}
    return {figure.name: figure for figure in workspace.alert_engine.case_figures(work)}


def _reject_reasons(snapshot: Snapshot) -> list[dict[str, object]]:
    rejects = arrow_table(snapshot, "rejects").to_pylist()
    counts = Counter((reject["origin"], reject["reason"]) for reject in rejects)
    return [
        {"origin": origin, "reason": reason, "rows": rows}
        for (origin, reason), rows in counts.most_common()
    ]
