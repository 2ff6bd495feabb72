"""Hand-coded samples of texts, as a project's sources give them."""

from collections.abc import Mapping
from pathlib import Path

import ibis.expr.types as ir
from ibis.backends.duckdb import Backend
from ibis.common.exceptions import TableNotFound

from outsidein.canonical.admission import stage
from outsidein.errors import ProjectError
from outsidein.pipeline.declared import Declared
from outsidein.sources.load import load_sources
from outsidein.sources.progress import Progress
from outsidein.text.declaration import Coding


def load_samples(
    backend: Backend,
    declared: Declared,
    *,
    spool: Path,
    environment: Mapping[str, str],
    progress: Progress,
) -> dict[str, ir.Table]:
    """Load only the sources that hand-coded samples come from.

    Raises:
        SourceError: One of them cannot be read.
        ProjectError: A sample names a source or a column that is not there.
    """
    needed = _needed(declared)
    load_sources(
        backend.con,
        {name: source for name, source in declared.sources.items() if name in needed},
        [need for need in declared.needs if need.source in needed],
        root=declared.folder,
        spool=spool,
        as_of=declared.as_of,
        environment=environment,
        progress=progress,
    )
    for query in declared.models.staging:
        if query.name in needed:
            stage(backend.con, query)
    return sample_tables(backend, declared.coding)


def _needed(declared: Declared) -> set[str]:
    """Return the sources and staged queries that samples name, and those that these read."""
    needed = {source.source for source in declared.coding.sample.values()}
    for query in reversed(declared.models.staging):  # in the order in which they need each other
        if query.name in needed:
            needed |= query.relations
    return needed


def sample_tables(backend: Backend, coding: Coding) -> dict[str, ir.Table]:
    """Return what each sample names, by sample.

    Raises:
        ProjectError: A sample names a source or a column that is not there.
    """
    return {name: _table(backend, name, coding) for name in coding.sample}


def _table(backend: Backend, name: str, coding: Coding) -> ir.Table:
    source = coding.sample[name]
    try:
        table: ir.Table = backend.table(source.source)
    except TableNotFound as error:
        problem = f"there is no source or staged query {source.source!r}"
        raise ProjectError("coding.toml", f"sample.{name}.source", problem) from error
    named = {key: getattr(source, key) for key in ("text_id", "text", "code", "votes", "rating")}
    for key, column in named.items():
        if column is not None and column not in table.columns:
            problem = f"{source.source!r} has no column {column!r}"
            raise ProjectError("coding.toml", f"sample.{name}.{key}", problem)
    return table
