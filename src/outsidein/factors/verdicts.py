"""Figures: one verdict per factor with its probability, and the methods that stand behind it."""

from collections.abc import Iterator

from outsidein.errors import InputError
from outsidein.factors.study import Studies, Study
from outsidein.figures.figure import Estimate, Figure, Group, Unit, estimated, unanswered
from outsidein.stats.factors.classes import RULES, FactorClass
from outsidein.stats.factors.contrast import FEWEST_ANSWERS, FactorVerdict
from outsidein.stats.factors.importance import Importance

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


def verdicts_figure(studies: Studies, *, basis: str = OWN_ONLY) -> Figure:
    """Say what each factor is, and how sure that is.

    Args:
        studies: Of everybody and of each segment.
        basis: Whose ratings the classes rest on.
    """
    cuts = studies.settings.cuts
    estimates = [e for study in studies.studies for e in _study(study, basis)]
    estimates += [
        unanswered("verdict", Unit.SHARE, str(why), group=_group(segment, None))
        for segment, why in studies.unstudied.items()
    ]
    return Figure(
        "factor_verdicts",
        "What keeps, delights and repels customers",
        "Overall satisfaction regressed on unstandardised dummies of low answers (up to "
        f"{cuts.low_to:g} of the scale) and high ones (from {cuts.high_from:g}), all factors at "
        "once, against answers in between. Of a factor looked at on most occasions, those of which "
        "nothing is known are set apart; one that comes up now and then is in between where it did "
        "not. Effects are shares of the overall "
        f"scale. {RULE} The class is the most frequent one among 400 bootstrap samples of "
        f"customers, its probability that frequency. Fewer than {FEWEST_ANSWERS} low or high "
        f"answers give none. Judged by: {basis}. Effects are associated with, not shown to cause, "
        "satisfaction.",
        ("segment", "factor", "class"),
        tuple(estimates),
    )


def _group(segment: str, factor: str | None, kind: str | None = None) -> Group:
    return {"segment": segment, "factor": factor, "class": kind}


def _study(study: Study, basis: str) -> Iterator[Estimate]:
    weighed = _weighed(study)
    for verdict in study.verdicts:
        group = _group(study.segment, verdict.factor, verdict.kind.value)
        yield _verdict(verdict, basis, group)
        if verdict.penalty and verdict.reward and verdict.asymmetry:
            wrong = WRONG_PENALTY if verdict.is_penalty_wrong else None
            yield _flagged(
                estimated("penalty", Unit.SHARE, verdict.penalty, value="value", group=group), wrong
            )
            wrong = WRONG_REWARD if verdict.is_reward_wrong else None
            yield _flagged(
                estimated("reward", Unit.SHARE, verdict.reward, value="value", group=group), wrong
            )
            yield estimated(
                "impact asymmetry", Unit.NUMBER, verdict.asymmetry, value="value", group=group
            )
        if verdict.factor in weighed:
            share = weighed[verdict.factor].lmg
            yield estimated("importance", Unit.SHARE, share, value="value", group=group)


def _flagged(estimate: Estimate, why: str | None) -> Estimate:
    return Estimate(
        estimate.measure,
        estimate.unit,
        estimate.n,
        estimate.value,
        estimate.low,
        estimate.high,
        why,
        estimate.group,
    )


def _verdict(verdict: FactorVerdict, basis: str, group: Group) -> Estimate:
    if verdict.kind is FactorClass.UNKNOWN:
        return unanswered("verdict", Unit.SHARE, few_answers(verdict), group=group)
    why = f"a share of bootstrap samples has no interval; {basis}"
    return Estimate("verdict", Unit.SHARE, verdict.n, verdict.probability, why=why, group=group)


def few_answers(verdict: FactorVerdict) -> str:
    """Say why a factor has no verdict."""
    return (
        f"not enough data: {verdict.low:.0f} low and {verdict.high:.0f} high answers; "
        f"{FEWEST_ANSWERS} of each are needed"
    )


def _weighed(study: Study) -> dict[str, Importance]:
    if isinstance(study.drivers, InputError):
        return {}
    return {each.factor: each for each in study.drivers.importance}


def methods_figure(studies: Studies) -> Figure:
    """Set out every method's answer on every factor, for those who check the verdicts."""
    return Figure(
        "factor_methods",
        "Every method's answer on every factor",
        "Probability of each class as by the verdicts; range of impact, penalty and reward "
        "together; LMG, the mean rise of R² over all orders in which factors join a linear "
        "regression of overall satisfaction on the scores, exact, and Johnson's relative weights, "
        "both in shares of the variance that is left when what was not answered is set apart; "
        "Shapley value of a factor's failures in the game of reach minus noise. Bootstrap "
        "intervals over customers, normal ones for the Shapley value.",
        ("segment", "factor", "class"),
        tuple(e for study in studies.studies for e in _methods(study)),
    )


def _methods(study: Study) -> Iterator[Estimate]:
    yield from _explained(study)
    weighed = _weighed(study)
    for place, verdict in enumerate(study.verdicts):
        group = _group(study.segment, verdict.factor)
        yield from _probabilities(study.segment, verdict)
        if verdict.reach:
            yield estimated("range", Unit.SHARE, verdict.reach, value="value", group=group)
        if verdict.factor in weighed:
            each = weighed[verdict.factor]
            yield estimated("LMG", Unit.SHARE, each.lmg, value="value", group=group)
            yield estimated("relative weight", Unit.SHARE, each.johnson, value="value", group=group)
        if not isinstance(study.dissatisfiers, InputError):
            effect = study.dissatisfiers.shapley[place]
            yield estimated("reach minus noise", Unit.SHARE, effect, value="value", group=group)


def _probabilities(segment: str, verdict: FactorVerdict) -> Iterator[Estimate]:
    why = "a share of bootstrap samples has no interval"
    for kind, probability in verdict.probabilities.items():
        group = _group(segment, verdict.factor, kind.value)
        yield Estimate(
            "probability of class", Unit.SHARE, verdict.n, probability, why=why, group=group
        )


def _explained(study: Study) -> Iterator[Estimate]:
    group = _group(study.segment, None)
    if isinstance(study.drivers, InputError):
        yield unanswered("R²", Unit.SHARE, str(study.drivers), group=group)
    else:
        explained = study.drivers.explained
        yield estimated("R²", Unit.SHARE, explained, value="value", group=group)
