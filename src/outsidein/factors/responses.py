"""Responses: scores of factors by occasion, beside overall satisfaction."""

from collections.abc import Iterable, Mapping
from functools import reduce

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from outsidein.factors.declaration import FactorSettings, Period
from outsidein.stats.factors.ratings import Floats, Ratings
from outsidein.text.coded import CODER

SCORE_STEPS = 1_000_000
"""A score is kept to a millionth of its scale, as an integer, so that its mean is exact."""

KANO = "kano"
"""Instrument of paired questions, whose scores are about a hypothetical factor."""

MOSTLY = 0.5
SEPARATOR = "\x1f"


def factor_responses(signals: ir.Table, invitations: ir.Table, *, subject: str = "own") -> ir.Table:
    """Return scores of factors, each with its occasion.

    An occasion is a response; without one the response that the same encounter was asked about;
    else the encounter; else the scores of one record on one day. Scores of unknown customers,
    and those without a scale, are left out.

    Args:
        signals: The canonical table with `customer_id`; an optional column `weight` counts before
            the invitation's inclusion probability.
        invitations: The canonical table.
        subject: Offering that is rated: own, or competitor.

    Returns:
        One row per score, the overall score among them: `occasion`, `customer_id`,
        `signalled_on`, `factor`, `steps` (share of the scale in millionths), `is_asked` (whether
        it answers an item that was put to the customer), `is_coded` (whether a machine coded it
        from a text) and `weight` (1 / inclusion probability;
        1 where that is unknown).
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
    with_occasion = _with_occasions(
        scored.mutate(steps=(share * SCORE_STEPS).round().cast("int64"))
    )
    weighted = _with_weights(with_occasion, invitations)
    return weighted.select(
        "occasion",
        "customer_id",
        "signalled_on",
        "factor",
        "steps",
        "weight",
        is_asked=(weighted.kind == "direct") & weighted.coder.isnull(),
        is_coded=(weighted.coder == CODER).fill_null(False),  # noqa: FBT003
    )


def overall_scale(signals: ir.Table, settings: FactorSettings) -> tuple[float, float] | None:
    """Return the ends of the scale of overall satisfaction; None where scales differ.

    Args:
        signals: The canonical table.
        settings: Names the overall score.
    """
    overall = signals.filter(
        signals.factor == settings.overall, signals.subject == "own", signals.score.notnull()
    )
    ends = overall.select(low=overall.scale_low, high=overall.scale_high).distinct()
    rows = ends.limit(2).to_pyarrow().to_pylist()
    if len(rows) != 1 or None in rows[0].values():
        return None
    return float(rows[0]["low"]), float(rows[0]["high"])


def _with_occasions(scored: ir.Table) -> ir.Table:
    """Add the occasion of each signal."""
    about = scored.filter(scored.response_id.notnull() & scored.encounter_id.notnull())
    asked = about.group_by("source", "encounter_id").aggregate(
        response_of_encounter=about.response_id.min()
    )
    joined = scored.left_join(asked, ["source", "encounter_id"])
    day = joined.record_id + SEPARATOR + joined.signalled_on.cast("string")
    place = ibis.coalesce(
        "response" + SEPARATOR + joined.response_id,
        "response" + SEPARATOR + joined.response_of_encounter,
        "encounter" + SEPARATOR + joined.encounter_id,
        "day" + SEPARATOR + day,
    )
    return joined.select(*scored.columns, occasion=joined.source + SEPARATOR + place)


def _with_weights(with_occasion: ir.Table, invitations: ir.Table) -> ir.Table:
    asked = invitations.select("source", "invitation_id", "inclusion_probability")
    joined = with_occasion.left_join(asked, ["source", "invitation_id"])
    by_design = 1 / joined.inclusion_probability
    own = joined.weight if "weight" in with_occasion.columns else ibis.null("float64")
    weight = ibis.coalesce(own.cast("float64"), by_design, ibis.literal(1.0))
    kept = [name for name in with_occasion.columns if name != "weight"]
    return joined.select(*kept, weight=weight)


def period_of(day: ir.DateValue, period: Period) -> ir.StringValue:
    """Return the period of a day; names sort by time."""
    year = day.year().cast("string")
    if period == "year":
        return year
    if period == "quarter":
        return year + "-Q" + day.quarter().cast("string")
    return year + "-" + day.month().cast("string").lpad(2, "0")


def asked_shares(responses: ir.Table, settings: FactorSettings) -> dict[str, float]:
    """Return each factor and the share of its scores that answer an item.

    Returns:
        Names in order, the overall score left out.
    """
    others = responses.filter(responses.factor != settings.overall)
    counts = others.group_by("factor").aggregate(
        answers=others.count(), asked=others.is_asked.cast("int64").sum()
    )
    rows = counts.order_by("factor").to_pyarrow().to_pylist()
    return {row["factor"]: row["asked"] / row["answers"] for row in rows}


def coded_factors(responses: ir.Table) -> frozenset[str]:
    """Return the factors most of whose scores a machine coded from texts."""
    counts = responses.group_by("factor").aggregate(
        answers=responses.count(), coded=responses.is_coded.cast("int64").sum()
    )
    rows = counts.order_by("factor").to_pyarrow().to_pylist()
    return frozenset(row["factor"] for row in rows if row["coded"] > MOSTLY * row["answers"])


def occasion_rows(
    responses: ir.Table, factors: Iterable[str], settings: FactorSettings
) -> pa.Table:
    """Return one row per occasion with an overall score.

    Several scores of one factor on one occasion give their mean; the occasion's day is its first.

    Args:
        responses: One row per score, as by `factor_responses`.
        factors: Their names.
        settings: Names the overall score and the period.

    Returns:
        One row per occasion in order of customer and occasion: `customer_id`, `signalled_on`,
        `period`, `weight`, `overall` and per factor its share of the scale in millionths,
        `score_0` and so on.
    """
    columns = {
        f"score_{place}": responses.steps.mean(where=responses.factor == name)
        for place, name in enumerate(factors)
    }
    wide = responses.group_by("customer_id", "occasion").aggregate(
        signalled_on=responses.signalled_on.min(),
        weight=responses.weight.max(),
        overall=responses.steps.mean(where=responses.factor == settings.overall),
        **columns,
    )
    scored = wide.filter(wide.overall.notnull())
    dated = scored.mutate(period=period_of(scored.signalled_on, settings.period))
    return dated.order_by("customer_id", "occasion").drop("occasion").to_pyarrow()


def is_rated_by_factor(table: pa.Table, asked: Mapping[str, float]) -> dict[str, bool]:
    """Return whether each factor is rated on every occasion.

    Factors whose scores are mostly answers to items are, and those scored on most occasions; a
    factor inferred or coded from texts comes up now and then.
    """
    rows = table.num_rows
    return {
        name: share > MOSTLY or rows - table[f"score_{place}"].null_count > MOSTLY * rows
        for place, (name, share) in enumerate(asked.items())
    }


def rated_occasions(table: pa.Table, factors: Mapping[str, bool]) -> pa.Table:
    """Drop occasions without a factor score, where all factors are rated."""
    if not all(factors.values()):
        return table
    is_rated = [pc.is_valid(table[f"score_{place}"]) for place in range(len(factors))]
    return table.filter(reduce(pc.or_, is_rated)) if is_rated else table


def ratings_of(table: pa.Table, factors: Mapping[str, bool]) -> Ratings:
    """Return occasions as arrays for the estimators."""
    rows, many = table.num_rows, len(factors)
    scores = np.empty((rows, many))
    for place in range(many):
        scores[:, place] = _floats(table, f"score_{place}") / SCORE_STEPS
    codes = table["customer_id"].combine_chunks().dictionary_encode().indices
    return Ratings(
        tuple(factors),
        scores,
        _floats(table, "overall") / SCORE_STEPS,
        codes.to_numpy().astype(np.int64),
        _floats(table, "weight"),
        np.array(list(factors.values()), dtype=bool),
    )


def _floats(table: pa.Table, column: str) -> Floats:
    numbers: Floats = table[column].cast(pa.float64()).to_numpy()
    return numbers
