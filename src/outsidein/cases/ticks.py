"""A playbook as a tick list: which steps of it were done on a case, by whom and when."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from outsidein.cases.events import EventRow
from outsidein.cases.lifecycle import EventKind
from outsidein.cases.work import CaseWork
from outsidein.errors import UnknownName

STEP, IS_DONE = "step", "is_done"
"""Details of the note that ticks a step, or takes its tick away."""


class PlaybookStep(NamedTuple):
    """A step of a playbook on one case; `by` and `at` are None until it is done."""

    text: str
    by: str | None = None
    at: datetime | None = None


def playbook_steps(steps: Sequence[str], events: Sequence[EventRow]) -> list[PlaybookStep]:
    """Return the steps of a case's playbook, each with who did it and when.

    Args:
        steps: Of the playbook as it is now; a step whose words changed is to be done anew.
        events: Of the case, oldest first.
    """
    ticks = {e.details[STEP]: e for e in events if e.kind == EventKind.NOTE and STEP in e.details}
    return [
        PlaybookStep(step, tick.by, tick.at)
        if (tick := ticks.get(step)) and tick.details[IS_DONE]
        else PlaybookStep(step)
        for step in steps
    ]


def tick_step(work: CaseWork, step: str, *, steps: Sequence[str], is_done: bool) -> None:
    """Note that a step of the playbook was done, or that it was not.

    Raises:
        UnknownName: The playbook has no such step.
        InputError: The actor is not of the team.
    """
    if step not in steps:
        raise UnknownName("step of the playbook", step, steps)
    work.add(EventKind.NOTE, {STEP: step, IS_DONE: is_done})
