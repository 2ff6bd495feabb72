"""Figure: factors not offered yet, by what customers would feel with and without them."""

from collections.abc import Iterator

import ibis.expr.types as ir
import numpy as np

from outsidein.errors import TooLittleData
from outsidein.factors.responses import KANO
from outsidein.figures.figure import (
    FEWEST,
    Estimate,
    Figure,
    Unit,
    estimated,
    too_little,
    unanswered,
)
from outsidein.stats.factors.kano import Kano, KanoClass, kano, kano_counts
from outsidein.stats.factors.ratings import Ints

FUNCTIONAL, DYSFUNCTIONAL = "functional", "dysfunctional"
"""How the items end that ask how a customer would feel with a factor, and without it."""

ANSWERS = 5


def kano_figure(signals: ir.Table, *, rng: np.random.Generator) -> Figure:
    """Classify factors by Kano's paired questions.

    Args:
        signals: The canonical table with `customer_id`. Rows of the instrument `kano` whose item
            ends in `functional` or `dysfunctional` count; the low end of their scale is "I like
            it", the high end "I dislike it". Of several answers the latest does.
        rng: Source of the posterior draws.
    """
    estimates = []
    for factor, found in _by_factor(_pairs(signals)):
        (own,) = rng.spawn(1)
        estimates += list(_factor(factor, found, own))
    if not estimates:
        why = "no paired questions of the instrument “kano” were asked"
        estimates = [unanswered("verdict", Unit.SHARE, why)]
    return Figure(
        "kano",
        "What customers would feel with a factor, and without it",
        "Kano's 5 by 5 table of paired answers; the class is the most frequent one if Fong's test "
        "tells it apart from the next, else the first of the two in must-be, one-dimensional, "
        "attractive, indifferent. Its probability is that of being the most frequent among all "
        "customers, from a Dirichlet posterior. Could satisfy (CS+) and could dissatisfy (CS-) "
        "after Berger, with Wilson's intervals.",
        ("factor", "class"),
        tuple(estimates),
    )


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
    given = asked.mutate(answer=1 + (share * (ANSWERS - 1)).round().cast("int64"), without=without)
    given = given.filter(given.item.endswith(FUNCTIONAL))
    order = ["signalled_at", "source", "signal_id"]
    paired = given.group_by("customer_id", "factor").aggregate(
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


def _factor(factor: str, counts: Ints, rng: np.random.Generator) -> Iterator[Estimate]:
    try:
        found = kano(counts, rng=rng)
    except TooLittleData as error:
        yield too_little("verdict", Unit.SHARE, error, group={"factor": factor, "class": None})
        return
    group = {"factor": factor, "class": found.kind.value}
    why = "a posterior probability has no interval"
    probability = found.probabilities[found.kind]
    yield Estimate("verdict", Unit.SHARE, found.n, probability, why=why, group=group)
    for measure, share in (
        ("could satisfy (CS+)", found.satisfaction),
        ("could dissatisfy (CS-)", found.dissatisfaction),
    ):
        yield estimated(measure, Unit.SHARE, share, value="share", group=group)
    yield from _tests(found, factor)


def _tests(found: Kano, factor: str) -> Iterator[Estimate]:
    if found.n < FEWEST:
        return
    group = {"factor": factor, "class": None}
    chance = f"no interval: a test; p = {found.p_value:.2g}"
    yield Estimate("χ²", Unit.NUMBER, found.n, found.chi_squared, why=chance, group=group)
    said = "apart" if found.fong.is_apart else "not apart"
    why = f"no interval: a test; {said}, for {found.fong.needed:.1f} is needed"
    yield Estimate("Fong", Unit.NUMBER, found.n, found.fong.difference, why=why, group=group)
    for kind in KanoClass:
        of = {"factor": factor, "class": kind.value}
        share = found.counts[kind]
        yield Estimate(
            "customers", Unit.CUSTOMERS, share, share, why="counted, not estimated", group=of
        )
