"""Understand: what keeps, delights and repels customers, from all they say and show."""

from collections.abc import Iterator

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow.parquet as pq
from ibis.backends.duckdb import Backend

from outsidein.build.declared import Declared
from outsidein.build.identify import Before, Room
from outsidein.build.know import Known
from outsidein.build.reading import Read
from outsidein.build.worth import SEED
from outsidein.factors.beliefs import sealed
from outsidein.factors.figures import Declared as Said
from outsidein.factors.figures import factor_figures
from outsidein.factors.responses import factor_responses
from outsidein.figures.figure import Figure
from outsidein.lake.engine import spool_table

SEALS = "belief_seals"
MEASURED = "figures/factor_verdicts"
"""Where a snapshot shows the measured ranking."""


def voice_figures(
    backend: Backend,
    declared: Declared,
    known: Known,
    segments: ir.Table,
    *,
    read: Read | None,
    before: Before,
    build: int,
    room: Room,
) -> Iterator[Figure]:
    """Yield every figure about factors, from scores, behaviour and texts together."""
    signals = with_texts(known.canonical["signals"], read)
    settings = declared.factors.settings
    own, competitors = (
        spool_table(
            backend,
            factor_responses(
                signals, known.canonical["invitations"], settings=settings, subject=subject
            ),
            room.spool / f"factors.{subject}.parquet",
        )
        for subject in ("own", "competitor")
    )
    seals = sealed(
        declared.factors.beliefs,
        before.table(backend, SEALS),
        build=build,
        was_measured=before.path(MEASURED) is not None,
    )
    pq.write_table(seals, room.folder / f"{SEALS}.parquet")
    yield from factor_figures(
        own,
        competitors,
        {**known.canonical, "signals": signals},
        segments if declared.segments else None,
        declared=Said(
            settings, declared.factors.beliefs, declared.factors.initiatives.initiative, seals
        ),
        rng=np.random.default_rng(SEED),
    )


def with_texts(signals: ir.Table, read: Read | None) -> ir.Table:
    """Add the signals that texts became to those customers gave."""
    if read is None:
        return signals
    return ibis.union(signals, read.coded.signals.select(*signals.columns))
