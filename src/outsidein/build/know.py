"""Know: which records are one customer, and what is known of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import ibis.expr.types as ir
import pyarrow.parquet as pq
from ibis.backends.duckdb import Backend

from outsidein.build.declared import Declared
from outsidein.identity.memberships import (
    identifier_use,
    links,
    memberships,
    record_keys,
    with_customers,
)
from outsidein.lake.constants import constant_columns, spool_lean
from outsidein.lake.engine import read_table, spool_table, write_table
from outsidein.profiles.golden import profiles
from outsidein.profiles.known import customers, known_before
from outsidein.profiles.orders import orders


@dataclass(frozen=True, slots=True)
class Known:
    """What knowing gave: canonical tables with `customer_id`, orders, customers, profiles."""

    canonical: Mapping[str, ir.Table]
    orders: ir.Table
    customers: ir.Table
    profiles: ir.Table


def know(
    backend: Backend,
    declared: Declared,
    canonical: Mapping[str, ir.Table],
    *,
    before: Path | None,
    build: int,
    folder: Path,
    spool: Path,
) -> Known:
    """Resolve the customers and gather their profiles.

    Args:
        backend: The engine.
        declared: The project.
        canonical: Canonical tables by name.
        before: Memberships of the snapshot in use, whose customer ids are carried on.
        build: Number of this build.
        folder: The snapshot to be.
        spool: Folder for the canonical tables with their customers, read by every later step.
    """
    known = {name: known_before(table, declared.as_of) for name, table in canonical.items()}
    use = identifier_use(known["identifiers"], settings=declared.identity, country=declared.country)
    use = write_table(backend, use, folder / "identifier_use.parquet", key=["kind", "normalised"])
    tied = links(known["identifiers"], use, country=declared.country)
    tied = write_table(
        backend,
        tied,
        folder / "links.parquet",
        key=["source", "record_id", "kind", "normalised"],
    )
    folded = memberships(
        backend,
        record_keys(known),
        tied,
        before=read_table(backend, before) if before else None,
        build=build,
    )
    pq.write_table(folded, folder / "memberships.parquet", compression="zstd")
    members = read_table(backend, folder / "memberships.parquet")
    with_ids = {
        name: spool_lean(
            backend,
            with_customers(table, members),
            spool / f"{name}.known.parquet",
            constant_columns(folder / f"{name}.parquet"),
        )
        if "record_id" in table.columns
        else table
        for name, table in known.items()
    }
    seen = customers(with_ids, members, as_of=declared.as_of)
    golden = profiles(with_ids["records"], seen)
    written = write_table(backend, golden, folder / "profiles.parquet", key=["customer_id"])
    placed = spool_table(backend, orders(with_ids["transactions"]), spool / "orders.parquet")
    return Known(
        with_ids, placed, written.select("customer_id", "records", "first_seen_on"), written
    )
