"""Errors of seed terms against hand-coded texts."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from outsidein.text.aspects import Flags, SeedTerms, named_factors
from outsidein.text.sample import TIED, HandCodedSample
from outsidein.text.tokens import Codes, tokenise


@dataclass(frozen=True, slots=True)
class TermErrors:
    """Hand-coded texts by whether people and whether seed terms found a factor (counts)."""

    both: int
    people_only: int
    terms_only: int
    neither: int

    @property
    def precision(self) -> float | None:
        """Share of texts naming the factor that people coded so; None if none names it."""
        named = self.both + self.terms_only
        return round(self.both / named, 6) if named else None


def judge_terms(
    sample: HandCodedSample, terms: SeedTerms, factors: Mapping[str, str]
) -> dict[str, TermErrors]:
    """Count hits and errors of seed terms on a hand-coded sample.

    People gave each text one leading code, so a text that also mentions another factor counts as an
    error of that factor's terms. Texts on which people tied are left out.

    Args:
        sample: Hand-coded texts.
        terms: Seed terms in its language.
        factors: The factor of each code; codes left out have none.

    Returns:
        Errors by factor, for factors with a code.
    """
    names = np.array([factors.get(code, "") for code in sample.codes], dtype=object)
    clear = sample.truth != TIED
    truth = names[sample.truth]
    texts, factor = named_factors(tokenise(sample.texts), terms)
    named = {name: texts[factor == place] for place, name in enumerate(terms.factors)}
    none = np.empty(0, dtype=np.int64)
    return {
        name: _errors(truth[clear] == name, _is_named(named.get(name, none), clear))
        for name in sorted(set(names) - {""})
    }


def _is_named(texts: Codes, clear: Flags) -> Flags:
    named = np.zeros(len(clear), dtype=np.bool_)
    named[texts] = True
    kept: Flags = named[clear]
    return kept


def _errors(is_so: Flags, is_named: Flags) -> TermErrors:
    return TermErrors(
        both=int((is_so & is_named).sum()),
        people_only=int((is_so & ~is_named).sum()),
        terms_only=int((~is_so & is_named).sum()),
        neither=int((~is_so & ~is_named).sum()),
    )
