"""What the sources of a project hold; importing it loads the engine."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from ibis.backends import BaseBackend

from outsidein.errors import UnknownName
from outsidein.lake.engine import close, connect
from outsidein.sources.load import load_sources
from outsidein.sources.steps import column_rows
from outsidein.workspace.workspace import Workspace

SAMPLED = 3
"""Values that are shown of a column (count)."""


class SourceColumn(NamedTuple):
    """A column of a source.

    Attributes:
        name: Its name.
        type: Its type in models; None where it is not loaded.
        state: Approved, vetoed, proposed or without a need.
        sample: Some of its values; None where it is not approved.
    """

    name: str
    type: str | None
    state: str
    sample: str | None


def source_columns(work: Workspace, name: str) -> list[SourceColumn]:
    """Return the columns of a source, with values of those that a data need approves.

    Raises:
        UnknownName: There is no such source.
        InputError: It cannot be read as declared.
    """
    declared = work.check()
    if name not in declared.sources:
        raise UnknownName("source", name, declared.sources)
    backend = connect(timezone=declared.timezone)
    try:
        with TemporaryDirectory(prefix="outsidein-source-") as folder:
            [loaded] = load_sources(
                backend,
                {name: declared.sources[name]},
                [need for need in declared.needs if need.source == name],
                root=declared.folder,
                spool=Path(folder),
                as_of=declared.as_of,
                environment=work.environment,
            )
            return [
                _described(backend, name, row["column"], row["state"])
                for row in column_rows(loaded)
            ]
    finally:
        close(backend)


def _described(backend: BaseBackend, source: str, column: str, state: str) -> SourceColumn:
    if state != "approved":
        return SourceColumn(column, None, state, None)
    values = backend.table(source)[column]
    first = values.name("value").as_table()
    first = first.filter(first.value.notnull()).limit(SAMPLED)
    sample = ", ".join(str(row["value"]) for row in first.to_pyarrow().to_pylist())
    return SourceColumn(column, str(values.type()), state, sample)
