"""Is the model shown to be better than the naive rule? Judged on a later period."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from outsidein.churn.features import FEATURES
from outsidein.churn.learner import Counts, Floats, Model, NaiveRule, fit, naive_rule
from outsidein.errors import TooLittleData
from outsidein.stats.calibration import Skill, skill

RECENCY_EDGES = (7, 14, 30, 60, 90, 180, 365)
TENURE_EDGES = (30, 90, 180, 365, 730, 1460)


@dataclass(frozen=True, slots=True)
class PredictedOutcome:
    """An outcome to predict, and the days by which the naive rule predicts it."""

    outcome: str
    column: str
    days: str
    edges: tuple[int, ...]


CHURN_BY_SILENCE = PredictedOutcome("churn", "churned", "recency_days", RECENCY_EDGES)
CHURN_BY_CONTRACT = PredictedOutcome("churn", "churned", "contract_days", TENURE_EDGES)
REPURCHASE = PredictedOutcome("repurchase", "ordered", "recency_days", RECENCY_EDGES)


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """How the model, and the naive rule, did on customers of a later period.

    Attributes:
        target: What was predicted.
        came: What came true (0 or 1).
        model: What the model predicted; None where there was too little to learn from.
        naive: What the naive rule predicted; None where there was nothing to learn from.
        skill: Share of the naive rule's Brier score that the model does away with.
        why: Why there is no model, or no skill.
    """

    target: PredictedOutcome
    came: Counts
    model: Floats | None
    naive: Floats | None
    skill: Skill | None
    why: str | None

    @property
    def is_model_shown(self) -> bool:
        """The lower end of the skill's interval is above 0."""
        return self.skill is not None and self.skill.low > 0

    @property
    def shown(self) -> Floats | None:
        """The probabilities to publish: the model's, or else the naive rule's."""
        return self.model if self.is_model_shown else self.naive


def run_trial(
    target: PredictedOutcome, train: pa.Table, judge: pa.Table, *, rng: np.random.Generator
) -> Trial:
    """Learn from one period and judge on another.

    Args:
        target: What is predicted.
        train: Features and outcomes of the earlier period, one row per customer.
        judge: Those of the later period, which begins when the outcomes of `train` end.
        rng: Source of the bootstrap's draws.
    """
    came = _numbers(judge, target.column).astype(np.int64)
    likely: Floats | None = None
    reference: Floats | None = None
    try:
        reference = learn_naive(target, train).probability(_days(judge, target))
        likely = learn_model(target, train).probability(matrix(judge))
        return Trial(target, came, likely, reference, skill(likely, came, reference, rng=rng), None)
    except TooLittleData as error:
        return Trial(target, came, likely, reference, None, str(error))


def learn_model(target: PredictedOutcome, rows: pa.Table) -> Model:
    """Fit the model on one period's customers.

    Raises:
        TooLittleData: There are too few with or without the outcome.
    """
    return fit(matrix(rows), _numbers(rows, target.column).astype(np.int64))


def learn_naive(target: PredictedOutcome, rows: pa.Table) -> NaiveRule:
    """Learn the naive rule from one period's customers; those of unknown days share a bucket.

    Raises:
        TooLittleData: There are none, or it knows the days of none.
    """
    if not np.isfinite(_days(rows, target)).any():
        raise TooLittleData(0, needed=1, of=f"customers with known {target.days}")
    outcome = _numbers(rows, target.column).astype(np.int64)
    return naive_rule(_days(rows, target), outcome, edges=target.edges)


def probabilities(
    target: PredictedOutcome, rows: pa.Table, today: pa.Table, *, by_model: bool
) -> Floats:
    """Learn from the latest period, and say what is coming for the customers of today.

    Raises:
        TooLittleData: There is nothing to learn from.
    """
    if by_model:
        return learn_model(target, rows).probability(matrix(today))
    return learn_naive(target, rows).probability(_days(today, target))


def matrix(rows: pa.Table) -> Floats:
    """Return one row per customer and one column per feature, NaN where null."""
    return np.column_stack([_numbers(rows, name) for name in FEATURES])


def _days(rows: pa.Table, target: PredictedOutcome) -> Floats:
    return np.nan_to_num(_numbers(rows, target.days), nan=np.inf)


def _numbers(rows: pa.Table, name: str) -> Floats:
    numbers: Floats = rows[name].cast(pa.float64()).to_numpy()
    return numbers
