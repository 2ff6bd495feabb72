"""Figure: Kano classes of factors, from paired questions."""

from collections.abc import Iterator

import ibis.expr.types as ir
import numpy as np

from outsidein.errors import TooLittleData
from outsidein.factors.figures import (
    CHI_SQUARED,
    COULD_DISSATISFY,
    COULD_SATISFY,
    CUSTOMERS,
    FONG,
    KANO_CLASSES,
    VERDICT,
)
from outsidein.factors.responses import KANO
from outsidein.figures.figure import FEWEST, Estimate, Figure
from outsidein.stats.factors.kano import Kano, KanoClass, kano, kano_counts
from outsidein.stats.factors.ratings import Ints

FUNCTIONAL, DYSFUNCTIONAL = "functional", "dysfunctional"
"""Endings of the items that ask about a factor being there, and missing."""

ANSWERS = 5


def kano_figure(signals: ir.Table, *, rng: np.random.Generator) -> Figure:
    """Classify factors by Kano's paired questions.

    Args:
        signals: The canonical table with `customer_id`. Rows of the instrument `kano` whose item
            ends in `functional` or `dysfunctional` count; the low end of their scale is "I like
            it", the high end "I dislike it". Of several answers the latest counts.
        rng: Source of the posterior draws.
    """
    estimates = []
    for factor, counts in _by_factor(_pairs(signals)):
        (own,) = rng.spawn(1)
        estimates += list(_class_estimates(factor, counts, own))
    if not estimates:
        why = "no paired questions of the instrument “kano” were asked"
        estimates = [VERDICT.unanswered(why)]
    return KANO_CLASSES.figure(estimates)


def _pairs(signals: ir.Table) -> ir.Table:
    """One row per customer and factor with both answers, 1 to 5."""
    asked = signals.filter(
        signals.instrument == KANO,
        signals.customer_id.notnull(),
        signals.factor.notnull(),
        signals.score.notnull(),
        signals.scale_high > signals.scale_low,
    )
    share = (asked.score - asked.scale_low) / (asked.scale_high - asked.scale_low)
    without = asked.item.endswith(DYSFUNCTIONAL)
    answers = asked.mutate(
        answer=1 + (share * (ANSWERS - 1)).round().cast("int64"), without=without
    )
    answers = answers.filter(answers.item.endswith(FUNCTIONAL))
    order = ["signalled_at", "source", "signal_id"]
    paired = answers.group_by("customer_id", "factor").aggregate(
        functional=lambda t: t.answer.last(where=~t.without, order_by=order),
        dysfunctional=lambda t: t.answer.last(where=t.without, order_by=order),
    )
    return paired.filter(paired.functional.notnull() & paired.dysfunctional.notnull())


def _by_factor(pairs: ir.Table) -> Iterator[tuple[str, Ints]]:
    counts = pairs.group_by("factor", "functional", "dysfunctional").aggregate(
        customers=pairs.count()
    )
    rows = counts.order_by("factor", "functional", "dysfunctional").to_pyarrow().to_pylist()
    for factor in dict.fromkeys(row["factor"] for row in rows):
        own = [row for row in rows if row["factor"] == factor]
        times = [row["customers"] for row in own]
        yield (
            factor,
            kano_counts(
                np.repeat([row["functional"] for row in own], times),
                np.repeat([row["dysfunctional"] for row in own], times),
            ),
        )


def _class_estimates(factor: str, counts: Ints, rng: np.random.Generator) -> Iterator[Estimate]:
    try:
        result = kano(counts, rng=rng)
    except TooLittleData as error:
        yield VERDICT.too_little(error, group={"factor": factor, "class": None})
        return
    group = {"factor": factor, "class": result.kind.value}
    why = "a posterior probability has no interval"
    probability = result.probabilities[result.kind]
    yield VERDICT.estimate(result.n, probability, why=why, group=group)
    for measure, share in (
        (COULD_SATISFY, result.satisfaction),
        (COULD_DISSATISFY, result.dissatisfaction),
    ):
        yield measure.estimated(share, value="share", group=group)
    yield from _test_estimates(result, factor)


def _test_estimates(result: Kano, factor: str) -> Iterator[Estimate]:
    if result.n < FEWEST:
        return
    group = {"factor": factor, "class": None}
    chance = f"no interval: a test; p = {result.p_value:.2g}"
    yield CHI_SQUARED.estimate(result.n, result.chi_squared, why=chance, group=group)
    answer = "apart" if result.fong.is_apart else "not apart"
    why = f"no interval: a test; {answer}, for {result.fong.needed:.1f} is needed"
    yield FONG.estimate(result.n, result.fong.difference, why=why, group=group)
    for kind in KanoClass:
        of = {"factor": factor, "class": kind.value}
        share = result.counts[kind]
        yield CUSTOMERS.counted(share, n=share, group=of)
