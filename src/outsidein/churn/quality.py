"""How well churn and repurchase were predicted."""

from collections.abc import Iterator, Sequence

from outsidein.churn.declaration import ChurnRule, Silence
from outsidein.churn.figures import (
    AUC,
    BRIER,
    BRIER_NAIVE,
    CALIBRATION_ERROR,
    OBSERVED,
    PREDICTION_CALIBRATION,
    PREDICTION_QUALITY,
    SKILL,
)
from outsidein.churn.grid import rule_sentence
from outsidein.churn.learner import Counts, Floats
from outsidein.churn.trial import Trial
from outsidein.errors import TooLittleData
from outsidein.figures.figure import (
    Estimate,
    Figure,
    Group,
)
from outsidein.figures.spec import Measure
from outsidein.stats.calibration import auc, brier, calibration_bins, expected_calibration_error

NOTHING = "no customers of an earlier period to learn from, or of a later one to judge on"


def prediction_quality(
    trials: Sequence[Trial], *, rule: ChurnRule, silence: Silence | None
) -> Figure:
    """Say how good the model is, and by how much it beats the naive rule.

    Returns:
        Figure by `outcome`: the scores of model and naive rule.
    """
    return PREDICTION_QUALITY.figure(
        (e for trial in trials for e in _quality(trial)), **_method_fields(trials, rule, silence)
    )


def prediction_calibration(
    trials: Sequence[Trial], *, rule: ChurnRule, silence: Silence | None
) -> Figure:
    """Set what came true beside what was predicted, in bins of like prediction.

    Returns:
        Figure by `outcome` and `predicted` (mean of the bin, 0 to 1): `share observed`.
    """
    return PREDICTION_CALIBRATION.figure(
        (e for trial in trials for e in _bins(trial)), **_method_fields(trials, rule, silence)
    )


def _method_fields(
    trials: Sequence[Trial], rule: ChurnRule, silence: Silence | None
) -> dict[str, str]:
    days = rule.horizon_days
    return {
        "recency": "recency" if silence else "tenure or recency",
        "outcomes": f"Here churn is predicted as no order in the next {days} days, repurchase as "
        "one."
        if silence
        else f"Predicted: no contract left after {days} days; an order in the next {days} days.",
        "choices": " ".join(_choice(trial) for trial in trials),
        "rule": rule_sentence(rule, silence),
    }


def _choice(trial: Trial) -> str:
    if trial.is_model_shown:
        return f"For {trial.target.outcome} the model is shown."
    return (
        f"For {trial.target.outcome} the naive rule's rates are shown, for the model is not shown "
        "to beat them."
    )


def _quality(trial: Trial) -> Iterator[Estimate]:
    group = {"outcome": trial.target.outcome}
    yield _brier(BRIER, trial.model, trial, group)
    yield _brier(BRIER_NAIVE, trial.naive, trial, group)
    if trial.model is None or trial.skill is None:
        for measure in (SKILL, AUC, CALIBRATION_ERROR):
            yield measure.unanswered(trial.why or NOTHING, group=group)
        return
    yield SKILL.estimated(trial.skill, value="skill", group=group)
    yield _auc(trial.model, trial.came, group)
    calibration = expected_calibration_error(calibration_bins(trial.model, trial.came))
    why = f"chance alone would show {calibration.by_chance:.4f}"
    yield CALIBRATION_ERROR.estimate(calibration.n, calibration.error, why=why, group=group)


def _brier(measure: Measure, predicted: Floats | None, trial: Trial, group: Group) -> Estimate:
    if predicted is None:
        return measure.unanswered(trial.why or NOTHING, group=group)
    try:
        answer = brier(predicted, trial.came)
    except TooLittleData as error:
        return measure.too_little(error, group=group)
    return measure.estimated(answer, value="score", group=group)


def _auc(predicted: Floats, came: Counts, group: Group) -> Estimate:
    try:
        order = auc(predicted, came)
    except TooLittleData as error:
        return AUC.too_little(error, group=group)
    return AUC.estimate(len(came), order.auc, order.low, order.high, group=group)


def _bins(trial: Trial) -> Iterator[Estimate]:
    if trial.shown is None or len(trial.came) == 0:
        group: Group = {"outcome": trial.target.outcome, "predicted": None}
        yield OBSERVED.unanswered(trial.why or NOTHING, group=group)
        return
    for each in calibration_bins(trial.shown, trial.came):
        group = {"outcome": trial.target.outcome, "predicted": round(each.predicted, 6)}
        yield OBSERVED.estimated(each.observed, value="share", group=group)
