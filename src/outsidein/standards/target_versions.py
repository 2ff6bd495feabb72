"""The versions of every target, and where the customers would put it now."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from outsidein.figures.figure import MEASURED_IN, Estimate, Figure, Group
from outsidein.standards.figures import (
    IN_FORCE,
    PROMISED_SHARE,
    PROPOSED,
    STANDARD_TARGETS,
    TARGET,
    WOULD_MISS,
)
from outsidein.standards.judged import JudgedStandard
from outsidein.standards.targets import InForce, missed_at, proposed
from outsidein.stats.proportion import proportion


def targets_figure(judged: Sequence[JudgedStandard], *, as_of: date) -> Figure:
    """List the versions of every target, and where the customers would put it now."""
    return STANDARD_TARGETS.figure(e for one in judged for e in _targets(one, as_of))


def _targets(one: JudgedStandard, as_of: date) -> Iterator[Estimate]:
    for target in one.targets:
        yield from _target(one, target, IN_FORCE)
    if one.counts is not None and one.standard.disaster:
        yield from _target(one, proposed(one.standard, one.counts, as_of=as_of), PROPOSED)


def _target(one: JudgedStandard, target: InForce, state: str) -> Iterator[Estimate]:
    group = {
        "standard": one.name, "state": state, "since": str(target.since), "by": target.by,
        "reason": target.reason,
    }  # fmt: skip
    yield from target_estimates(target, {**group, MEASURED_IN: one.standard.measured_in})
    if state == IN_FORCE:
        yield from promise_estimates(target, group)
    if target.value is not None and one.counts is not None:
        yield _would_miss(one, target.value, group)


def target_estimates(target: InForce, group: Group) -> Iterator[Estimate]:
    """Yield where a target stands, or why it stands nowhere; nothing where it needs no value."""
    if target.value is not None:
        why = None if target.low is not None else f"set by {target.by}"
        yield TARGET.estimate(None, target.value, target.low, target.high, why=why, group=group)
    elif target.why:
        yield TARGET.unanswered(target.why, group=group)


def promise_estimates(target: InForce, group: Group) -> Iterator[Estimate]:
    """Yield the share of encounters that is promised to meet a target, where one is."""
    if target.met_by is not None:
        yield PROMISED_SHARE.estimate(None, target.met_by, why="as declared", group=group)


def _would_miss(one: JudgedStandard, value: float, group: Mapping[str, str]) -> Estimate:
    """Return the share of the last twelve months that such a target would call missed."""
    counts = one.counts
    assert counts is not None  # noqa: S101  the caller looked
    missed, every = missed_at(value, counts, one.standard)
    answer = proportion(missed, every)
    return WOULD_MISS.estimate(one.customers, answer.share, answer.low, answer.high, group=group)
