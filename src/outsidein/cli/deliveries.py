"""`outsidein deliveries`: outgoing mails and webhooks, and those that failed for good."""

from typing import Annotated

import typer

from outsidein.cli.console import By, Json, out, print_table
from outsidein.cli.groups import noun
from outsidein.cli.project import opened
from outsidein.delivery.statements import DeliveryState

app = noun("Outgoing mails and webhooks.")

HEAD = ("id", "kind", "to", "about", "due", "state", "attempts", "problem")


@app.command("list")
def list_deliveries(
    context: typer.Context,
    state: Annotated[DeliveryState | None, typer.Option(help="Only those in this state.")] = None,
    about: Annotated[
        str | None, typer.Option(help="Only those about this, such as case:17.")
    ] = None,
    rows: Annotated[int, typer.Option(help="Show up to this many.", min=1)] = 100,
    as_json: Json = False,
) -> None:
    """List mails and webhooks with their state, latest due first.

    Example: outsidein deliveries list --state given_up
    """
    deliveries = opened(context).operations.deliveries(state=state, about=about, rows=rows)
    print_table(
        HEAD,
        [
            (
                *(d.id, d.kind, "blanked" if d.blanked_at else d.to, d.about, d.due_at),
                *(d.state, d.attempts, d.problem),
            )
            for d in deliveries
        ],
        as_json=as_json,
    )


@app.command()
def retry(
    context: typer.Context,
    delivery: Annotated[str, typer.Argument(help="Id of a delivery that was given up.")],
    by: By = "",
) -> None:
    """Retry a delivery that was given up.

    Example: outsidein deliveries retry 7b1c
    """
    opened(context).operations.retry(delivery, by=by or None)
    out.print("It is due now; a worker will retry it.")


@app.command("held")
def list_held(context: typer.Context, as_json: Json = False) -> None:
    """List the recipients whose deliveries are held, because there were too many within a day.

    Example: outsidein deliveries held
    """
    head = ("kind", "to", "deliveries", "first due", "last due")
    print_table(head, opened(context).operations.held(), as_json=as_json)


Recipient = Annotated[str, typer.Argument(help="Address that deliveries are held for.")]


@app.command()
def release(context: typer.Context, to: Recipient, by: By = "") -> None:
    """Send what is held for a recipient.

    Example: outsidein deliveries release desk@shop.example
    """
    released = opened(context).operations.release(to, by=by or None)
    out.print(f"{released} due now; a worker will send them.")


@app.command()
def drop(context: typer.Context, to: Recipient, by: By = "") -> None:
    """Give up what is held for a recipient.

    Example: outsidein deliveries drop desk@shop.example
    """
    dropped = opened(context).operations.drop(to, by=by or None)
    out.print(f"{dropped} given up; `outsidein deliveries retry` sends one of them after all.")
