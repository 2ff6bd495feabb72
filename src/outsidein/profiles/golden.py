"""One value per field out of many records: the most recent that is known."""

import ibis
import ibis.expr.types as ir

from outsidein.canonical.tables import TRAIT, canonical

_NOT_PROFILED = {"source", "record_id", "first_seen_at", "recorded_at", "customer_id"}


def profile_columns(records: ir.Table) -> list[str]:
    """Return the columns of `records` that a profile carries, traits last."""
    declared = [name for name in canonical("records").columns if name not in _NOT_PROFILED]
    traits = sorted(name for name in records.columns if name.startswith(TRAIT))
    return declared + traits


def profiles(records: ir.Table, customers: ir.Table) -> ir.Table:
    """Gather each customer's fields from its records.

    For every field the value of the record recorded last that has one; where several were
    recorded at once, of the last by source and record id.

    Args:
        records: One row per record, with `customer_id`.
        customers: One row per customer: `customer_id`, `records`, `first_seen_on`.

    Returns:
        One row per customer: the columns of `customers` and every field and trait, null where no
        record has it.
    """
    fields = profile_columns(records)
    alone = customers.filter(customers.records == 1).select("customer_id")
    single = records.semi_join(alone, "customer_id").select("customer_id", *fields)
    several = records.anti_join(alone, "customer_id")
    order = [ibis.coalesce(several.recorded_at, ibis.timestamp("1900-01-01", timezone="UTC"))]
    latest = several.group_by("customer_id").aggregate(
        **{
            name: several[name].last(
                where=several[name].notnull(), order_by=[*order, "source", "record_id"]
            )
            for name in fields
        }
    )
    golden = single.union(latest.select("customer_id", *fields))
    return customers.left_join(golden, "customer_id").drop("customer_id_right")
