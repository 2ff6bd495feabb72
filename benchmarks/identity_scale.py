"""Identity of generated persons by the million: training, a whole build's identity, 1,000 more.

`python -m benchmarks.identity_scale 1000000` writes the records to a folder that it removes in
the end, and resolves them in a process of its own, whose peak memory it prints; `... FOLDER`
resolves those of a folder. Quality is that of the customers in effect. Plain Splink then does
what it can with the same records.
"""

import gc
import resource
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
from ibis.backends.duckdb import Backend

from benchmarks.persons import persons
from outsidein.identity.matching.engines import matcher_on
from outsidein.identity.matching.match_models import FOLDER, add_model, stored_model
from outsidein.identity.matching.training_sample import draw_training_sample, match_input
from outsidein.identity.review.linkage_quality import linkage_quality
from outsidein.identity.steps import RESOLVE, IdentityInputs
from outsidein.lake.engine import connect, read_table, write_table
from outsidein.lake.scratch import scratch
from outsidein.steps.run import Build
from outsidein.workspace.project_files import read_project
from outsidein.workspace.template import write_project

AS_OF = date(2100, 1, 1)
"""No generated record was recorded later."""

COUNTRY = "US"
LATER = 1_000
ROW_GROUP = 122_880
"""As DuckDB writes the canonical tables."""
NAMES = ("records", "identifiers", "truth")


def write(folder: Path, records: int) -> None:
    """Write generated persons as Parquet."""
    made = persons(records)
    for name in NAMES:
        path = folder / f"{name}.parquet"
        pq.write_table(getattr(made, name), path, compression="zstd", row_group_size=ROW_GROUP)


def resolve(folder: Path) -> str:
    """Train on all records but the last thousand, build their identity, then that of all."""
    backend = connect(spill=folder / "spill")
    records, identifiers = (read_table(backend, folder / f"{name}.parquet") for name in NAMES[:2])
    last = pq.read_table(folder / "truth.parquet", columns=["source", "record_id"]).slice(0, LATER)
    earlier = records.anti_join(ibis.memtable(last), ["source", "record_id"])
    path = folder / "earlier.parquet"
    earlier = write_table(backend, earlier, path, key=["source", "record_id"])
    began = time.perf_counter()
    with scratch(backend) as held:
        sample = draw_training_sample(backend, earlier)
        people = match_input(held, sample.records, identifiers, country=COUNTRY)
        now = datetime(2026, 1, 1, tzinfo=UTC)
        learned = matcher_on(backend).train(people, now=now, population=sample.population)
    add_model(folder / FOLDER, learned)
    trained = time.perf_counter()
    inputs = _inputs(folder)
    known = {"records": earlier, "identifiers": identifiers}
    first = _identified(backend, inputs, known, None, folder / "first")
    built = time.perf_counter()
    known["records"] = records
    second = _identified(backend, inputs, known, first, folder / "second")
    ended = time.perf_counter()
    q = _quality(folder, second)
    return (
        f"{len(pq.read_table(second / 'memberships.parquet', columns=[])):,} records: training "
        f"{trained - began:.1f} s, identity {built - trained:.1f} s, {LATER:,} more "
        f"{ended - built:.1f} s; {q}"
    )


def _identified(
    backend: Backend,
    inputs: IdentityInputs,
    known: dict[str, ir.Table],
    before: Path | None,
    folder: Path,
) -> Path:
    spool = folder / "spool"
    spool.mkdir(parents=True)
    (folder / "figures").mkdir()
    tables = {
        table.name: ibis.memtable(ibis.schema(table.all_columns).to_pyarrow().empty_table())
        for table in RESOLVE.reads
    }
    build = Build(
        backend=backend,
        declarations={IdentityInputs: inputs},
        as_of=AS_OF,
        number=2 if before else 1,
        folder=folder,
        spool=spool,
        before=before,
        tables=tables | known,
    )
    build.run(RESOLVE)
    return folder


def _inputs(folder: Path) -> IdentityInputs:
    write_project(folder / "project")
    declared = read_project(folder / "project", today=AS_OF)
    return IdentityInputs(declared.identity, stored_model(folder / FOLDER, None), (), COUNTRY)


def _quality(folder: Path, snapshot: Path) -> str:
    keys = ["source", "record_id"]
    truth = pq.read_table(folder / "truth.parquet")
    found = pq.read_table(snapshot / "memberships.parquet", columns=[*keys, "customer_id"])
    both = truth.join(found, keys, join_type="inner")
    codes = (
        pc.dictionary_encode(both[name]).combine_chunks().indices
        for name in ("customer_id", "person")
    )
    q = linkage_quality(*(x.to_numpy() for x in codes), rng=np.random.default_rng(1), draws=100)
    return f"precision {q.precision.value:.4f}, recall {q.recall.value:.4f}, F1 {q.f1.value:.4f}"


def main(told: str) -> None:
    """Resolve the records of a folder, or so many generated ones in a process of their own."""
    if not told.isdigit():
        gc.disable()  # as `outsidein build` does
        said = resolve(Path(told))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        sys.stdout.write(f"{said}, {peak:.1f} GiB\n")
        return
    with TemporaryDirectory() as folder:
        write(Path(folder), int(told))
        for module, *more in (["identity_scale"], ["splink_scale", "0.95"]):
            command = [sys.executable, "-m", f"benchmarks.{module}", folder, *more]
            subprocess.run(command, check=True)


if __name__ == "__main__":
    main(sys.argv[1])
