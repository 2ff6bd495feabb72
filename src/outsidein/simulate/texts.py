"""Comments: put together of clauses about factors, in two languages, some typed wrongly."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from outsidein.simulate.column_buffer import Array, Bools, Columns, Ints
from outsidein.simulate.declaration import Firm
from outsidein.simulate.streams import Process, stream
from outsidein.simulate.surveys import HIGH, LOW, NOT_RATED
from outsidein.simulate.typing_errors import misspellings

LANGUAGES = ("en", "pt")
SLIPS = 6
"""Wrongly typed versions of each clause."""

SECOND = 0.4
"""Share of comments about one factor that go on to another."""

OPENERS = {
    "en": ("", "", "", "Hello, ", "To be honest, ", "This time ", "Once more: "),
    "pt": ("", "", "", "Olá, ", "Para ser sincero, ", "Desta vez ", "Mais uma vez: "),
}
JOINTS = {"en": (", and ", "; ", ". Also, "), "pt": (" e ", "; ", ". Além disso, ")}
CLOSERS = {
    "en": (".", ".", "!", ". Thanks.", ". That is all."),
    "pt": (".", ".", "!", ". Obrigado.", ". É tudo."),
}
GENERAL = {
    "en": ("all as usual", "nothing to add", "it was fine", "I will see next time"),
    "pt": ("tudo como de costume", "nada a acrescentar", "correu bem", "logo se vê"),
}


@dataclass(frozen=True, eq=False)
class ClauseTable:
    """All clauses, each followed by its wrongly typed versions.

    Attributes:
        clauses: Their text.
        first: Place of the first clause by language, factor (the last: none) and polarity.
        count: How many clauses there are, likewise.
    """

    clauses: pa.Array
    first: Ints
    count: Ints


class Writing(NamedTuple):
    """What clauses are chosen by: languages by place, and which factors are rated high."""

    firm: Firm
    rng: np.random.Generator
    words: ClauseTable
    language: Ints
    good: Bools


def vocabulary(firm: Firm, *, seed: int) -> ClauseTable:
    """Gather the clauses of a firm's factors, once for all blocks."""
    rng = stream(seed, Process.VOCABULARY)
    size = (len(LANGUAGES), len(firm.factor) + 1, 2)
    first, count, clauses = np.zeros(size, np.int64), np.zeros(size, np.int64), list[str]()
    for place in np.ndindex(size):
        own = _clauses(firm, *place)
        first[place], count[place] = len(clauses), len(own)
        for clause in own:
            clauses += [clause, *misspellings(clause, rng, versions=SLIPS)]
    return ClauseTable(pa.array(clauses), first, count)


def _clauses(firm: Firm, language: int, factor: int, polarity: int) -> tuple[str, ...]:
    if factor == len(firm.factor):
        return GENERAL[LANGUAGES[language]]
    words = list(firm.factor.values())[factor].words.get(LANGUAGES[language])  # type: ignore[call-overload]
    if words is None:
        return GENERAL[LANGUAGES[language]]
    return tuple(words.good if polarity else words.bad)


def comments(
    firm: Firm,
    rng: np.random.Generator,
    words: ClauseTable,
    answers: Columns,
    *,
    portuguese: Bools,
) -> dict[str, Array | pa.Array]:
    """Write comments for some of the answers.

    Args:
        firm: What the firm is like.
        rng: Chance.
        words: The firm's vocabulary.
        answers: Rows of `surveys.invited` that were answered.
        portuguese: Who writes Portuguese.

    Returns:
        One row per answer: `text` and `language` (null without a comment), and for the first and
        the second factor mentioned `factor` (place, -1 for none) and `is_good`, as `factor_1`,
        `is_good_1`, `factor_2` and `is_good_2`.
    """
    size = len(portuguese)
    levels = np.array([answers[name] for name in firm.factor]).reshape(len(firm.factor), size)
    first, second = _mentioned(rng, levels)
    good = levels == HIGH
    language = portuguese.astype(np.int64)
    written = rng.random(size) < firm.survey.comments
    writing = Writing(firm, rng, words, language, good)
    parts = [
        _picked(rng, OPENERS, language),
        _clause(writing, first),
        _second(writing, second),
        _picked(rng, CLOSERS, language),
    ]
    text = pc.binary_join_element_wise(*parts, "")
    nothing = pa.scalar(None, pa.string())
    columns = {"text": pc.if_else(written, text, nothing)}
    columns["language"] = pc.if_else(written, pa.array(LANGUAGES).take(language), nothing)
    for name, factor in (("1", first), ("2", second)):
        columns[f"factor_{name}"] = np.where(written, factor, -1)
        columns[f"is_good_{name}"] = _at(good, factor)
    return columns


def _mentioned(rng: np.random.Generator, levels: Ints) -> tuple[Ints, Ints]:
    """Choose what is spoken of: what is low before what is high, then at random; -1 for nothing."""
    low = np.isin(levels, LOW) & (levels != NOT_RATED)
    weight = rng.random(levels.shape) + np.where(low, 2.0, np.where(levels == HIGH, 1.0, -2.0))
    order = np.argsort(-weight, axis=0, kind="stable")
    ranked = np.take_along_axis(weight, order, axis=0)
    first = np.where(ranked[0] > 0, order[0], -1)
    if len(levels) == 1:
        return first, np.full(len(first), -1, np.int64)
    goes_on = (ranked[1] > 0) & (rng.random(len(first)) < SECOND)
    return first, np.where(goes_on, order[1], -1)


def _at(good: Bools, factor: Ints) -> Bools:
    return np.asarray(good[factor, np.arange(len(factor))] & (factor >= 0))


def _picked(
    rng: np.random.Generator, parts: Mapping[str, tuple[str, ...]], language: Ints
) -> pa.Array:
    """Choose one part of each's language; all languages have equally many."""
    flat = [part for one in LANGUAGES for part in parts[one]]
    each = len(flat) // len(LANGUAGES)
    return pa.array(flat).take(language * each + rng.integers(0, each, len(language)))


def _clause(writing: Writing, factor: Ints) -> pa.Array:
    firm, rng, words, language, good = writing
    polarity = _at(good, factor).astype(np.int64)
    place = np.where(factor < 0, len(firm.factor), factor)
    first, count = (array[language, place, polarity] for array in (words.first, words.count))
    which = (rng.random(len(factor)) * count).astype(np.int64)
    slip = rng.integers(1, SLIPS + 1, len(factor))
    slip = np.where(rng.random(len(factor)) < firm.survey.typing_errors, slip, 0)
    return words.clauses.take(first + which * (SLIPS + 1) + slip)


def _second(writing: Writing, factor: Ints) -> pa.Array:
    joint = _picked(writing.rng, JOINTS, writing.language)
    joined = pc.binary_join_element_wise(joint, _clause(writing, factor), "")
    return pc.if_else(factor >= 0, joined, "")
