"""Figure: how important each factor is, against how well it is done."""

from collections.abc import Iterator
from statistics import fmean

import numpy as np

from outsidein.errors import InputError
from outsidein.factors.study import Studies, Study
from outsidein.figures.figure import Estimate, Figure, Unit, estimated, unanswered
from outsidein.stats.factors.contrast import FactorEffect
from outsidein.stats.factors.importance import Importance
from outsidein.stats.factors.performance import answered_means
from outsidein.stats.factors.ratings import SLACK, Floats

QUARTERS = {
    (True, True): "keep up",
    (True, False): "concentrate here",
    (False, True): "possibly too much",
    (False, False): "low priority",
}
"""By whether a factor is important, and done well."""

UNSURE = "cannot be told"


def map_figure(studies: Studies) -> Figure:
    """Place each factor by importance and performance, with both intervals."""
    return Figure(
        "factor_map",
        "Importance against performance",
        "Importance: LMG share of R² (see every method's answer). Performance: mean score as a "
        "share of its scale, with the variance among customers. The lines lie at the means over "
        "factors; a factor one of whose intervals crosses its line cannot be told. Martilla and "
        "James' importance-performance analysis with intervals.",
        ("segment", "factor", "quarter"),
        tuple(e for study in studies.studies for e in _study(study)),
    )


def _study(study: Study) -> Iterator[Estimate]:
    if isinstance(study.drivers, InputError):
        group = {"segment": study.segment, "factor": None, "quarter": None}
        yield unanswered("importance", Unit.SHARE, str(study.drivers), group=group)
        return
    means = dict(zip(study.ratings.factors, _means(study, study.ratings.scores), strict=True))
    placed = [
        (each, mean)
        for each in study.drivers.importance
        for mean in [means[each.factor]]
        if mean is not None
    ]
    important = fmean(each.lmg.value for each, _ in placed) if placed else 0.0
    usual = fmean(mean.value for _, mean in placed) if placed else 0.0
    bad = shares(study, is_low=True)
    good = shares(study, is_low=False)
    for each, mean in placed:
        quarter = _quarter(each, mean, (important, usual))
        group = {"segment": study.segment, "factor": each.factor, "quarter": quarter}
        yield estimated("importance", Unit.SHARE, each.lmg, value="value", group=group)
        yield estimated("performance", Unit.SHARE, mean, value="value", group=group)
        for measure, found in (("low answers", bad), ("high answers", good)):
            share = found[each.factor]
            if share is not None:
                yield estimated(measure, Unit.SHARE, share, value="value", group=group)


def _quarter(each: Importance, mean: FactorEffect, lines: tuple[float, float]) -> str:
    sides = [
        None if effect.low <= line <= effect.high else effect.value > line
        for effect, line in zip((each.lmg, mean), lines, strict=True)
    ]
    if sides[0] is None or sides[1] is None:
        return UNSURE
    return QUARTERS[sides[0], sides[1]]


def shares(study: Study, *, is_low: bool) -> dict[str, FactorEffect | None]:
    """Estimate the share of low answers, or of high ones, by factor."""
    scores, cuts = study.ratings.scores, study.cuts
    chosen = scores <= cuts.low_to + SLACK if is_low else scores >= cuts.high_from - SLACK
    told = np.where(np.isnan(scores), np.nan, chosen.astype(np.float64))
    return dict(zip(study.ratings.factors, _means(study, told), strict=True))


def _means(study: Study, answers: Floats) -> tuple[FactorEffect | None, ...]:
    return answered_means(answers, customer=study.ratings.customer, weight=study.ratings.weight)
