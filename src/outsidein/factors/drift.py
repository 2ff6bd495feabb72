"""Figure: drift of penalties and rewards over periods, alone and with context series."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import ibis.expr.types as ir
import numpy as np
import pyarrow.compute as pc

from outsidein.errors import TooLittleData
from outsidein.factors.declaration import Period
from outsidein.factors.figures import (
    FACTOR_DRIFT,
    HOW_IT_MOVES,
    PENALTY,
    PENALTY_A_PERIOD,
    PENALTY_MOVED,
    PENALTY_WITH_SERIES,
    REWARD,
    REWARD_A_PERIOD,
    REWARD_MOVED,
    REWARD_WITH_SERIES,
    TURNING_TO_HYGIENE,
)
from outsidein.factors.responses import period_of
from outsidein.factors.study import Studies, Study
from outsidein.figures.figure import Estimate, Figure
from outsidein.figures.spec import Measure
from outsidein.stats.factors.contrast import Contrast, contrast
from outsidein.stats.factors.drift import (
    change_points,
    context_moderation,
    shrink_trajectory,
    turning_points_to_hygiene,
)
from outsidein.stats.factors.ratings import Floats, Moments, rating_moments

DRAWS = 300


@dataclass(frozen=True, slots=True)
class _FactorHistory:
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
    """Estimate the drift of each factor over periods.

    Args:
        studies: Of everybody and of each segment.
        context: Mean value by series and period, as by `context_by_period`.
        rng: Source of the bootstrap draws.
    """
    estimates: list[Estimate] = []
    for study in studies.studies:
        (own_rng,) = rng.spawn(1)
        for history in _factor_histories(study, own_rng):
            estimates += _history_estimates(history, context)
    return FACTOR_DRIFT.figure(estimates, period=studies.settings.period)


def context_by_period(
    context: ir.Table, period: Period, *, market: str = "any"
) -> dict[str, dict[str, float]]:
    """Average each context series by period.

    Args:
        context: The canonical table.
        period: Length of periods.
        market: Market of the series; `any` stands for all.
    """
    ours = context.filter(context.market == market)
    named = ours.mutate(period=period_of(ours.from_on, period))
    rows = named.select("series", "period", "from_on", "value").order_by(
        "series", "period", "from_on", "value"
    )
    values_by_series: dict[str, dict[str, list[float]]] = {}
    for row in rows.to_pyarrow().to_pylist():
        values_by_series.setdefault(row["series"], {}).setdefault(row["period"], []).append(
            row["value"]
        )
    return {
        series: {name: float(np.mean(values)) for name, values in periods.items()}
        for series, periods in values_by_series.items()
    }


def _factor_histories(study: Study, rng: np.random.Generator) -> Iterator[_FactorHistory]:
    periods, parts = [], []
    names = sorted(pc.unique(study.occasions["period"]).to_pylist())
    for name in names:
        rows = pc.equal(study.occasions["period"], name).to_numpy(zero_copy_only=False)
        (own_rng,) = rng.spawn(1)
        try:
            moments = rating_moments(study.ratings.of(rows), cuts=study.cuts)
        except TooLittleData:
            continue
        periods.append(name)
        parts.append((moments, contrast(moments, rng=own_rng, draws=DRAWS)))
    for place, factor in enumerate(study.ratings.factors):
        measured_at = [k for k, (_, effects) in enumerate(parts) if effects.is_estimated[place]]
        if measured_at:
            measured = [(periods[k], *parts[k]) for k in measured_at]
            yield _factor_history(study.segment, factor, place, measured)


def _factor_history(
    segment: str, factor: str, place: int, measured: list[tuple[str, Moments, Contrast]]
) -> _FactorHistory:
    def across(pick: Callable[[Contrast, int], Floats]) -> Floats:
        columns = [
            pick(effects, int(effects.is_estimated[:place].sum())) for _, _, effects in measured
        ]
        return np.stack(columns, axis=-1)

    return _FactorHistory(
        segment,
        factor,
        tuple(period for period, _, _ in measured),
        tuple(int(moments.customers[place]) for _, moments, _ in measured),
        across(lambda effects, k: effects.penalties[:, k]),
        across(lambda effects, k: effects.rewards[:, k]),
        across(lambda effects, k: effects.penalty[k]),
        across(lambda effects, k: effects.reward[k]),
    )


def _history_estimates(
    history: _FactorHistory, context: Mapping[str, Mapping[str, float]]
) -> Iterator[Estimate]:
    try:
        yield from _trajectory_estimates(history, PENALTY, history.penalty, history.penalties)
        yield from _trajectory_estimates(history, REWARD, history.reward, history.rewards)
        yield from _turning_estimates(history)
        yield from _change_estimates(history)
    except TooLittleData as error:
        group = _group(history, None)
        yield HOW_IT_MOVES.unanswered(str(error), group=group)
        return
    for series, values in context.items():
        yield from _moderation_estimates(history, series, values)


def _group(
    history: _FactorHistory, period: str | None, series: str | None = None
) -> dict[str, str | None]:
    return {
        "segment": history.segment,
        "factor": history.factor,
        "period": period,
        "series": series,
    }


def _trajectory_estimates(
    history: _FactorHistory, measure: Measure, value: Floats, drawn: Floats
) -> Iterator[Estimate]:
    shrunk = shrink_trajectory(value, drawn.std(axis=0))
    for k, period in enumerate(history.periods):
        yield measure.estimate(
            history.n[k],
            float(shrunk.value[k]),
            float(shrunk.low[k]),
            float(shrunk.high[k]),
            group=_group(history, period),
        )


def _turning_estimates(history: _FactorHistory) -> Iterator[Estimate]:
    turning, n, group = (
        turning_points_to_hygiene(history.penalties, history.rewards),
        sum(history.n),
        _group(history, None),
    )
    why = "a share of bootstrap samples has no interval"
    yield TURNING_TO_HYGIENE.estimate(n, turning.probability, why=why, group=group)
    for measure, slope in ((REWARD_A_PERIOD, turning.reward), (PENALTY_A_PERIOD, turning.penalty)):
        yield measure.estimate(n, *slope, group=group)


def _change_estimates(history: _FactorHistory) -> Iterator[Estimate]:
    try:
        places = change_points(history.penalties, history.rewards)
    except TooLittleData:
        return
    for place in places.tolist():
        for measure, drawn in ((REWARD_MOVED, history.rewards), (PENALTY_MOVED, history.penalties)):
            moved = drawn[:, place:].mean(axis=1) - drawn[:, :place].mean(axis=1)
            low, high = np.quantile(moved, [0.025, 0.975]).tolist()
            yield measure.estimate(
                sum(history.n),
                float(moved.mean()),
                low,
                high,
                group=_group(history, history.periods[place]),
            )


def _moderation_estimates(
    history: _FactorHistory, series: str, values: Mapping[str, float]
) -> Iterator[Estimate]:
    with_value = [k for k, period in enumerate(history.periods) if period in values]
    series_values = np.array([values[history.periods[k]] for k in with_value])
    for measure, value, drawn in (
        (PENALTY_WITH_SERIES, history.penalty, history.penalties),
        (REWARD_WITH_SERIES, history.reward, history.rewards),
    ):
        group = _group(history, None, series)
        try:
            moderation = context_moderation(
                value[with_value], drawn[:, with_value].std(axis=0), series_values
            )
        except TooLittleData as error:
            yield measure.unanswered(str(error), group=group)
            continue
        n = sum(history.n[k] for k in with_value)
        yield measure.estimate(n, moderation.slope, moderation.low, moderation.high, group=group)
