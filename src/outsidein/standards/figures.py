"""Figures: how each standard is met, its chart and its targets."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import ibis.expr.types as ir

from outsidein.errors import TooLittleData
from outsidein.figures.figure import (
    Estimate,
    Figure,
    Unit,
    counted,
    too_little,
    unanswered,
)
from outsidein.standards.control import WORSE, false_alarms_every
from outsidein.standards.declaration import Standard
from outsidein.standards.disasters import disasters_figure
from outsidein.standards.funnels import funnel_figure
from outsidein.standards.judged import Judged, judge
from outsidein.standards.periods import SHOWN, Count
from outsidein.standards.targets import InForce, missed_at, proposed
from outsidein.stats.proportion import Proportion, proportion
from outsidein.stats.rate import rate

NO_PROMISE, KEPT, BROKEN, OPEN = "none", "kept", "not kept", "cannot be told yet"
_WORST_FIRST = (BROKEN, OPEN, NO_PROMISE, KEPT)
NO_TARGET = "no target is in force: the data show no point where disasters begin"
IN_FORCE, PROPOSED = "in force", "proposed"


def standards_figures(
    encounters: ir.Table,
    signals: ir.Table,
    standards: Mapping[str, Standard],
    *,
    as_of: date,
) -> Iterator[Figure]:
    """Yield every figure about the standards; none where none is declared.

    Args:
        encounters: One row per encounter, with `customer_id` and `started_on`.
        signals: One row per signal.
        standards: The declared standards by name.
        as_of: First day that does not count.
    """
    if not standards:
        return
    judged = judge(encounters, signals, standards, as_of=as_of)
    yield standing_figure(judged)
    yield charts_figure(judged)
    yield targets_figure(judged, as_of=as_of)
    yield disasters_figure(judged, as_of=as_of)
    yield funnel_figure(judged)


def standing_figure(judged: Sequence[Judged]) -> Figure:
    """Tell how each standard is met now, and whether its process is in control."""
    return Figure(
        "standards",
        "Service standards today",
        "Now = the last 28 days, 8 weeks or 3 months, by the period of the standard. An encounter "
        "missed the standard where its measure lies beyond the target in force on its day. The "
        "interval of the share is Wilson's, over as many encounters as remain when the variation "
        "between periods beyond chance is taken out. A promise is kept, or not, where the whole "
        f"interval says so. {_alarms(judged)}",
        ("standard", "owner", "chart", "since", "promise"),
        tuple(e for standing in sorted(map(_standing, judged), key=_worst_first) for e in standing),
    )


def _worst_first(standing: Sequence[Estimate]) -> tuple[int, bool, str]:
    """Order broken promises before those in doubt and those kept, and what gets worse first."""
    group = standing[0].group
    rank = _WORST_FIRST.index(str(group["promise"]))
    return rank, group["chart"] != WORSE, str(group["standard"])


def _alarms(judged: Sequence[Judged]) -> str:
    every = min((false_alarms_every(one.standard) for one in judged), default=0.0)
    return (
        "A chart signals where a period lies beyond its limits, or small deviations add up (CUSUM "
        "and EWMA); limits that are known, and periods independent of each other, would let a "
        f"quiet process signal once in {every:.0f} periods or more. Limits from few periods are "
        "less sure."
    )


def _standing(one: Judged) -> list[Estimate]:
    return list(_standings(one))


def _standings(one: Judged) -> Iterator[Estimate]:
    now = one.now
    target = one.targets[-1] if one.targets else None
    answer = _share_now(one, now)
    promise = _promise(answer, target)
    status = one.control.status if one.control else "too few periods"
    since = one.control.since if one.control else ""
    group = {
        "standard": one.name, "owner": one.standard.owner, "chart": status, "since": since,
        "promise": promise,
    }  # fmt: skip
    yield _missed_now(one, now, answer, one.customers_now, group)
    if target and target.value is not None:
        yield Estimate(
            "target", Unit.NUMBER, None, target.value, target.low, target.high,
            None if target.low is not None else f"set by {target.by}", group,
        )  # fmt: skip
    elif target and target.why:
        yield unanswered("target", Unit.NUMBER, target.why, group=group)
    if target and target.met_by is not None:
        yield Estimate(
            "promised share met", Unit.SHARE, None, target.met_by, why="as declared", group=group
        )
    beyond = sum(bool(signal) for signal in one.control.signals) if one.control else 0
    yield Estimate(
        "periods that signal", Unit.NUMBER, None, beyond, why=f"of {len(one.periods)} counted",
        group=group,
    )  # fmt: skip


def _missed_now(
    one: Judged,
    now: Sequence[Count],
    answer: Proportion | TooLittleData,
    customers: int,
    group: Mapping[str, str],
) -> Estimate:
    if one.standard.count:
        return _rate_now(now, customers, group)
    if isinstance(answer, TooLittleData):
        why = NO_TARGET if one.targets and one.targets[-1].why else str(answer)
        return unanswered("share missed now", Unit.SHARE, why, group=group)
    return Estimate(
        "share missed now", Unit.SHARE, customers, answer.share, answer.low, answer.high,
        group=group,
    )  # fmt: skip


def _rate_now(now: Sequence[Count], customers: int, group: Mapping[str, str]) -> Estimate:
    events, sizes = sum(c.missed for c in now), sum(c.encounters for c in now)
    try:
        answer = rate(events, sizes)
    except TooLittleData as error:
        return too_little("events per encounter now", Unit.NUMBER, error, group=group)
    return Estimate(
        "events per encounter now", Unit.NUMBER, customers, answer.rate, answer.low, answer.high,
        group=group,
    )  # fmt: skip


def _share_now(one: Judged, now: Sequence[Count]) -> Proportion | TooLittleData:
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


def charts_figure(judged: Sequence[Judged]) -> Figure:
    """Show the control chart of each standard."""
    return Figure(
        "standard_charts",
        "Control charts of the standards",
        f"One value per complete period, the last {SHOWN} at most. Shares: Laney's p' chart, whose "
        "limits, three standard deviations wide, take in how much neighbouring periods really "
        "vary; counts: Laney's u'; medians: XmR. Behind each stand a CUSUM (for a shift of one "
        "standard deviation) and an EWMA (weight 0.2), with limits chosen for the stated rate of "
        "false alarms. Limits are no confidence intervals.",
        ("standard", "period", "signal"),
        tuple(e for one in judged for e in _chart(one)),
    )


def value_name(standard: Standard) -> str:
    """Name what the chart of a standard shows."""
    if standard.count:
        return "events per encounter"
    return f"median {standard.measure}" if standard.chart == "middle" else "share missed"


def _chart(one: Judged) -> Iterator[Estimate]:
    shares = one.standard.chart == "share" and not one.standard.count
    unit, name = Unit.SHARE if shares else Unit.NUMBER, value_name(one.standard)
    found = one.control
    if found is None:
        why = NO_TARGET if one.targets and one.targets[-1].why else one.why
        group = {"standard": one.name, "period": None, "signal": None}
        yield unanswered(name, unit, why, group=group)
        return
    chart = found.chart
    drawn = zip(one.periods, found.signals, chart.values, chart.lows, chart.highs, strict=True)
    for period, signal, value, low, high in drawn:
        group = {"standard": one.name, "period": period.name, "signal": signal}
        for measure, number in (
            (name, value), ("lower limit", low), ("centre", chart.centre), ("upper limit", high),
        ):  # fmt: skip
            yield counted(measure, unit, float(number), n=period.customers, group=group)
        yield counted("encounters", Unit.NUMBER, period.encounters, n=period.customers, group=group)


def targets_figure(judged: Sequence[Judged], *, as_of: date) -> Figure:
    """List the versions of every target, and where the customers would put it now."""
    return Figure(
        "standard_targets",
        "Targets of the standards",
        "Every version of a target: from when, by whom and why. A target found from data stands "
        "where the rate of disasters begins to rise with the measure: flat log odds up to a "
        "point, rising from it, by maximum likelihood over the twelve months before, with a "
        "profile-likelihood interval; it moves where that interval leaves the target out. The "
        "proposed row says where it would stand now. The rise is associated with the measure; "
        "whether shorter waits would prevent disasters, only an experiment shows.",
        ("standard", "state", "since", "by", "reason"),
        tuple(e for one in judged for e in _targets(one, as_of)),
    )


def _targets(one: Judged, as_of: date) -> Iterator[Estimate]:
    for target in one.targets:
        yield from _target(one, target, IN_FORCE)
    if one.counts is not None and one.standard.disaster:
        yield from _target(one, proposed(one.standard, one.counts, as_of=as_of), PROPOSED)


def _target(one: Judged, target: InForce, state: str) -> Iterator[Estimate]:
    group = {
        "standard": one.name, "state": state, "since": str(target.since), "by": target.by,
        "reason": target.reason,
    }  # fmt: skip
    if target.value is not None:
        limits = (target.low, target.high)
        why = None if target.low is not None else f"set by {target.by}"
        yield Estimate("target", Unit.NUMBER, None, target.value, *limits, why, group)
    elif target.why:
        yield unanswered("target", Unit.NUMBER, target.why, group=group)
    if target.met_by is not None and state == IN_FORCE:
        yield Estimate(
            "promised share met", Unit.SHARE, None, target.met_by, why="as declared", group=group
        )
    if target.value is not None and one.counts is not None:
        yield _would_miss(one, target.value, group)


def _would_miss(one: Judged, value: float, group: Mapping[str, str]) -> Estimate:
    """Tell the share of the last twelve months that such a target would call missed."""
    counts = one.counts
    assert counts is not None  # noqa: S101  the caller looked
    missed, every = missed_at(value, counts, one.standard)
    answer = proportion(missed, every)
    return Estimate(
        "would miss it", Unit.SHARE, one.customers, answer.share, answer.low, answer.high,
        group=group,
    )  # fmt: skip
