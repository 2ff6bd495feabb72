"""`outsidein texts`: coders learn from hand-coded samples."""

import numpy as np
import typer

from outsidein.cli.console import out, print_table
from outsidein.cli.groups import noun
from outsidein.cli.project import opened
from outsidein.stats.agreement import macro_f1
from outsidein.text.coders import Coders
from outsidein.workspace.defaults import SEED

app = noun("Coding of what customers write.")

HEAD = ("sample", "texts", "codes", "macro-F1", "low", "high", "baseline")


@app.command()
def train(context: typer.Context) -> None:
    """Train a coder on the hand-coded samples and save it as a new model.

    Prints macro-F1 on texts held out from training, beside a baseline's. Builds apply the newest
    model, or the one that `model` in coding.toml names.

    Example: outsidein texts train
    """
    trained = opened(context).texts.train()
    print_table(HEAD, _quality(trained.coders))
    for name, why in trained.coders.untaught.items():
        out.print(f"{name}: {why}", markup=False)
    out.print(f"{trained.path} takes effect at the next build.", markup=False)


def _quality(coders: Coders) -> list[tuple[object, ...]]:
    """One row per sample: its size, and macro-F1 of coder and baseline."""
    rows = list[tuple[object, ...]]()
    for name, sample in coders.taught.items():
        judged = sample.judged
        coder, baseline = (
            macro_f1(confusion, rng=np.random.default_rng(SEED))
            for confusion in (judged.confusion, judged.joint.sum(axis=1))
        )
        scores = [f"{score:.3f}" for score in (coder.f1, coder.low, coder.high, baseline.f1)]
        rows.append((name, int(judged.joint.sum()), len(judged.codes), *scores))
    return rows
