"""A build of one step, over tables that a test makes."""

from datetime import date

import ibis

from outsidein.lake.engine import connect
from outsidein.steps.run import Build


def build_of(folder, tables, declarations, *, number=1, before=None, threads=2, backend=None):
    """A build into a folder whose earlier steps wrote tables: pairs of declaration and rows."""
    backend = backend or connect(threads=threads)
    (folder / "figures").mkdir(parents=True, exist_ok=True)
    (folder / "spool").mkdir(exist_ok=True)
    written = {
        table.name: backend.create_table(table.name, rows(table.all_columns))
        for table, rows in tables
    }
    return Build(
        backend=backend,
        declarations={type(each): each for each in declarations},
        as_of=date(2018, 1, 1),
        number=number,
        folder=folder,
        spool=folder / "spool",
        before=before,
        tables=written,
    )


def no_rows(columns):
    return ibis.schema(columns).to_pyarrow().empty_table()
