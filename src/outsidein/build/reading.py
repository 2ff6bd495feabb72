"""Understand: what customers write, read by machine."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import ibis.expr.types as ir
import numpy as np
from ibis.backends.duckdb import Backend

from outsidein.build.declared import Declared
from outsidein.build.identify import Room
from outsidein.build.know import Known
from outsidein.build.worth import SEED
from outsidein.errors import ProjectError, nearest
from outsidein.figures.figure import Figure
from outsidein.lake.engine import spool_table, write_table
from outsidein.text.coded import CodedTexts, code_texts
from outsidein.text.figures import text_figures
from outsidein.text.learning import Learned, learn, said
from outsidein.text.verbatims import verbatims

FILE = "coding.toml"


@dataclass(frozen=True, slots=True)
class Read:
    """Texts as they were read: what was learned, and the signals they became."""

    learned: Learned
    coded: CodedTexts

    def figures(self, declared: Declared) -> Iterator[Figure]:
        """Yield every figure about texts."""
        factors = list(declared.factors.settings.factor)
        rng = np.random.default_rng(SEED)
        yield from text_figures(self.coded, self.learned, factors=factors, rng=rng)


def read_texts(backend: Backend, declared: Declared, known: Known, *, room: Room) -> Read | None:
    """Read every text a customer wrote; None where nobody wrote any.

    Writes `texts.parquet`, `coded_signals.parquet` and, where the project shows them, masked
    `verbatims.parquet`.

    Raises:
        ProjectError: A hand-coded sample names a source that is not there.
    """
    coding = declared.coding
    first_new = declared.as_of - timedelta(days=coding.new_within_days)
    late_from = datetime.combine(first_new, time(), UTC)
    texts = said(known.canonical["signals"], late_from=late_from)
    texts = spool_table(backend, texts, room.spool / "said.parquet")
    if not texts.limit(1).to_pyarrow().num_rows:
        return None
    samples = {name: _sample(backend, sample.source) for name, sample in coding.sample.items()}
    learned = learn(texts, coding, declared.factors.settings.terms, samples)
    spool = room.spool / "texts"
    coded = code_texts(backend, texts, learned, folder=room.folder, spool=spool)
    if coding.shows_verbatims:
        path, key = room.folder / "verbatims.parquet", ["factor", "language", "is_praise", "place"]
        write_table(backend, verbatims(coded.signals), path, key=key)
    return Read(learned, coded)


def _sample(backend: Backend, source: str) -> ir.Table:
    there = backend.list_tables()
    if source not in there:
        problem = f"{source!r} is no source and no query of tables/staging. "
        raise ProjectError(FILE, "source", problem + nearest(source, there))
    table: ir.Table = backend.table(source)
    return table
