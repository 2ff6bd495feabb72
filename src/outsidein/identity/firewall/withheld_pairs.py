"""Pairs withheld from effect: weak links of the model and links the firewall refuses."""

from dataclasses import replace

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends import BaseBackend

from outsidein.identity.declaration import FirewallSettings
from outsidein.identity.firewall.links_in_effect import LinkEffect, links_in_effect
from outsidein.identity.matching.clusters import REVIEW, WEAK_LINK
from outsidein.identity.records.pairs import PAIR, orient_pairs
from outsidein.identity.records.record_codes import RecordCodes
from outsidein.identity.tables import WITHHELD


def weak_links(likely: ir.Table, ledger: ir.Table) -> ir.Table:
    """Find pairs whose only evidence is one likely link between two dissimilar groups.

    Args:
        likely: Likely pairs, from `settled`.
        ledger: `EVIDENCE`; a pair that anything else ties is none.

    Returns:
        `WITHHELD`, in no order.
    """
    asked = orient_pairs(
        likely.filter(likely.outcome == REVIEW).select(*PAIR, "weight", "probability")
    )
    tied = ledger.filter(ledger.kind != "model")
    none = ibis.null().cast("string")
    return (
        asked.anti_join(tied, list(PAIR))
        .mutate(reason=ibis.literal(WEAK_LINK), founder_source=none, founder_record_id=none)
        .select(*WITHHELD.columns)
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
    weak = backend.to_pyarrow(numbers.coded(lone))
    effect = links_in_effect(
        backend,
        ledger,
        described,
        decisions,
        numbers,
        lone=numbers.pairs(weak),
        settings=settings,
    )
    alone = weak.append_column("founder", pa.nulls(len(weak), pa.int64()))
    alone = alone.select(effect.withheld.column_names).cast(effect.withheld.schema)
    return replace(effect, withheld=pa.concat_tables([effect.withheld, alone]))
