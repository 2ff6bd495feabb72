"""Listen: raw sources in, canonical tables out, and an account of what was not taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.backends.duckdb import Backend

from outsidein.canonical.admission import Admission, admit, stage
from outsidein.canonical.query import Query
from outsidein.canonical.rejects import REJECTS
from outsidein.canonical.tables import CANONICAL
from outsidein.errors import SourceError
from outsidein.feedback.inferred import behaviour_queries
from outsidein.feedback.models import survey_queries
from outsidein.lake.constants import read_table_with_constants
from outsidein.lake.sql import file_list, literal, quoted
from outsidein.pipeline.declared import Declared
from outsidein.sources.load import LoadedSource, load_sources
from outsidein.sources.progress import Progress

COLUMN_STATES = {
    "approved": "columns_loaded",
    "vetoed": "columns_vetoed",
    "proposed": "columns_proposed",
    "without a need": "columns_without_need",
}
"""What may become of a source's column, and where the loader says so."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What listening gave."""

    canonical: Mapping[str, ir.Table]
    sources: Sequence[LoadedSource]
    admissions: Sequence[Admission]

    @property
    def hashes(self) -> dict[str, dict[str, str]]:
        """The sha256 of every file read, by source and path."""
        return {s.name: {file.path: file.sha256 for file in s.files} for s in self.sources}

    @property
    def rejected(self) -> int:
        """Rows turned away, by sources and canonical tables."""
        return sum(s.rejected for s in self.sources) + sum(a.rejected for a in self.admissions)


def listen(
    backend: Backend,
    declared: Declared,
    *,
    folder: Path,
    spool: Path,
    environment: Mapping[str, str],
    progress: Progress,
) -> Heard:
    """Load the sources, run the models, write the canonical tables and the rejects.

    Raises:
        SourceError: There is no source, or one cannot be read.
        ProjectError: A model cannot be run.
    """
    if not declared.sources:
        raise SourceError("?", "none is declared; say in sources.toml where the raw data lies")
    connection = backend.con
    loaded = load_sources(
        connection,
        declared.sources,
        declared.needs,
        root=declared.folder,
        spool=spool,
        as_of=declared.as_of,
        environment=environment,
        progress=progress,
    )
    for query in declared.models.staging:
        stage(connection, query)
    asked = survey_queries(backend, declared.surveys.values())
    admissions = [
        admit(
            connection,
            table,
            (
                *declared.models.by_table.get(name, ()),
                *asked.get(name, ()),
                *_behaviour(backend, declared, name, folder),
            ),
            currency=declared.currency,
            rows_to=folder / f"{name}.parquet",
            rejects_to=spool / f"{name}.turned_away.parquet",
        )
        for name, table in CANONICAL.items()
    ]
    _write_rejects(backend, loaded, folder=folder, spool=spool)
    _write_account(loaded, admissions, folder=folder)
    canonical = {
        name: read_table_with_constants(backend, folder / f"{name}.parquet") for name in CANONICAL
    }
    return Heard(canonical, loaded, admissions)


def _behaviour(backend: Backend, declared: Declared, table: str, folder: Path) -> tuple[Query, ...]:
    """Infer signals from the tables written before."""
    if table != "signals":
        return ()
    rules = declared.behaviour
    return behaviour_queries(backend, rules, folder=folder, as_of=declared.as_of)


def _write_rejects(
    backend: Backend, loaded: Sequence[LoadedSource], *, folder: Path, spool: Path
) -> None:
    by_sources = [source.rejects for source in loaded if source.rejects]
    by_tables = [spool / f"{name}.turned_away.parquet" for name in CANONICAL]
    files = file_list([*by_sources, *by_tables])
    columns = ", ".join(quoted(name) for name in REJECTS.names)
    backend.raw_sql(
        f"COPY (SELECT {columns} FROM read_parquet({files}, union_by_name = true) "
        f"ORDER BY ALL) TO {literal(folder / 'rejects.parquet')} (FORMAT parquet)"
    )


def _write_account(
    loaded: Sequence[LoadedSource], admissions: Sequence[Admission], *, folder: Path
) -> None:
    """Write what was taken of each source and table, and what was not."""
    sources = [
        {
            "source": source.name,
            "rows": source.rows,
            "rejected": source.rejected,
            "expired": source.expired,
            **{
                f"columns {state}": len(getattr(source, attribute))
                for state, attribute in COLUMN_STATES.items()
            },
        }
        for source in loaded
    ]
    columns = [
        {"source": source.name, "column": column, "state": state}
        for source in loaded
        for state, attribute in COLUMN_STATES.items()
        for column in getattr(source, attribute)
    ]
    tables = [
        {"table": a.table, "models": a.models, "admitted": a.admitted, "rejected": a.rejected}
        for a in admissions
    ]
    for name, rows in {"sources": sources, "columns": columns, "admissions": tables}.items():
        pq.write_table(pa.Table.from_pylist(rows), folder / f"{name}.parquet")
