"""Figure: how penalties and rewards move over the periods, and what moves with them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import ibis.expr.types as ir
import numpy as np
import pyarrow.compute as pc

from outsidein.errors import TooLittleData
from outsidein.factors.declaration import Period
from outsidein.factors.responses import period_of
from outsidein.factors.study import Studies, Study
from outsidein.figures.figure import Estimate, Figure, Unit, unanswered
from outsidein.stats.factors.contrast import Contrast, contrast
from outsidein.stats.factors.drift import (
    change_points,
    context_moderation,
    shrink_trajectory,
    turning_points_to_hygiene,
)
from outsidein.stats.factors.ratings import Floats, Moments, rating_moments

DRAWS = 300
TURNING = "reward falls while penalty grows"


@dataclass(frozen=True, slots=True)
class _Course:
    """One factor over the periods in which it has enough answers: draws by periods."""

    segment: str
    factor: str
    periods: tuple[str, ...]
    n: tuple[int, ...]
    penalties: Floats
    rewards: Floats
    penalty: Floats
    reward: Floats


def drift_figure(
    studies: Studies, context: Mapping[str, Mapping[str, float]], *, rng: np.random.Generator
) -> Figure:
    """Follow each factor over the periods.

    Args:
        studies: Of everybody and of each segment.
        context: Mean value by series and period, as by `context_by_period`.
        rng: Source of the bootstrap draws.
    """
    estimates: list[Estimate] = []
    for study in studies.studies:
        (own,) = rng.spawn(1)
        for course in _courses(study, own):
            estimates += _course_estimates(course, context)
    return Figure(
        "factor_drift",
        "How factors move over time",
        f"Penalty and reward reckoned anew in each {studies.settings.period} with 30 low and 30 "
        "high answers, each estimate drawn towards the mean of all by how unsure it is. An "
        "enhancer becomes hygiene as its reward falls while its penalty grows: the share of joint "
        "bootstrap samples in which both lines slope so (one in four where nothing moves). Change "
        "points in both effects together, kept so that fewer than one unchanged series in twenty "
        "shows one. With a context series: change of the effect when the series stands one "
        "standard deviation higher, an association over few periods, not shown to be a cause.",
        ("segment", "factor", "period", "series"),
        tuple(estimates),
    )


def context_by_period(
    context: ir.Table, period: Period, *, market: str = "any"
) -> dict[str, dict[str, float]]:
    """Average each series of the surroundings by period.

    Args:
        context: The canonical table.
        period: How periods are cut.
        market: Whose series; `any` stands for all.
    """
    ours = context.filter(context.market == market)
    named = ours.mutate(period=period_of(ours.from_on, period))
    rows = named.select("series", "period", "from_on", "value").order_by(
        "series", "period", "from_on", "value"
    )
    found: dict[str, dict[str, list[float]]] = {}
    for row in rows.to_pyarrow().to_pylist():
        found.setdefault(row["series"], {}).setdefault(row["period"], []).append(row["value"])
    return {
        series: {name: float(np.mean(values)) for name, values in periods.items()}
        for series, periods in found.items()
    }


def _courses(study: Study, rng: np.random.Generator) -> Iterator[_Course]:
    periods, parts = [], []
    names = sorted(pc.unique(study.laid_out["period"]).to_pylist())
    for name in names:
        rows = pc.equal(study.laid_out["period"], name).to_numpy(zero_copy_only=False)
        (own,) = rng.spawn(1)
        try:
            found = rating_moments(study.ratings.of(rows), cuts=study.cuts)
        except TooLittleData:
            continue
        periods.append(name)
        parts.append((found, contrast(found, rng=own, draws=DRAWS)))
    for place, factor in enumerate(study.ratings.factors):
        judged = [k for k, (_, made) in enumerate(parts) if made.judged[place]]
        if judged:
            told = [(periods[k], *parts[k]) for k in judged]
            yield _course(study.segment, factor, place, told)


def _course(
    segment: str, factor: str, place: int, told: list[tuple[str, Moments, Contrast]]
) -> _Course:
    def across(pick: Callable[[Contrast, int], Floats]) -> Floats:
        columns = [pick(made, int(made.judged[:place].sum())) for _, _, made in told]
        return np.stack(columns, axis=-1)

    return _Course(
        segment,
        factor,
        tuple(period for period, _, _ in told),
        tuple(int(found.customers[place]) for _, found, _ in told),
        across(lambda made, k: made.penalties[:, k]),
        across(lambda made, k: made.rewards[:, k]),
        across(lambda made, k: made.penalty[k]),
        across(lambda made, k: made.reward[k]),
    )


def _course_estimates(
    course: _Course, context: Mapping[str, Mapping[str, float]]
) -> Iterator[Estimate]:
    try:
        yield from _trajectory(course, "penalty", course.penalty, course.penalties)
        yield from _trajectory(course, "reward", course.reward, course.rewards)
        yield from _turning(course)
        yield from _changes(course)
    except TooLittleData as error:
        group = _group(course, None)
        yield unanswered("how it moves", Unit.SHARE, str(error), group=group)
        return
    for series, values in context.items():
        yield from _with_series(course, series, values)


def _group(course: _Course, period: str | None, series: str | None = None) -> dict[str, str | None]:
    return {
        "segment": course.segment,
        "factor": course.factor,
        "period": period,
        "series": series,
    }


def _trajectory(course: _Course, measure: str, value: Floats, drawn: Floats) -> Iterator[Estimate]:
    found = shrink_trajectory(value, drawn.std(axis=0))
    for k, period in enumerate(course.periods):
        yield Estimate(
            measure,
            Unit.SHARE,
            course.n[k],
            float(found.value[k]),
            float(found.low[k]),
            float(found.high[k]),
            group=_group(course, period),
        )


def _turning(course: _Course) -> Iterator[Estimate]:
    found, n, group = (
        turning_points_to_hygiene(course.penalties, course.rewards),
        sum(course.n),
        _group(course, None),
    )
    why = "a share of bootstrap samples has no interval"
    yield Estimate(TURNING, Unit.SHARE, n, found.probability, why=why, group=group)
    for measure, slope in (("reward a period", found.reward), ("penalty a period", found.penalty)):
        yield Estimate(measure, Unit.SHARE, n, *slope, group=group)


def _changes(course: _Course) -> Iterator[Estimate]:
    try:
        found = change_points(course.penalties, course.rewards)
    except TooLittleData:
        return
    for place in found.tolist():
        for name, drawn in (("reward", course.rewards), ("penalty", course.penalties)):
            moved = drawn[:, place:].mean(axis=1) - drawn[:, :place].mean(axis=1)
            low, high = np.quantile(moved, [0.025, 0.975]).tolist()
            yield Estimate(
                f"{name} moved at a change point",
                Unit.SHARE,
                sum(course.n),
                float(moved.mean()),
                low,
                high,
                group=_group(course, course.periods[place]),
            )


def _with_series(course: _Course, series: str, values: Mapping[str, float]) -> Iterator[Estimate]:
    known = [k for k, period in enumerate(course.periods) if period in values]
    told = np.array([values[course.periods[k]] for k in known])
    for measure, value, drawn in (
        ("penalty with the series", course.penalty, course.penalties),
        ("reward with the series", course.reward, course.rewards),
    ):
        group = _group(course, None, series)
        try:
            found = context_moderation(value[known], drawn[:, known].std(axis=0), told)
        except TooLittleData as error:
            yield unanswered(measure, Unit.SHARE, str(error), group=group)
            continue
        n = sum(course.n[k] for k in known)
        yield Estimate(measure, Unit.SHARE, n, found.slope, found.low, found.high, group=group)
