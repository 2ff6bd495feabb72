"""Where an objective stands today, against its baseline, its target and its due day."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from outsidein.canonical.figures import SAMPLING
from outsidein.canonical.sampling_note import sampling_note
from outsidein.churn.doubts import OF_TENURE, unknown_start
from outsidein.churn.figures import SURVIVAL
from outsidein.errors import nearest
from outsidein.figures.figure import Estimate, Figure, Group, Unit
from outsidein.figures.spec import FigureSpec
from outsidein.objectives.declaration import Metric, Objective
from outsidein.objectives.figures import (
    BASELINE,
    BEHIND,
    EXPECTED,
    MISSED,
    NOT_CLEAR,
    NOT_REACHED,
    OBJECTIVES,
    ON_TRACK,
    REACHED,
    TARGET,
    TODAY,
    UNKNOWN,
)

DECLARED = "declared"
TIME_DIMENSIONS = ("period",)
IN_WORDS = "its metric is described in words; name figure and measure in [objective.metric]"


@dataclass(frozen=True, slots=True)
class MetricReading:
    """What a metric reads today.

    Attributes:
        unit: What it counts in.
        better: "more" or "less"; None where nobody says so.
        estimate: The number; None where there is none.
        why: Why there is no number; empty where there is one.
        period: Over which time it goes; empty where there is no such figure.
    """

    unit: Unit
    better: str | None
    estimate: Estimate | None
    why: str
    period: str = ""


def objectives_figure(
    objectives: Iterable[Objective],
    figures: Mapping[str, Figure],
    specs: Mapping[str, FigureSpec],
    *,
    as_of: date,
) -> Figure:
    """Return where each objective stands.

    Args:
        objectives: As declared.
        figures: What the build has published so far, by name.
        specs: The declarations of all figures that it may publish, by name.
        as_of: First day that does not count.
    """
    return OBJECTIVES.figure(
        e for each in objectives for e in _estimates(each, _read(each, figures, specs), as_of)
    )


def _read(
    objective: Objective, figures: Mapping[str, Figure], specs: Mapping[str, FigureSpec]
) -> MetricReading:
    metric = objective.metric
    if isinstance(metric, str):
        return _no_reading(None, IN_WORDS)
    if metric.figure not in specs:
        hint = nearest(metric.figure, specs)
        return _no_reading(metric, f"there is no figure {metric.figure!r}. {hint}")
    if metric.figure not in figures:
        return _no_reading(metric, f"this build has no figure {metric.figure!r}")
    reading = _reading_of(metric, figures[metric.figure], specs[metric.figure])
    doubts = "; ".join(_doubts(specs[metric.figure], figures))
    return replace(reading, estimate=None, why=doubts) if reading.estimate and doubts else reading


def _doubts(spec: FigureSpec, figures: Mapping[str, Figure]) -> Iterator[str]:
    """Return why a figure does not tell where an objective stands, as headlines doubt it."""
    sampling = sampling_note(figures.get(SAMPLING.name))
    if sampling and (objection := sampling.objection_to([spec])):
        yield objection
    if spec in OF_TENURE:
        yield from unknown_start(figures.get(SURVIVAL.name))


def _reading_of(metric: Metric, figure: Figure, spec: FigureSpec) -> MetricReading:
    of_measure = [e for e in figure.estimates if e.measure == metric.measure]
    if not of_measure:
        hint = nearest(metric.measure, {e.measure for e in figure.estimates})
        return _no_reading(metric, f"{metric.figure} has no measure {metric.measure!r}. {hint}")
    matching = [e for e in of_measure if _is_in(e, metric.group)]
    if len(matching) != 1:
        return _no_reading(
            metric,
            f"{len(matching)} numbers of {metric.figure} match; its groups are "
            f"{', '.join(spec.groups)}",
        )
    [estimate] = matching
    better = metric.better or spec.measure(metric.measure).better
    period = period_of(spec, estimate)
    if estimate.value is None:
        why = estimate.why or "there is no number"
        return MetricReading(estimate.unit, better, None, why, period)
    return MetricReading(estimate.unit, better, estimate, "", period)


def period_of(spec: FigureSpec, estimate: Estimate) -> str:
    """Return over which time a number goes, as its group or its figure says.

    Example:
        >>> spec = FigureSpec("late", "Late", ("period",), (), "Counted.")
        >>> period_of(spec, Estimate("late", Unit.SHARE, 9, group={"period": "2024-05"}))
        'in 2024-05'
    """
    group = estimate.group
    if group.get("dimension") in TIME_DIMENSIONS:
        return f"in {group['group']}"
    if group.get("dimension") == "recent":
        return f"over the {group['group']}"
    window = str(group.get("window") or "")
    if window.startswith("last ") or " since " in window:
        return f"over the {window}"
    named = next((group[name] for name in TIME_DIMENSIONS if group.get(name)), None)
    return f"in {named}" if named else spec.period


def _is_in(estimate: Estimate, group: Mapping[str, str | float]) -> bool:
    return all(_text(estimate.group.get(name)) == _text(value) for name, value in group.items())


def _text(value: str | float | None) -> str:
    """Write a value of a group as a project's file would; empty where there is none."""
    if value is None:
        return ""
    return value if isinstance(value, str) else f"{value:g}"


