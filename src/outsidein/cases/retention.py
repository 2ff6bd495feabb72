"""Whether customers churned after an event."""

from datetime import date

import ibis
import ibis.expr.types as ir


def churn_after(subjects: ir.Table, spells: ir.Table, *, within_days: int, as_of: date) -> ir.Table:
    """Flag subjects whose customer churned within `within_days`.

    Churn is what the project declares it to be. Nobody is counted as staying before the days
    are over, and nobody as leaving who was no customer on the day.

    Args:
        subjects: One row per subject: `subject` (its key), `customer_id`, `on` (date).
        spells: One row per customer and spell: `started_on`, `churned_on`.
        within_days: Days after `on` that are looked at.
        as_of: First day that is not known.

    Returns:
        One row per subject: its columns, `was_customer` on the day, `is_ripe` (the days are
        over), and `left` (null where not ripe or no customer).
    """
    last = (subjects.on + ibis.interval(days=within_days)).cast("date")
    ripe = subjects.mutate(last=last, is_ripe=last < ibis.literal(as_of))
    in_spell = spells.select("customer_id", "started_on", "churned_on")
    joined = ripe.inner_join(in_spell, "customer_id")
    during = joined.filter(
        joined.started_on <= joined.on,
        joined.churned_on.isnull() | (joined.churned_on > joined.on),
    )
    gone = (during.churned_on.notnull() & (during.churned_on <= during.last)).max()
    departures = during.group_by("subject").aggregate(gone=gone)
    outcomes = ripe.left_join(departures, "subject")
    was = outcomes.gone.notnull()
    return outcomes.select(
        *subjects.columns,
        "is_ripe",
        was_customer=was,
        left=ibis.ifelse(was & outcomes.is_ripe, outcomes.gone, ibis.null("boolean")),
    )
