"""`outsidein alerts`: tried on history, run on what is new, listed."""

from pathlib import Path
from typing import Annotated

import typer

from outsidein.cli.console import Commands, out, row
from outsidein.errors import UnknownName
from outsidein.workspace.project import open_project

commands = typer.Typer(
    cls=Commands, no_args_is_help=True, help="Rules that fire on encounters and signals."
)

WHOLE_FROM = 1000

Folder = Annotated[Path, typer.Option("--project", "-p", help="Folder of the project.")]


@commands.command("try")
def try_(
    rules: Annotated[list[str] | None, typer.Argument(help="Names of rules; all if none.")] = None,
    within_days: Annotated[
        int | None, typer.Option(help="Days in which a churn counts as foreseen.", min=1)
    ] = None,
    folder: Folder = Path(),
) -> None:
    """Tell what rules would have fired on in history, live or not; nothing is fired.

    Shares are 0 to 1, money is in minor units of the project's currency.

    Example: outsidein alerts try late_delivery
    """
    figure = open_project(folder).alerts.try_(*(rules or ()), within_days=within_days)
    row("rule", "measure", "unit", "value", "low", "high", "n")
    for e in figure.estimates:
        numbers = [_plain(x) for x in (e.value, e.low, e.high)]
        shown = [e.why, None, None] if e.value is None else numbers
        row(e.group["rule"], e.measure, e.unit, *shown, e.n)


@commands.command()
def run(folder: Folder = Path()) -> None:
    """Fire live rules on what is new, open cases, answer and escalate what is due.

    Running it twice does nothing twice.

    Example: outsidein alerts run
    """
    ran = open_project(folder).alerts.run()
    row("rule", "fired", "cases opened", "cases joined", "delights")
    for name, fired in sorted(ran.fired.items()):
        row(name, *fired)
    moved = ran.reconciled
    out.print(
        f"{ran.acknowledged} answered with the minimum, {ran.left} left unanswered, "
        f"{ran.escalated} escalated, {ran.lapsed} lapsed; "
        f"{moved.linked} cases linked after merges, {moved.parted} parted."
    )


@commands.command("list")
def list_alerts(
    rule: Annotated[str | None, typer.Option(help="Only this rule's.")] = None,
    rows: Annotated[int, typer.Option(help="Show so many.", min=1)] = 20,
    folder: Folder = Path(),
) -> None:
    """List the alerts that fired, the latest first.

    Example: outsidein alerts list --rule late_delivery
    """
    alerts = open_project(folder).alerts
    found = alerts.fired(rule=rule, limit=rows)
    if rule and not found and rule not in alerts.rules().rules:
        raise UnknownName("alert rule", rule, alerts.rules().rules)
    row("rule", "source", "key", "case", "happened at", "fired at")
    for alert in found:
        moments = (alert.happened_at, alert.fired_at)
        at = [moment.isoformat(timespec="seconds") for moment in moments]
        row(alert.rule, alert.source, alert.key, alert.case, *at)


def _plain(number: float | None) -> str | None:
    """Write a number as people do: in whole ones where it is large, without an exponent."""
    if number is None:
        return None
    return f"{number:.0f}" if abs(number) >= WHOLE_FROM else f"{number:.4f}".rstrip("0").rstrip(".")
