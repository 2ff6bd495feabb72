"""`outsidein identity`: training, review, decisions, and why records are one customer."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from outsidein.cli.console import Commands, out, row
from outsidein.errors import InputError
from outsidein.identity.declaration import IdentitySettings
from outsidein.project.declarations import declare, read_toml
from outsidein.workspace.defaults import SAMPLED, SEED
from outsidein.workspace.project import open_project

if TYPE_CHECKING:  # loaded by who asks for it
    from outsidein.identity.records.pairs import Pair, RecordKey
    from outsidein.identity.review.decisions import Decision

commands = typer.Typer(
    cls=Commands, no_args_is_help=True, help="Which records are one customer, and why."
)

Folder = Annotated[Path, typer.Option("--project", "-p", help="Folder of the project.")]
One = Annotated[str, typer.Argument(help="A record, as source/record_id.")]
Customer = Annotated[
    str, typer.Argument(help="A customer's id, or one of its records as source/record_id.")
]
By = Annotated[str, typer.Option(help="Who decides; your login name when not said.")]
Reason = Annotated[str, typer.Option(help="Why, for those who ask later.")]
Size = Annotated[int, typer.Option(help="How many links.", min=5)]
Seed = Annotated[int, typer.Option(help="The same seed draws the same links.")]

NEXT_BUILD = "takes effect at the next build"
ALREADY = "That was decided already."


@commands.command()
def train(
    *,
    follow_decisions: Annotated[
        bool, typer.Option("--follow-decisions", help="Agree with what people decided of pairs.")
    ] = False,
    folder: Folder = Path(),
) -> None:
    """Learn from the records of the build in use how to match them; write a new model.

    Builds apply the newest model, or the one that `[identity] model` names.

    Example: outsidein identity train
    """
    written = open_project(folder).identity.train(follow_decisions=follow_decisions)
    out.print(f"{written} {NEXT_BUILD}.", markup=False)


@commands.command()
def review(
    rows: Annotated[int, typer.Option(help="Show so many pairs.", min=0)] = 20,
    folder: Folder = Path(),
) -> None:
    """List the pairs of customers somebody should look at, the dearest first.

    Example: outsidein identity review --rows 5
    """
    queue = open_project(folder).identity.review()
    row("record", "other record", "reason", "probability", "pairs", "value at stake")
    for asked in queue.rows.slice(0, rows).to_pylist():
        record, to = _ends(asked)
        probability = asked["probability"]
        sure = None if probability is None else f"{probability:.3f}"
        row(record, to, asked["reason"], sure, asked["pairs"], asked["value_at_stake"])
    out.print(f"{queue.total} to review, {min(rows, len(queue.rows))} shown.")


@commands.command()
def compare(one: One, other: One, folder: Folder = Path()) -> None:
    """Set two records side by side, with the evidence that ties them.

    Example: outsidein identity compare crm/17 shop/4711
    """
    beside = open_project(folder).identity.compare(_pair(one, other))
    row("field", *beside.pair, "agrees")
    row("customer", *beside.customers, "yes" if len(set(beside.customers)) == 1 else "no")
    for field in beside.fields:
        if field.value is not None or field.to_value is not None:
            agrees = {True: "yes", False: "no", None: ""}[field.agrees]
            row(field.name, field.value, field.to_value, agrees)
    for reason in beside.evidence:
        row("evidence", reason["kind"], reason["rule"], reason["value"], reason["weight"])
    for told in beside.weights:
        row("weight", told["comparison"], told["level"], None, told["weight"])


@commands.command()
def accept(
    one: One, other: One, reason: Reason = "reviewed", by: By = "", folder: Folder = Path()
) -> None:
    """Decide that two records are one customer, whatever the evidence.

    Example: outsidein identity accept crm/17 shop/4711
    """
    _decide("always", _pair(one, other), reason, by, folder)


@commands.command()
def reject(
    one: One, other: One, reason: Reason = "reviewed", by: By = "", folder: Folder = Path()
) -> None:
    """Decide that two records are never one customer.

    Example: outsidein identity reject crm/17 shop/4711
    """
    _decide("never", _pair(one, other), reason, by, folder)


@commands.command()
def revoke(
    one: One, other: One, reason: Reason = "revoked", by: By = "", folder: Folder = Path()
) -> None:
    """Take the last decision on two records back.

    Example: outsidein identity revoke crm/17 shop/4711
    """
    _decide("revoke", _pair(one, other), reason, by, folder)


@commands.command()
def postpone(
    one: One,
    other: One,
    until: Annotated[datetime, typer.Option(help="Ask again on this day.", formats=["%Y-%m-%d"])],
    by: By = "",
    folder: Folder = Path(),
) -> None:
    """Leave two records out of the review until a day.

    Example: outsidein identity postpone crm/17 shop/4711 --until 2030-01-31
    """
    from outsidein.identity.review.decisions import DecisionKind  # noqa: PLC0415  loaded by who needs it

    open_project(folder).identity.decide(
        DecisionKind.POSTPONE, _pair(one, other), by=by or None, reason="postponed",
        until_on=until.date(),
    )  # fmt: skip
    out.print(f"Asked again on {until.date()}.")


@commands.command()
def merge(
    one: Customer,
    other: Customer,
    reason: Reason = "merged by hand",
    by: By = "",
    folder: Folder = Path(),
) -> None:
    """Decide that two customers are one.

    Example: outsidein identity merge 0a1b2c3d4e5f 6a7b8c9d0e1f
    """
    added = open_project(folder).identity.merge(
        _customer(one), _customer(other), by=by or None, reason=reason
    )
    out.print(f"{added} decisions added; {NEXT_BUILD}." if added else ALREADY)


@commands.command()
def unmerge(
    what: Annotated[str, typer.Argument(help="A customer's id, or a record as source/record_id.")],
    reason: Reason = "unmerged by hand",
    by: By = "",
    folder: Folder = Path(),
) -> None:
    """Part a customer into its records, or take one record out of its customer.

    Example: outsidein identity unmerge shop/4711
    """
    parted = open_project(folder).identity.unmerge(_customer(what), by=by or None, reason=reason)
    if not parted.added:
        out.print(ALREADY)
        return
    if len(parted.messages):
        row("sent at", "channel", "message", "record")
    for message in parted.messages.to_pylist():
        row(message["sent_at"], message["channel"], message["message_id"], message["record_id"])
    out.print(
        f"{parted.added} decisions added; {NEXT_BUILD}. {len(parted.messages)} messages went to "
        "these records while they were one customer."
    )


@commands.command()
def explain(customer: Customer, folder: Folder = Path()) -> None:
    """Show the records of a customer and the evidence that makes them one.

    Example: outsidein identity explain 0a1b2c3d4e5f
    """
    explained = open_project(folder).identity.explain(_customer(customer))
    row("customer", explained.customer_id)
    for record in explained.records:
        row("record", record)
    for found in explained.evidence:
        record, to = _ends(found)
        why = found["value"] or found["probability"] or found["by"]
        row("evidence", record, to, found["kind"], found["rule"], why, found["first_build"])


@commands.command()
def decisions(folder: Folder = Path()) -> None:
    """List every decision, in the order they were taken, and whether it is in force.

    One that is overruled is in force, but later decisions on other records contradict it, so that
    the build in use left it out.

    Example: outsidein identity decisions
    """
    identity = open_project(folder).identity
    every = identity.decisions()
    stands = identity.standing() if every else {}
    row("number", "decision", "record", "other record", "by", "at", "reason", "in force")
    for said in every:
        at = said.at.isoformat(timespec="seconds")
        row(said.number, said.kind, *said.pair, said.by, at, said.reason, stands[said.number])


@commands.command()
def sample(size: Size = SAMPLED, seed: Seed = SEED, folder: Folder = Path()) -> None:
    """Draw links at random and list those still to be accepted or rejected.

    Who judges them all learns by `outsidein identity precision` how many links are right. Each
    link is asked about once: a larger sample holds the smaller, and another build draws the same
    links, but for those that came or went, or that such moved to another stratum.

    Example: outsidein identity sample --size 50
    """
    sampled = open_project(folder).identity.sample(size=size, seed=seed)
    row("record", "other record", "weight", "stratum")
    for link in sampled.to_judge.to_pylist():
        row(*_ends(link), link["weight"], link["stratum"])
    out.print(
        f"{len(sampled.to_judge)} to judge of {len(sampled.drawn)} drawn; evidence makes "
        f"{sampled.links:,} links in build {sampled.build}."
    )


@commands.command()
def precision(size: Size = SAMPLED, seed: Seed = SEED, folder: Folder = Path()) -> None:
    """Estimate how many links are right, from the verdicts on a sample drawn before.

    Links are those that evidence makes in the build in use, as if nobody had decided anything:
    a link that was rejected counts as wrong, also once it takes no effect.

    Example: outsidein identity precision --size 50
    """
    found = open_project(folder).identity.precision(size=size, seed=seed)
    right = found.right
    out.print(
        f"{right.value:.1%} of the {found.links:,} links that evidence makes in build "
        f"{found.build} are right ({right.low:.1%} to {right.high:.1%}, n={right.n})."
    )


@commands.command()
def simulate(
    settings: Annotated[
        Path,
        typer.Argument(
            help="A TOML file with another `[identity.firewall]`.", exists=True, dir_okay=False
        ),
    ],
    folder: Folder = Path(),
) -> None:
    """Tell what other settings of the firewall would make of the build in use; change nothing.

    Example: outsidein identity simulate stricter.toml
    """
    said = read_toml(settings)
    if "firewall" not in said.get("identity", {}):
        raise InputError(f"{settings.name} says nothing under [identity.firewall] to try.")
    declared = declare(IdentitySettings, said["identity"], file=settings.name)
    counts = open_project(folder).identity.simulate(declared).counts
    row("change", "customers before", "customers after", "profit before")
    for count in counts:
        row(count.kind, count.customers_before, count.customers_after, count.value_before)


def _decide(kind: str, between: "Pair", reason: str, by: str, folder: Path) -> None:
    from outsidein.identity.review.decisions import DecisionKind  # noqa: PLC0415  loaded by who needs it

    identity = open_project(folder).identity
    before = identity.last_word(between)
    if not identity.decide(DecisionKind(kind), between, by=by or None, reason=reason):
        out.print(ALREADY)
        return
    out.print(f"Decided; {NEXT_BUILD}.")
    if before and kind != DecisionKind.REVOKE and before.kind != DecisionKind.POSTPONE:
        _tell("It takes the place of what was decided before", before)
    if kind == DecisionKind.REVOKE:
        now = identity.last_word(between)
        if now:
            _tell("In force again", now)
        else:
            out.print("No decision on the two is in force.")


def _tell(what: str, said: "Decision") -> None:
    out.print(f"{what}: {said.kind}, by {said.by} on {said.at:%Y-%m-%d}.", markup=False)


def _customer(text: str) -> "str | RecordKey":
    return _record(text) if "/" in text else text


def _pair(one: str, other: str) -> "Pair":
    from outsidein.identity.records.pairs import pair  # noqa: PLC0415  loaded by who needs it

    return pair(_record(one), _record(other))


def _record(text: str) -> "RecordKey":
    from outsidein.identity.records.pairs import RecordKey  # noqa: PLC0415  loaded by who needs it

    source, slash, record = text.partition("/")
    if not slash or not source or not record:
        raise InputError(f"{text!r} names no record; write source/record_id.")
    return RecordKey(source, record)


def _ends(found: dict[str, Any]) -> "tuple[RecordKey, RecordKey]":
    from outsidein.identity.records.pairs import PAIR, RecordKey  # noqa: PLC0415  loaded by who needs it

    source, record, to_source, to_record = (found[name] for name in PAIR)
    return RecordKey(source, record), RecordKey(to_source, to_record)
