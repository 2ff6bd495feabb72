"""The order in which encounters and signals were first seen: a ledger that only grows.

A build is a whole: each holds all rows anew, an earlier one may come back by a rollback, and a
merge changes whose a row is. So only the source's own keys tell what is new: a key is
admitted once, by the first run that meets it, and keeps its number for ever.
"""

import os
from collections.abc import Mapping
from pathlib import Path

import ibis
import ibis.expr.types as ir
from filelock import FileLock
from ibis.backends import BaseBackend

from outsidein.lake.engine import read_table, write_table

KEYS = {
    "encounters": ("encounter_id", "started_at"),
    "signals": ("signal_id", "signalled_at"),
}
"""Tables that are admitted: their key within a source, and when it happened."""

ADMITTED = ibis.schema(
    {
        "sequence": "!int64",
        "relation": "!string",
        "source": "!string",
        "key": "!string",
        "build": "!int64",
    }
)
"""Grain: one row per encounter or signal ever seen, in the order of `sequence`."""

_KEY = ("relation", "source", "key")


def admit_new(
    backend: BaseBackend, folder: Path, tables: Mapping[str, ir.Table], *, build: int
) -> ir.Table:
    """Add the rows of a snapshot that were never seen before, and return the whole ledger.

    Within one build the order is that of recording, then of the key. A build is gone through
    once; a file that a crash left unfinished has another name and counts for nothing.

    Args:
        backend: Where the tables lie.
        folder: Of the ledger: one Parquet file per build gone through.
        tables: The canonical tables of `KEYS`.
        build: Number of the snapshot.

    Returns:
        `ADMITTED`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "admission.lock"):
        part = folder / f"{build:06d}.parquet"
        if not part.exists():
            unfinished = part.with_suffix(".unfinished")
            new = _new(backend, _ledger(backend, folder), tables, build)
            write_table(backend, new, unfinished, key=["sequence"])
            _settle(unfinished, part)
    return _ledger(backend, folder)


def _new(
    backend: BaseBackend, ledger: ir.Table, tables: Mapping[str, ir.Table], build: int
) -> ir.Table:
    keys = ibis.union(
        *(
            tables[relation].select(
                "source",
                "recorded_at",
                relation=ibis.literal(relation),
                key=tables[relation][key],
            )
            for relation, (key, _) in KEYS.items()
        )
    )
    last = backend.to_pyarrow(ledger.sequence.max()).as_py() or 0
    new = keys.anti_join(ledger, list(_KEY))
    turn = ibis.row_number().over(order_by=["recorded_at", *_KEY])
    return new.select(
        sequence=turn + last + 1,
        relation=new.relation,
        source=new.source,
        key=new.key,
        build=ibis.literal(build, "int64"),
    ).cast(dict(ADMITTED.items()))


def _ledger(backend: BaseBackend, folder: Path) -> ir.Table:
    parts = sorted(folder.glob("*.parquet"))
    if not parts:
        return ibis.memtable(ADMITTED.to_pyarrow().empty_table())
    return (
        ibis.union(*(read_table(backend, part) for part in parts))
        if parts[1:]
        else read_table(backend, parts[0])
    )


def _settle(unfinished: Path, part: Path) -> None:
    """Give a file its name once the disk holds all of it."""
    descriptor = os.open(unfinished, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
    unfinished.rename(part)
