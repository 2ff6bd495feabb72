"""The figure of how often the coders of texts err."""

from collections.abc import Iterator, Mapping

import numpy as np

from outsidein.errors import TooLittleData
from outsidein.figures.figure import Estimate, Figure, Group
from outsidein.figures.spec import Measure
from outsidein.stats.agreement import macro_f1, macro_f1_gain
from outsidein.stats.proportion import proportion
from outsidein.text.coded import CODER
from outsidein.text.coder import CoderAgreement
from outsidein.text.figures import (
    AGREES_WITH_PEOPLE,
    CODER_QUALITY,
    FOUND,
    LET_PASS,
    MACRO_F1,
    MACRO_F1_ABOVE_THE_BASELINE,
    RIGHT_WHERE_GIVEN,
)
from outsidein.text.judgement import TermErrors
from outsidein.text.learning import LearnedTexts

ALL = "all"


def quality_figure(learned: LearnedTexts, *, rng: np.random.Generator) -> Figure:
    """Say how coders do on hand-coded samples; here n counts texts."""
    estimates: list[Estimate] = []
    for name, each in sorted(learned.taught.items()):
        estimates += _overall(name, each.judged, rng)
        estimates += _per_code(name, each.judged)
    for name, why in sorted(learned.untaught.items()):
        group = {"sample": name, "coder": "learned", "code": ALL}
        estimates.append(MACRO_F1.unanswered(why, group=group))
    for name, errors in sorted(learned.errors.items()):
        estimates += _per_factor(name, errors)
    return CODER_QUALITY.figure(estimates)


def _overall(name: str, judged: CoderAgreement, rng: np.random.Generator) -> Iterator[Estimate]:
    plain = judged.joint.sum(axis=1)
    for coder, confusion in (("learned", judged.confusion), ("baseline", plain)):
        group = {"sample": name, "coder": coder, "code": ALL}
        yield MACRO_F1.estimated(macro_f1(confusion, rng=rng), value="f1", group=group)
        right = proportion(int(np.trace(confusion)), int(confusion.sum()))
        yield AGREES_WITH_PEOPLE.estimated(right, value="share", group=group)
    gain = macro_f1_gain(judged.joint, rng=rng)
    group = {"sample": name, "coder": "learned", "code": ALL}
    yield MACRO_F1_ABOVE_THE_BASELINE.estimated(gain, value="gain", group=group)


def _per_code(name: str, judged: CoderAgreement) -> Iterator[Estimate]:
    confusion = judged.confusion
    for place, code in enumerate(judged.codes):
        right = int(confusion[place, place])
        group = {"sample": name, "coder": "learned", "code": code}
        yield _share(FOUND, right, int(confusion[place].sum()), group)
        yield _share(RIGHT_WHERE_GIVEN, right, int(confusion[:, place].sum()), group)


def _per_factor(name: str, terms: Mapping[str, TermErrors]) -> Iterator[Estimate]:
    for factor, errors in sorted(terms.items()):
        group = {"sample": name, "coder": CODER, "code": factor}
        yield _share(FOUND, errors.both, errors.both + errors.people_only, group)
        yield _share(RIGHT_WHERE_GIVEN, errors.both, errors.both + errors.terms_only, group)
        yield _share(LET_PASS, errors.neither, errors.neither + errors.terms_only, group)


def _share(measure: Measure, right: int, n: int, group: Group) -> Estimate:
    try:
        return measure.estimated(proportion(right, n), value="share", group=group)
    except TooLittleData as error:
        return measure.too_little(error, group=group)
