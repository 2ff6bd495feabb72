"""What keeps, delights and repels customers: the step of a build that studies the factors."""

from collections.abc import Iterator
from pathlib import Path

import ibis
import ibis.expr.types as ir
import numpy as np
from ibis.backends.duckdb import Backend

from outsidein.factors.beliefs import sealed
from outsidein.factors.figures import Declared, factor_figures
from outsidein.factors.reading import FactorFiles
from outsidein.factors.responses import factor_responses
from outsidein.figures.figure import Figure, read_figure
from outsidein.lake.engine import spool_table, write_table
from outsidein.pipeline.identify import Before
from outsidein.pipeline.know import Known
from outsidein.pipeline.worth import SEED

SEALS = "belief_seals"

MEASURED = "figures/factor_verdicts"
"""Where a snapshot shows what factors are."""


def factors(
    backend: Backend,
    files: FactorFiles,
    known: Known,
    segments: ir.Table,
    *,
    before: Before,
    build: int,
    folder: Path,
    spool: Path,
) -> Iterator[Figure]:
    """Write `belief_seals` and yield every figure about factors.

    Args:
        backend: The engine.
        files: What the project declares about its factors.
        known: Canonical tables with their customers.
        segments: One row per customer and segment.
        before: The snapshot in use, whose seals are carried on.
        build: Number of this build.
        folder: The snapshot to be.
        spool: For what only this build reads.
    """
    signals, invitations = known.canonical["signals"], known.canonical["invitations"]
    own, theirs = (
        spool_table(
            backend,
            factor_responses(signals, invitations, subject=subject),
            spool / f"{subject}_factor_responses.parquet",
        )
        for subject in ("own", "competitor")
    )
    seals = sealed(
        files.beliefs, before.table(backend, SEALS), build=build, was_measured=_was_measured(before)
    )
    key = ["first_build", "seal"]
    write_table(backend, ibis.memtable(seals), folder / f"{SEALS}.parquet", key=key)
    yield from factor_figures(
        own,
        theirs,
        known.canonical,
        segments,
        declared=Declared(files.settings, files.beliefs, files.initiatives.initiative, seals),
        rng=np.random.default_rng(SEED),
    )


def _was_measured(before: Before) -> bool:
    """Whether the snapshot in use already shows what factors are."""
    path = before.path(MEASURED)
    return path is not None and any(e.value is not None for e in read_figure(path).estimates)
