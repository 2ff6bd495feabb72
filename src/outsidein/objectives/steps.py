"""Step of objectives: where each stands today."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from outsidein.figures.figure import Figure, protect
from outsidein.figures.spec import FigureSpec
from outsidein.objectives.declaration import Objective
from outsidein.objectives.figures import OBJECTIVES
from outsidein.objectives.tracking import objectives_figure
from outsidein.steps.run import Run
from outsidein.steps.step import Step


@dataclass(frozen=True, slots=True)
class DeclaredObjectives:
    """The objectives that a project declares."""

    objectives: tuple[Objective, ...]


def track_objectives_step(specs: Sequence[FigureSpec]) -> Step:
    """Return the step that reads each objective's metric.

    Args:
        specs: The figures that earlier steps may publish.
    """

    def track(run: Run) -> Iterable[Figure]:
        objectives = run.declaration(DeclaredObjectives).objectives
        published = (run.figure_if_published(spec) for spec in specs)
        figures = {figure.name: protect(figure) for figure in published if figure}
        by_name = {spec.name: spec for spec in specs}
        if objectives:
            yield objectives_figure(objectives, figures, by_name, as_of=run.as_of)

    return Step(
        name="Evaluate: objectives",
        run=track,
        reads_figures=tuple(specs),
        figures=(OBJECTIVES,),
    )
