"""Hand-coded samples of texts, as a project's sources give them."""

from collections.abc import Mapping
from pathlib import Path

import ibis.expr.types as ir
from ibis.backends import BaseBackend

from outsidein.canonical.admission import stage
from outsidein.pipeline.declared import Declared
from outsidein.sources.load import load_sources
from outsidein.sources.progress import Progress
from outsidein.text.sample_tables import sample_tables


def load_samples(
    backend: BaseBackend,
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
        backend,
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
            stage(backend, query)
    return sample_tables(backend, declared.coding)


def _needed(declared: Declared) -> set[str]:
    """Return the sources and staged queries that samples name, and those that these read."""
    needed = {source.source for source in declared.coding.sample.values()}
    for query in reversed(declared.models.staging):  # in the order in which they need each other
        if query.name in needed:
            needed |= query.relations
    return needed
