"""Other settings of the firewall, tried on the records of a snapshot."""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from outsidein.errors import InputError
from outsidein.identity.declaration import IdentitySettings
from outsidein.identity.firewall.withheld_pairs import withheld_pairs
from outsidein.identity.matching.clusters import WEAK_LINK
from outsidein.identity.records.customer_ids import founders, memberships
from outsidein.identity.records.evidence_ledger import reweigh
from outsidein.identity.records.record_codes import assign_codes, describe_records
from outsidein.identity.review.customer_changes import CustomerChanges, compare_customers
from outsidein.identity.review.decisions import Decision, decisions_table
from outsidein.lake.scratch import scratch
from outsidein.lake.snapshot_reading import Reading


def refuse_untriable(settings: IdentitySettings, current: IdentitySettings) -> None:
    """Refuse settings whose effect only a build can show.

    Raises:
        InputError: A setting differs that decides which evidence is gathered.
    """
    for key in sorted(settings.model_fields_set - {"firewall"}):
        if getattr(settings, key) != getattr(current, key):
            raise InputError(
                f"What `{key}` of [identity] does only a build can tell, for it decides which "
                "evidence is gathered; a simulation tries [identity.firewall]."
            )


def try_settings(
    reading: Reading, settings: IdentitySettings, *, in_force: Sequence[Decision]
) -> CustomerChanges:
    """Return what other settings of the firewall would have made of the records of a snapshot.

    Returns:
        Customers joined and split, with their profit so far in minor units, beside those of the
        snapshot.
    """
    backend, table = reading.backend, reading.table
    decided = ibis.memtable(decisions_table(in_force))
    with scratch(backend) as temporary:
        ledger = reweigh(table("evidence"), settings.firewall)
        members = table("memberships")
        numbers = assign_codes(temporary, members, decisions=decided, before=members)
        effect = withheld_pairs(
            backend,
            ledger,
            describe_records(temporary, table("records"), numbers),
            decided,
            numbers,
            lone=table("withheld").filter(lambda row: row.reason == WEAK_LINK),
            settings=settings.firewall,
        )
        founder = founders(numbers, effect.left, effect.right)
        folded = memberships(backend, numbers, founder, build=reading.snapshot.number)
        after = backend.create_table("members_after", folded, temp=True)
        return compare_customers(
            backend, members, after, value=profit_of_customers(table("profits"))
        )


def profit_of_customers(profits: ir.Table) -> ir.Table:
    """Return one row per customer: `customer_id`, `value` (profit so far in minor units)."""
    return profits.select("customer_id", value="profit")
