"""Figure: what managers believed, sealed before measurement, beside what was measured."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import ibis.expr.types as ir
import pyarrow as pa

from outsidein.errors import InputError
from outsidein.factors.declaration import Beliefs
from outsidein.factors.figures import BELIEF_IS_RIGHT, BELIEVED_RANK, FACTOR_BELIEFS, MEASURED_RANK
from outsidein.factors.study import Studies, Study
from outsidein.factors.tables import BELIEF_SEALS
from outsidein.factors.verdicts import too_few_answers
from outsidein.figures.figure import Estimate, Figure
from outsidein.stats.factors.classes import FactorClass
from outsidein.stats.factors.contrast import FactorVerdict


class Seal(NamedTuple):
    """A belief as the first build with it recorded it."""

    seal: str
    author: str
    sealed_on: date
    first_build: int
    is_after_measured: bool
    """Whether an earlier build had shown the measured ranking."""


def belief_seals(
    beliefs: Beliefs | None, earlier: ir.Table | None, *, build: int, was_measured: bool
) -> pa.Table:
    """Return all seals so far, with that of the current belief.

    A belief changed after the measured ranking was shown gets a new seal that records so; the old
    seal stays.

    Args:
        beliefs: As declared.
        earlier: Seals of the snapshot in use, as by this function.
        build: Number of this build.
        was_measured: Whether the snapshot in use shows a measured ranking.

    Returns:
        One row per seal, the oldest first; see `BELIEF_SEALS`.
    """
    rows = (
        earlier.order_by("first_build", "seal").to_pyarrow().to_pylist()
        if earlier is not None
        else []
    )
    seals = {row["seal"] for row in rows}
    if beliefs and beliefs.seal not in seals:
        new = Seal(beliefs.seal, beliefs.author, beliefs.sealed_on, build, was_measured)
        rows.append(new._asdict())
    return pa.Table.from_pylist(rows, schema=BELIEF_SEALS.schema.to_pyarrow())


def beliefs_figure(studies: Studies, beliefs: Beliefs | None, seals: pa.Table) -> Figure:
    """Compare the believed ranking with the measured one.

    Args:
        studies: Of everybody and of each segment.
        beliefs: As declared.
        seals: One row per seal, as by `belief_seals`.
    """
    if beliefs is None:
        why = "no belief is written down; see beliefs.toml"
        return FACTOR_BELIEFS.figure((BELIEVED_RANK.unanswered(why),), seal="")
    seal = next(row for row in seals.to_pylist() if row["seal"] == beliefs.seal)
    estimates = _rank_estimates(studies.everybody, beliefs)
    return FACTOR_BELIEFS.figure(estimates, seal=_seal_text(beliefs, seal))


def _seal_text(beliefs: Beliefs, seal: dict[str, object]) -> str:
    sealed_by = (
        f"Sealed by {beliefs.author} on {beliefs.sealed_on.isoformat()}, seal {beliefs.seal[:12]}, "
        f"first in build {seal['first_build']}"
    )
    when = (
        ": AFTER an earlier build had shown the measured ranking."
        if seal["is_after_measured"]
        else ", before any build had shown the measured ranking."
    )
    return sealed_by + when


def _rank_estimates(everybody: Study | None, beliefs: Beliefs) -> Iterator[Estimate]:
    ranks = _ranks(everybody)
    verdicts = {v.factor: v for v in everybody.verdicts} if everybody else {}
    for place, belief in enumerate(beliefs.belief, start=1):
        verdict = verdicts.get(belief.factor)
        measured = verdict.kind.value if verdict else None
        group = {
            "factor": belief.factor,
            "believed": belief.believed_class.value,
            "measured": measured,
        }
        declared = "believed, not estimated: it has no interval"
        yield BELIEVED_RANK.estimate(None, place, why=declared, group=group)
        yield from _measured_estimates(
            verdict, belief.believed_class, ranks.get(belief.factor), group
        )


def _measured_estimates(
    verdict: FactorVerdict | None,
    believed_class: FactorClass,
    rank: int | None,
    group: dict[str, str | None],
) -> Iterator[Estimate]:
    if verdict is None:
        yield MEASURED_RANK.unanswered("no customer spoke of it", group=group)
        return
    if rank:
        why = "no interval: a rank; see importance"
        yield MEASURED_RANK.estimate(verdict.n, rank, why=why, group=group)
    if verdict.kind is FactorClass.UNKNOWN:
        yield BELIEF_IS_RIGHT.unanswered(too_few_answers(verdict), group=group)
        return
    probability = verdict.probabilities[believed_class]
    why = "a share of bootstrap samples has no interval"
    yield BELIEF_IS_RIGHT.estimate(verdict.n, probability, why=why, group=group)


def _ranks(everybody: Study | None) -> dict[str, int]:
    if everybody is None or isinstance(everybody.drivers, InputError):
        return {}
    ordered = sorted(everybody.drivers.importance, key=lambda each: (-each.lmg.value, each.factor))
    return {each.factor: place for place, each in enumerate(ordered, start=1)}
