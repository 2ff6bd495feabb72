"""Every figure that a build publishes, or that is made of the store when somebody asks."""

from collections.abc import Iterator

from outsidein.errors import UnknownName
from outsidein.figures.spec import FigureSpec
from outsidein.pipeline.order import STEPS


def published_specs() -> Iterator[FigureSpec]:
    """Yield the declaration of every figure of a build, in the order of its steps."""
    for step in STEPS:
        for figure in step.figures:
            if isinstance(figure, FigureSpec):
                yield figure


FIGURES = {spec.name: spec for spec in published_specs()}
"""The figures of a build, by name."""


def figure_spec(name: str) -> FigureSpec:
    """Return the declaration of a figure.

    Raises:
        UnknownName: No figure has that name.

    Example:
        >>> figure_spec("tiers").groups
        ('tier',)
    """
    if name not in FIGURES:
        raise UnknownName("figure", name, FIGURES)
    return FIGURES[name]
