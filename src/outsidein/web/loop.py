"""Connects the pages behind links to a project's cases."""

from collections.abc import Callable
from datetime import datetime

from outsidein.alerts.case_file import CaseFile
from outsidein.delivery.links import CaseVerb
from outsidein.errors import InputError
from outsidein.present.alert_facts import facts_in_words
from outsidein.web.case import CaseActing, CaseFacts
from outsidein.workspace.cases import Cases


def show_case(cases: Cases, *, currency: str) -> Callable[[str], CaseFacts]:
    """Return a function that returns the facts of a case."""

    def show(case: str) -> CaseFacts:
        file = cases.show(int(case))
        return CaseFacts(
            title=f"Case {case}: {file.case.issue}",
            facts=_facts(file, currency),
            teams=tuple(file.other_teams),
            causes=tuple(file.causes),
            owner=file.case.owner if file.case.begun_at else None,
            is_closed=file.case.closed_at is not None,
        )

    return show


def _facts(file: CaseFile, currency: str) -> dict[str, str]:
    case, book = file.case, file.playbook
    facts = {
        "State": case.state.value,
        "Respond by": _due(file) if case.closed_at is None else None,
        "Not answered": case.unanswered,
        "Owner": case.owner or "none yet",
        "Team": case.team,
        "Record": f"{case.source}/{case.record_id}" if case.record_id else None,
        "What happened": "\n".join(
            f"{alert.rule}: {facts_in_words(alert.facts, currency)}" for alert in file.alerts
        ),
        "Alerts": str(case.alerts) if case.alerts > len(file.alerts) else None,
        "Playbook": f"{book.header.title}\n{book.text}" if book else None,
    }
    return {label: value for label, value in facts.items() if value}


def _due(file: CaseFile) -> str:
    due: datetime = file.case.due_at
    return file.team.local(due) if file.team else due.isoformat(sep=" ", timespec="minutes")


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
