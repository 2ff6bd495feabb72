"""Steps of the sources: what is loaded of them, and what is not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa

from outsidein.errors import ProjectError
from outsidein.figures.figure import Figure
from outsidein.lake.engine import read_table
from outsidein.sources.declaration import Source
from outsidein.sources.load import LoadedSource, load_sources
from outsidein.sources.needs import Need
from outsidein.sources.progress import Progress
from outsidein.sources.recording import recording_rows
from outsidein.sources.tables import (
    COLUMNS,
    SOURCE_FILES,
    SOURCE_RECORDING,
    SOURCE_REJECTS,
    SOURCES,
)
from outsidein.steps.run import Run
from outsidein.steps.step import Step
from outsidein.tables.snapshot_files import empty_rows
from outsidein.tables.table import Table

COLUMN_STATES = {
    "approved": "columns_loaded",
    "vetoed": "columns_vetoed",
    "proposed": "columns_proposed",
    "without a need": "columns_without_need",
}
"""What may become of a source's column, and the loader's field for it."""


NO_SOURCE = "declares no source; say in sources.toml where the raw data lies"


@dataclass(frozen=True, slots=True)
class SourcesToLoad:
    """The sources of a project, and what reading them takes.

    Attributes:
        root: The project's folder.
        sources: By name.
        needs: Which columns may be kept.
        environment: Values for `${NAME}` in database addresses.
        progress: Shows the reading.
    """

    root: Path
    sources: Mapping[str, Source]
    needs: Sequence[Need]
    environment: Mapping[str, str]
    progress: Progress


def _load(run: Run) -> Iterable[Figure]:
    declared = run.declaration(SourcesToLoad)
    if not declared.sources:
        raise ProjectError("sources.toml", "", NO_SOURCE)
    loaded = load_sources(
        run.backend,
        declared.sources,
        declared.needs,
        root=declared.root,
        spool=run.spool_folder,
        as_of=run.as_of,
        environment=declared.environment,
        progress=declared.progress,
    )
    run.write(SOURCES, _rows(SOURCES, [_source_row(source) for source in loaded]))
    run.write(COLUMNS, _rows(COLUMNS, [row for source in loaded for row in column_rows(source)]))
    files = [
        {"source": source.name, "path": file.path, "sha256": file.sha256}
        for source in loaded
        for file in source.files
    ]
    run.write(SOURCE_FILES, _rows(SOURCE_FILES, files))
    _write_rejects(run, [source.rejects for source in loaded if source.rejects])
    return ()


def _source_row(source: LoadedSource) -> dict[str, Any]:
    return {
        "source": source.name,
        "rows": source.rows,
        "rejected": source.rejected,
        "expired": source.expired,
        **{
            f"columns {state}": len(getattr(source, attribute))
            for state, attribute in COLUMN_STATES.items()
        },
    }


def column_rows(source: LoadedSource) -> Iterable[dict[str, str]]:
    """Yield each column of a source with its state, as rows of `COLUMNS`."""
    for state, attribute in COLUMN_STATES.items():
        for column in getattr(source, attribute):
            yield {"source": source.name, "column": column, "state": state}


def _rows(table: Table, rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=table.schema.to_pyarrow())


def _write_rejects(run: Run, paths: Sequence[Path]) -> None:
    if not paths:
        run.write(SOURCE_REJECTS, empty_rows(SOURCE_REJECTS))
        return
    columns = SOURCE_REJECTS.columns
    rejects = (read_table(run.backend, path).select(*columns) for path in paths)
    run.write(SOURCE_REJECTS, ibis.union(*rejects))


def _measure_recording(run: Run) -> Iterable[Figure]:
    approved = run.read(COLUMNS).filter(lambda t: t.state == "approved").to_pyarrow().to_pylist()
    loaded = {(row["source"], row["column"]) for row in approved}
    rows = [
        row
        for name, source in run.declaration(SourcesToLoad).sources.items()
        if source.dated_by and (name, source.dated_by) in loaded
        for row in recording_rows(run.backend.table(name), name, dated_by=source.dated_by)
    ]
    run.write(SOURCE_RECORDING, _rows(SOURCE_RECORDING, rows))
    return ()


LOAD = Step(
    name="Listen: sources",
    run=_load,
    writes=(SOURCES, COLUMNS, SOURCE_FILES, SOURCE_REJECTS),
)

MEASURE_RECORDING = Step(
    name="Listen: how data are recorded",
    run=_measure_recording,
    reads=(COLUMNS,),
    writes=(SOURCE_RECORDING,),
)
