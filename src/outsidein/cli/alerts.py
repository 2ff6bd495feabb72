"""`outsidein alerts`: rules tried on history, run on what is new, and what fired."""

from typing import Annotated

import typer

from outsidein.cli.console import Json, out, print_table
from outsidein.cli.groups import noun, print_error
from outsidein.cli.numbers import shown_number
from outsidein.cli.project import opened
from outsidein.errors import InputError, UnknownName
from outsidein.figures.figure import Unit

app = noun("Rules that fire on encounters and signals.")

WHOLE_FROM = 1000


@app.command("try")
def try_(
    context: typer.Context,
    rules: Annotated[
        list[str] | None, typer.Argument(help="Names of rules; by default all.")
    ] = None,
    within_days: Annotated[
        int | None,
        typer.Option(help="Days within which a churn counts as predicted by the alert.", min=1),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show what rules would have fired on in history, live or not; fires nothing.

    Shares are from 0 to 1. In JSON, so are points, and money is in minor units.

    Example: outsidein alerts try late_delivery
    """
    project = opened(context)
    figure = project.alerts.try_(*(rules or ()), within_days=within_days)
    rows = []
    for e in figure.estimates:
        numbers: tuple[object, ...] = (e.value, e.low, e.high)
        if not as_json:
            numbers = tuple(_short(x, e.unit, project.currency) for x in (e.value, e.low, e.high))
        rows.append((e.group["rule"], e.measure, e.unit.value, *numbers, e.n, e.why))
    head = ("rule", "measure", "unit", "value", "low", "high", "n", "why")
    print_table(head, rows, as_json=as_json)


@app.command()
def run(context: typer.Context) -> None:
    """Fire live rules on new rows, open cases, and answer or escalate those that are due.

    Running it again repeats nothing.

    Example: outsidein alerts run
    """
    done = opened(context).alerts.run()
    rows = [(name, *fired) for name, fired in sorted(done.fired.items())]
    print_table(
        ("rule", "fired", "cases opened", "cases joined", "delights", "too old", "failed"), rows
    )
    for name, failure in sorted(done.failures.items()):
        print_error(InputError(f"Alert rule {name!r} failed: {failure.problem}"))
    cases = done.reconciled
    out.print(
        f"{done.acknowledged} acknowledged with the minimum response, {done.left} left unanswered, "
        f"{done.escalated} escalated, {done.lapsed} lapsed; {done.mails} mails written; "
        f"{cases.linked} cases linked after merges, {cases.parted} separated after unmerges."
    )
    if done.failures:
        raise typer.Exit(1)


@app.command("list")
def list_alerts(
    context: typer.Context,
    rule: Annotated[str | None, typer.Option(help="Only alerts of this rule.")] = None,
    rows: Annotated[int, typer.Option(help="Show up to this many.", min=1)] = 20,
    as_json: Json = False,
) -> None:
    """List the alerts that fired, latest first.

    Example: outsidein alerts list --rule late_delivery
    """
    alerts = opened(context).alerts
    fired = alerts.fired(rule=rule, limit=rows)
    if rule and not fired and rule not in alerts.rules().rules:
        raise UnknownName("alert rule", rule, alerts.rules().rules)
    print_table(
        ("rule", "source", "key", "case", "happened at", "fired at", "problem"),
        [(a.rule, a.source, a.key, a.case, a.happened_at, a.fired_at, a.problem) for a in fired],
        as_json=as_json,
    )


def _short(number: float | None, unit: Unit, currency: str) -> object:
    """Return a number as people write it: whole where it is large, without an exponent."""
    if number is None or unit in (Unit.MONEY, Unit.POINTS):
        return shown_number(number, unit, currency)
    return f"{number:.0f}" if abs(number) >= WHOLE_FROM else f"{number:.4f}".rstrip("0").rstrip(".")
