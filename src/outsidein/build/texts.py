"""What customers write: every text read, coded and counted."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import ibis.expr.types as ir
import numpy as np
from ibis.backends.duckdb import Backend
from ibis.common.exceptions import TableNotFound

from outsidein.build.identify import Room
from outsidein.build.worth import SEED
from outsidein.errors import ProjectError
from outsidein.figures.figure import Figure
from outsidein.lake.engine import write_table
from outsidein.text.aspects import Terms
from outsidein.text.coded import CodedTexts, code_texts
from outsidein.text.declaration import Coding
from outsidein.text.figures import text_figures
from outsidein.text.learning import Learned, learn, said
from outsidein.text.verbatims import verbatims


@dataclass(frozen=True, slots=True)
class ReadTexts:
    """Tables of what was written, and what they were coded with."""

    coded: CodedTexts
    learned: Learned
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
    as_of: date,
    room: Room,
) -> ReadTexts:
    """Write `texts`, `coded_signals` and, where the project shows them, `verbatims`.

    Args:
        backend: The engine, in which sources and staged queries are still to be had by name.
        signals: Canonical signals with `customer_id`.
        coding: As `coding.toml` declares.
        terms: Seed terms by factor and language, as `factors.toml` declares.
        as_of: First day not looked at.
        room: Where to write.

    Raises:
        ProjectError: A hand-coded sample names a source or a column that is not there.
    """
    late_from = datetime.combine(as_of, time(), UTC) - timedelta(days=coding.new_within_days)
    texts = said(signals, late_from=late_from)
    samples = {name: _table(backend, name, coding) for name in coding.sample}
    learned = learn(texts, coding, terms, samples)
    coded = code_texts(backend, texts, learned, folder=room.folder, spool=room.spool)
    if coding.shows_verbatims:
        key = ["factor", "language", "is_praise", "place"]
        write_table(backend, verbatims(coded.signals), room.folder / "verbatims.parquet", key=key)
    return ReadTexts(coded, learned, tuple(sorted(terms)))


def _table(backend: Backend, name: str, coding: Coding) -> ir.Table:
    source = coding.sample[name]
    try:
        table: ir.Table = backend.table(source.source)
    except TableNotFound as error:
        problem = f"there is no source or staged query {source.source!r}"
        raise ProjectError("coding.toml", f"sample.{name}.source", problem) from error
    named = {key: getattr(source, key) for key in ("text_id", "text", "code", "votes", "rating")}
    for key, column in named.items():
        if column is not None and column not in table.columns:
            problem = f"{source.source!r} has no column {column!r}"
            raise ProjectError("coding.toml", f"sample.{name}.{key}", problem)
    return table
