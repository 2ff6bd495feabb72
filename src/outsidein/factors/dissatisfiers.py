"""Figure: the failures that reach the dissatisfied and leave the others alone."""

from collections.abc import Iterator

from outsidein.errors import InputError
from outsidein.factors.study import Studies, Study
from outsidein.figures.figure import Estimate, Figure, Unit, estimated, unanswered
from outsidein.stats.factors.dissatisfiers import Dissatisfiers


def dissatisfiers_figure(studies: Studies) -> Figure:
    """Rank the failures, and name those that together explain dissatisfaction best."""
    low_to = studies.settings.low_to
    return Figure(
        "key_dissatisfiers",
        "Which failures make customers dissatisfied",
        f"Dissatisfied is an overall score, and failed a factor, up to {low_to:g} of its scale; a "
        "factor not mentioned did not fail. A set of factors is worth its reach among the "
        "dissatisfied less its noise among the others; each factor's part is its Shapley value, "
        "in closed form. The key set is filled from the largest part down while reach grows more "
        "than noise. Normal intervals over customers; the set was chosen by the same answers, so "
        "its reach and noise have none.",
        ("segment", "factor"),
        tuple(e for study in studies.studies for e in _study(study)),
    )


def _study(study: Study) -> Iterator[Estimate]:
    found = study.dissatisfiers
    if isinstance(found, InputError):
        group = {"segment": study.segment, "factor": None}
        yield unanswered("part of reach minus noise", Unit.SHARE, str(found), group=group)
        return
    order = sorted(range(len(found.shapley)), key=lambda k: -found.shapley[k].value)
    for place in order:
        group = {"segment": study.segment, "factor": study.ratings.factors[place]}
        part = found.shapley[place]
        yield estimated("part of reach minus noise", Unit.SHARE, part, value="value", group=group)
    yield from _together(study, found)


def _together(study: Study, found: Dissatisfiers) -> Iterator[Estimate]:
    if found.key:
        names = ", ".join(study.ratings.factors[place] for place in found.key)
        group = {"segment": study.segment, "factor": names}
        why = "no interval: the set was chosen by the same answers"
        for measure, share in (("reach of the key set", found.reach), ("its noise", found.noise)):
            yield Estimate(measure, Unit.SHARE, study.moments.n, share, why=why, group=group)
