"""`outsidein figures`: published numbers, each with its n and interval."""

from typing import Annotated

import typer

from outsidein.cli.console import Json, out, print_table
from outsidein.cli.groups import noun
from outsidein.cli.numbers import shown_numbers
from outsidein.cli.project import opened
from outsidein.errors import UnknownName
from outsidein.figures.former_names import present_figure_name

app = noun("Published figures, with n and interval.")


@app.command("list")
def list_figures(context: typer.Context, as_json: Json = False) -> None:
    """List the figures of the current build.

    Example: outsidein figures list
    """
    rows = [(figure.name, figure.title) for figure in opened(context).figures().values()]
    print_table(("figure", "title"), rows, as_json=as_json)


@app.command()
def show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Name of a figure.")],
    as_json: Json = False,
) -> None:
    """Show a figure: each number with its n, its interval, or the reason there is none.

    Money is in the project's currency and a difference of shares in points; in JSON, money is in
    minor units and differences are from -1 to 1.

    Example: outsidein figures show ladder_steps
    """
    project = opened(context)
    figures = project.figures()
    name = present_figure_name(name)
    if name not in figures:
        raise UnknownName("figure", name, figures)
    figure = figures[name]
    if not as_json:
        out.print(f"{figure.title}. {figure.method}", markup=False)
    head = (*figure.groups, "measure", "unit", "n", "value", "low", "high", "why")
    rows = [
        (
            *(*(e.group[group] for group in figure.groups), e.measure, e.unit.value, e.n),
            *((e.value, e.low, e.high) if as_json else shown_numbers(e, project.currency)),
            e.why,
        )
        for e in figure.estimates
    ]
    print_table(head, rows, as_json=as_json)
