"""Steps of the canonical tables: which rows are admitted, and the orders they make up."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

import ibis
import pyarrow as pa
from ibis.backends import BaseBackend

from outsidein.canonical.admission import Admission, admit, stage
from outsidein.canonical.binding import refuse_other_relations
from outsidein.canonical.build_tables import (
    ORDERS_OF_RECORDS,
    PARTIAL_CUSTOMERS,
    TABLE_ADMISSIONS,
    TABLE_REJECTS,
)
from outsidein.canonical.customer_tables import CUSTOMER_TABLES, customer_tables
from outsidein.canonical.declaration import Samples
from outsidein.canonical.figures import SAMPLING
from outsidein.canonical.known import known_before
from outsidein.canonical.order_totals import orders_from_lines
from outsidein.canonical.query import Query
from outsidein.canonical.sampling import (
    check_sources,
    customers_with_missing_rows,
    sampling_figure,
)
from outsidein.canonical.sql_models import Models
from outsidein.canonical.tables import CANONICAL, REJECTS, CanonicalTable
from outsidein.figures.figure import Figure
from outsidein.lake.engine import read_table
from outsidein.steps.run import Run
from outsidein.steps.step import Step
from outsidein.tables.snapshot_files import empty_rows
from outsidein.tables.table import Table

SIGNALS = CANONICAL["signals"]
FIRST_TABLES = tuple(table for table in CANONICAL.values() if table is not SIGNALS)
"""All but the signals, some of which are inferred from the other tables."""


@dataclass(frozen=True, slots=True)
class CanonicalQueries:
    """What supplies the canonical tables.

    Attributes:
        models: The project's SQL.
        currency: Of all its money.
        derived: Queries by table that follow from other declarations once sources are loaded.
    """

    models: Models
    currency: str
    derived: Callable[[BaseBackend], Mapping[str, tuple[Query, ...]]]


def admit_rows(run: Run, table: CanonicalTable, queries: Sequence[Query]) -> Admission:
    """Write a canonical table, and its rejected rows beside it in the spool."""
    admission = admit(
        run.backend,
        table,
        queries,
        currency=run.declaration(CanonicalQueries).currency,
        rows_to=run.path(table),
        rejects_to=run.spool_folder / f"{table.name}.rejects.parquet",
    )
    run.adopt(table)
    return admission


def admission_rows(admissions: Iterable[Admission], table: Table) -> pa.Table:
    """Return admissions as rows of a table."""
    rows = [asdict(admission) for admission in admissions]
    return pa.Table.from_pylist(rows, schema=table.schema.to_pyarrow())


def rejects_of(run: Run, tables: Iterable[Table]) -> ibis.Table:
    """Return the rows that admission rejected, as `REJECTS`."""
    paths = (run.spool_folder / f"{table.name}.rejects.parquet" for table in tables)
    rejects = (read_table(run.backend, path).select(*REJECTS.columns) for path in paths)
    return ibis.union(*rejects)


def _admit(run: Run) -> Iterable[Figure]:
    queries = run.declaration(CanonicalQueries)
    models = queries.models
    own = [query for of_table in models.by_table.values() for query in of_table]
    refuse_other_relations(run.backend, models.staging, own)
    for query in models.staging:
        stage(run.backend, query)
    derived = queries.derived(run.backend)
    run.spool_folder.mkdir(parents=True, exist_ok=True)
    admissions = [
        admit_rows(
            run,
            table,
            (*models.by_table.get(table.name, ()), *derived.get(table.name, ())),
        )
        for table in FIRST_TABLES
    ]
    run.write(TABLE_ADMISSIONS, admission_rows(admissions, TABLE_ADMISSIONS))
    run.write(TABLE_REJECTS, rejects_of(run, FIRST_TABLES))
    return ()


def _orders(run: Run) -> Iterable[Figure]:
    transactions = known_before(run.read(CANONICAL["transactions"]), run.as_of)
    run.write(ORDERS_OF_RECORDS, orders_from_lines(transactions, of="record_id"))
    return ()


ADMIT = Step(
    name="Listen: canonical tables",
    run=_admit,
    writes=(*FIRST_TABLES, TABLE_ADMISSIONS, TABLE_REJECTS),
)


def _partial_customers(run: Run) -> Iterable[Figure]:
    samples = run.declaration(Samples).by_source
    records = run.read(CUSTOMER_TABLES["records"])
    if not samples:
        run.write(PARTIAL_CUSTOMERS, ibis.memtable(empty_rows(PARTIAL_CUSTOMERS)))
        return
    check_sources(
        samples, set(records.select("source").distinct().to_pyarrow()["source"].to_pylist())
    )
    partial = customers_with_missing_rows(records, samples)
    customers, with_missing = (
        int(t.customer_id.nunique().to_pyarrow().as_py()) for t in (records, partial)
    )
    is_anybody_whole = with_missing < customers
    run.write(PARTIAL_CUSTOMERS, partial if is_anybody_whole else partial.limit(0))
    yield sampling_figure(samples, whole=customers - with_missing, partial=with_missing)


ADD_UP_ORDERS = Step(
    name="Listen: orders",
    run=_orders,
    reads=(CANONICAL["transactions"],),
    writes=(ORDERS_OF_RECORDS,),
)

FIND_PARTIAL_CUSTOMERS = Step(
    name="Know: who is held with all their rows",
    run=_partial_customers,
    reads=customer_tables("records"),
    writes=(PARTIAL_CUSTOMERS,),
    figures=(SAMPLING,),
)
