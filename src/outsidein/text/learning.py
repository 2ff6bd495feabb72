"""What is learned from a project's texts before they are coded: polarity, themes, coders."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from outsidein.errors import TooLittleData
from outsidein.text.aspects import SeedTerms, Terms, seed_terms
from outsidein.text.coder import Coder, Judged, Reader, judge_coder, train_coder
from outsidein.text.declaration import Coding, SampleSource
from outsidein.text.judgement import TermErrors, judge_terms
from outsidein.text.language import languages
from outsidein.text.lexicon import LEXICONS
from outsidein.text.masking import mask
from outsidein.text.polarity import learn_polarity
from outsidein.text.sample import CODINGS, Sample, read_sample
from outsidein.text.sentiment import Floats, Polarity, SeedPolarity, VaderPolarity
from outsidein.text.stems import NAMES
from outsidein.text.themes import Themes, find_themes

MOST_LEARNED = 40_000
"""Texts that are learned from at most, evenly spaced in the order of their keys."""

READ = ("text", "language", "rating", "is_late")


@dataclass(frozen=True, slots=True, eq=False)
class Taught:
    """What one hand-coded sample taught: a coder, how it does out of sample, how terms do."""

    source: SampleSource
    sample: Sample
    coder: Coder
    judged: Judged
    terms: Mapping[str, TermErrors]
    """By factor."""


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """What there is for each language (ISO 639-1); `why` says what is not there."""

    languages: tuple[str, ...]
    terms: Mapping[str, SeedTerms]
    polarity: Mapping[str, Polarity]
    themes: Mapping[str, Themes]
    taught: Mapping[str, Taught] = field(default_factory=dict)
    """By the name of the sample."""
    why: Mapping[str, TooLittleData] = field(default_factory=dict)
    """By the name of the sample, or by language for themes."""

    def coder_for(self, language: str) -> Coder | None:
        """Return the coder that learned from the first sample in a language."""
        return next((each.coder for each in self.taught_in(language)), None)

    def taught_in(self, language: str) -> list[Taught]:
        """Return what the samples of a language taught, in the order of their names."""
        taught = [each for _, each in sorted(self.taught.items())]
        return [each for each in taught if each.sample.language == language]

    def confidence(self, language: str, factor: str) -> float | None:
        """Return the share of hand-coded texts naming a factor that people coded so."""
        judged = (t.terms[factor].precision for t in self.taught_in(language) if factor in t.terms)
        return next(judged, None)


def said(signals: ir.Table, *, late_from: datetime) -> ir.Table:
    """Return the signals that have a text, with the rating beside it brought to 0 to 1.

    Returns:
        One row per signal with a text: its columns, `rating` (null where nothing was rated) and
        `is_late` (whether it came at `late_from` or after).
    """
    texts = signals.filter(signals.text.notnull() & (signals.kind != "inferred"))
    width = texts.scale_high - texts.scale_low
    rating = ((texts.score - texts.scale_low) / width.nullif(0.0)).round(6)
    return texts.mutate(rating=rating, is_late=texts.signalled_at >= ibis.literal(late_from))


def learn(
    texts: ir.Table,
    coding: Coding,
    terms: Terms,
    samples: Mapping[str, ir.Table],
) -> Learned:
    """Learn polarity, themes and coders.

    Args:
        texts: As by `said`.
        coding: What the project declares.
        terms: Seed terms of its factors, by factor and language.
        samples: The declared sources of hand-coded samples, by sample.
    """
    read = _spaced(texts)
    written = _languages(read, coding)
    why: dict[str, TooLittleData] = {}
    polarity: dict[str, Polarity] = {}
    themes: dict[str, Themes] = {}
    for language in coding.languages:
        theirs = read.filter(pc.equal(written, language))
        if found := _polarity(theirs, language):
            polarity[language] = found
        try:
            themes[language] = _themes(theirs, language, coding)
        except TooLittleData as error:
            why[language] = error
    seeds = {each: seed_terms(terms, language=each) for each in coding.languages if each in NAMES}
    learned = Learned(coding.languages, seeds, polarity, themes)
    taught: dict[str, Taught] = {}
    for name, source in sorted(coding.sample.items()):
        try:
            taught[name] = _taught(source, samples[name], learned)
        except TooLittleData as error:
            why[name] = error
    return Learned(coding.languages, seeds, polarity, themes, taught, why)


def _spaced(texts: ir.Table) -> pa.Table:
    everything = int(texts.count().to_pyarrow().as_py())
    step = max(1, -(-everything // MOST_LEARNED))
    key = [texts.source, texts.signal_id]
    placed = texts.mutate(place=ibis.row_number().over(order_by=key))
    kept = placed.filter(placed.place % step == 0).order_by("source", "signal_id")
    read = kept.select(*READ).to_pyarrow().combine_chunks()
    return read.set_column(0, "text", mask(one_piece(read["text"])))


def one_piece(column: pa.ChunkedArray) -> pa.Array:
    """Return a column in one piece."""
    joined = column.combine_chunks()
    return joined.chunk(0) if isinstance(joined, pa.ChunkedArray) else joined


def _languages(read: pa.Table, coding: Coding) -> pa.Array:
    return languages_of(one_piece(read["text"]), one_piece(read["language"]), coding.languages)


def languages_of(texts: pa.Array, given: pa.Array, among: tuple[str, ...]) -> pa.Array:
    """Take the language a source names, and tell it from the text where it names none."""
    is_open = pc.is_null(given)
    told = languages(texts.filter(is_open), among=among, usual=among[0])
    return pc.replace_with_mask(given.cast(pa.string()), is_open, told)


def _polarity(read: pa.Table, language: str) -> Polarity | None:
    """Learn polarity from ratings; else take VADER for English, else seed words."""
    rated = read.filter(pc.is_valid(read["rating"]))
    try:
        return learn_polarity(one_piece(rated["text"]), rated["rating"].to_numpy())
    except TooLittleData:
        if language == "en":
            return VaderPolarity()
        return SeedPolarity(language) if language in LEXICONS else None


def _themes(read: pa.Table, language: str, coding: Coding) -> Themes:
    is_late = read["is_late"].to_numpy()
    return find_themes(one_piece(read["text"]), is_late, language=language, themes=coding.themes)


def _taught(source: SampleSource, table: ir.Table, learned: Learned) -> Taught:
    language = source.language
    sample = read_sample(_codings(source, table), language=language)
    if language not in learned.terms or language not in learned.polarity:
        raise TooLittleData(0, needed=1, of=f"texts or word lists in the language {language!r}")
    reader = Reader(learned.terms[language], learned.polarity[language])
    return Taught(
        source,
        sample,
        train_coder(sample, reader),
        judge_coder(sample, reader),
        judge_terms(sample, reader, source.factors),
    )


def _codings(source: SampleSource, table: ir.Table) -> pa.Table:
    votes = table[source.votes] if source.votes else ibis.literal(1)
    rating = ibis.null("float64")
    if source.rating:
        given = table[source.rating].cast("float64")
        rating = (given - source.rating_low) / (source.rating_high - source.rating_low)
    chosen = table.select(
        text_id=table[source.text_id].cast("string"),
        text=table[source.text].cast("string"),
        code=table[source.code].cast("string"),
        votes=votes.cast("int64").fill_null(0),
        rating=rating,
    )
    coded = chosen.filter(chosen.code.notnull()).to_pyarrow().cast(CODINGS).combine_chunks()
    return coded.set_column(1, "text", mask(one_piece(coded["text"])))


def ratings_of(column: pa.ChunkedArray) -> Floats:
    """Return ratings as floats, NaN where nothing was rated."""
    ratings: Floats = one_piece(column).to_numpy(zero_copy_only=False).astype(np.float64)
    return ratings
