"""Objectives: where each stands against its baseline, its target and its due day."""

from collections import Counter

from outsidein.figures.figure import Estimate
from outsidein.objectives.figures import BEHIND, MISSED, OBJECTIVES, ON_TRACK, REACHED
from outsidein.present.figure_view import CrossTable
from outsidein.present.wording import label, sentence_list
from outsidein.report.evidence import Evidence
from outsidein.report.exhibits import Exhibit, SectionSpec, no_chart

TOLD_FIRST = (MISSED, BEHIND, REACHED, ON_TRACK)


def _standings(evidence: Evidence) -> str | None:
    estimates = evidence.view(OBJECTIVES).figure.estimates
    by_objective = {e.group["objective"]: str(e.group["standing"]) for e in estimates}
    if not by_objective:
        return None
    counts = Counter(by_objective.values())
    ordered = sorted(counts, key=lambda s: TOLD_FIRST.index(s) if s in TOLD_FIRST else 9)
    return f"Objectives: {sentence_list([f'{counts[s]} {s}' for s in ordered])}"


def _objective(e: Estimate) -> str:
    group = e.group
    due = f", due on {group['due_on']}" if group["due_on"] else ""
    return f"{label(str(group['objective']))}: {group['standing']}{due} ({group['metric']})"


WHERE_OBJECTIVES_STAND = SectionSpec(
    name="where-objectives-stand",
    heading="Where the objectives stand",
    intro="Each objective against its baseline, its target and its due day.",
    exhibits=(
        Exhibit(
            spec=OBJECTIVES,
            about="where each objective stands",
            finding=_standings,
            chart=no_chart,
            tables=CrossTable("Objective", _objective),
        ),
    ),
)
