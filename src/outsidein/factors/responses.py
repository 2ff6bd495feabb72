"""Responses: what customers said of each factor on one occasion, beside how satisfied they were."""

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from outsidein.factors.declaration import FactorSettings, Period
from outsidein.stats.factors.ratings import Floats, Ratings

SCORE_STEPS = 1_000_000
"""A score is kept to a millionth of its scale, as an integer, so that its mean is exact."""

KANO = "kano"
"""Instrument of paired questions, whose scores say how a factor would be felt, not how it was."""

MOSTLY = 0.5
SEPARATOR = "\x1f"


def factor_responses(
    signals: ir.Table,
    invitations: ir.Table,
    *,
    settings: FactorSettings,
    subject: str = "own",
) -> ir.Table:
    """Gather what customers said of factors, occasion by occasion.

    An occasion is a response; without one the response that the same encounter was asked about;
    else the encounter; else what the same record said on one day. Several scores of one factor
    on one occasion give their mean. Scores of unknown customers, and those without a scale, are
    left out.

    Args:
        signals: The canonical table with `customer_id`; an optional column `weight` counts before
            the invitation's inclusion probability.
        invitations: The canonical table.
        settings: Names the overall score and the period.
        subject: Whose offering is judged: own, or competitor.

    Returns:
        One row per occasion and factor, the overall score among the factors: `occasion`,
        `customer_id`, `signalled_on` (the day of the first of the occasion's signals), `period`,
        `factor`, `steps` (share of the scale in millionths), `is_asked` (whether it answers an
        item that was put to the customer) and `weight` (1 / inclusion probability; 1 where
        nothing is known of it).
    """
    scored = signals.filter(
        signals.customer_id.notnull(),
        signals.factor.notnull(),
        signals.level == "factor",
        signals.instrument.fill_null("") != KANO,
        signals.subject == subject,
        signals.score.notnull(),
        signals.scale_high > signals.scale_low,
    )
    share = (scored.score - scored.scale_low) / (scored.scale_high - scored.scale_low)
    placed = _with_occasions(scored.mutate(steps=(share * SCORE_STEPS).round().cast("int64")))
    weighed = _with_weights(placed, invitations)
    said = weighed.group_by("occasion", "customer_id", "factor").aggregate(
        steps=(weighed.steps.sum().cast("int64") / weighed.count()).round().cast("int64"),
        is_asked=((weighed.kind == "direct") & weighed.coder.isnull()).max(),
        first_on=weighed.signalled_on.min(),
        most=weighed.weight.max(),
    )
    together = ibis.window(group_by=["occasion", "customer_id"])
    dated = said.mutate(
        signalled_on=said.first_on.min().over(together), weight=said.most.max().over(together)
    )
    return dated.select(
        "occasion",
        "customer_id",
        "signalled_on",
        "factor",
        "steps",
        "is_asked",
        "weight",
        period=period_of(dated.signalled_on, settings.period),
    )


def _with_occasions(scored: ir.Table) -> ir.Table:
    """Find the occasion of each signal."""
    about = scored.filter(scored.response_id.notnull() & scored.encounter_id.notnull())
    asked = about.group_by("source", "encounter_id").aggregate(heard_in=about.response_id.min())
    joined = scored.left_join(asked, ["source", "encounter_id"])
    day = joined.record_id + SEPARATOR + joined.signalled_on.cast("string")
    place = ibis.coalesce(
        "response" + SEPARATOR + joined.response_id,
        "response" + SEPARATOR + joined.heard_in,
        "encounter" + SEPARATOR + joined.encounter_id,
        "day" + SEPARATOR + day,
    )
    return joined.select(*scored.columns, occasion=joined.source + SEPARATOR + place)


def _with_weights(placed: ir.Table, invitations: ir.Table) -> ir.Table:
    asked = invitations.select("source", "invitation_id", "inclusion_probability")
    joined = placed.left_join(asked, ["source", "invitation_id"])
    by_design = 1 / joined.inclusion_probability
    own = joined.weight if "weight" in placed.columns else ibis.null("float64")
    weight = ibis.coalesce(own.cast("float64"), by_design, ibis.literal(1.0))
    kept = [name for name in placed.columns if name != "weight"]
    return joined.select(*kept, weight=weight)


def period_of(day: ir.DateValue, period: Period) -> ir.StringValue:
    """Name the period in which a day lies, so that names sort as time runs."""
    year = day.year().cast("string")
    if period == "year":
        return year
    if period == "quarter":
        return year + "-Q" + day.quarter().cast("string")
    return year + "-" + day.month().cast("string").lpad(2, "0")


def factor_names(responses: ir.Table, settings: FactorSettings) -> dict[str, bool]:
    """Name the factors there are answers on, and whether each is looked at on every occasion.

    So are factors whose answers are mostly items put to the customer, and those known of most
    occasions; one that is inferred or coded from texts now and then came up or did not.

    Returns:
        Names in order, the overall score left out.
    """
    scored = responses.filter(responses.factor == settings.overall)
    many = int(scored.occasion.nunique().to_pyarrow().as_py() or 0)
    others = responses.filter(responses.factor != settings.overall)
    counts = others.group_by("factor").aggregate(
        answers=others.count(), asked=others.is_asked.cast("int64").sum()
    )
    rows = counts.order_by("factor").to_pyarrow().to_pylist()
    return {
        row["factor"]: row["asked"] > MOSTLY * row["answers"] or row["answers"] > MOSTLY * many
        for row in rows
    }


def occasions(responses: ir.Table, factors: dict[str, bool], settings: FactorSettings) -> pa.Table:
    """Lay out one row per occasion with an overall score.

    An occasion on which no factor was judged is left out where all factors are rated: it asked
    for none of them.

    Args:
        responses: One row per occasion and factor, as by `factor_responses`.
        factors: As by `factor_names`.
        settings: Names the overall score.

    Returns:
        One row per occasion in order of customer and occasion: `customer_id`, `signalled_on`,
        `period`, `weight`, `overall` and per factor its share of the scale, `score_0` and so on.
    """
    columns = {
        f"score_{place}": responses.steps.mean(where=responses.factor == name)
        for place, name in enumerate(factors)
    }
    wide = responses.group_by("customer_id", "occasion").aggregate(
        signalled_on=responses.signalled_on.min(),
        period=responses.period.min(),
        weight=responses.weight.max(),
        judged=responses.count(),
        overall=responses.steps.mean(where=responses.factor == settings.overall),
        **columns,
    )
    scored = wide.filter(wide.overall.notnull())
    kept = scored if not all(factors.values()) else scored.filter(scored.judged > 1)
    ordered = kept.order_by("customer_id", "occasion")
    return ordered.drop("occasion", "judged").to_pyarrow()


def ratings_of(laid_out: pa.Table, factors: dict[str, bool]) -> Ratings:
    """Turn occasions into the numbers that the estimators take."""
    rows, many = laid_out.num_rows, len(factors)
    scores = np.empty((rows, many))
    for place in range(many):
        scores[:, place] = _floats(laid_out, f"score_{place}") / SCORE_STEPS
    codes = laid_out["customer_id"].combine_chunks().dictionary_encode().indices
    return Ratings(
        tuple(factors),
        scores,
        _floats(laid_out, "overall") / SCORE_STEPS,
        codes.to_numpy().astype(np.int64),
        _floats(laid_out, "weight"),
        np.array(list(factors.values()), dtype=bool),
    )


def _floats(laid_out: pa.Table, column: str) -> Floats:
    numbers: Floats = laid_out[column].cast(pa.float64()).to_numpy()
    return numbers
