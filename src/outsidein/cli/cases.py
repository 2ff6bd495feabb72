"""`outsidein cases`: whose case is next, taken, moved on, handed over, done."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from outsidein.cases.lifecycle import Kind, State
from outsidein.cli.console import Commands, out, row
from outsidein.errors import InputError, UnknownName
from outsidein.workspace.project import open_project

if TYPE_CHECKING:
    from collections.abc import Mapping

    from outsidein.cases import declaration
    from outsidein.cases.queue import CaseRow, Cursor
    from outsidein.workspace.cases import Cases

commands = typer.Typer(cls=Commands, no_args_is_help=True, help="Work about single customers.")

Folder = Annotated[Path, typer.Option("--project", "-p", help="Folder of the project.")]
Number = Annotated[int, typer.Argument(help="Number of a case.")]
By = Annotated[str, typer.Option(help="Who acts; your login name when not said.")]
Team = Annotated[str, typer.Argument(help="Name of a team.")]

HEAD = (
    *("case", "priority", "team", "owner", "issue", "rule", "state", "due", "record"),
    "unanswered",
)
STEPS = {
    kind.value: kind
    for kind in (
        *(Kind.ACKNOWLEDGE, Kind.ASSESS, Kind.INVESTIGATE, Kind.RESPOND, Kind.COMMUNICATE),
        *(Kind.CLOSE, Kind.REOPEN, Kind.ESCALATE),
    )
}


@commands.command("list")
def list_cases(  # noqa: PLR0917  each is an option of the command
    team: Annotated[str | None, typer.Option(help="Only this team's.")] = None,
    owner: Annotated[str | None, typer.Option(help="Only this person's.")] = None,
    state: Annotated[State | None, typer.Option(help="Only in this state.")] = None,
    issue: Annotated[str | None, typer.Option(help="Only on this issue.")] = None,
    after: Annotated[str, typer.Option(help="Go on where a page ended.")] = "",
    rows: Annotated[int, typer.Option(help="Most cases on a page.", min=1)] = 20,
    folder: Folder = Path(),
) -> None:
    """List open cases, the dearest first.

    Example: outsidein cases list --team delivery
    """
    from outsidein.cases.queue import Wanted  # noqa: PLC0415  loaded by who asks for it

    wanted = Wanted(team=team, owner=owner, state=state, issue=issue, is_open=state != State.CLOSED)
    cases = _opened(folder)
    page = cases.list(wanted, limit=rows, after=_cursor(after))
    if team and not page.cases and team not in cases.teams():
        raise UnknownName("team", team, cases.teams())
    _print(page.cases, cases.teams())
    if page.after:
        out.print(f"Go on with --after {page.after.rank}:{page.after.number}")


@commands.command()
def day(team: Team, folder: Folder = Path()) -> None:
    """Show what a team can do today, and how much lies beyond.

    Example: outsidein cases day delivery
    """
    cases = _opened(folder)
    found = cases.day(team)
    _print(found.cases, cases.teams())
    out.print(
        f"{found.done} done today; beyond today's capacity: {found.backlog} complaints and "
        f"disasters, {found.waiting} others."
    )


@commands.command()
def backlog(team: Team, folder: Folder = Path()) -> None:
    """List the complaints and disasters beyond a team's capacity today.

    Example: outsidein cases backlog delivery
    """
    cases = _opened(folder)
    _print(list(cases.backlog(team)), cases.teams())


@commands.command()
def show(number: Number, folder: Folder = Path()) -> None:
    """Show a case: what fired, what happened to it since, and what its playbook says.

    Example: outsidein cases show 17
    """
    cases = _opened(folder)
    whole = cases.show(number)
    _print([whole.case], cases.teams())
    for alert in whole.alerts:
        row("alert", alert.rule, f"{alert.source}/{alert.key}", _worded(alert.facts))
    for event in whole.events:
        at = event.at.isoformat(timespec="seconds")
        row(
            event.position,
            event.kind.value,
            event.state.value,
            event.by,
            at,
            _worded(event.details),
        )
    for other in whole.linked:
        row("linked with case", other)
    if whole.playbook:
        row("playbook", whole.playbook.name, whole.playbook.header.title)
        for place, step in enumerate(whole.playbook.steps, start=1):
            row(place, step)
    row("proposed", *(book.name for book in whole.proposed))


@commands.command()
def assign(
    number: Number,
    owner: Annotated[str, typer.Argument(help="A member of the team.")],
    by: By = "",
    folder: Folder = Path(),
) -> None:
    """Give a case to a member of its team.

    Example: outsidein cases assign 17 Bruno --by Carla
    """
    _opened(folder).assign(number, owner, by=by or None)
    out.print(f"Case {number} is {owner}'s.")


@commands.command()
def accept(number: Number, by: By = "", folder: Folder = Path()) -> None:
    """Take a case and acknowledge it.

    Example: outsidein cases accept 17 --by Bruno
    """
    _opened(folder).accept(number, by=by or None)
    out.print(f"Case {number} is yours.")


@commands.command("hand-over")
def hand_over(
    number: Number,
    team: Annotated[str, typer.Argument(help="The team to hand it to.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    by: By = "",
    folder: Folder = Path(),
) -> None:
    """Hand a case to another team.

    Example: outsidein cases hand-over 17 customer_relations --reason "wants to talk" --by Bruno
    """
    _opened(folder).hand_over(number, team, by=by or None, reason=reason)
    out.print(f"Case {number} is with {team}.")


@commands.command()
def step(
    number: Number,
    what: Annotated[str, typer.Argument(help=f"One of {', '.join(STEPS)}.")],
    note: Annotated[str, typer.Option(help="What there is to say of it.")] = "",
    by: By = "",
    folder: Folder = Path(),
) -> None:
    """Move a case a step on, as it is worked through.

    Example: outsidein cases step 17 assess --by Bruno
    """
    if what not in STEPS:
        raise InputError(f"There is no step {what!r}; a case can {', '.join(STEPS)}.")
    details = {"note": note} if note else {}
    state = _opened(folder).happen(number, STEPS[what], by=by or None, details=details)
    out.print(f"Case {number} is {state.value}.")


@commands.command()
def note(
    number: Number,
    text: Annotated[str, typer.Argument(help="What there is to say.")],
    by: By = "",
    folder: Folder = Path(),
) -> None:
    """Write a note to a case.

    Example: outsidein cases note 17 "called, no answer" --by Bruno
    """
    _opened(folder).happen(number, Kind.NOTE, by=by or None, details={"note": text})
    out.print("Noted.")


@commands.command()
def done(
    number: Number,
    text: Annotated[str, typer.Option("--note", help="What was done.")] = "",
    by: By = "",
    folder: Folder = Path(),
) -> None:
    """Bring a case to its end, through every step it has not gone yet.

    Example: outsidein cases done 17 --note "parcel sent again" --by Bruno
    """
    state = _opened(folder).done(number, by=by or None, note=text)
    out.print(f"Case {number} is {state.value}.")


@commands.command()
def cause(
    number: Number,
    found: Annotated[str, typer.Argument(help="The root cause.")],
    by: By = "",
    folder: Folder = Path(),
) -> None:
    """Write down the root cause of a case.

    Example: outsidein cases cause 17 carrier --by Bruno
    """
    _opened(folder).record_cause(number, found, by=by or None)
    out.print("Noted.")


@commands.command()
def verdict(
    number: Number,
    said: Annotated[str, typer.Argument(help="satisfied or dissatisfied.")],
    by: By = "",
    folder: Folder = Path(),
) -> None:
    """Write down what the customer says of how the case was handled.

    Example: outsidein cases verdict 17 satisfied --by Bruno
    """
    _opened(folder).record_verdict(number, said, by=by or None)
    out.print("Noted.")


def _opened(folder: Path) -> "Cases":
    return open_project(folder).cases


def _worded(facts: "Mapping[str, Any]") -> str:
    return "; ".join(f"{name.replace('_', ' ')} {value}" for name, value in facts.items())


def _print(cases: "list[CaseRow]", teams: "Mapping[str, declaration.Team]") -> None:
    """Print cases, due by the clocks of their team."""
    row(*HEAD)
    for case in cases:
        team = teams.get(case.team)
        due = team.local(case.due_at) if team else case.due_at.isoformat(timespec="minutes")
        record = f"{case.source}/{case.record_id}" if case.record_id else case.about
        row(
            *(case.number, case.priority, case.team, case.owner, case.issue, case.rule),
            *(case.state.value, due, record, case.unanswered),
        )


def _cursor(text: str) -> "Cursor | None":
    if not text:
        return None
    rank, colon, number = text.partition(":")
    if not colon or not rank.lstrip("-").isdigit() or not number.isdigit():
        raise InputError(f"{text!r} is no place to go on from; take it from the page before.")
    from outsidein.cases.queue import Cursor  # noqa: PLC0415  loaded by who asks for it

    return Cursor(int(rank), int(number))
