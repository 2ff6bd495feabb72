"""What each answer counts for: the inverse of the chance with which its giver was drawn."""

import ibis
import ibis.expr.types as ir

WEIGHT = 1000
"""The weight of an answer that was sure to be asked for; weights are whole numbers."""

FULL = 27_720
"""The whole of a scale in points: every whole answer on up to 12 steps is a whole number."""

ROW_DIMENSIONS = ("touchpoint", "channel", "unit", "period")
"""What an answer itself is told apart by; customers' groups come beside."""


def answers(signals: ir.Table, invitations: ir.Table, encounters: ir.Table) -> ir.Table:
    """Gather what customers answered, with weights and with the encounter it is about.

    An answer that no invitation with a known chance led to has the weight of one that was sure
    to be asked for: whoever spoke unasked speaks for nobody else.

    Args:
        signals: One row per signal, with `customer_id`.
        invitations: One row per person asked.
        encounters: One row per encounter.

    Returns:
        One row per answer that is no inferred sign and has a score, or is a choice:
        `customer` (an answer without a known one is a customer of its own), `response`,
        `invitation`, `item`, `instrument`, `weight` (thousandths), `score`, `scale_low`,
        `scale_high`, `points` (of `FULL`; null for choices), `text` (of choices), `touchpoint`,
        `channel`, `unit`, `period` (month).
    """
    answered = rated(signals).filter(lambda t: t.kind != "inferred")
    is_choice = answered.instrument == "choice"
    has_score = answered.score.notnull() & (answered.scale_high > answered.scale_low)
    answered = answered.filter(has_score | (is_choice & answered.text.notnull()).fill_null(False))  # noqa: FBT003
    joined = with_encounters(with_weights(answered, invitations), encounters)
    share = (joined.score - joined.scale_low) / (joined.scale_high - joined.scale_low)
    own = joined.source + ":" + ibis.coalesce(joined.response_id, joined.signal_id)
    return joined.select(
        "instrument",
        "weight",
        "score",
        "scale_low",
        "scale_high",
        "touchpoint",
        "channel",
        "unit",
        customer=ibis.coalesce(joined.customer_id, own),
        response=own,
        invitation=joined.source + ":" + joined.invitation_id,
        item=_item(joined),
        points=(share * FULL).round().cast("int64"),
        text=ibis.ifelse(joined.instrument == "choice", joined.text, ibis.null("string")),
        period=joined.signalled_on.strftime("%Y-%m"),
    )


def rated(signals: ir.Table) -> ir.Table:
    """Leave out the halves of Kano pairs: how good a thing would be is no verdict on how it is."""
    is_kano = signals.instrument.startswith("kano").fill_null(False)  # noqa: FBT003
    return signals.filter(~is_kano)


def _item(said: ir.Table) -> ir.StringValue:
    """Name what was asked; of a competitor, with the brand."""
    name = ibis.coalesce(said.item, said.instrument, ibis.literal("signal"))
    brand = ibis.literal(" (") + said.brand.fill_null("competitor") + ")"
    return ibis.ifelse(said.subject == "competitor", name + brand, name)


def with_weights(said: ir.Table, invitations: ir.Table) -> ir.Table:
    """Add `weight` (thousandths) and `invited_by` (channel) to signals."""
    asked = invitations.select(
        "source",
        "invitation_id",
        invited_by=invitations.channel,
        drawn=invitations.inclusion_probability,
    )
    joined = said.left_join(asked, ["source", "invitation_id"])
    weight = (WEIGHT / joined.drawn.fill_null(1.0)).round().cast("int64")
    return joined.drop("source_right", "invitation_id_right").mutate(weight=weight)


def with_encounters(said: ir.Table, encounters: ir.Table) -> ir.Table:
    """Add `touchpoint`, `channel`, `unit` and `encounter` (kind) to signals from `with_weights`."""
    named = encounters.rename(encounter="kind")
    of = named.select("source", "encounter_id", "touchpoint", "channel", "unit", "encounter")
    joined = said.left_join(of, ["source", "encounter_id"])
    return joined.mutate(channel=ibis.coalesce(joined.channel, joined.invited_by))
