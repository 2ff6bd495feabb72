"""The order of the steps of a build."""

from outsidein.canonical.steps import ADD_UP_ORDERS, ADMIT, FIND_PARTIAL_CUSTOMERS
from outsidein.churn.steps import COMPARE_CHURN, FIND_SPELLS, PREDICT
from outsidein.extremes.steps import FIND_EXTREMES
from outsidein.factors.steps import STUDY_FACTORS
from outsidein.feedback.steps import ADMIT_SIGNALS, FEEDBACK
from outsidein.figures.spec import FigureSpec
from outsidein.headlines.steps import say_headlines_step
from outsidein.identity.steps import NAME_CUSTOMERS, RESOLVE
from outsidein.ladder.steps import CLIMB
from outsidein.objectives.figures import OBJECTIVES
from outsidein.objectives.steps import track_objectives_step
from outsidein.pipeline.customers import CUSTOMERS_WITH_FACTS, FACTS
from outsidein.profiles.customers import gather_facts_step
from outsidein.profiles.steps import BUILD_PROFILES
from outsidein.segments.steps import FIND_MEMBERS
from outsidein.shifts.steps import WATCH_SHIFTS
from outsidein.sources.steps import LOAD, MEASURE_RECORDING
from outsidein.standards.steps import JUDGE_STANDARDS
from outsidein.strategy.steps import FILL_SHEET
from outsidein.text.steps import READ_TEXTS
from outsidein.value.steps import ADD_UP_PROFITS, GROUP_BY_TIER, VALUE_LIFETIMES

_UNDERSTAND = (
    *(LOAD, MEASURE_RECORDING, ADMIT, ADMIT_SIGNALS, ADD_UP_ORDERS),
    *(RESOLVE, NAME_CUSTOMERS, FIND_PARTIAL_CUSTOMERS, BUILD_PROFILES),
    *(FIND_SPELLS, CLIMB),
    *(ADD_UP_PROFITS, GROUP_BY_TIER, VALUE_LIFETIMES),
    PREDICT,
    *(gather_facts_step(CUSTOMERS_WITH_FACTS, FACTS), FIND_MEMBERS),
    COMPARE_CHURN,
    *(FEEDBACK, FIND_EXTREMES, READ_TEXTS, STUDY_FACTORS),
    *(JUDGE_STANDARDS, FILL_SHEET, WATCH_SHIFTS),
)
_FIGURES = tuple(
    spec for step in _UNDERSTAND for spec in step.figures if isinstance(spec, FigureSpec)
)

STEPS = (
    *_UNDERSTAND,
    track_objectives_step(_FIGURES),
    say_headlines_step((*_FIGURES, OBJECTIVES)),
)
