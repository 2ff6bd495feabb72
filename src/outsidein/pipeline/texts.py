"""What customers write: every text read, coded and counted."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import ibis.expr.types as ir
import numpy as np
from ibis.backends.duckdb import Backend

from outsidein.figures.figure import Figure
from outsidein.lake.engine import write_table
from outsidein.pipeline.identify import Room
from outsidein.pipeline.samples import sample_tables
from outsidein.pipeline.worth import SEED
from outsidein.text.aspects import Terms
from outsidein.text.coded import CodedTexts, code_texts
from outsidein.text.coders import Coders
from outsidein.text.declaration import Coding
from outsidein.text.figures import text_figures
from outsidein.text.learning import LearnedTexts, learn_from_texts
from outsidein.text.masked_texts import mask_texts, read_masked_texts, texts_with_ratings
from outsidein.text.verbatims import choose_verbatims


@dataclass(frozen=True, slots=True)
class ReadTexts:
    """Tables of what was written, and what they were coded with."""

    coded: CodedTexts
    learned: LearnedTexts
    factors: tuple[str, ...]

    def figures(self) -> Iterator[Figure]:
        """Yield every figure about texts."""
        rng = np.random.default_rng(SEED)
        yield from text_figures(self.coded, self.learned, factors=self.factors, rng=rng)


def read_texts(
    backend: Backend,
    signals: ir.Table,
    coding: Coding,
    terms: Terms,
    *,
    coders: Coders | None,
    as_of: date,
    room: Room,
) -> ReadTexts:
    """Write `texts`, `coded_signals` and, where the project shows them, `choose_verbatims`.

    Args:
        backend: The engine, in which sources and staged queries are still to be had by name.
        signals: Canonical signals with `customer_id`.
        coding: As `coding.toml` declares.
        terms: Seed terms by factor and language, as `factors.toml` declares.
        coders: The model that was trained; None where there is none.
        as_of: First day not looked at.
        room: Where to write.

    Raises:
        ProjectError: A hand-coded sample names a source or a column that is not there.
    """
    late_from = datetime.combine(as_of, time(), UTC) - timedelta(days=coding.new_within_days)
    texts = texts_with_ratings(signals, late_from=late_from)
    samples = sample_tables(backend, coding)
    read = mask_texts(backend, texts, coding.languages, spool=room.spool)
    learned = learn_from_texts(read_masked_texts(backend, read), coding, terms, samples, coders)
    coded = code_texts(backend, read, learned, folder=room.folder, spool=room.spool)
    if coding.shows_verbatims:
        key = ["factor", "language", "is_praise", "place"]
        write_table(
            backend, choose_verbatims(coded.signals), room.folder / "verbatims.parquet", key=key
        )
    return ReadTexts(coded, learned, tuple(sorted(terms)))
