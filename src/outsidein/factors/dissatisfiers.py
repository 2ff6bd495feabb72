"""Figure: key dissatisfiers, failures that the dissatisfied met and others did not."""

from collections.abc import Iterator

from outsidein.errors import InputError
from outsidein.factors.figures import (
    KEY_DISSATISFIERS,
    NOISE_OF_KEY_SET,
    PART_OF_REACH_MINUS_NOISE,
    REACH_OF_KEY_SET,
)
from outsidein.factors.study import Studies, Study
from outsidein.figures.figure import Estimate, Figure
from outsidein.stats.factors.dissatisfiers import Dissatisfiers


def dissatisfiers_figure(studies: Studies) -> Figure:
    """Rank failures, with the set that best explains dissatisfaction."""
    low_to = studies.settings.low_to
    return KEY_DISSATISFIERS.figure(
        (e for study in studies.studies for e in _dissatisfier_estimates(study)), low_to=low_to
    )


def _dissatisfier_estimates(study: Study) -> Iterator[Estimate]:
    result = study.dissatisfiers
    if isinstance(result, InputError):
        group = {"segment": study.segment, "factor": None}
        yield PART_OF_REACH_MINUS_NOISE.unanswered(str(result), group=group)
        return
    order = sorted(range(len(result.shapley)), key=lambda k: -result.shapley[k].value)
    for place in order:
        group = {"segment": study.segment, "factor": study.ratings.factors[place]}
        part = result.shapley[place]
        yield PART_OF_REACH_MINUS_NOISE.estimated(part, value="value", group=group)
    yield from _key_set_estimates(study, result)


def _key_set_estimates(study: Study, result: Dissatisfiers) -> Iterator[Estimate]:
    if result.key:
        names = ", ".join(study.ratings.factors[place] for place in result.key)
        group = {"segment": study.segment, "factor": names}
        why = "no interval: the set was chosen by the same answers"
        for measure, share in ((REACH_OF_KEY_SET, result.reach), (NOISE_OF_KEY_SET, result.noise)):
            yield measure.estimate(study.moments.n, share, why=why, group=group)
