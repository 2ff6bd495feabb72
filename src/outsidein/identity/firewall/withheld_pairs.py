"""What of the evidence does not take effect: lone links of the model, and the firewall's."""

from dataclasses import replace

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends import BaseBackend

from outsidein.identity.declaration import FirewallSettings
from outsidein.identity.firewall.links_in_effect import WITHHELD, LinkEffect, links_in_effect
from outsidein.identity.matching.clusters import REVIEW, WEAK_LINK
from outsidein.identity.records.pairs import PAIR, orient_pairs
from outsidein.identity.records.record_codes import RecordCodes


def weak_links(told: ir.Table, ledger: ir.Table) -> ir.Table:
    """Find the pairs for which nothing speaks but one likely link between two unlike groups.

    Args:
        told: Likely pairs, from `settled`.
        ledger: `EVIDENCE`; a pair that anything else ties is none.

    Returns:
        `WITHHELD`, in no order.
    """
    asked = orient_pairs(told.filter(told.outcome == REVIEW).select(*PAIR, "weight", "probability"))
    tied = ledger.filter(ledger.kind != "model")
    none = ibis.null().cast("string")
    return (
        asked.anti_join(tied, list(PAIR))
        .mutate(reason=ibis.literal(WEAK_LINK), founder_source=none, founder_record_id=none)
        .select(*WITHHELD.names)
    )


def withheld_pairs(
    backend: BaseBackend,
    ledger: ir.Table,
    described: ir.Table,
    decisions: ir.Table,
    numbers: RecordCodes,
    *,
    lone: ir.Table | None,
    settings: FirewallSettings,
) -> LinkEffect:
    """Find all pairs of records whose evidence is not to take effect.

    Args:
        backend: Where the tables lie.
        ledger: `EVIDENCE`.
        described: From `describe`.
        decisions: `DECISIONS`.
        numbers: Of all records.
        lone: From `weak_links`; None without a model.
        settings: The firewall's limits.
    """
    if lone is None:
        return links_in_effect(backend, ledger, described, decisions, numbers, settings=settings)
    held = backend.to_pyarrow(numbers.coded(lone))
    found = links_in_effect(
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
