"""Figures: the class of each factor with its probability, and all methods behind it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import NormalDist

from outsidein.errors import InputError
from outsidein.factors.figures import (
    FACTOR_METHODS,
    FACTOR_VERDICTS,
    HIGHEST_OVERALL,
    IMPACT_ASYMMETRY,
    IMPORTANCE,
    LMG,
    LOWEST_OVERALL,
    PENALTY,
    PENALTY_IN_LOG_ODDS,
    PROBABILITY_OF_CLASS,
    R_SQUARED,
    RANGE,
    REACH_MINUS_NOISE,
    RELATIVE_WEIGHT,
    REWARD,
    REWARD_IN_LOG_ODDS,
    VERDICT,
)
from outsidein.factors.study import Studies, Study
from outsidein.figures.figure import Estimate, Figure, Group
from outsidein.stats.factors.classes import RULES, FactorClass
from outsidein.stats.factors.contrast import CLEAR, FEWEST_ANSWERS, FactorVerdict
from outsidein.stats.factors.importance import Importance
from outsidein.stats.factors.misclassification import CoderErrors
from outsidein.stats.factors.ordered import OrderedEffect, asymmetry_class

OWN_ONLY = "own customers only"
BOTH = "own and competitors' customers"
WRONG_PENALTY = "wrong sign: low answers go with more satisfaction"
WRONG_REWARD = "wrong sign: high answers go with less satisfaction"

RULE = (
    f"A factor is indifferent where penalty and reward together come to less than {RULES.nil:g} "
    f"standard deviations of overall satisfaction; a destroyer where a penalty of {RULES.large:g} "
    f"or more stands against practically no reward (asymmetry below -{RULES.one_sided:g}); else "
    f"hygiene below -{RULES.lopsided:g}, enhancer above {RULES.lopsided:g}, performance between."
)


def verdicts_figure(studies: Studies, compared: Sequence[Estimate] = ()) -> Figure:
    """Return the class of each factor, with its probability.

    Args:
        studies: Of everybody and of each segment.
        compared: Own ratings beside those of competitors, as by `competitor_comparison`.
    """
    cuts, basis = studies.settings.cuts, BOTH if compared else OWN_ONLY
    estimates = [e for study in studies.studies for e in _verdict_estimates(study, basis)]
    estimates += [
        VERDICT.unanswered(str(why), group=_group(segment, None))
        for segment, why in studies.unstudied.items()
    ]
    return FACTOR_VERDICTS.figure(
        (*estimates, *compared),
        low_to=cuts.low_to,
        high_from=cuts.high_from,
        rule=RULE,
        fewest_answers=FEWEST_ANSWERS,
        clear=CLEAR,
        basis=basis,
    )


def _group(segment: str, factor: str | None, kind: str | None = None) -> Group:
    return {"segment": segment, "factor": factor, "class": kind}


def _verdict_estimates(study: Study, basis: str) -> Iterator[Estimate]:
    importance = _importance_by_factor(study)
    for verdict in study.verdicts:
        group = _group(study.segment, verdict.factor, verdict.kind.value)
        yield _class_estimate(
            verdict,
            basis,
            group,
            study.coder_errors.get(verdict.factor),
            _ordered_text(verdict, study.ordered.get(verdict.factor)),
        )
        if verdict.penalty and verdict.reward and verdict.asymmetry:
            wrong = WRONG_PENALTY if verdict.is_penalty_wrong else None
            yield _with_reason(
                PENALTY.estimated(verdict.penalty, value="value", group=group), wrong
            )
            wrong = WRONG_REWARD if verdict.is_reward_wrong else None
            yield _with_reason(REWARD.estimated(verdict.reward, value="value", group=group), wrong)
            yield IMPACT_ASYMMETRY.estimated(verdict.asymmetry, value="value", group=group)
        if verdict.factor in importance:
            share = importance[verdict.factor].lmg
            yield IMPORTANCE.estimated(share, value="value", group=group)


def _with_reason(estimate: Estimate, why: str | None) -> Estimate:
    return replace(estimate, why=why)


def _class_estimate(
    verdict: FactorVerdict,
    basis: str,
    group: Group,
    errors: CoderErrors | None,
    ordered_text: str,
) -> Estimate:
    if verdict.kind is FactorClass.UNKNOWN:
        return VERDICT.unanswered(too_few_answers(verdict), group=group)
    if verdict.kind is FactorClass.UNCLEAR:
        return VERDICT.unanswered(unclear_class(verdict) + _coder_text(errors), group=group)
    why = f"a share of bootstrap samples has no interval; {basis}{ordered_text}"
    return VERDICT.estimate(verdict.n, verdict.probability, why=why, group=group)


def too_few_answers(verdict: FactorVerdict) -> str:
    """Return the reason why a factor has no verdict."""
    return (
        f"not enough data: {verdict.low:.0f} low and {verdict.high:.0f} high answers; "
        f"{FEWEST_ANSWERS} of each are needed"
    )


def unclear_class(verdict: FactorVerdict) -> str:
    """Return the reason why the class of a factor is not clear."""
    if verdict.is_penalty_wrong or verdict.is_reward_wrong:
        wrong = WRONG_PENALTY if verdict.is_penalty_wrong else WRONG_REWARD
        return f"not clear yet: {wrong}"
    percent = round(100 * (verdict.probability or 0))
    likeliest = f"{verdict.likeliest.value} in {percent} % of bootstrap samples"
    if (verdict.probability or 0) < CLEAR:
        return f"not clear yet: {likeliest}; {100 * CLEAR:.0f} % are needed"
    return f"not clear yet: {likeliest}, but an effect that this class rests on may be none"


def _ordered_text(verdict: FactorVerdict, ordered: OrderedEffect | None) -> str:
    """What the ordered model says, where it is as sure of another class."""
    if ordered is None or verdict.kind is FactorClass.INDIFFERENT:
        return ""
    if ordered.kind is asymmetry_class(verdict.kind) or ordered.probability < CLEAR:
        return ""
    return (
        f"; an ordered model of the ratings says {ordered.kind.value} "
        f"({ordered.probability:.0%} of draws)"
    )


def _coder_text(errors: CoderErrors | None) -> str:
    if errors is None:
        return ""
    if not errors.coded:
        return "; coded from texts, and nobody measured the errors of the coder"
    return f"; coded from texts, rightly in {errors.right / errors.coded:.0%} of hand-coded ones"


def _importance_by_factor(study: Study) -> dict[str, Importance]:
    if isinstance(study.drivers, InputError):
        return {}
    return {each.factor: each for each in study.drivers.importance}


def methods_figure(studies: Studies, scale: tuple[float, float] | None = None) -> Figure:
    """Return every method's estimate for every factor.

    Args:
        studies: Of all customers and of segments.
        scale: The ends of the scale of overall satisfaction, where there is one.
    """
    estimates = [e for study in studies.studies for e in _method_estimates(study)]
    return FACTOR_METHODS.figure([*estimates, *(_ends(scale) if scale and estimates else ())])


def _ends(scale: tuple[float, float]) -> Iterator[Estimate]:
    group = dict.fromkeys(FACTOR_METHODS.groups)
    for measure, end in zip((LOWEST_OVERALL, HIGHEST_OVERALL), scale, strict=True):
        yield measure.estimate(None, end, why="as asked: it has no interval", group=group)


def _method_estimates(study: Study) -> Iterator[Estimate]:
    yield from _r_squared(study)
    importance = _importance_by_factor(study)
    for place, verdict in enumerate(study.verdicts):
        group = _group(study.segment, verdict.factor)
        yield from _probability_estimates(study.segment, verdict)
        if verdict.reach:
            yield RANGE.estimated(verdict.reach, value="value", group=group)
        if verdict.factor in importance:
            each = importance[verdict.factor]
            yield LMG.estimated(each.lmg, value="value", group=group)
            yield RELATIVE_WEIGHT.estimated(each.johnson, value="value", group=group)
        if ordered := study.ordered.get(verdict.factor):
            yield from _log_odds(ordered, verdict, group)
        if not isinstance(study.dissatisfiers, InputError):
            effect = study.dissatisfiers.shapley[place]
            yield REACH_MINUS_NOISE.estimated(effect, value="value", group=group)


def _log_odds(ordered: OrderedEffect, verdict: FactorVerdict, group: Group) -> Iterator[Estimate]:
    z = NormalDist().inv_cdf(0.975)
    for measure, value, error in (
        (PENALTY_IN_LOG_ODDS, ordered.penalty, ordered.penalty_error),
        (REWARD_IN_LOG_ODDS, ordered.reward, ordered.reward_error),
    ):
        low, high = value - z * error, value + z * error
        yield measure.estimate(verdict.n, value, low, high, group=group)


def _probability_estimates(segment: str, verdict: FactorVerdict) -> Iterator[Estimate]:
    why = "a share of bootstrap samples has no interval"
    for kind, probability in verdict.probabilities.items():
        group = _group(segment, verdict.factor, kind.value)
        yield PROBABILITY_OF_CLASS.estimate(verdict.n, probability, why=why, group=group)


def _r_squared(study: Study) -> Iterator[Estimate]:
    group = _group(study.segment, None)
    if isinstance(study.drivers, InputError):
        yield R_SQUARED.unanswered(str(study.drivers), group=group)
    else:
        explained = study.drivers.explained
        yield R_SQUARED.estimated(explained, value="value", group=group)
