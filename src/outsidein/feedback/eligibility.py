"""Eligibility for a survey, with reasons."""

from datetime import date, timedelta
from typing import NamedTuple

import ibis
import ibis.expr.types as ir

from outsidein.feedback.declaration import Survey
from outsidein.feedback.weights import rated

YEAR = 365
DISSATISFIED = 0.5
"""Share of the scale below which an answer is one of a dissatisfied customer."""

REFUSED = "refused to be asked"
ASKED_LATELY = "asked within the quiet period"
ASKED_OFTEN = "asked as often as allowed in a year"
DISSATISFIED_LATELY = "dissatisfied recently"


class Eligibility(NamedTuple):
    """Records that decide eligibility; each table has `customer_id`.

    Attributes:
        customers: One row per customer: `customer_id`, `source`, `record_id` (the record to ask
            under), `cell` (of similar customers).
        invitations: One row per person asked.
        messages: One row per outgoing message.
        signals: One row per signal.
        consents: One row per change of consent.
    """

    customers: ir.Table
    invitations: ir.Table
    messages: ir.Table
    signals: ir.Table
    consents: ir.Table


def eligibility(history: Eligibility, survey: Survey, *, as_of: date) -> ir.Table:
    """Return every customer with the first reason, if any, why the survey may not ask.

    A refusal or withdrawal of one of the survey's purposes, or of any purpose ("any"), counts
    until it is withdrawn. An outgoing message for one of the purposes counts as being asked.

    Returns:
        One row per customer: `customer_id`, `source`, `record_id`, `cell`, `reason` (null: may
        be asked).
    """
    joined = history.customers
    for customers in (
        _refused(history, survey, as_of),
        _recently_asked(history, survey, as_of),
        _dissatisfied(history, survey, as_of),
    ):
        joined = joined.left_join(customers, "customer_id").drop("customer_id_right")
    reason = ibis.cases(
        (joined.is_refused.notnull(), REFUSED),
        (joined.is_lately.fill_null(False), ASKED_LATELY),  # noqa: FBT003
        (joined.times >= survey.asking.per_year, ASKED_OFTEN),
        (joined.is_dissatisfied.notnull(), DISSATISFIED_LATELY),
    )
    return joined.select("customer_id", "source", "record_id", "cell", reason=reason)


def _refused(history: Eligibility, survey: Survey, as_of: date) -> ir.Table:
    consents = history.consents
    about = consents.filter(
        consents.customer_id.notnull(),
        consents.purpose.isin((*survey.asking.purposes, "any")),
        consents.effective_at.cast("date") <= ibis.literal(as_of),
    )
    latest = ibis.window(
        group_by=["customer_id", "purpose", "channel", "topic"],
        order_by=[ibis.desc("effective_at"), "state", "source", "record_id"],
    )
    last = about.mutate(place=ibis.row_number().over(latest)).filter(lambda t: t.place == 0)
    ends = last.expires_at.cast("date")
    no = last.filter(
        last.state.isin(("refused", "withdrawn")),
        ends.isnull() | (ends > ibis.literal(as_of)),
    )
    return no.select("customer_id", is_refused=True).distinct()


def _recently_asked(history: Eligibility, survey: Survey, as_of: date) -> ir.Table:
    sent = history.messages.filter(history.messages.purpose.isin(survey.asking.purposes))
    contacts = ibis.union(
        history.invitations.select(
            "customer_id", asked_on=history.invitations.invited_at.cast("date")
        ),
        sent.select("customer_id", asked_on=sent.sent_at.cast("date")),
    )
    year = _from(as_of, YEAR)
    lately = contacts.filter(contacts.customer_id.notnull(), contacts.asked_on >= year)
    quiet = lately.asked_on > _from(as_of, survey.asking.quiet_days)
    return lately.group_by("customer_id").aggregate(times=lately.count(), is_lately=quiet.any())


def _dissatisfied(history: Eligibility, survey: Survey, as_of: date) -> ir.Table:
    signals = rated(history.signals)
    share = (signals.score - signals.scale_low) / (signals.scale_high - signals.scale_low)
    own = signals.mutate(share=share).filter(
        signals.customer_id.notnull(),
        signals.kind == "direct",
        signals.subject == "own",
        signals.signalled_on > _from(as_of, survey.asking.spare_days),
    )
    low = own.filter(own.share < DISSATISFIED)
    return low.select("customer_id", is_dissatisfied=True).distinct()


def _from(as_of: date, days: int) -> ir.Value:
    return ibis.literal(as_of - timedelta(days=days))
