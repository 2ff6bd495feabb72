"""The figure about objectives: where each stands."""

from outsidein.figures.figure import Unit
from outsidein.figures.spec import FigureSpec, Measure

BASELINE = {unit: Measure("baseline", unit) for unit in Unit}
TODAY = {unit: Measure("today", unit) for unit in Unit}
EXPECTED = {unit: Measure("expected by today", unit) for unit in Unit}
TARGET = {unit: Measure("target", unit) for unit in Unit}
"""By the unit of the metric."""

REACHED, ON_TRACK, BEHIND, MISSED = "reached", "on track", "behind", "missed"
NOT_CLEAR, NOT_REACHED, UNKNOWN = "not clear yet", "not reached yet", "not measured"

OBJECTIVES = FigureSpec(
    "objectives",
    "Where each objective stands",
    ("objective", "metric", "period", "better", "standing", "due_on", "encounters"),
    (*BASELINE.values(), *TODAY.values(), *EXPECTED.values(), *TARGET.values()),
    "Today: the published number that the objective names, with its interval, and the period it is "
    "about; without a number where the data doubt it. Expected by today: "
    "on the straight line from the baseline, on its day, to the target, on its due day. Reached, "
    "on track, behind or missed only where the whole interval says so; baseline and target are "
    "declared. n = as in the figure of the metric.",
)
