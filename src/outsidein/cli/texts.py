"""`outsidein texts`: coders learn from what people coded."""

from pathlib import Path
from typing import Annotated

import typer

from outsidein.cli.console import Commands, out, row
from outsidein.workspace.project import open_project

commands = typer.Typer(cls=Commands, no_args_is_help=True, help="How texts are coded.")

Folder = Annotated[Path, typer.Option("--project", "-p", help="Folder of the project.")]

SEED = 20_050_101


@commands.command()
def train(folder: Folder = Path()) -> None:
    """Learn from the hand-coded samples how people code texts; write a new model.

    Prints macro-F1 on texts a coder did not learn from, beside a plain baseline's. Builds apply
    the newest model, or the one that `model` in coding.toml names.

    Example: outsidein texts train
    """
    import numpy as np  # noqa: PLC0415  loaded by who asks for it

    from outsidein.stats.agreement import macro_f1  # noqa: PLC0415

    trained = open_project(folder).texts.train()
    row("sample", "texts", "codes", "macro-F1", "low", "high", "baseline")
    for name, each in trained.coders.taught.items():
        judged = each.judged
        ours, plain = (
            macro_f1(confusion, rng=np.random.default_rng(SEED))
            for confusion in (judged.confusion, judged.joint.sum(axis=1))
        )
        scores = (f"{score:.3f}" for score in (ours.f1, ours.low, ours.high, plain.f1))
        row(name, int(judged.joint.sum()), len(judged.codes), *scores)
    for name, why in trained.coders.untaught.items():
        out.print(f"{name}: {why}", markup=False)
    out.print(f"{trained.path} takes effect at the next build.", markup=False)
