"""A project's declarations by type, as each noun's steps ask for them."""

from collections.abc import Mapping
from functools import partial

from ibis.backends import BaseBackend

from outsidein.canonical.declaration import Samples
from outsidein.canonical.query import Query
from outsidein.canonical.steps import CanonicalQueries
from outsidein.feedback.models import survey_queries
from outsidein.feedback.steps import BehaviourRules
from outsidein.headlines.steps import HeadlineRules
from outsidein.identity.steps import IdentityInputs
from outsidein.objectives.steps import DeclaredObjectives
from outsidein.pipeline.declared import Declared
from outsidein.segments.steps import SegmentRules
from outsidein.sources.progress import Progress
from outsidein.sources.steps import SourcesToLoad
from outsidein.standards.steps import ServiceStandards
from outsidein.text.steps import TextCoding
from outsidein.value.steps import ValueRules


def by_type(
    declared: Declared, *, environment: Mapping[str, str], progress: Progress
) -> dict[type, object]:
    """Return what steps may ask for.

    Args:
        declared: The project.
        environment: Values for `${NAME}` in database addresses.
        progress: Shows the reading of sources.
    """
    coders = declared.coders.coders if declared.coders else None
    declarations = (
        SourcesToLoad(declared.folder, declared.sources, declared.needs, environment, progress),
        CanonicalQueries(declared.models, declared.currency, partial(_survey_queries, declared)),
        BehaviourRules(declared.behaviour),
        IdentityInputs(declared.identity, declared.model, declared.decisions, declared.country),
        ValueRules(declared.value, declared.activities, declared.tiers),
        SegmentRules(declared.segments),
        TextCoding(declared.coding, declared.factors.settings.terms, coders),
        ServiceStandards(declared.standards),
        HeadlineRules(declared.currency, _by_profile(declared)),
        DeclaredObjectives(declared.objectives),
        *(declared.profile, declared.ladder, declared.churn, declared.factors, declared.shifts),
        declared.observation,
        Samples(declared.samples),
    )
    return {type(declaration): declaration for declaration in declarations}


def _by_profile(declared: Declared) -> dict[str, frozenset[str]]:
    return {name: each.columns for name, each in declared.segments.items() if each.is_by_profile}


def _survey_queries(declared: Declared, backend: BaseBackend) -> Mapping[str, tuple[Query, ...]]:
    return survey_queries(backend, declared.surveys.values())
