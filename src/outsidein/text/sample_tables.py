"""Where the hand-coded samples of a project lie once its sources are loaded."""

import ibis.expr.types as ir
from ibis.backends import BaseBackend
from ibis.common.exceptions import TableNotFound

from outsidein.errors import ProjectError
from outsidein.text.declaration import Coding


def sample_tables(backend: BaseBackend, coding: Coding) -> dict[str, ir.Table]:
    """Return what each sample names, by sample.

    Raises:
        ProjectError: A sample names a source or a column that is not there.
    """
    return {name: _table(backend, name, coding) for name in coding.sample}


def _table(backend: BaseBackend, name: str, coding: Coding) -> ir.Table:
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
