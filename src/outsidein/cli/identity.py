"""`outsidein identity`: matching, clerical review, and why records are one customer."""

from pathlib import Path
from typing import Annotated, Any

import typer

from outsidein.cli.console import Json, out, print_json, print_row, print_table
from outsidein.cli.decisions import accept, decisions, merge, postpone, reject, revoke, unmerge
from outsidein.cli.groups import noun
from outsidein.cli.numbers import shown_money
from outsidein.cli.project import opened
from outsidein.cli.records import Customer, One, customer_of, pair_of
from outsidein.errors import InputError
from outsidein.identity.declaration import IdentitySettings
from outsidein.identity.records.pairs import PAIR, RecordKey
from outsidein.project.declarations import declare, read_toml
from outsidein.workspace.defaults import SAMPLED, SEED

app = noun("Which records are one customer, and why.")

Size = Annotated[int, typer.Option(help="How many links.", min=5)]
Seed = Annotated[int, typer.Option(help="The same seed draws the same links.")]


@app.command()
def train(
    context: typer.Context,
    follow_decisions: Annotated[
        bool,
        typer.Option(
            "--follow-decisions", help="Calibrate the odds of a match to the decisions in force."
        ),
    ] = False,
) -> None:
    """Train a matching model on the records of the current build and save it as a new version.

    Builds apply the newest model, or the one that `[identity] model` names.

    Example: outsidein identity train
    """
    model = opened(context).identity.train(follow_decisions=follow_decisions)
    out.print(f"{model} takes effect at the next build.", markup=False)


@app.command()
def review(
    context: typer.Context,
    rows: Annotated[int, typer.Option(help="Show up to this many pairs.", min=0)] = 20,
    as_json: Json = False,
) -> None:
    """List the pairs of customers that need clerical review, highest value first.

    Example: outsidein identity review --rows 5
    """
    project = opened(context)
    queue = project.identity.review()
    pairs = queue.rows.slice(0, rows).to_pylist()
    head = ("record", "other record", "reason", "probability", "pairs", "value at stake")
    print_table(
        head,
        [
            (
                *_ends(pair, as_json=as_json),
                pair["reason"],
                _rounded(pair["probability"]),
                pair["pairs"],
                pair["value_at_stake"]
                if as_json
                else shown_money(pair["value_at_stake"], project.currency),
            )
            for pair in pairs
        ],
        as_json=as_json,
    )
    if not as_json:
        out.print(f"{queue.total} to review, {len(pairs)} shown.")


@app.command()
def compare(context: typer.Context, one: One, other: One) -> None:
    """Compare two records side by side, with the evidence that joins them.

    Example: outsidein identity compare crm/17 shop/4711
    """
    beside = opened(context).identity.compare(pair_of(one, other))
    print_row("field", *beside.pair, "agrees")
    print_row("customer", *beside.customers, "yes" if len(set(beside.customers)) == 1 else "no")
    for field in beside.fields:
        if field.value is not None or field.to_value is not None:
            agrees = {True: "yes", False: "no", None: ""}[field.agrees]
            print_row(field.name, field.value, field.to_value, agrees)
    for reason in beside.evidence:
        print_row("evidence", reason["kind"], reason["rule"], reason["value"], reason["weight"])
    for weight in beside.weights:
        print_row("weight", weight["comparison"], weight["level"], None, weight["weight"])


@app.command()
def explain(context: typer.Context, customer: Customer, as_json: Json = False) -> None:
    """Show the records of a customer, the evidence that joins them and the links withheld.

    Example: outsidein identity explain 0a1b2c3d4e5f
    """
    explained = opened(context).identity.explain(customer_of(customer))
    if as_json:
        records = [str(record) for record in explained.records]
        print_json(
            {
                "customer": explained.customer_id,
                "records": records,
                "evidence": explained.evidence,
                "withheld": explained.withheld,
            }
        )
        return
    print_row("customer", explained.customer_id)
    for record in explained.records:
        print_row("record", record)
    for link in explained.evidence:
        why = link["value"] or link["probability"] or link["by"]
        print_row("evidence", *_ends(link), link["kind"], link["rule"], why, link["first_build"])
    for link in explained.withheld:
        print_row("withheld", *_ends(link), link["reason"], link["probability"])


@app.command()
def sample(
    context: typer.Context, size: Size = SAMPLED, seed: Seed = SEED, as_json: Json = False
) -> None:
    """Draw links at random and list those still to be accepted or rejected.

    Once all are judged, `outsidein identity precision` estimates how many links are right. Each
    link is asked about once: a larger sample includes the smaller one, and a later build draws the
    same links except those that came, went or changed stratum.

    Example: outsidein identity sample --size 50
    """
    sampled = opened(context).identity.sample(size=size, seed=seed)
    links = sampled.to_judge.to_pylist()
    print_table(
        ("record", "other record", "weight", "stratum"),
        [(*_ends(link, as_json=as_json), link["weight"], link["stratum"]) for link in links],
        as_json=as_json,
    )
    if not as_json:
        out.print(
            f"{len(links)} of {len(sampled.drawn)} drawn links are still to be judged; evidence "
            f"makes {sampled.links:,} links in build {sampled.build}."
        )


@app.command()
def precision(context: typer.Context, size: Size = SAMPLED, seed: Seed = SEED) -> None:
    """Estimate how many links are right, from the verdicts on a sample drawn before.

    The links are those that evidence makes in the current build, regardless of decisions: a link
    that was rejected counts as wrong even once it has no effect.

    Example: outsidein identity precision --size 50
    """
    estimate = opened(context).identity.precision(size=size, seed=seed)
    right = estimate.right
    out.print(
        f"{right.value:.1%} of the {estimate.links:,} links that evidence makes in build "
        f"{estimate.build} are right ({right.low:.1%} to {right.high:.1%}, n={right.n})."
    )


@app.command()
def simulate(
    context: typer.Context,
    settings: Annotated[
        Path,
        typer.Argument(
            help="A TOML file with another `[identity.firewall]`.", exists=True, dir_okay=False
        ),
    ],
    as_json: Json = False,
) -> None:
    """Show what other firewall settings would do to the current build; changes nothing.

    Example: outsidein identity simulate stricter.toml
    """
    proposal = read_toml(settings)
    if "firewall" not in proposal.get("identity", {}):
        raise InputError(f"{settings.name} has no [identity.firewall] to try.")
    declared = declare(IdentitySettings, proposal["identity"], file=settings.name)
    project = opened(context)
    rows = [
        (
            *(count.kind, count.customers_before, count.customers_after),
            count.value_before if as_json else shown_money(count.value_before, project.currency),
        )
        for count in project.identity.simulate(declared).counts
    ]
    head = ("change", "customers before", "customers after", "profit before")
    print_table(head, rows, as_json=as_json)


for command in (accept, reject, revoke, postpone, merge, unmerge, decisions):
    app.command()(command)


def _rounded(probability: float | None) -> str | None:
    return None if probability is None else f"{probability:.3f}"


def _ends(link: dict[str, Any], *, as_json: bool = False) -> tuple[object, object]:
    """Return the two records of a link."""
    source, record, to_source, to_record = (link[name] for name in PAIR)
    ends = RecordKey(source, record), RecordKey(to_source, to_record)
    return (str(ends[0]), str(ends[1])) if as_json else ends
