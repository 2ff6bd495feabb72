"""What the layers that read make of a spoiled project; only what is spoiled is read."""

from itertools import chain
from pathlib import Path

import ibis

from outsidein.alerts.loop import read_loop
from outsidein.canonical.admission import admit, stage
from outsidein.canonical.binding import refuse_other_relations
from outsidein.canonical.tables import CANONICAL
from outsidein.pipeline.customers import CUSTOMERS_WITH_FACTS
from outsidein.pipeline.metric_checks import check_metrics
from outsidein.segments.memberships import segment_memberships
from outsidein.sources.load import load_sources
from outsidein.workspace.project_files import read_project
from tests.mutated.base_project import AS_OF, PROJECT


def rejected_rows(folder, files, backend, whole):
    """Read a project up to its canonical tables; return how many rows were rejected.

    Args:
        folder: Where its files lie.
        files: Their contents.
        backend: An engine, which may have read other projects before.
        whole: Declarations of the project that is not spoiled.

    Raises:
        InputError: The project or its data are wrong.
    """
    declared = read_declarations(folder)
    _forget_views(backend)
    changed = {name for name in {*files, *PROJECT} if files.get(name) != PROJECT.get(name)}
    touched = {
        name
        for name, source in declared.sources.items()
        if source != whole.sources.get(name)
        or _needs(declared, name) != _needs(whole, name)
        or any(name.startswith("raw/") and Path(name).stem in str(source) for name in changed)
    }
    queries = [*declared.models.staging]
    tables = {table: list(own) for table, own in declared.models.by_table.items()}
    spoiled = {
        query.name
        for query in (*queries, *chain.from_iterable(tables.values()))
        if query.path.relative_to(folder).as_posix() in changed or query.relations & touched
    }
    spoiled |= {q.name for own in tables.values() for q in own if q.relations & spoiled}
    if declared.timezone != whole.timezone:
        spoiled |= set(tables)
    needed = [q for own in tables.values() for q in own if q.name in spoiled]
    read = touched | {name for q in (*needed, *queries) for name in q.relations}
    loaded = load_sources(
        backend,
        {name: source for name, source in declared.sources.items() if name in read},
        [need for need in declared.needs if need.source in read],
        root=folder,
        spool=folder / "spool",
        as_of=declared.as_of,
        environment={},
    )
    rejected = sum(source.rejected for source in loaded)
    if not needed:
        return rejected
    refuse_other_relations(backend, queries, needed)
    for query in queries:
        stage(backend, query)
    for table, own in tables.items():
        if any(query.name in spoiled for query in own):
            rejected += admit(
                backend,
                CANONICAL[table],
                own,
                currency=declared.currency,
                rows_to=folder / "rows.parquet",
                rejects_to=folder / "rejects.parquet",
            ).rejected
    return rejected


def read_declarations(folder):
    """Read and check every file that declares something; compile the rules of segments."""
    declared = read_project(folder, today=AS_OF)
    read_loop(folder)
    check_metrics(declared.objectives)
    customers = ibis.table(CUSTOMERS_WITH_FACTS.all_columns, name="customers")
    segment_memberships(customers, declared.segments)
    return declared


def _forget_views(backend):
    """Drop the views over files of the project read before."""
    views = "SELECT database_name, view_name FROM duckdb_views() WHERE NOT internal"
    for database, name in backend.raw_sql(views).fetchall():
        backend.drop_view(name, database=(database, "main"), force=True)


def _needs(declared, name):
    return [need for need in declared.needs if need.source == name]
