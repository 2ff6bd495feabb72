"""What of the evidence does not take effect: lone links of the model, and the firewall's."""

from dataclasses import replace

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends.duckdb import Backend

from outsidein.identity.declaration import FirewallSettings
from outsidein.identity.firewall.links_in_effect import WITHHELD, Effect, firewall
from outsidein.identity.matching.clusters import LONE_LINK, REVIEW
from outsidein.identity.records.pairs import PAIR, oriented
from outsidein.identity.records.record_codes import Numbers


def lone_links(told: ir.Table, ledger: ir.Table) -> ir.Table:
    """Find the pairs for which nothing speaks but one likely link between two unlike groups.

    Args:
        told: Likely pairs, from `settled`.
        ledger: `EVIDENCE`; a pair that anything else ties is none.

    Returns:
        `WITHHELD`, in no order.
    """
    asked = oriented(told.filter(told.outcome == REVIEW).select(*PAIR, "weight", "probability"))
    tied = ledger.filter(ledger.kind != "model")
    none = ibis.null().cast("string")
    return (
        asked.anti_join(tied, list(PAIR))
        .mutate(reason=ibis.literal(LONE_LINK), founder_source=none, founder_record_id=none)
        .select(*WITHHELD.names)
    )


def withheld_pairs(
    backend: Backend,
    ledger: ir.Table,
    described: ir.Table,
    decisions: ir.Table,
    numbers: Numbers,
    *,
    lone: ir.Table | None,
    settings: FirewallSettings,
) -> Effect:
    """Find all pairs of records whose evidence is not to take effect.

    Args:
        backend: Where the tables lie.
        ledger: `EVIDENCE`.
        described: From `describe`.
        decisions: `DECISIONS`.
        numbers: Of all records.
        lone: From `lone_links`; None without a model.
        settings: The firewall's limits.
    """
    if lone is None:
        return firewall(backend, ledger, described, decisions, numbers, settings=settings)
    held = backend.to_pyarrow(numbers.coded(lone))
    found = firewall(
        backend,
        ledger,
        described,
        decisions,
        numbers,
        lone=numbers.pairs(held),
        settings=settings,
    )
    alone = held.append_column("founder", pa.nulls(len(held), pa.int64()))
    alone = alone.select(found.withheld.column_names).cast(found.withheld.schema)
    return replace(found, withheld=pa.concat_tables([found.withheld, alone]))
