"""How each standard is met now, and whether its process is in control."""

from collections.abc import Iterator, Sequence

from outsidein.errors import TooLittleData
from outsidein.figures.figure import FEWEST, MEASURED_IN, Estimate, Figure, Group
from outsidein.standards.control import WORSE, false_alarms_every
from outsidein.standards.figures import (
    BROKEN,
    EVENTS_PER_ENCOUNTER_NOW,
    KEPT,
    NO_PROMISE,
    OPEN,
    PERIODS_THAT_SIGNAL,
    SHARE_MISSED_NOW,
    STANDARDS,
)
from outsidein.standards.judged import JudgedStandard
from outsidein.standards.periods import Count
from outsidein.standards.target_versions import promise_estimates, target_estimates
from outsidein.standards.targets import NO_TARGET, InForce
from outsidein.stats.proportion import Proportion, proportion
from outsidein.stats.rate import rate

_WORST_FIRST = (BROKEN, OPEN, NO_PROMISE, KEPT)


def standing_figure(judged: Sequence[JudgedStandard]) -> Figure:
    """Return how each standard is met now, and whether its process is in control."""
    standings = sorted(map(_standing, judged), key=_worst_first)
    return STANDARDS.figure((e for standing in standings for e in standing), alarms=_alarms(judged))


def _worst_first(standing: Sequence[Estimate]) -> tuple[int, bool, str]:
    """Order broken promises before those in doubt and those kept, and what gets worse first."""
    group = standing[0].group
    rank = _WORST_FIRST.index(str(group["promise"]))
    return rank, group["chart"] != WORSE, str(group["standard"])


def _alarms(judged: Sequence[JudgedStandard]) -> str:
    every = min((false_alarms_every(one.standard) for one in judged), default=0.0)
    return (
        "A chart signals where a period lies beyond its limits, or small deviations add up (CUSUM "
        "and EWMA); limits that are known, and periods independent of each other, would let a "
        f"quiet process signal once in {every:.0f} periods or more. Limits from few periods are "
        "less sure."
    )


def _standing(one: JudgedStandard) -> list[Estimate]:
    return list(_standings(one))


def _standings(one: JudgedStandard) -> Iterator[Estimate]:
    now = one.now
    target = one.targets[-1] if one.targets else None
    answer = _share_now(one, now)
    promise = _promise(answer, target)
    status = one.control.status if one.control else "too few periods"
    since = one.control.since if one.control else ""
    group: dict[str, str | int | float | None] = {
        "standard": one.name, "description": one.standard.description.rstrip("."),
        "owner": one.standard.owner, "chart": status, "since": since, "promise": promise,
    }  # fmt: skip
    yield _missed_now(one, now, answer, one.customers_now, {**group, **_base(one)})
    if target:
        yield from target_estimates(target, {**group, MEASURED_IN: one.standard.measured_in})
        yield from promise_estimates(target, group)
    beyond = sum(bool(signal) for signal in one.control.signals) if one.control else 0
    why = f"of {len(one.periods)} counted"
    yield PERIODS_THAT_SIGNAL.estimate(None, beyond, why=why, group=group)


def _base(one: JudgedStandard) -> Group:
    """Return what the share of now is of; nothing where it would tell of few customers."""
    if not one.now or 0 < one.customers_now < FEWEST:
        return {}
    return {"window": one.window, "encounters": sum(c.encounters for c in one.now)}


def _missed_now(
    one: JudgedStandard,
    now: Sequence[Count],
    answer: Proportion | TooLittleData,
    customers: int,
    group: Group,
) -> Estimate:
    if one.standard.count:
        return _rate_now(now, customers, group)
    if isinstance(answer, TooLittleData):
        why = NO_TARGET if one.targets and one.targets[-1].why else str(answer)
        return SHARE_MISSED_NOW.unanswered(why, group=group)
    return SHARE_MISSED_NOW.estimate(customers, answer.share, answer.low, answer.high, group=group)


def _rate_now(now: Sequence[Count], customers: int, group: Group) -> Estimate:
    events, sizes = sum(c.missed for c in now), sum(c.encounters for c in now)
    try:
        answer = rate(events, sizes)
    except TooLittleData as error:
        return EVENTS_PER_ENCOUNTER_NOW.too_little(error, group=group)
    return EVENTS_PER_ENCOUNTER_NOW.estimate(
        customers, answer.rate, answer.low, answer.high, group=group
    )


def _share_now(one: JudgedStandard, now: Sequence[Count]) -> Proportion | TooLittleData:
    """Estimate the share missed, over fewer encounters where periods vary beyond chance."""
    missed, sizes = sum(c.missed for c in now), sum(c.encounters for c in now)
    spread = one.control.chart.dispersion**2 if one.control else 1.0
    thinned = max(spread, 1.0)
    try:
        answer = proportion(round(missed / thinned), max(round(sizes / thinned), min(sizes, 1)))
    except TooLittleData as error:
        return error
    share = missed / sizes
    return Proportion(share, min(answer.low, share), max(answer.high, share), sizes)


def _promise(answer: Proportion | TooLittleData, target: InForce | None) -> str:
    if target is None or target.met_by is None:
        return NO_PROMISE
    if isinstance(answer, TooLittleData):
        return OPEN
    most = 1 - target.met_by
    if answer.high <= most:
        return KEPT
    return BROKEN if answer.low > most else OPEN
