"""What the pages behind links show of a project's cases, and do to them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from outsidein.delivery.links import CaseVerb
from outsidein.errors import InputError
from outsidein.web.case import Act, CaseFacts
from outsidein.workspace.cases import Cases, Whole


def case_shown(cases: Cases) -> Callable[[str], CaseFacts]:
    """Return what tells the facts of a case."""

    def show(case: str) -> CaseFacts:
        whole = cases.show(int(case))
        teams = tuple(name for name in cases.teams() if name != whole.case.team)
        return CaseFacts(
            title=f"Case {case}: {whole.case.issue}",
            facts=_facts(whole),
            teams=teams,
            causes=cases.causes(whole.case.number),
            owner=whole.case.owner if whole.case.begun_at else None,
            is_closed=whole.case.closed_at is not None,
        )

    return show


def _facts(whole: Whole) -> dict[str, str]:
    case, book = whole.case, whole.playbook
    told = {
        "State": case.state.value,
        "Respond by": _due(whole) if case.closed_at is None else None,
        "Not answered": case.unanswered,
        "Owner": case.owner or "nobody yet",
        "Team": case.team,
        "Record": f"{case.source}/{case.record_id}" if case.record_id else None,
        "What happened": "\n".join(f"{a.rule}: {_worded(a.facts)}" for a in whole.alerts),
        "Alerts": str(case.alerts) if case.alerts > len(whole.alerts) else None,
        "Playbook": f"{book.header.title}\n{book.text}" if book else None,
    }
    return {label: value for label, value in told.items() if value}


def _due(whole: Whole) -> str:
    due: datetime = whole.case.due_at
    return whole.team.local(due) if whole.team else due.isoformat(sep=" ", timespec="minutes")


def _worded(facts: Mapping[str, Any]) -> str:
    """Word the facts that an alert saw, the day first; money without its currency is left out."""
    rest = sorted(name for name in facts if name not in ("happened_on", "value"))
    return "; ".join(
        f"{name.replace('_', ' ')} {facts[name]}"
        for name in ("happened_on", *rest)
        if name in facts
    )


def case_acted(cases: Cases) -> Act:
    """Return what does to a case what a link allows."""

    def act(case: str, verb: str, *, who: str, to: str, note: str, cause: str) -> str:
        number = int(case)
        if verb == CaseVerb.ACCEPT:
            cases.accept(number, by=who)
            return f"Case {case} is yours, and acknowledged."
        if verb == CaseVerb.HAND_OVER:
            if not to:
                raise InputError("Say which team the case is to go to.")
            cases.hand_over(number, to, by=who, reason=note)
            return f"Case {case} went to {to}."
        if not cause:
            raise InputError("Say what the cause was.")
        cases.finish(number, by=who, note=note, cause=cause)
        return f"Case {case} is done."

    return act
