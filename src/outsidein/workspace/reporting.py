"""The report of a project's current snapshot."""

from collections import Counter
from pathlib import Path

from outsidein.figures.figure import Figure, read_figure
from outsidein.lake.snapshots import Snapshot
from outsidein.report.contents import ReportContents
from outsidein.report.documents import Document
from outsidein.report.write import write_report
from outsidein.workspace.alert_engine import as_of, case_figures
from outsidein.workspace.tables import arrow_table
from outsidein.workspace.workspace import Workspace

REPORT = "report"
"""Folder of a project into which its report is written."""


def report(work: Workspace, folder: Path | None, document: Document) -> Path:
    """Write a document, and its figures as CSV and Parquet beside it; return its HTML file."""
    declared, snapshot = work.check(), work.snapshot()
    contents = ReportContents(
        project=declared.name,
        currency=declared.currency,
        as_of=as_of(snapshot),
        build=snapshot.number,
        objectives=declared.objectives,
        tiers=declared.tiers,
        figures={**figures(snapshot), **_loop_figures(work)},
        sources=arrow_table(snapshot, "sources").to_pylist(),
        columns=arrow_table(snapshot, "columns").to_pylist(),
        admissions=arrow_table(snapshot, "admissions").to_pylist(),
        reject_reasons=_reject_reasons(snapshot),
        segments=declared.segments,
        verbatims=_rows_if_there(snapshot, "verbatims"),
        statements=_rows_if_there(snapshot, "statements"),
    )
    return write_report(contents, folder or work.folder / REPORT, document)


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
    return {figure.name: figure for figure in case_figures(work)}


def _reject_reasons(snapshot: Snapshot) -> list[dict[str, object]]:
    rejects = arrow_table(snapshot, "rejects").to_pylist()
    counts = Counter((reject["origin"], reject["reason"]) for reject in rejects)
    return [
        {"origin": origin, "reason": reason, "rows": rows}
        for (origin, reason), rows in counts.most_common()
    ]
