"""Know: which records are one customer, and what is known of each."""

from collections.abc import Mapping
from dataclasses import dataclass

import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from outsidein.canonical.known import known_before
from outsidein.canonical.orders import orders_from_lines
from outsidein.identity.records.customer_ids import with_customers
from outsidein.lake.constants import constant_columns, spool_table_with_constants
from outsidein.lake.engine import spool_table, write_table
from outsidein.pipeline.declared import Declared
from outsidein.pipeline.identify import Before, Identified, Room, identify
from outsidein.profiles.first_seen import customers_first_seen
from outsidein.profiles.golden import golden_profiles, losing_values


@dataclass(frozen=True, slots=True)
class Known:
    """What knowing gave; canonical tables have their `customer_id`."""

    identified: Identified
    canonical: Mapping[str, ir.Table]
    orders: ir.Table
    customers: ir.Table
    profiles: ir.Table


def know(
    backend: Backend,
    declared: Declared,
    canonical: Mapping[str, ir.Table],
    *,
    before: Before,
    build: int,
    room: Room,
) -> Known:
    """Resolve the customers and gather their profiles.

    Args:
        backend: The engine.
        declared: The project.
        canonical: Canonical tables by name.
        before: The snapshot in use, whose customer ids are carried on.
        build: Number of this build.
        room: Where to write; canonical tables with their customers go to the spool.
    """
    known = {name: known_before(table, declared.as_of) for name, table in canonical.items()}
    placed = orders_from_lines(known["transactions"], of="record_id")
    placed = spool_table(backend, placed, room.spool / "orders.parquet")
    named = {**known, "transactions": placed}
    identified = identify(backend, declared, named, before=before, build=build, room=room)
    members = identified.members
    with_ids = _with_customers(backend, known, members, room)
    placed = with_customers(placed, members)
    placed = spool_table(backend, placed, room.spool / "orders.known.parquet")
    seen = customers_first_seen({**with_ids, "transactions": placed}, members, as_of=declared.as_of)
    golden = golden_profiles(with_ids["records"], seen, settings=declared.profile)
    written = write_table(backend, golden, room.folder / "profiles.parquet", key=["customer_id"])
    losing = losing_values(with_ids["records"], written, settings=declared.profile)
    path = room.folder / "profile_alternatives.parquet"
    write_table(backend, losing, path, key=["customer_id", "field", "value"])
    return Known(
        identified,
        with_ids,
        placed,
        written.select("customer_id", "records", "first_seen_on"),
        written,
    )


def _with_customers(
    backend: Backend, known: Mapping[str, ir.Table], members: ir.Table, room: Room
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
            constants = constant_columns(room.folder / f"{name}.parquet")
            path = room.spool / f"{name}.known.parquet"
            with_ids[name] = spool_table_with_constants(backend, joined, path, constants)
    return with_ids
