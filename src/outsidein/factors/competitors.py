"""Competitor comparison: own ratings beside those of competitors."""

from collections.abc import Iterator

import ibis.expr.types as ir

from outsidein.factors.declaration import FactorSettings
from outsidein.factors.figures import AHEAD_OF_COMPETITORS
from outsidein.factors.responses import SCORE_STEPS
from outsidein.figures.figure import FEWEST, Estimate
from outsidein.segments.declaration import EVERYBODY
from outsidein.stats.proportion import difference

COMMON = 0.5
"""Share of content customers from which a factor counts as offered."""

APART = "sets apart, as an enhancer does"
ALL_OFFER = "all offer it, as hygiene must be"
BEHIND = "competitors are ahead"
NOBODY = "nobody stands out"


def competitor_comparison(
    own: ir.Table, competitors: ir.Table, *, settings: FactorSettings
) -> list[Estimate]:
    """Compare shares of content customers with those of competitors, by factor.

    Args:
        own: One row per score, as by `factor_responses`.
        competitors: Likewise, of signals about competitors.
        settings: Defines high answers.

    Returns:
        Per factor with ratings of both, the difference of the shares whose mean score is high, with
        Newcombe's interval; `why` says what it means. Customers who rated both count on either
        side, so the interval is conservative.
    """
    sides = [_content_counts(table, settings) for table in (own, competitors)]
    return [
        _estimate(factor, sides[0][factor], sides[1][factor])
        for factor in sorted(sides[0].keys() & sides[1].keys())
        if min(sides[0][factor][1], sides[1][factor][1]) >= FEWEST
    ]


def _content_counts(responses: ir.Table, settings: FactorSettings) -> dict[str, tuple[int, int]]:
    rated = responses.filter(responses.factor != settings.overall)
    each = rated.group_by("factor", "customer_id").aggregate(
        steps=rated.steps.sum(), times=rated.count()
    )
    from_ = round(settings.high_from * SCORE_STEPS)
    counts = each.group_by("factor").aggregate(
        content=(each.steps >= each.times * from_).cast("int64").sum(), customers=each.count()
    )
    rows: Iterator[dict[str, int | str]] = iter(counts.order_by("factor").to_pyarrow().to_pylist())
    return {str(r["factor"]): (int(r["content"]), int(r["customers"])) for r in rows}


def _estimate(factor: str, own: tuple[int, int], competitor: tuple[int, int]) -> Estimate:
    apart = difference(*own, *competitor)
    group = {"segment": EVERYBODY, "factor": factor, "class": None}
    return AHEAD_OF_COMPETITORS.estimate(
        min(apart.n_a, apart.n_b),
        apart.difference,
        apart.low,
        apart.high,
        why=_meaning(apart.low, apart.high, own, competitor),
        group=group,
    )


def _meaning(low: float, high: float, own: tuple[int, int], competitor: tuple[int, int]) -> str:
    if low > 0:
        return APART
    if high < 0:
        return BEHIND
    shares = (own[0] / own[1], competitor[0] / competitor[1])
    return ALL_OFFER if min(shares) >= COMMON else NOBODY
