"""What of the evidence does not take effect: lone links of the model, and the firewall's."""

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends import BaseBackend

from outsidein.identity.firewall import WITHHELD, firewall
from outsidein.identity.firewall_declaration import FirewallSettings
from outsidein.identity.matching.clusters import LONE_LINK, REVIEW
from outsidein.identity.pairs import PAIR, oriented


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
    backend: BaseBackend,
    ledger: ir.Table,
    lone: ir.Table | None,
    records: ir.Table,
    decisions: ir.Table,
    *,
    settings: FirewallSettings,
    before: ir.Table | None,
) -> pa.Table:
    """Find all pairs of records whose evidence is not to take effect.

    Args:
        backend: Where the tables lie.
        ledger: `EVIDENCE`.
        lone: From `lone_links`; None without a model.
        records: Canonical `records`.
        decisions: `DECISIONS`.
        settings: The firewall's limits.
        before: Memberships of the build before.

    Returns:
        `WITHHELD`, in order of `PAIR`.
    """
    if lone is None:
        return firewall(backend, ledger, records, decisions, settings=settings, before=before)
    held = backend.to_pyarrow(lone).cast(WITHHELD.to_pyarrow())
    rest = ledger.anti_join(ibis.memtable(held), list(PAIR))
    found = firewall(backend, rest, records, decisions, settings=settings, before=before)
    return pa.concat_tables([found, held]).sort_by([(name, "ascending") for name in PAIR])
