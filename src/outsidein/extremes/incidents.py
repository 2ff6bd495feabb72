"""Incidents: what customers said or showed of their encounters, on one scale."""

from collections.abc import Collection
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from outsidein.feedback.weights import FULL, rated, with_encounters, with_weights

LOOKED_BACK = 90
"""Days before `as_of` that an extreme is looked for in."""

DISASTER_TO, DELIGHT_FROM = 0.1, 0.9
"""Share of the scale up to which, and from which, a score is an extreme: 1 and 5 of 1 to 5."""


def scored_incidents(
    signals: ir.Table,
    invitations: ir.Table,
    encounters: ir.Table,
    *,
    decisive: Collection[str] = ("overall",),
) -> ir.Table:
    """Bring scores of the whole on one scale, with the encounter they are about.

    What a customer answers about one part of many is no disaster: an answer counts if it names no
    factor, or a decisive one. Inferred signs with a score count whatever their factor, so
    customers who never answer are included.

    Args:
        signals: One row per signal, with `customer_id`.
        invitations: One row per person asked.
        encounters: One row per encounter.
        decisive: Factors whose score alone makes an extreme; the overall score is one of them.

    Returns:
        One row per signal that counts, of a known customer: `customer_id`, `source`, `signal_id`,
        `signalled_at`, `signalled_on`, `kind`, `item`, `factor`, `encounter_id`, `points` (of
        `FULL`), `weight` (thousandths), `touchpoint`, `channel`, `unit`, `encounter` (kind),
        `is_disaster`, `is_delight`.
    """
    signals = rated(signals)
    scored = signals.filter(
        signals.customer_id.notnull(),
        signals.subject == "own",
        signals.score.notnull(),
        signals.scale_high > signals.scale_low,
        signals.factor.isnull() | signals.factor.isin(decisive) | (signals.kind == "inferred"),
    )
    joined = with_encounters(with_weights(scored, invitations), encounters)
    share = (joined.score - joined.scale_low) / (joined.scale_high - joined.scale_low)
    points = (share * FULL).round().cast("int64")
    return joined.select(
        *("customer_id", "source", "signal_id", "signalled_at", "signalled_on", "kind", "factor"),
        *("encounter_id", "weight", "touchpoint", "channel", "unit", "encounter"),
        item=ibis.coalesce(joined.item, joined.instrument, ibis.literal("signal")),
        points=points,
        is_disaster=points <= round(DISASTER_TO * FULL),
        is_delight=points >= round(DELIGHT_FROM * FULL),
    )


def recent_incidents(incidents: ir.Table, *, as_of: date) -> ir.Table:
    """Keep the incidents of the last 90 days."""
    return incidents.filter(
        incidents.signalled_on >= ibis.literal(as_of - timedelta(days=LOOKED_BACK))
    )
