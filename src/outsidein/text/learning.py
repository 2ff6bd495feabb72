"""What is learned from a project's texts before they are coded: polarity and themes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from outsidein.errors import TooLittleData
from outsidein.text.aspects import SeedTerms, Terms, seed_terms
from outsidein.text.coders import Coders, TaughtCoder
from outsidein.text.declaration import Coding
from outsidein.text.judgement import TermErrors, judge_terms
from outsidein.text.lexicon import LEXICONS
from outsidein.text.polarity import learn_polarity
from outsidein.text.reading import one_piece
from outsidein.text.sample import sample_of
from outsidein.text.sentiment import Floats, Polarity, SeedPolarity, VaderPolarity
from outsidein.text.stems import NAMES
from outsidein.text.themes import Themes, find_themes

MOST_LEARNED = 40_000
"""Texts that are learned from at most, evenly spaced in the order of their keys."""

READ = ("text", "language", "rating", "is_late")
NOT_TRAINED = "no coder has learned from this sample yet; run `outsidein texts train`"


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """What there is for each language (ISO 639-1), and why the rest is not there."""

    languages: tuple[str, ...]
    terms: Mapping[str, SeedTerms]
    polarity: Mapping[str, Polarity]
    themes: Mapping[str, Themes]
    no_themes: Mapping[str, TooLittleData]
    """By language."""
    errors: Mapping[str, Mapping[str, TermErrors]] = field(default_factory=dict)
    """Of the seed terms, by the name of the sample and by factor."""
    sampled: Mapping[str, str] = field(default_factory=dict)
    """Language of each sample."""
    taught: Mapping[str, TaughtCoder] = field(default_factory=dict)
    """Coders, by the name of the sample."""
    untaught: Mapping[str, str] = field(default_factory=dict)
    """Why there is no coder, by the name of the sample."""

    def taught_in(self, language: str) -> TaughtCoder | None:
        """Return what the first sample in a language taught."""
        found = (each for _, each in sorted(self.taught.items()))
        return next((each for each in found if each.coder.language == language), None)

    def errors_in(self, language: str) -> Mapping[str, TermErrors]:
        """Return the errors of seed terms by factor, each from the first sample that has it."""
        errors: dict[str, TermErrors] = {}
        for name, found in sorted(self.errors.items()):
            if self.sampled[name] == language:
                errors = {**found, **errors}
        return errors

    def confidence(self, language: str, factor: str) -> float | None:
        """Return the share of hand-coded texts naming a factor that people coded so."""
        judged = self.errors_in(language).get(factor)
        return judged.precision if judged else None


def learn(
    texts: ir.Table,
    coding: Coding,
    terms: Terms,
    samples: Mapping[str, ir.Table],
    coders: Coders | None = None,
) -> Learned:
    """Learn polarity and themes, judge the seed terms, and take the coders that were trained.

    Args:
        texts: As by `outsidein.text.reading.read_said`.
        coding: What the project declares.
        terms: Seed terms of its factors, by factor and language.
        samples: The declared sources of hand-coded samples, by sample.
        coders: The model of the project; None where none was trained.
    """
    read = _spaced(texts)
    polarity: dict[str, Polarity] = {}
    themes: dict[str, Themes] = {}
    no_themes: dict[str, TooLittleData] = {}
    for language in coding.languages:
        theirs = read.filter(pc.equal(read["language"], language))
        if found := _polarity(theirs, language):
            polarity[language] = found
        try:
            themes[language] = _themes(theirs, language, coding)
        except TooLittleData as error:
            no_themes[language] = error
    seeds = {each: seed_terms(terms, language=each) for each in coding.languages if each in NAMES}
    known = coders or Coders({}, {})
    taught = {name: known.taught[name] for name in coding.sample if name in known.taught}
    return Learned(
        coding.languages,
        seeds,
        polarity,
        themes,
        no_themes,
        errors=dict(_term_errors(coding, samples, seeds)),
        sampled={name: source.language for name, source in coding.sample.items()},
        taught=taught,
        untaught={
            name: known.untaught.get(name, NOT_TRAINED)
            for name in coding.sample
            if name not in taught
        },
    )


def _spaced(texts: ir.Table) -> pa.Table:
    everything = int(texts.count().to_pyarrow().as_py())
    step = max(1, -(-everything // MOST_LEARNED))
    key = [texts.source, texts.signal_id]
    placed = texts.mutate(place=ibis.row_number().over(order_by=key))
    kept = placed.filter(placed.place % step == 0).order_by("source", "signal_id")
    return kept.select(*READ).to_pyarrow().combine_chunks()


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


def _term_errors(
    coding: Coding, samples: Mapping[str, ir.Table], seeds: Mapping[str, SeedTerms]
) -> Iterator[tuple[str, dict[str, TermErrors]]]:
    for name, source in sorted(coding.sample.items()):
        if source.language not in seeds:
            continue
        try:
            sample = sample_of(source, samples[name])
        except TooLittleData:
            continue
        yield name, judge_terms(sample, seeds[source.language], source.factors)


def ratings_of(column: pa.ChunkedArray) -> Floats:
    """Return ratings as floats, NaN where nothing was rated."""
    ratings: Floats = one_piece(column).to_numpy(zero_copy_only=False).astype(np.float64)
    return ratings
