"""Whether the metrics of objectives name figures, measures and groups that there are."""

from collections.abc import Iterable

from outsidein.errors import ProjectError, UnknownName, nearest
from outsidein.figures.spec import FigureSpec
from outsidein.objectives.declaration import Metric, Objective
from outsidein.pipeline.published import figure_spec

FILE = "objectives.toml"


def check_metrics(objectives: Iterable[Objective]) -> None:
    """Refuse a metric that names what no build publishes.

    Raises:
        ProjectError: The first such name, by file and key, with the nearest there is.
    """
    for place, objective in enumerate(objectives):
        if isinstance(objective.metric, Metric):
            _check(objective.metric, f"objective.{place}.metric")


def _check(metric: Metric, key: str) -> None:
    spec = _spec(metric, key)
    if all(measure.fields(metric.measure) is None for measure in spec.measures):
        names = [measure.name for measure in spec.measures]
        problem = f"{spec.name} has no measure {metric.measure!r}. {nearest(metric.measure, names)}"
        raise ProjectError(FILE, f"{key}.measure", problem)
    for name in metric.group:
        if name not in spec.groups:
            problem = f"{spec.name} has no group {name!r}. {nearest(name, spec.groups)}"
            raise ProjectError(FILE, f"{key}.group.{name}", problem)


def _spec(metric: Metric, key: str) -> FigureSpec:
    try:
        return figure_spec(metric.figure)
    except UnknownName as error:
        raise ProjectError(FILE, f"{key}.figure", str(error)) from error
