"""`outsidein surveys`: their responses, and whom to ask next."""

from pathlib import Path
from typing import Annotated

import typer

from outsidein.cli.console import Json, out, print_row, print_table
from outsidein.cli.groups import noun
from outsidein.cli.project import opened
from outsidein.workspace.defaults import SEED

app = noun("Surveys, their responses, and whom to ask next.")


@app.command("list")
def list_surveys(context: typer.Context, as_json: Json = False) -> None:
    """List the declared surveys with the customers asked and those who answered.

    Example: outsidein surveys list
    """
    rows = [
        (
            *(s.survey.name, s.survey.version, len(s.survey.item)),
            *(" ".join(s.survey.languages), s.asked, s.answered),
        )
        for s in opened(context).surveys.list()
    ]
    head = ("survey", "version", "items", "languages", "asked", "answered")
    print_table(head, rows, as_json=as_json)


@app.command()
def ask(
    context: typer.Context,
    survey: Annotated[str, typer.Option(help="Name of a declared survey.")],
    budget: Annotated[int, typer.Option(help="How many customers to ask.")],
    to: Annotated[Path, typer.Option("--out", help="CSV file to write the list to.")],
    seed: Annotated[int, typer.Option(help="The same seed draws the same list.")] = SEED,
) -> None:
    """Select the customers to ask next, where an answer is worth most, and write them to a file.

    Left out are customers who refused, were asked recently or often, or were dissatisfied
    recently.

    Example: outsidein surveys ask --survey after_delivery --budget 500 --out ask.csv
    """
    asking = opened(context).surveys.ask(survey, budget=budget, seed=seed)
    asking.write(to)
    for reason, customers in sorted(asking.left_out.items()):
        print_row("left out", reason, customers)
    out.print(
        f"{to} lists {len(asking.people):,} of {asking.eligible:,} customers who may be asked. "
        f"If they answer as often as others did, the standard error of the overall score falls "
        f"from {asking.error_before:.4f} to {asking.error_after:.4f} of the scale.",
        markup=False,
    )
