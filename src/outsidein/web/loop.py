"""What the pages behind links show of a project's cases, and do to them."""

from collections.abc import Callable

from outsidein.delivery.links import Verb
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
        )

    return show


def _facts(whole: Whole) -> dict[str, str]:
    case = whole.case
    told = {
        "Fired by": case.rule,
        "Record": f"{case.source}/{case.record_id}" if case.record_id else None,
        "State": case.state,
        "Team": case.team,
        "Owner": case.owner,
        "Respond by": case.due_at.isoformat(sep=" ", timespec="minutes"),
        "Alerts": str(case.alerts),
        "Playbook": whole.playbook.text if whole.playbook else None,
    }
    return {label: value for label, value in told.items() if value}


def case_acted(cases: Cases) -> Act:
    """Return what does to a case what a link allows."""

    def act(case: str, verb: str, *, who: str, to: str, note: str, cause: str) -> str:
        number = int(case)
        if verb == Verb.ACCEPT:
            cases.accept(number, by=who)
            return f"Case {case} is yours, and acknowledged."
        if verb == Verb.HAND_OVER:
            if not to:
                raise InputError("Say which team the case is to go to.")
            cases.hand_over(number, to, by=who, reason=note or "handed over by its link")
            return f"Case {case} went to {to}."
        cases.finish(number, by=who, note=note, cause=cause)
        return f"Case {case} is done."

    return act
