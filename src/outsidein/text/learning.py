"""Models learned from a project's texts before coding: polarity and themes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from outsidein.errors import TooLittleData
from outsidein.text.aspects import SeedTerms, Terms, seed_terms
from outsidein.text.coders import Coders, TrainedCoder
from outsidein.text.declaration import Coding
from outsidein.text.judgement import TermErrors, judge_terms
from outsidein.text.lexicon import LEXICONS
from outsidein.text.masked_texts import single_chunk
from outsidein.text.polarity import learn_polarity
from outsidein.text.sample import read_declared_sample
from outsidein.text.sentiment import Floats, Polarity, SeedPolarity, VaderPolarity
from outsidein.text.stems import NAMES
from outsidein.text.themes import Themes, find_themes

MOST_LEARNED = 40_000
"""Most texts to learn from, evenly spaced in key order."""

READ = ("text", "language", "rating", "is_late")
NOT_TRAINED = "no coder has been trained on this sample yet; run `outsidein texts train`"


@dataclass(frozen=True, slots=True, eq=False)
class LearnedTexts:
    """The models of each language (ISO 639-1), and why others are missing."""

    languages: tuple[str, ...]
    terms: Mapping[str, SeedTerms]
    polarity: Mapping[str, Polarity]
    themes: Mapping[str, Themes]
    no_themes: Mapping[str, TooLittleData]
    """By language."""
    errors: Mapping[str, Mapping[str, TermErrors]] = field(default_factory=dict)
    """Errors of the seed terms, by sample and factor."""
    sampled: Mapping[str, str] = field(default_factory=dict)
    """Language of each sample."""
    taught: Mapping[str, TrainedCoder] = field(default_factory=dict)
    """Coders, by the name of the sample."""
    untaught: Mapping[str, str] = field(default_factory=dict)
    """Why there is no coder, by the name of the sample."""

    def taught_in(self, language: str) -> TrainedCoder | None:
        """Return the coder trained on a language's first sample."""
        coders = (each for _, each in sorted(self.taught.items()))
        return next((each for each in coders if each.coder.language == language), None)

    def errors_in(self, language: str) -> Mapping[str, TermErrors]:
        """Return the errors of seed terms by factor, each from the first sample that has it."""
        errors: dict[str, TermErrors] = {}
        for name, sample_errors in sorted(self.errors.items()):
            if self.sampled[name] == language:
                errors = {**sample_errors, **errors}
        return errors

    def confidence(self, language: str, factor: str) -> float | None:
        """Return the share of hand-coded texts naming a factor that people coded so."""
        judged = self.errors_in(language).get(factor)
        return judged.precision if judged else None


def learn_from_texts(
    texts: ir.Table,
    coding: Coding,
    terms: Terms,
    samples: Mapping[str, ir.Table],
    coders: Coders | None = None,
) -> LearnedTexts:
    """Learn polarity and themes, evaluate the seed terms, and select the trained coders.

    Args:
        texts: As written by `outsidein.text.masked_texts.mask_texts`.
        coding: The project's declaration.
        terms: Seed terms of its factors, by factor and language.
        samples: The declared sources of hand-coded samples, by sample.
        coders: The project's trained model, if any.
    """
    texts_read = _evenly_spaced(texts)
    polarity: dict[str, Polarity] = {}
    themes: dict[str, Themes] = {}
    no_themes: dict[str, TooLittleData] = {}
    for language in coding.languages:
        own_texts = texts_read.filter(pc.equal(texts_read["language"], language))
        if learned := _polarity(own_texts, language):
            polarity[language] = learned
        try:
            themes[language] = _themes(own_texts, language, coding)
        except TooLittleData as error:
            no_themes[language] = error
    seeds = {each: seed_terms(terms, language=each) for each in coding.languages if each in NAMES}
    available = coders or Coders({}, {})
    taught = {name: available.taught[name] for name in coding.sample if name in available.taught}
    return LearnedTexts(
        coding.languages,
        seeds,
        polarity,
        themes,
        no_themes,
        errors=dict(_term_errors(coding, samples, seeds)),
        sampled={name: source.language for name, source in coding.sample.items()},
        taught=taught,
        untaught={
            name: available.untaught.get(name, NOT_TRAINED)
            for name in coding.sample
            if name not in taught
        },
    )


def _evenly_spaced(texts: ir.Table) -> pa.Table:
    everything = int(texts.count().to_pyarrow().as_py())
    step = max(1, -(-everything // MOST_LEARNED))
    key = [texts.source, texts.signal_id]
    placed = texts.mutate(place=ibis.row_number().over(order_by=key))
    kept = placed.filter(placed.place % step == 0).order_by("source", "signal_id")
    return kept.select(*READ).to_pyarrow().combine_chunks()


def _polarity(read: pa.Table, language: str) -> Polarity | None:
    """Learn polarity from ratings; fall back to VADER for English, else to seed words."""
    rated = read.filter(pc.is_valid(read["rating"]))
    try:
        return learn_polarity(single_chunk(rated["text"]), rated["rating"].to_numpy())
    except TooLittleData:
        if language == "en":
            return VaderPolarity()
        return SeedPolarity(language) if language in LEXICONS else None


def _themes(read: pa.Table, language: str, coding: Coding) -> Themes:
    is_late = read["is_late"].to_numpy()
    return find_themes(single_chunk(read["text"]), is_late, language=language, themes=coding.themes)


def _term_errors(
    coding: Coding, samples: Mapping[str, ir.Table], seeds: Mapping[str, SeedTerms]
) -> Iterator[tuple[str, dict[str, TermErrors]]]:
    for name, source in sorted(coding.sample.items()):
        if source.language not in seeds:
            continue
        try:
            sample = read_declared_sample(source, samples[name])
        except TooLittleData:
            continue
        yield name, judge_terms(sample, seeds[source.language], source.factors)


def ratings_of(column: pa.ChunkedArray) -> Floats:
    """Return ratings as floats, NaN where missing."""
    ratings: Floats = single_chunk(column).to_numpy(zero_copy_only=False).astype(np.float64)
    return ratings
