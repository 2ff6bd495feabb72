"""Step of texts: every text read, coded and counted."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import pyarrow as pa

from outsidein.canonical.customer_tables import CUSTOMER_TABLES, customer_tables
from outsidein.figures.figure import Figure
from outsidein.steps.run import Run
from outsidein.steps.step import Step
from outsidein.text.aspects import Terms
from outsidein.text.coded import code_texts
from outsidein.text.coders import Coders
from outsidein.text.counted_figures import text_figures
from outsidein.text.declaration import Coding
from outsidein.text.figures import (
    CODER_QUALITY,
    FACTOR_MENTIONS,
    TEXT_LANGUAGES,
    TEXT_REASONS,
    TEXT_SENTIMENT,
    TEXT_THEMES,
)
from outsidein.text.learning import LearnedTexts, learn_from_texts
from outsidein.text.masked_texts import mask_texts, read_masked_texts, texts_with_ratings
from outsidein.text.sample_tables import sample_tables
from outsidein.text.tables import CODED_SIGNALS, TEXTS, THEME_NAMES, VERBATIMS
from outsidein.text.verbatims import choose_verbatims


@dataclass(frozen=True, slots=True)
class TextCoding:
    """What texts are coded by.

    Attributes:
        coding: As `coding.toml` declares.
        terms: Seed terms by factor and language.
        coders: The model that was trained; None where there is none.
    """

    coding: Coding
    terms: Terms
    coders: Coders | None


def _read(run: Run) -> Iterator[Figure]:
    """Write the tables of texts and yield their figures.

    Raises:
        ProjectError: A hand-coded sample names a source or a column that is not there.
    """
    declared = run.declaration(TextCoding)
    coding = declared.coding
    late_from = datetime.combine(run.as_of, time(), UTC) - timedelta(days=coding.new_within_days)
    texts = texts_with_ratings(run.read(CUSTOMER_TABLES["signals"]), late_from=late_from)
    samples = sample_tables(run.backend, coding)
    spool = run.spool_folder
    masked = mask_texts(run.backend, texts, coding.languages, spool=spool)
    terms, coders = declared.terms, declared.coders
    learned = learn_from_texts(
        read_masked_texts(run.backend, masked), coding, terms, samples, coders
    )
    folder = run.path(TEXTS).parent
    coded = code_texts(run.backend, masked, learned, folder=folder, spool=spool)
    run.adopt(TEXTS)
    run.adopt(CODED_SIGNALS)
    run.write(THEME_NAMES, _theme_names(learned))
    if coding.shows_verbatims:
        run.write(VERBATIMS, choose_verbatims(coded.signals))
    factors = tuple(sorted(terms))
    yield from text_figures(coded, learned, factors=factors, rng=run.rng("text_figures"))


def _theme_names(learned: LearnedTexts) -> pa.Table:
    rows = [
        {"language": language, "theme": number, "name": name}
        for language, themes in learned.themes.items()
        for number, name in enumerate(themes.names)
    ]
    return pa.Table.from_pylist(rows, schema=THEME_NAMES.schema.to_pyarrow())


READ_TEXTS = Step(
    name="Text analysis",
    run=_read,
    reads=customer_tables("signals"),
    writes=(TEXTS, CODED_SIGNALS, THEME_NAMES),
    may_write=(VERBATIMS,),
    figures=(
        TEXT_LANGUAGES,
        TEXT_SENTIMENT,
        TEXT_THEMES,
        FACTOR_MENTIONS,
        TEXT_REASONS,
        CODER_QUALITY,
    ),
)
