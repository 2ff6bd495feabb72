"""Customers asked, and whether they answered: one row per customer and survey."""

import ibis
import ibis.expr.types as ir

from outsidein.feedback.weights import WEIGHT

SIGN_DAYS = 90
"""An inferred sign counts within so many days of the invitation."""

UNCOMFORTABLE = 0.5
"""Share of its scale below which an inferred sign is a bad one; so is one without a score."""


def asked_customers(invitations: ir.Table, signals: ir.Table) -> ir.Table:
    """Return each customer's last invitation to each survey, and whether it was answered.

    Args:
        invitations: One row per person asked, with `customer_id`.
        signals: One row per signal, with `customer_id`.

    Returns:
        One row per customer and survey: `customer_id`, `survey`, `source`, `invitation_id`,
        `invited_at`, `channel`, `weight` (thousandths), `has_answered`.
    """
    identified = invitations.filter(invitations.customer_id.notnull())
    latest = ibis.window(
        group_by=["customer_id", "survey"],
        order_by=[ibis.desc("invited_at"), ibis.desc("source"), ibis.desc("invitation_id")],
    )
    last = identified.mutate(place=ibis.row_number().over(latest)).filter(lambda t: t.place == 0)
    answered = signals.filter(signals.invitation_id.notnull(), signals.kind != "inferred")
    answered = answered.select("source", "invitation_id", has_signal=True).distinct()
    joined = last.left_join(answered, ["source", "invitation_id"])
    return joined.select(
        "customer_id",
        "survey",
        "source",
        "invitation_id",
        "invited_at",
        "channel",
        weight=(WEIGHT / joined.inclusion_probability.fill_null(1.0)).round().cast("int64"),
        has_answered=joined.has_signal.notnull() | (joined.status == "answered").fill_null(False),  # noqa: FBT003
    )


def with_signs(asked: ir.Table, signals: ir.Table) -> ir.Table:
    """Add `has_bad_sign`: whether behaviour around the invitation shows a problem.

    Args:
        asked: From `asked_customers`.
        signals: One row per signal, with `customer_id`.
    """
    inferred = signals.filter(signals.kind == "inferred", signals.customer_id.notnull())
    share = (inferred.score - inferred.scale_low) / (inferred.scale_high - inferred.scale_low)
    bad = inferred.filter((share < UNCOMFORTABLE).fill_null(True))  # noqa: FBT003
    signs = bad.select("customer_id", "signalled_on")
    pairs = asked.inner_join(signs, "customer_id")
    apart = pairs.signalled_on.delta(pairs.invited_at.cast("date"), unit="day").abs()
    near = pairs.filter(apart <= SIGN_DAYS).select("customer_id", "survey").distinct()
    joined = asked.left_join(near.mutate(is_near=True), ["customer_id", "survey"])
    return joined.select(*asked.columns, has_bad_sign=joined.is_near.notnull())
