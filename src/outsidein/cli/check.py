"""`outsidein check`: is every file of the project valid, and does it fit the data?"""

from typing import TYPE_CHECKING

import typer

from outsidein.cli.console import err, out
from outsidein.cli.groups import print_error, verb
from outsidein.cli.project import opened
from outsidein.cli.warnings import warn_of_absent_names

if TYPE_CHECKING:
    from outsidein.objectives.declaration import Objective

app = verb()


@app.command()
def check(context: typer.Context) -> None:
    """Check every file of the project; say what is wrong by file and key.

    Sources are read, and needs, models and rules bound to their columns; nothing is written.

    Example: outsidein check --project shop
    """
    project = opened(context)
    declared, loop = project.check(), project.alerts.rules()
    _check_metrics(declared.objectives)
    binding = project.bind()
    for line in binding.warnings:
        err.print(f"Warning: {line}", markup=False)
    for error in binding.errors:
        print_error(error)
    if binding.errors:
        raise typer.Exit(1)
    current = [snapshot for snapshot in project.snapshots() if snapshot.is_current]
    warnings = len(binding.warnings)
    warnings += sum(warn_of_absent_names(declared, snapshot) for snapshot in current)
    models = sum(len(queries) for queries in declared.models.by_table.values())
    out.print(
        f"{declared.name}: {len(declared.objectives)} objectives, {len(declared.needs)} data "
        f"needs, {len(declared.sources)} sources, {models} models, "
        f"{len(declared.segments)} segments, {len(loop.rules)} alert rules, {len(loop.teams)} "
        f"teams, {len(loop.playbooks)} playbooks. "
        f"{'See the warnings above.' if warnings else 'No errors.'}"
    )


def _check_metrics(objectives: "tuple[Objective, ...]") -> None:
    from outsidein.pipeline.metric_checks import check_metrics  # noqa: PLC0415  it loads all steps

    check_metrics(objectives)
