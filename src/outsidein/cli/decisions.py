"""`outsidein identity accept`, `reject` and so on: decisions on who is one customer."""

from datetime import datetime
from typing import Annotated

import typer

from outsidein.cli.console import By, Json, out, print_table
from outsidein.cli.project import opened
from outsidein.cli.records import Customer, One, customer_of, pair_of
from outsidein.identity.records.pairs import Pair
from outsidein.identity.review.decisions import Decision, DecisionKind

Reason = Annotated[str, typer.Option(help="Why; kept with the decision.")]

NEXT_BUILD = "takes effect at the next build"
ALREADY = "That decision is already in force."


def accept(
    context: typer.Context, one: One, other: One, reason: Reason = "reviewed", by: By = ""
) -> None:
    """Decide that two records are one customer, whatever the evidence says.

    Example: outsidein identity accept crm/17 shop/4711
    """
    _decide(context, DecisionKind.ALWAYS, pair_of(one, other), reason=reason, by=by)


def reject(
    context: typer.Context, one: One, other: One, reason: Reason = "reviewed", by: By = ""
) -> None:
    """Decide that two records are never one customer.

    Example: outsidein identity reject crm/17 shop/4711
    """
    _decide(context, DecisionKind.NEVER, pair_of(one, other), reason=reason, by=by)


def revoke(
    context: typer.Context, one: One, other: One, reason: Reason = "revoked", by: By = ""
) -> None:
    """Revoke the last decision on two records.

    Example: outsidein identity revoke crm/17 shop/4711
    """
    _decide(context, DecisionKind.REVOKE, pair_of(one, other), reason=reason, by=by)


def postpone(
    context: typer.Context,
    one: One,
    other: One,
    until: Annotated[
        datetime, typer.Option(help="Review again on this day.", formats=["%Y-%m-%d"])
    ],
    by: By = "",
) -> None:
    """Leave two records out of the review until a given day.

    Example: outsidein identity postpone crm/17 shop/4711 --until 2030-01-31
    """
    opened(context).identity.decide(
        DecisionKind.POSTPONE,
        pair_of(one, other),
        by=by or None,
        reason="postponed",
        until_on=until.date(),
    )
    out.print(f"To be reviewed again on {until.date()}.")


def merge(
    context: typer.Context,
    one: Customer,
    other: Customer,
    reason: Reason = "merged by hand",
    by: By = "",
) -> None:
    """Decide that two customers are one.

    Example: outsidein identity merge 0a1b2c3d4e5f 6a7b8c9d0e1f
    """
    added = opened(context).identity.merge(
        customer_of(one), customer_of(other), by=by or None, reason=reason
    )
    out.print(f"{added} decisions added; {NEXT_BUILD}." if added else ALREADY)


def unmerge(
    context: typer.Context,
    what: Customer,
    reason: Reason = "unmerged by hand",
    by: By = "",
) -> None:
    """Split a customer into its records, or take one record out of its customer.

    Example: outsidein identity unmerge shop/4711
    """
    unmerged = opened(context).identity.unmerge(customer_of(what), by=by or None, reason=reason)
    if not unmerged.added:
        out.print(ALREADY)
        return
    messages = unmerged.messages.to_pylist()
    if messages:
        print_table(
            ("sent at", "channel", "message", "record"),
            [(m["sent_at"], m["channel"], m["message_id"], m["record_id"]) for m in messages],
        )
    out.print(
        f"{unmerged.added} decisions added; {NEXT_BUILD}. {len(messages)} messages went to these "
        "records while they were one customer."
    )


def decisions(context: typer.Context, as_json: Json = False) -> None:
    """List every decision in the order they were taken, and whether it is in force.

    An overruled decision is in force, but later decisions on other records contradict it, so the
    current build left it out.

    Example: outsidein identity decisions
    """
    identity = opened(context).identity
    every = identity.decisions()
    in_force = identity.standing() if every else {}
    head = ("number", "decision", "record", "other record", "by", "at", "reason", "in force")
    rows = [
        (d.number, d.kind, *map(str, d.pair), d.by, d.at, d.reason, in_force[d.number])
        for d in every
    ]
    print_table(head, rows, as_json=as_json)


def _decide(
    context: typer.Context, kind: DecisionKind, pair: Pair, *, reason: str, by: str
) -> None:
    identity = opened(context).identity
    before = identity.last_word(pair)
    if not identity.decide(kind, pair, by=by or None, reason=reason):
        out.print(ALREADY)
        return
    out.print(f"Decided; {NEXT_BUILD}.")
    if before and kind != DecisionKind.REVOKE and before.kind != DecisionKind.POSTPONE:
        _print_decision("It replaces the decision before", before)
    if kind == DecisionKind.REVOKE:
        now = identity.last_word(pair)
        if now:
            _print_decision("In force again", now)
        else:
            out.print("No decision on these two records is in force.")


def _print_decision(what: str, decision: Decision) -> None:
    text = f"{what}: {decision.kind}, by {decision.by} on {decision.at:%Y-%m-%d}."
    out.print(text, markup=False)
