"""Weights of answers: the inverse of the inclusion probability."""

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from outsidein.feedback.figures import LAST_YEAR

WEIGHT = 1000
"""Weight of an answer with inclusion probability 1; weights are whole numbers."""

FULL = 27_720
"""The whole of a scale in points: every whole answer on up to 12 steps is a whole number."""

ROW_DIMENSIONS = ("touchpoint", "channel", "unit", "period", "recent")
"""Dimensions of an answer itself; customers' groups come on top."""


def answers(signals: ir.Table, invitations: ir.Table, encounters: ir.Table) -> ir.Table:
    """Return answers with weights and with their encounter.

    An answer without an invitation of known probability has weight 1: it represents nobody else.

    Args:
        signals: One row per signal, with `customer_id`.
        invitations: One row per person asked.
        encounters: One row per encounter.

    Returns:
        One row per answer that is no inferred sign and has a score, or is a choice:
        `customer` (an answer without one counts as a customer), `response`,
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


def with_recent(answers: ir.Table, as_of: date) -> ir.Table:
    """Add `recent`, which is null for answers from before the last twelve months.

    Args:
        answers: From `answers`.
        as_of: First day that does not count; the calendar month of the day before it is the
            last of the twelve.
    """
    last = as_of - timedelta(days=1)
    month = 12 * last.year + last.month - 1 - 11
    first = f"{month // 12:04d}-{month % 12 + 1:02d}"
    is_recent = answers.period >= first
    return answers.mutate(recent=ibis.ifelse(is_recent, LAST_YEAR, ibis.null("string")))


def rated(signals: ir.Table) -> ir.Table:
    """Drop Kano pairs: they rate a hypothetical factor."""
    is_kano = signals.instrument.startswith("kano").fill_null(False)  # noqa: FBT003
    return signals.filter(~is_kano)


def _item(signals: ir.Table) -> ir.StringValue:
    """Return the item; of a competitor, with the brand."""
    name = ibis.coalesce(signals.item, signals.instrument, ibis.literal("signal"))
    brand = ibis.literal(" (") + signals.brand.fill_null("competitor") + ")"
    return ibis.ifelse(signals.subject == "competitor", name + brand, name)


def with_weights(signals: ir.Table, invitations: ir.Table) -> ir.Table:
    """Add `weight` (thousandths) and `invited_by` (channel) to signals."""
    asked = invitations.select(
        "source",
        "invitation_id",
        invited_by=invitations.channel,
        drawn=invitations.inclusion_probability,
    )
    joined = signals.left_join(asked, ["source", "invitation_id"])
    weight = (WEIGHT / joined.drawn.fill_null(1.0)).round().cast("int64")
    return joined.drop("source_right", "invitation_id_right").mutate(weight=weight)


def with_encounters(signals: ir.Table, encounters: ir.Table) -> ir.Table:
    """Add `touchpoint`, `channel`, `unit` and `encounter` (kind) to signals from `with_weights`."""
    named = encounters.rename(encounter="kind")
    of = named.select("source", "encounter_id", "touchpoint", "channel", "unit", "encounter")
    joined = signals.left_join(of, ["source", "encounter_id"])
    return joined.mutate(channel=ibis.coalesce(joined.channel, joined.invited_by))
