"""`outsidein feedback`: the surveys, and whom to ask next."""

from pathlib import Path
from typing import Annotated

import typer

from outsidein.cli.console import Commands, out, row
from outsidein.workspace.defaults import SEED
from outsidein.workspace.project import open_project

commands = typer.Typer(
    cls=Commands, no_args_is_help=True, help="What customers are asked, and whom to ask next."
)

Folder = Annotated[Path, typer.Option("--project", "-p", help="Folder of the project.")]


@commands.command()
def surveys(folder: Folder = Path()) -> None:
    """List the declared surveys, with the customers asked and those who answered.

    Example: outsidein feedback surveys
    """
    row("survey", "version", "items", "languages", "asked", "answered")
    for counts in open_project(folder).surveys.list():
        survey = counts.survey
        items, languages = len(survey.item), " ".join(survey.languages)
        row(survey.name, survey.version, items, languages, counts.asked, counts.answered)


@commands.command()
def ask(
    survey: Annotated[str, typer.Option(help="Name of a declared survey.")],
    budget: Annotated[int, typer.Option(help="How many customers to ask.")],
    to: Annotated[Path, typer.Option("--out", help="CSV file to write the list to.")],
    seed: Annotated[int, typer.Option(help="The same seed draws the same list.")] = SEED,
    folder: Folder = Path(),
) -> None:
    """Draw whom to ask next, where an answer is worth most, and write the list as a file.

    Nobody who refused, was asked lately or often, or was dissatisfied lately is on it.

    Example: outsidein feedback ask --survey after_delivery --budget 500 --out ask.csv
    """
    asking = open_project(folder).surveys.ask(survey, budget=budget, seed=seed)
    asking.write(to)
    for reason, customers in sorted(asking.left_out.items()):
        row("left out", reason, customers)
    out.print(
        f"{len(asking.people):,} of {asking.eligible:,} customers who may be asked are listed in "
        f"{to}; the standard error of the overall score falls from {asking.error_before:.4f} to "
        f"{asking.error_after:.4f} of the scale if they answer as often as others did.",
        markup=False,
    )
