"""`outsidein cases`: the queue of cases, and the steps of each."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated

import typer

from outsidein.alerts.case_file import CaseFile
from outsidein.cases.declaration import Team as DeclaredTeam
from outsidein.cases.lifecycle import CaseState, EventKind
from outsidein.cases.queue import CaseFilter, CaseRow, read_cursor
from outsidein.cli.console import By, Json, out, print_json, print_row, print_table
from outsidein.cli.groups import noun
from outsidein.cli.numbers import shown_money
from outsidein.cli.project import opened
from outsidein.errors import InputError, UnknownName
from outsidein.present.alert_facts import facts_in_words
from outsidein.workspace.cases import Cases
from outsidein.workspace.project import Project

app = noun("Cases: follow-up with single customers.")

Number = Annotated[int, typer.Argument(help="Number of a case.")]
Team = Annotated[str, typer.Argument(help="Name of a team.")]

HEAD = (
    *("case", "priority", "team", "owner", "issue", "rule", "state", "due", "record"),
    "unanswered",
)
STEPS = {
    kind.value: kind
    for kind in (
        *(
            EventKind.ACKNOWLEDGE,
            EventKind.ASSESS,
            EventKind.INVESTIGATE,
            EventKind.RESPOND,
            EventKind.COMMUNICATE,
        ),
        *(EventKind.CLOSE, EventKind.REOPEN),
    )
}


@app.command("list")
def list_cases(
    context: typer.Context,
    team: Annotated[str | None, typer.Option(help="Only cases of this team.")] = None,
    owner: Annotated[str | None, typer.Option(help="Only cases of this owner.")] = None,
    state: Annotated[CaseState | None, typer.Option(help="Only cases in this state.")] = None,
    issue: Annotated[str | None, typer.Option(help="Only cases on this issue.")] = None,
    after: Annotated[
        str, typer.Option(help="Start after this cursor, printed at the end of a page.")
    ] = "",
    rows: Annotated[int, typer.Option(help="Most cases on a page.", min=1)] = 20,
    as_json: Json = False,
) -> None:
    """List open cases, highest value first.

    Example: outsidein cases list --team delivery
    """
    wanted = CaseFilter(
        team=team, owner=owner, state=state, issue=issue, is_open=state != CaseState.CLOSED
    )
    project = opened(context)
    cases = project.cases
    page = cases.list(wanted, limit=rows, after=read_cursor(after))
    if team and not page.cases and team not in cases.teams():
        raise UnknownName("team", team, cases.teams())
    _print_cases(page.cases, project, as_json=as_json)
    if page.after and not as_json:
        out.print(f"Next page: --after {page.after}")


@app.command()
def day(context: typer.Context, team: Team, as_json: Json = False) -> None:
    """Show what a team can do today, and how much exceeds its capacity.

    Example: outsidein cases day delivery
    """
    project = opened(context)
    today = project.cases.day(team)
    _print_cases(today.cases, project, as_json=as_json)
    if not as_json:
        out.print(
            f"{today.done} done today. Beyond today's capacity: {today.backlog} complaints and "
            f"disasters, {today.waiting} others."
        )


@app.command()
def backlog(context: typer.Context, team: Team, as_json: Json = False) -> None:
    """List the complaints and disasters beyond a team's capacity today.

    Example: outsidein cases backlog delivery
    """
    project = opened(context)
    _print_cases(project.cases.backlog(team), project, as_json=as_json)


@app.command()
def show(context: typer.Context, number: Number, as_json: Json = False) -> None:
    """Show a case: its alerts, its history, and its playbook.

    Example: outsidein cases show 17
    """
    project = opened(context)
    whole, currency = project.cases.show(number), project.currency
    if as_json:
        print_json(_as_object(whole, project.cases.teams()))
        return
    _print_cases([whole.case], project)
    for alert in whole.alerts:
        facts = facts_in_words(alert.facts, currency)
        print_row("alert", alert.rule, f"{alert.source}/{alert.key}", facts)
    for e in whole.events:
        details = facts_in_words(e.details, currency)
        print_row(e.position, e.kind.value, e.state.value, e.by, e.at, details)
    for other in whole.linked:
        print_row("linked with case", other)
    if whole.playbook:
        print_row("playbook", whole.playbook.name, whole.playbook.header.title)
        for place, text in enumerate(whole.playbook.steps, start=1):
            print_row(place, text)
    print_row("proposed", *(book.name for book in whole.proposed))


@app.command()
def assign(
    context: typer.Context,
    number: Number,
    owner: Annotated[str, typer.Argument(help="A member of the team.")],
    by: By = "",
) -> None:
    """Assign a case to a member of its team.

    Example: outsidein cases assign 17 Bruno --by Carla
    """
    _cases(context).assign(number, owner, by=by or None)
    out.print(f"Case {number} is assigned to {owner}.")


@app.command()
def accept(context: typer.Context, number: Number, by: By = "") -> None:
    """Accept a case: become its owner and acknowledge it.

    Example: outsidein cases accept 17 --by Bruno
    """
    _cases(context).accept(number, by=by or None)
    out.print(f"Case {number} is yours.")


@app.command("hand-over")
def hand_over(
    context: typer.Context,
    number: Number,
    team: Annotated[str, typer.Argument(help="The team to hand it over to.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    by: By = "",
) -> None:
    """Hand a case over to another team.

    Example: outsidein cases hand-over 17 customer_relations --reason "wants to talk" --by Bruno
    """
    _cases(context).hand_over(number, team, by=by or None, reason=reason)
    out.print(f"Case {number} is with {team}.")


@app.command()
def escalate(
    context: typer.Context,
    number: Number,
    reason: Annotated[str, typer.Option(help="Why.")],
    by: By = "",
) -> None:
    """Escalate a case by one level: to the lead of its team, then to the team above.

    Example: outsidein cases escalate 17 --reason "wants to cancel" --by Bruno
    """
    _cases(context).escalate(number, by=by or None, reason=reason)
    out.print(f"Case {number} is escalated.")


@app.command()
def snooze(
    context: typer.Context,
    number: Number,
    until: Annotated[datetime, typer.Option(help="When it comes back, in UTC.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    by: By = "",
) -> None:
    """Take a case out of the queue until a moment; its response stays due when it was.

    Example: outsidein cases snooze 17 --until 2024-05-02T09:00:00 --reason "back on Monday"
    """
    moment = until.replace(tzinfo=UTC)
    _cases(context).snooze(number, moment, by=by or None, reason=reason)
    out.print(f"Case {number} is snoozed until {moment:%Y-%m-%d %H:%M} UTC.")


@app.command()
def wake(context: typer.Context, number: Number, by: By = "") -> None:
    """Bring a snoozed case back into the queue.

    Example: outsidein cases wake 17 --by Bruno
    """
    _cases(context).wake(number, by=by or None)
    out.print(f"Case {number} is back in the queue.")


@app.command()
def step(
    context: typer.Context,
    number: Number,
    what: Annotated[str, typer.Argument(help=f"One of {', '.join(STEPS)}.")],
    note: Annotated[str, typer.Option(help="A note, kept with the step.")] = "",
    by: By = "",
) -> None:
    """Record one step in the handling of a case.

    Example: outsidein cases step 17 assess --by Bruno
    """
    if what not in STEPS:
        raise InputError(f"There is no step {what!r}; the steps are {', '.join(STEPS)}.")
    details = {"note": note} if note else {}
    state = _cases(context).add_event(number, STEPS[what], by=by or None, details=details)
    out.print(f"Case {number} is {state.value}.")


@app.command()
def note(
    context: typer.Context,
    number: Number,
    text: Annotated[str, typer.Argument(help="The note.")],
    by: By = "",
) -> None:
    """Add a note to a case.

    Example: outsidein cases note 17 "called, no answer" --by Bruno
    """
    _cases(context).add_event(number, EventKind.NOTE, by=by or None, details={"note": text})
    out.print("Note added.")


@app.command()
def done(
    context: typer.Context,
    number: Number,
    text: Annotated[str, typer.Option("--note", help="What was done.")] = "",
    root_cause: Annotated[str, typer.Option("--cause", help="The root cause.")] = "",
    by: By = "",
) -> None:
    """Close a case, recording every step it has not gone through yet.

    If it has no owner, you become its owner first.

    Example: outsidein cases done 17 --note "parcel sent again" --by Bruno
    """
    _cases(context).done(number, by=by or None, note=text, cause=root_cause)
    out.print(f"Case {number} is closed.")


@app.command()
def cause(
    context: typer.Context,
    number: Number,
    root_cause: Annotated[str, typer.Argument(help="The root cause.")],
    by: By = "",
) -> None:
    """Record the root cause of a case.

    Example: outsidein cases cause 17 carrier --by Bruno
    """
    _cases(context).record_cause(number, root_cause, by=by or None)
    out.print("Root cause recorded.")


@app.command()
def verdict(
    context: typer.Context,
    number: Number,
    opinion: Annotated[str, typer.Argument(help="satisfied or dissatisfied.")],
    by: By = "",
) -> None:
    """Record the customer's opinion of how the case was handled.

    Example: outsidein cases verdict 17 satisfied --by Bruno
    """
    _cases(context).record_verdict(number, opinion, by=by or None)
    out.print("Verdict recorded.")


def _cases(context: typer.Context) -> Cases:
    return opened(context).cases


def _print_cases(cases: Iterable[CaseRow], project: Project, *, as_json: bool = False) -> None:
    """Print cases, their priority as money; in JSON it is in minor units."""
    teams = project.cases.teams()
    rows = [
        _row(
            case, teams, case.priority if as_json else shown_money(case.priority, project.currency)
        )
        for case in cases
    ]
    print_table(HEAD, rows, as_json=as_json)


def _row(case: CaseRow, teams: Mapping[str, DeclaredTeam], priority: object) -> tuple[object, ...]:
    """One case, due by the clocks of its team."""
    team = teams.get(case.team)
    due = team.local(case.due_at) if team else case.due_at.isoformat(timespec="minutes")
    record = f"{case.source}/{case.record_id}" if case.record_id else case.about
    return (
        *(case.number, priority, case.team, case.owner, case.issue, case.rule),
        *(case.state.value, due, record, case.unanswered),
    )


def _as_object(whole: CaseFile, teams: Mapping[str, DeclaredTeam]) -> dict[str, object]:
    return {
        **dict(zip(HEAD, _row(whole.case, teams, whole.case.priority), strict=True)),
        "alerts": [
            {"rule": a.rule, "source": a.source, "key": a.key, "facts": dict(a.facts)}
            for a in whole.alerts
        ],
        "events": [
            {"kind": e.kind, "state": e.state, "by": e.by, "at": e.at, "details": dict(e.details)}
            for e in whole.events
        ],
        "linked": whole.linked,
        "playbook": whole.playbook.name if whole.playbook else None,
        "proposed": [book.name for book in whole.proposed],
    }
