"""Understand: where customers stand, what they are worth, when and why they leave."""

from collections.abc import Callable, Iterator
from pathlib import Path

import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from outsidein.build.declared import Declared
from outsidein.build.know import Known
from outsidein.figures.figure import Figure
from outsidein.ladder.hurdles import hurdles_figure
from outsidein.ladder.moves import steps_figure, transitions_figure
from outsidein.ladder.spells import ladder_spells
from outsidein.ladder.standing import history_figure, observed_stages, standing_figure
from outsidein.lake.engine import write_table


def understand(
    backend: Backend,
    declared: Declared,
    known: Known,
    *,
    folder: Path,
    step: Callable[[str], None],
) -> Iterator[Figure]:
    """Write the tables of the understanding nouns and yield their figures."""
    step("Understand: the ladder")
    spells = ladder_spells(known.canonical, known.customers, declared.ladder, as_of=declared.as_of)
    spells = write_table(
        backend, spells, folder / "ladder_spells.parquet", key=["customer_id", "from_on"]
    )
    yield from _ladder_figures(declared, known, spells)


def _ladder_figures(declared: Declared, known: Known, spells: ir.Table) -> Iterator[Figure]:
    observed = observed_stages(spells, declared.ladder)
    as_of = declared.as_of
    yield standing_figure(spells, observed, as_of=as_of)
    yield history_figure(spells, as_of=as_of)
    yield steps_figure(spells, observed, as_of=as_of)
    yield transitions_figure(spells, observed, as_of=as_of)
    yield hurdles_figure(spells, known.canonical["signals"], declared.ladder, observed, as_of=as_of)
