"""Figures that scripts may still name as they were called before."""

import warnings

from outsidein.errors import FormerNameWarning

FORMER_FIGURES = {
    "breakoff_hazard": "churn_hazard",
    "breakoff_money": "churn_money",
    "breakoff_reasons": "churn_reasons",
    "breakoff_sensitivity": "churn_sensitivity",
}
"""Former name of a figure, and its present one."""


def present_figure_name(name: str) -> str:
    """Return the present name of a figure, with a warning where it was a former one.

    Example:
        >>> present_figure_name("survival")
        'survival'
    """
    present = FORMER_FIGURES.get(name)
    if present is None:
        return name
    message = f"The figure {name!r} is called {present!r} now. Rename it."
    warnings.warn(message, FormerNameWarning, stacklevel=2)
    return present
