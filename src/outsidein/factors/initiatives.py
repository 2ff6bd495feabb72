"""Figure: initiatives, what is done about each factor, and its effect."""

from collections.abc import Iterator, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from outsidein.factors.changes import actual_change
from outsidein.factors.declaration import WORK, WORK_BY_CLASS, FactorSettings, Initiative, Work
from outsidein.factors.figures import (
    COST,
    EXPECTED_EFFECT,
    HOURS,
    INITIATIVES,
    NOBODY_YET,
    TO_BE_GAINED,
    VALUE_WITH_LOW_ANSWERS,
)
from outsidein.factors.performance import reach
from outsidein.factors.study import Studies, Study
from outsidein.figures.figure import FEWEST, Estimate, Figure
from outsidein.figures.spec import Measure
from outsidein.stats.factors.classes import FactorClass
from outsidein.stats.factors.contrast import FactorEffect, FactorVerdict
from outsidein.stats.factors.product import product
from outsidein.stats.factors.ratings import SLACK

PROPOSED = "proposed"

NAMED_WORK = (FactorClass.DESTROYER, FactorClass.HYGIENE, FactorClass.ENHANCER)
"""Classes that name one kind of work; others ask to do the factor better."""


def initiatives_figure(
    studies: Studies,
    initiatives: tuple[Initiative, ...],
    values: Mapping[str, int] | None = None,
) -> Figure:
    """Return declared initiatives with their effects, and proposals.

    Args:
        studies: Of everybody and of each segment.
        initiatives: As declared.
        values: Lifetime value by customer, where one is estimated (minor units).
    """
    everybody = studies.everybody
    estimates = [
        e for each in initiatives for e in _declared_estimates(each, everybody, studies.settings)
    ]
    estimates += list(_proposal_estimates(everybody, initiatives, studies.settings, values or {}))
    if not estimates:
        why = "no initiative is declared and no factor asks for one; see initiatives.toml"
        estimates = [EXPECTED_EFFECT.unanswered(why)]
    return INITIATIVES.figure(estimates)


def _declared_estimates(
    each: Initiative, everybody: Study | None, settings: FactorSettings
) -> Iterator[Estimate]:
    group = {
        "initiative": each.name,
        "factor": each.factor,
        "work": WORK[each.work],
        "answer": each.answer,
        "owner": each.owner,
    }
    declared = "declared, not estimated: it has no interval"
    if each.cost is not None:
        yield COST.estimate(None, each.cost, why=declared, group=group)
    if each.hours is not None:
        yield HOURS.estimate(None, each.hours, why=declared, group=group)
    verdict = _verdict_on(everybody, each.factor)
    yield _expected_effect(each, verdict, group)
    yield actual_change(each, everybody, settings, group)


def _verdict_on(everybody: Study | None, factor: str) -> FactorVerdict | None:
    if everybody is None or factor not in everybody.ratings.factors:
        return None
    return everybody.verdict(factor)


def _gain_per_answer(verdict: FactorVerdict, *, builds: bool) -> FactorEffect | None:
    """Return the gain in overall satisfaction from one better answer."""
    if builds or verdict.penalty is None:
        return verdict.reward
    cost = verdict.penalty
    return FactorEffect(-cost.value, -cost.high, -cost.low, cost.n)


def _expected_effect(
    each: Initiative, verdict: FactorVerdict | None, group: dict[str, str]
) -> Estimate:
    effect = _gain_per_answer(verdict, builds=each.work == "build") if verdict else None
    if effect is None:
        return EXPECTED_EFFECT.unanswered("the factor has no verdict", group=group)
    if each.improves is None:
        why = "not declared by how much answers are to improve"
        return EXPECTED_EFFECT.unanswered(why, group=group)
    return _scaled(EXPECTED_EFFECT, effect, each.improves, group)


def _scaled(measure: Measure, effect: FactorEffect, by: float, group: dict[str, str]) -> Estimate:
    value, low, high = by * effect.value, by * effect.low, by * effect.high
    return measure.estimate(effect.n, value, low, high, group=group)


def _proposal_estimates(
    everybody: Study | None,
    initiatives: tuple[Initiative, ...],
    settings: FactorSettings,
    values: Mapping[str, int],
) -> Iterator[Estimate]:
    if everybody is None:
        return
    factors_with_work = {each.factor for each in initiatives}
    for verdict in everybody.verdicts:
        work = _proposed_work(verdict)
        if work is None or verdict.factor in factors_with_work:
            continue
        declared = settings.factor.get(verdict.factor)
        group = {
            "initiative": PROPOSED,
            "factor": verdict.factor,
            "work": WORK[work] if verdict.kind in NAMED_WORK else "do this better",
            "answer": (declared.answer if declared else None) or "not declared",
            "owner": NOBODY_YET,
        }
        effect = _gain_per_answer(verdict, builds=work == "build")
        share = reach(everybody, verdict.factor, is_low=work != "build")
        if effect and share:
            gain = product(effect, share)
            n = everybody.moments.n
            yield TO_BE_GAINED.estimate(n, gain.value, gain.low, gain.high, group=group)
            yield _value_with_low_answers(everybody, verdict.factor, values, group)


def _proposed_work(verdict: FactorVerdict) -> Work | None:
    """Return the work that a class asks for; of an unclear class, that on its failures."""
    if verdict.kind is FactorClass.UNCLEAR:
        is_costly = verdict.penalty is not None and verdict.penalty.value < 0
        return "restore" if is_costly else None
    return WORK_BY_CLASS.get(verdict.kind)


def _value_with_low_answers(
    everybody: Study, factor: str, values: Mapping[str, int], group: dict[str, str]
) -> Estimate:
    scores = everybody.ratings.scores[:, everybody.ratings.factors.index(factor)]
    has_low = pa.array(scores <= everybody.cuts.low_to + SLACK)
    customers = pc.unique(everybody.occasions["customer_id"].filter(has_low)).to_pylist()
    valued = [values[name] for name in customers if name in values]
    if len(valued) < FEWEST:
        few = "no lifetime value is estimated of those with a low answer"
        return VALUE_WITH_LOW_ANSWERS.unanswered(few, group=group)
    why = "a sum of expected values; for intervals see lifetime_value"
    return VALUE_WITH_LOW_ANSWERS.estimate(len(valued), sum(valued), why=why, group=group)
