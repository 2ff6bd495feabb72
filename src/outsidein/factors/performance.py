"""Figure: importance-performance map of factors."""

from collections.abc import Iterator
from statistics import fmean

import numpy as np

from outsidein.errors import InputError
from outsidein.factors.figures import (
    FACTOR_MAP,
    HIGH_ANSWERS,
    IMPORTANCE,
    LOW_ANSWERS,
    PERFORMANCE,
    PRIORITY,
)
from outsidein.factors.study import Studies, Study
from outsidein.figures.figure import Estimate, Figure
from outsidein.stats.factors.contrast import FactorEffect
from outsidein.stats.factors.importance import Importance
from outsidein.stats.factors.performance import answered_means
from outsidein.stats.factors.product import product
from outsidein.stats.factors.ratings import SLACK, Floats

QUARTERS = {
    (True, True): "keep up",
    (True, False): "concentrate here",
    (False, True): "possibly too much",
    (False, False): "low priority",
}
"""By whether a factor is important, and done well."""

UNSURE = "not clear"


def map_figure(studies: Studies) -> Figure:
    """Place each factor by importance and performance, with both intervals."""
    return FACTOR_MAP.figure(e for study in studies.studies for e in _map_estimates(study))


def _map_estimates(study: Study) -> Iterator[Estimate]:
    if isinstance(study.drivers, InputError):
        group = {"segment": study.segment, "factor": None, "quarter": None}
        yield IMPORTANCE.unanswered(str(study.drivers), group=group)
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
    bad = answer_shares(study, is_low=True)
    good = answer_shares(study, is_low=False)
    for each, mean in placed:
        quarter = _quarter(each, mean, (important, usual))
        group = {"segment": study.segment, "factor": each.factor, "quarter": quarter}
        yield IMPORTANCE.estimated(each.lmg, value="value", group=group)
        yield PERFORMANCE.estimated(mean, value="value", group=group)
        yield PRIORITY.estimated(_priority(study, each, mean), value="value", group=group)
        for measure, answers in ((LOW_ANSWERS, bad), (HIGH_ANSWERS, good)):
            share = answers[each.factor]
            if share is not None:
                yield measure.estimated(share, value="value", group=group)


def _quarter(each: Importance, mean: FactorEffect, lines: tuple[float, float]) -> str:
    sides = [
        None if effect.low <= line <= effect.high else effect.value > line
        for effect, line in zip((each.lmg, mean), lines, strict=True)
    ]
    if sides[0] is None or sides[1] is None:
        return UNSURE
    return QUARTERS[sides[0], sides[1]]


def _priority(study: Study, each: Importance, mean: FactorEffect) -> FactorEffect:
    """Return importance times room for improvement times reach."""
    room = FactorEffect(1 - mean.value, 1 - mean.high, 1 - mean.low, mean.n)
    answered = ~np.isnan(study.ratings.scores[:, study.ratings.factors.index(each.factor)])
    share = _means(study, answered[:, None].astype(np.float64))[0]
    urgency = product(each.lmg, room)
    return product(urgency, share) if share else urgency


def answer_shares(study: Study, *, is_low: bool) -> dict[str, FactorEffect | None]:
    """Estimate the share of low answers, or of high ones, by factor."""
    scores, cuts = study.ratings.scores, study.cuts
    chosen = scores <= cuts.low_to + SLACK if is_low else scores >= cuts.high_from - SLACK
    is_chosen = np.where(np.isnan(scores), np.nan, chosen.astype(np.float64))
    return dict(zip(study.ratings.factors, _means(study, is_chosen), strict=True))


def reach(study: Study, factor: str, *, is_low: bool) -> FactorEffect | None:
    """Estimate the share of all customers who gave feedback with a low answer, or one not high."""
    scores, cuts = study.ratings.scores[:, study.ratings.factors.index(factor)], study.cuts
    chosen = scores <= cuts.low_to + SLACK if is_low else scores < cuts.high_from - SLACK
    return _means(study, chosen[:, None].astype(np.float64))[0]


def _means(study: Study, answers: Floats) -> tuple[FactorEffect | None, ...]:
    return answered_means(answers, customer=study.ratings.customer, weight=study.ratings.weight)
