"""How well churn and repurchase could be told before."""

from collections.abc import Iterator, Sequence

from outsidein.churn.declaration import ChurnRule, Silence
from outsidein.churn.grid import described
from outsidein.churn.learner import Counts, Floats
from outsidein.churn.trial import Trial
from outsidein.errors import TooLittleData
from outsidein.figures.figure import (
    Estimate,
    Figure,
    Group,
    Unit,
    estimated,
    too_little,
    unanswered,
)
from outsidein.stats.calibration import auc, brier, calibration_bins, expected_calibration_error

NOTHING = "no customers of an earlier period to learn from, or of a later one to judge on"


def prediction_quality(
    trials: Sequence[Trial], *, rule: ChurnRule, silence: Silence | None
) -> Figure:
    """Say how good the model is, and by how much it beats the naive rule.

    Returns:
        Figure by `outcome`: `brier`, `brier_naive`, `skill`, `auc`, `calibration_error` (model).
    """
    return Figure(
        "prediction_quality",
        "How well churn and repurchase are predicted",
        _method(trials, rule, silence),
        ("outcome",),
        tuple(e for trial in trials for e in _quality(trial)),
    )


def prediction_calibration(
    trials: Sequence[Trial], *, rule: ChurnRule, silence: Silence | None
) -> Figure:
    """Set what came true beside what was predicted, in bins of like prediction.

    Returns:
        Figure by `outcome` and `predicted` (mean of the bin, 0 to 1): `observed`.
    """
    return Figure(
        "prediction_calibration",
        "What came true of what was predicted",
        _method(trials, rule, silence),
        ("outcome", "predicted"),
        tuple(e for trial in trials for e in _bins(trial)),
    )


def _method(trials: Sequence[Trial], rule: ChurnRule, silence: Silence | None) -> str:
    days = rule.horizon_days
    meant = (
        f"Here churn is predicted as no order in the next {days} days, repurchase as one."
        if silence
        else f"Predicted: no contract left after {days} days; an order in the next {days} days."
    )
    what = (
        "Calibrated boosted trees, trained on the customers of two horizons ago and judged on "
        "those of one horizon ago, against the rate of customers with the same "
        f"{'recency' if silence else 'tenure or recency'}; paired bootstrap of the skill. {meant} "
        + " ".join(_choice(trial) for trial in trials)
    )
    return described(rule, silence, what)


def _choice(trial: Trial) -> str:
    if trial.is_model_shown:
        return f"For {trial.target.outcome} the model is shown."
    return (
        f"For {trial.target.outcome} the naive rule's rates are shown, for the model is not shown "
        "to beat them."
    )


def _quality(trial: Trial) -> Iterator[Estimate]:
    group = {"outcome": trial.target.outcome}
    yield _brier("brier", trial.model, trial, group)
    yield _brier("brier_naive", trial.naive, trial, group)
    if trial.model is None or trial.skill is None:
        for measure in ("skill", "auc", "calibration_error"):
            yield unanswered(measure, Unit.NUMBER, trial.why or NOTHING, group=group)
        return
    yield estimated("skill", Unit.NUMBER, trial.skill, value="skill", group=group)
    yield _auc(trial.model, trial.came, group)
    found = expected_calibration_error(calibration_bins(trial.model, trial.came))
    why = f"chance alone would show {found.by_chance:.4f}"
    yield Estimate("calibration_error", Unit.NUMBER, found.n, found.error, None, None, why, group)


def _brier(measure: str, predicted: Floats | None, trial: Trial, group: Group) -> Estimate:
    if predicted is None:
        return unanswered(measure, Unit.NUMBER, trial.why or NOTHING, group=group)
    try:
        answer = brier(predicted, trial.came)
    except TooLittleData as error:
        return too_little(measure, Unit.NUMBER, error, group=group)
    return estimated(measure, Unit.NUMBER, answer, value="score", group=group)


def _auc(predicted: Floats, came: Counts, group: Group) -> Estimate:
    try:
        order = auc(predicted, came)
    except TooLittleData as error:
        return too_little("auc", Unit.NUMBER, error, group=group)
    return Estimate("auc", Unit.NUMBER, len(came), order.auc, order.low, order.high, None, group)


def _bins(trial: Trial) -> Iterator[Estimate]:
    if trial.shown is None or len(trial.came) == 0:
        group: Group = {"outcome": trial.target.outcome, "predicted": None}
        yield unanswered("observed", Unit.SHARE, trial.why or NOTHING, group=group)
        return
    for each in calibration_bins(trial.shown, trial.came):
        group = {"outcome": trial.target.outcome, "predicted": round(each.predicted, 6)}
        yield estimated("observed", Unit.SHARE, each.observed, value="share", group=group)
