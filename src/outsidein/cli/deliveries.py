"""`outsidein deliveries`: what goes out, and what was given up."""

from pathlib import Path
from typing import Annotated

import typer

from outsidein.cli.console import Commands, out, row
from outsidein.delivery.statements import DeliveryState
from outsidein.workspace.project import open_project

commands = typer.Typer(cls=Commands, no_args_is_help=True, help="Mails and webhooks.")

Folder = Annotated[Path, typer.Option("--project", "-p", help="Folder of the project.")]
By = Annotated[str, typer.Option(help="Who does it; your login name when not said.")]


@commands.command("list")
def list_deliveries(
    state: Annotated[DeliveryState | None, typer.Option(help="Only those in this state.")] = None,
    about: Annotated[str | None, typer.Option(help="Only what concerns this.")] = None,
    rows: Annotated[int, typer.Option(help="Show so many.", min=1)] = 100,
    folder: Folder = Path(),
) -> None:
    """List mails and webhooks with what became of them, the latest due first.

    Example: outsidein deliveries list --state given_up
    """
    row("id", "kind", "to", "about", "due", "state", "attempts", "problem")
    for one in open_project(folder).operations.deliveries(state=state, about=about, rows=rows):
        due = one.due_at.isoformat(timespec="seconds")
        to = "blanked" if one.blanked_at else one.to
        row(one.id, one.kind, to, one.about, due, one.state, one.attempts, one.problem)


@commands.command()
def retry(
    delivery: Annotated[str, typer.Argument(help="Id of a delivery that was given up.")],
    by: By = "",
    folder: Folder = Path(),
) -> None:
    """Let a delivery that was given up be tried anew.

    Example: outsidein deliveries retry 7b1c
    """
    open_project(folder).operations.retry(delivery, by=by or None)
    out.print("It is due now; a worker will try it.")
