"""Know: which records are one customer, and what is known of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import ibis.expr.types as ir
import pyarrow.parquet as pq
from ibis.backends.duckdb import Backend

from outsidein.build.declared import Declared
from outsidein.identity.identifiers import normalised
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
    placed = orders(known["transactions"], of="record_id")
    placed = spool_table(backend, placed, spool / "orders.parquet")
    tied = _ties(backend, declared, known["identifiers"], folder=folder, spool=spool)
    folded = memberships(
        backend,
        record_keys({**known, "transactions": placed}),
        tied,
        before=read_table(backend, before) if before else None,
        build=build,
    )
    pq.write_table(folded, folder / "memberships.parquet", compression="zstd")
    members = read_table(backend, folder / "memberships.parquet")
    with_ids = _with_customers(backend, known, members, folder=folder, spool=spool)
    placed = with_customers(placed, members)
    placed = spool_table(backend, placed, spool / "orders.known.parquet")
    seen = customers({**with_ids, "transactions": placed}, members, as_of=declared.as_of)
    golden = profiles(with_ids["records"], seen)
    written = write_table(backend, golden, folder / "profiles.parquet", key=["customer_id"])
    return Known(
        with_ids, placed, written.select("customer_id", "records", "first_seen_on"), written
    )


def _ties(
    backend: Backend, declared: Declared, identifiers: ir.Table, *, folder: Path, spool: Path
) -> ir.Table:
    """Write how identifiers are used, and which records they tie."""
    compared = normalised(identifiers, country=declared.country)
    compared = spool_table(backend, compared, spool / "compared.parquet")
    use = identifier_use(compared, settings=declared.identity)
    use = write_table(backend, use, folder / "identifier_use.parquet", key=["kind", "normalised"])
    return write_table(
        backend,
        links(compared, use),
        folder / "links.parquet",
        key=["source", "record_id", "kind", "normalised"],
    )


def _with_customers(
    backend: Backend,
    known: Mapping[str, ir.Table],
    members: ir.Table,
    *,
    folder: Path,
    spool: Path,
) -> dict[str, ir.Table]:
    """Give every canonical table its customers.

    Order lines are many and seldom read again, since `orders` holds what most figures need: they
    are joined where they are read.
    """
    with_ids = {}
    for name, table in known.items():
        joined = with_customers(table, members) if "record_id" in table.columns else table
        if joined is table or name == "transactions":
            with_ids[name] = joined
        else:
            constants = constant_columns(folder / f"{name}.parquet")
            path = spool / f"{name}.known.parquet"
            with_ids[name] = spool_lean(backend, joined, path, constants)
    return with_ids