def _no_reading(metric: Metric | None, why: str) -> MetricReading:
    return MetricReading(Unit.NUMBER, metric.better if metric else None, None, why)


def _estimates(objective: Objective, reading: MetricReading, as_of: date) -> Iterator[Estimate]:
    expected = expected_by(objective, as_of)
    group = {
        "objective": objective.name,
        "metric": objective.measured_by,
        "period": reading.period or None,
        "better": reading.better,
        "standing": standing(objective, reading, as_of=as_of),
        "due_on": str(objective.due_on) if objective.due_on else None,
        "encounters": reading.estimate.group.get("encounters") if reading.estimate else None,
    }
    if objective.baseline is not None:
        yield BASELINE[reading.unit].estimate(None, objective.baseline, why=DECLARED, group=group)
    yield _today(reading, group)
    if expected is not None:
        why = "on the straight line from baseline to target"
        yield EXPECTED[reading.unit].estimate(None, expected, why=why, group=group)
    if objective.target is not None:
        yield TARGET[reading.unit].estimate(None, objective.target, why=DECLARED, group=group)


def _today(reading: MetricReading, group: Group) -> Estimate:
    measure, e = TODAY[reading.unit], reading.estimate
    if e is None:
        return measure.unanswered(reading.why, group=group)
    return measure.estimate(e.n, e.value, e.low, e.high, why=e.why, group=group)


def expected_by(objective: Objective, day: date) -> float | None:
    """Return where the straight line from baseline to target stands; None where there is none.

    Example:
        >>> on_time = Objective(
        ...     name="on_time", objective="Fewer late", business_case="It pays",
        ...     stakeholders=("head of delivery",), metric="share late", baseline=0.1,
        ...     target=0.06, baseline_on=date(2024, 1, 1), due_on=date(2025, 1, 1),
        ... )
        >>> round(expected_by(on_time, date(2024, 7, 2)), 3)
        0.08
    """
    ends = (objective.baseline, objective.target)
    days = (objective.baseline_on, objective.due_on)
    if None in (*ends, *days):
        return None
    baseline, target, begins, due = objective.baseline, objective.target, *days
    if baseline is None or target is None or begins is None or due is None or day <= begins:
        return None
    elapsed = min((day - begins).days / (due - begins).days, 1.0)
    return baseline + elapsed * (target - baseline)


def standing(objective: Objective, reading: MetricReading, *, as_of: date) -> str:
    """Return in a word where an objective stands."""
    estimate, target = reading.estimate, objective.target
    better = _direction(objective, reading)
    if estimate is None or target is None or better is None:
        return UNKNOWN
    if _is_at_least(estimate, target, better=better):
        return REACHED
    if objective.due_on and as_of >= objective.due_on:
        return MISSED if _is_below(estimate, target, better=better) else NOT_CLEAR
    expected = expected_by(objective, as_of)
    if expected is None:
        return NOT_REACHED
    if _is_at_least(estimate, expected, better=better):
        return ON_TRACK
    return BEHIND if _is_below(estimate, expected, better=better) else NOT_CLEAR


def _direction(objective: Objective, reading: MetricReading) -> str | None:
    """Return which way is good: as the measure says, or towards the target."""
    if reading.better:
        return reading.better
    if objective.baseline is None or objective.target in (None, objective.baseline):
        return None
    return "more" if (objective.target or 0.0) > objective.baseline else "less"


def _is_at_least(estimate: Estimate, bar: float, *, better: str) -> bool:
    """Whether all of an estimate's interval is as good as the bar."""
    value = estimate.value or 0.0
    if better == "more":
        return (estimate.low if estimate.low is not None else value) >= bar
    return (estimate.high if estimate.high is not None else value) <= bar


def _is_below(estimate: Estimate, bar: float, *, better: str) -> bool:
    """Whether all of an estimate's interval is worse than the bar."""
    value = estimate.value or 0.0
    if better == "more":
        return (estimate.high if estimate.high is not None else value) < bar
    return (estimate.low if estimate.low is not None else value) > bar
