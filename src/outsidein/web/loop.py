"""Connects the pages behind links to a project's cases."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from outsidein.alerts.case_file import CaseFile
from outsidein.delivery.links import CaseVerb
from outsidein.errors import InputError
from outsidein.web.case import CaseActing, CaseFacts
from outsidein.workspace.cases import Cases


def show_case(cases: Cases) -> Callable[[str], CaseFacts]:
    """Return a function that returns the facts of a case."""

    def show(case: str) -> CaseFacts:
        file = cases.show(int(case))
        return CaseFacts(
            title=f"Case {case}: {file.case.issue}",
            facts=_facts(file),
            teams=tuple(file.other_teams),
            causes=tuple(file.causes),
            owner=file.case.owner if file.case.begun_at else None,
            is_closed=file.case.closed_at is not None,
        )

    return show


def _facts(file: CaseFile) -> dict[str, str]:
    case, book = file.case, file.playbook
    facts = {
        "State": case.state.value,
        "Respond by": _due(file) if case.closed_at is None else None,
        "Not answered": case.unanswered,
        "Owner": case.owner or "none yet",
        "Team": case.team,
        "Record": f"{case.source}/{case.record_id}" if case.record_id else None,
        "What happened": "\n".join(f"{a.rule}: {_worded(a.facts)}" for a in file.alerts),
        "Alerts": str(case.alerts) if case.alerts > len(file.alerts) else None,
        "Playbook": f"{book.header.title}\n{book.text}" if book else None,
    }
    return {label: value for label, value in facts.items() if value}


def _due(file: CaseFile) -> str:
    due: datetime = file.case.due_at
    return file.team.local(due) if file.team else due.isoformat(sep=" ", timespec="minutes")


def _worded(facts: Mapping[str, Any]) -> str:
    """Word the facts that an alert saw, the day first; money without its currency is left out."""
    rest = sorted(name for name in facts if name not in ("happened_on", "value"))
    return "; ".join(
        f"{name.replace('_', ' ')} {facts[name]}"
        for name in ("happened_on", *rest)
        if name in facts
    )


def act_on_case(cases: Cases) -> CaseActing:
    """Return a function that does what a link allows."""

    def act(case: str, verb: str, *, who: str, to: str, note: str, cause: str) -> str:
        number = int(case)
        if verb == CaseVerb.ACCEPT:
            cases.accept(number, by=who)
            return f"Case {case} is now yours and acknowledged."
        if verb == CaseVerb.HAND_OVER:
            if not to:
                raise InputError("Choose the team to hand the case over to.")
            cases.hand_over(number, to, by=who, reason=note)
            return f"Case {case} was handed over to {to}."
        if not cause:
            raise InputError("Enter the root cause.")
        cases.done(number, by=who, note=note, cause=cause)
        return f"Case {case} is closed."

    return act
